// What is open around a click: dialogs, popovers, menus, and the folded part that it is in.

import { elementKey } from "../../dom/element-key.ts";
import { around, type Tree } from "../tree.ts";
import { keyOf } from "./target.ts";

const OPEN =
  ":is(dialog,details)[open],[popover],[role=dialog],[role=alertdialog],[aria-modal=true],[aria-expanded=true]";
/** So that a page that calls everything a dialog costs no more. */
const MAX_LOOKED_AT = 200;
const MAX_OPEN = 4;

/**
 * Names what must be open for a page to look as it did at a click, as keys joined by a line feed; "": nothing.
 * Dialogs, popovers and menus lie over the page, so they count wherever the click was; what only unfolds a part of the
 * page counts for clicks in that part, or each of its combinations would be a look of its own.
 */
export function openState(clicked: Element, tree: Tree): string {
  const keys: string[] = [];
  for (const root of tree.roots) {
    for (const element of Array.from(root.querySelectorAll(OPEN)).slice(0, MAX_LOOKED_AT)) {
      const key = keys.length < MAX_OPEN && stateKey(element, clicked, tree);
      if (key && !keys.includes(key)) keys.push(key);
    }
  }
  return keys.join("\n");
}

function stateKey(element: Element, clicked: Element, tree: Tree): string {
  if (element.localName === "details") {
    const isInside = contains(element, clicked) && !clicked.closest("summary");
    return isInside ? keyOf(element.querySelector("summary") ?? element, tree) : "";
  }
  if (element.hasAttribute("aria-expanded")) {
    return isMenu(element) || contains(partOf(element), clicked) ? keyOf(element, tree) : "";
  }
  // What a dialog says is often another each time, and it is the same dialog.
  return isShown(element) ? elementKey(element, { text: () => "", isHidden: () => true }) : "";
}

function isMenu(opener: Element): boolean {
  return (opener.getAttribute("aria-haspopup") ?? "false") !== "false";
}

/** What an opener unfolds: what it says that it controls, else what comes after it. */
function partOf(opener: Element): Element | null {
  const [id = ""] = (opener.getAttribute("aria-controls") ?? "").split(/\s+/);
  const named = id ? opener.ownerDocument.getElementById(id) : null;
  const outer = opener.closest("h1,h2,h3,h4,h5,h6,dt") ?? opener;
  return named ?? outer.nextElementSibling;
}

function contains(part: Element | null, clicked: Element): boolean {
  for (let at: Node | undefined = clicked; at; at = around(at)) if (at === part) return true;
  return false;
}

function isShown(element: Element): boolean {
  if (element.hasAttribute("popover") && !element.matches(":popover-open")) return false;
  return (
    element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) !== false &&
    element.getClientRects().length > 0
  );
}
