// What is near a clicked element, and what it is.

import { ELEMENT } from "../node-types.ts";
import { around, type Tree } from "../tree.ts";

/** How far up from an element its surroundings reach. */
const LEVELS = 3;
const CONTROLLED = ["aria-controls", "aria-owns", "popovertarget", "commandfor", "for"];
const LAYERS =
  "dialog,[popover],[aria-modal],[role=dialog],[role=alertdialog],[role=menu],[role=listbox],[role=tooltip],[role=alert],[role=status]";

/** What answers a click; a role may as well say that something is a region of the page. */
const BUTTONS =
  "button:enabled,summary,[onclick],[role=button],[role=link],[role=tab],[role^=menuitem],[role=option]," +
  "[role=checkbox],[role=radio],[role=switch],[role=treeitem]";

/** What follows a link, saves a file or opens a window, without the page's doing. */
const LINKS = "a[href],area[href],[download],[target=_blank]";

export interface Surroundings {
  readonly element: Element;
  /** Mutations in these are near. */
  readonly places: readonly Node[];
}

/**
 * The surroundings of an element: up to three levels up (not the body nor what holds all of a shadow root), and what
 * it says that it controls.
 */
export function surroundings(element: Element): Surroundings {
  let top = element;
  for (let level = 0; level < LEVELS; level++) {
    const next = around(top);
    if (next?.nodeType !== ELEMENT || /^(body|html|main)$/.test((next as Element).localName)) break;
    top = next as Element;
  }
  const root = element.getRootNode() as Document | ShadowRoot;
  const controlled = CONTROLLED.flatMap((name) =>
    (element.getAttribute(name) ?? "").split(/\s+/).flatMap((id) => {
      const found = id && "getElementById" in root ? root.getElementById(id) : null;
      return found ? [found] : [];
    }),
  );
  return { element, places: [top, ...controlled] };
}

/** "mutation" for a change near an element, "dialog" for a layer that came up anywhere, else "elsewhere". */
export function nearness({ element, places }: Surroundings, record: MutationRecord): string {
  const { target, type, addedNodes } = record;
  if (!element.isConnected) return "mutation"; // it was taken out itself
  if (places.some((place) => holds(place, target))) return "mutation";
  // What is said of something around it is said of it: a class of the body, say.
  if (type === "attributes" && holds(target, element)) return "mutation";
  if (type === "attributes" && (target as Element).matches(LAYERS)) return "dialog";
  for (const node of addedNodes) {
    if (node.nodeType !== ELEMENT) continue;
    const added = node as Element;
    if (added.matches(LAYERS) || added.querySelector(LAYERS)) return "dialog";
  }
  return "elsewhere";
}

/** Whether a node is, or lies in, another: through shadow roots and frames. */
export function holds(outer: Node, inner: Node): boolean {
  for (let at: Node | undefined = inner; at; ) {
    if (outer.contains(at)) return true;
    const root: Node = at.getRootNode();
    at = root === at ? around(at) : around(root);
  }
  return false;
}

/** What kind of thing was clicked, for those who ask whether it should have answered. */
export function kindOfTarget(element: Element): string {
  const { localName } = element;
  if (element.closest(LINKS)) return "link";
  if (/^(input|textarea|select|option)$/.test(localName)) return "field";
  if (element.closest("label")) return "label";
  if (element.closest('[contenteditable]:not([contenteditable="false"])')) return "editable";
  if (localName === "canvas") return "canvas";
  if (/^(video|audio)$/.test(localName)) return "media";
  if (element.closest(BUTTONS)) return "button";
  if (element.closest("button")) return ""; // a disabled one
  return getComputedStyle(element).cursor === "pointer" ? "pointer" : "";
}

/** The roots in which something near an element can change. */
export function rootsAround(element: Element, { places }: Surroundings, tree: Tree): Set<Node> {
  const roots = new Set<Node>([document]);
  for (
    let root: Node | undefined = element.getRootNode();
    root;
    root = around(root)?.getRootNode()
  ) {
    roots.add(root);
  }
  for (const root of tree.roots) {
    if ("host" in root && places.some((place) => place.contains(root.host))) roots.add(root);
  }
  return roots;
}
