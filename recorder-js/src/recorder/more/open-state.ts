// What is open around a click: dialogs, popovers, menus, and the folded part that it is in.

import { elementKey, plainKey } from "../../dom/element-key.ts";
import type { Reader } from "../../dom/element-name.ts";
import { around, type Tree } from "../tree.ts";
import { readerOf } from "./target.ts";

const OPEN =
  ":is(dialog,details)[open],[popover],[role=dialog],[role=alertdialog],[aria-modal=true],[aria-expanded=true]";
/** So that a page that calls everything a dialog costs no more. */
const MAX_LOOKED_AT = 200;
const MAX_OPEN = 4;

/** What a dialog says is often another each time, and it is the same dialog. */
const SILENT: Reader = { text: () => "", isHidden: () => true };

/**
 * Names what must be open for a page to look as it did at a click, as keys joined by a line feed; "": nothing. And the
 * same with plain keys for those that have one; "": none has.
 * Dialogs, popovers and menus lie over the page, so they count wherever the click was; what only unfolds a part of the
 * page counts for clicks in that part, or each of its combinations would be a look of its own.
 */
export function openState(clicked: Element, tree: Tree): readonly [state: string, plain: string] {
  const found = new Map<string, string>();
  for (const root of tree.roots) {
    for (const element of Array.from(root.querySelectorAll(OPEN)).slice(0, MAX_LOOKED_AT)) {
      if (found.size === MAX_OPEN) break;
      const [opener, reader] = openerOf(element, clicked, tree) ?? [];
      const key = opener && elementKey(opener, reader);
      if (key && !found.has(key)) found.set(key, plainKey(opener, key, reader));
    }
  }
  const [keys, plains] = [[...found.keys()], [...found.values()]];
  const plain = plains.some(Boolean) ? plains.map((one, at) => one || keys[at]).join("\n") : "";
  return [keys.join("\n"), plain];
}

/** What names an open part, and how its texts read; undefined where the part does not count for this click. */
function openerOf(
  element: Element,
  clicked: Element,
  tree: Tree,
): readonly [Element, Reader] | undefined {
  if (element.localName === "details") {
    const isInside = contains(element, clicked) && !clicked.closest("summary");
    return isInside ? [element.querySelector("summary") ?? element, readerOf(tree)] : undefined;
  }
  if (element.hasAttribute("aria-expanded")) {
    const counts = isMenu(element) || contains(partOf(element), clicked);
    return counts ? [element, readerOf(tree)] : undefined;
  }
  return isShown(element) ? [element, SILENT] : undefined;
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
