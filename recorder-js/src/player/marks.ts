// What is hovered, pressed, focused: attributes on those elements, and on what is around them where a pseudo-class says so.

import { MARKS, NodeType } from "../wire/wire.gen.ts";
import type { Mirror } from "./mirror.ts";
import { MARK_ATTRIBUTE } from "./pseudo.ts";
import * as dom from "./safe-dom.ts";
import type { Tree, TreeNode } from "./tree.ts";

const NAMES = MARKS.split(" ");
/** On all that is around, too, out of frames and shadow roots. */
const CHAINS = /^(?:hover|active|focus-within)$/;
const MAX_DEPTH = 4096;

/** Makes the marks of the rebuilt page those of the tree. */
export function applyMarks(mirror: Mirror, tree: Tree): void {
  const marks = NAMES.map((name, index) => [name, tree.marks[index] ?? 0] as const);
  const focus = tree.marks[NAMES.indexOf("focus")] ?? 0;
  for (const [name, id] of [...marks, ["focus-within", focus] as const]) {
    const now = elementsOf(mirror, tree.nodes.get(id), name);
    const before = mirror.marked.get(name) ?? [];
    if (now.length + before.length === 0) continue;
    for (const element of before) if (!now.includes(element)) unmark(element, name);
    for (const element of now) mark(element, name);
    mirror.marked.set(name, now);
  }
}

function elementsOf(mirror: Mirror, node: TreeNode | undefined, name: string): readonly Element[] {
  const found: Element[] = [];
  let left = MAX_DEPTH;
  for (let at = node; at !== undefined && left > 0; at = around(at, name), left--) {
    const element = mirror.built.get(at.id) as Element | undefined;
    if (element !== undefined && isElementKind(at)) found.push(element);
    const control =
      element === undefined || name === "focus-within" ? undefined : dom.controlOf(element);
    if (control !== undefined) found.push(control);
    if (!CHAINS.test(name)) break;
  }
  return found;
}

function isElementKind({ kind }: TreeNode): boolean {
  return kind === NodeType.Element || kind === NodeType.Svg || kind === NodeType.MathMl;
}

/** What is around a node as it is drawn: a slot, where the node stands in one. Focus stays within its frame. */
function around(node: TreeNode, name: string): TreeNode | undefined {
  const { parent } = node;
  if (parent === undefined || (parent.kind === NodeType.Frame && name === "focus-within")) {
    return undefined;
  }
  const shadow = node.kind !== NodeType.ShadowRoot && parent.first?.kind === NodeType.ShadowRoot;
  return (shadow ? slotOf(parent.first, node) : undefined) ?? parent;
}

function slotOf(root: TreeNode | undefined, node: TreeNode): TreeNode | undefined {
  const wanted = node.attributes.get("slot") ?? "";
  const waiting: (TreeNode | undefined)[] = [root?.first];
  while (waiting.length > 0) {
    const at = waiting.pop();
    if (at === undefined) continue;
    if (at.tag === "slot" && (at.attributes.get("name") ?? "") === wanted) return at;
    waiting.push(at.next);
    if (at.first?.kind !== NodeType.ShadowRoot) waiting.push(at.first);
  }
  return undefined;
}

function mark(element: Element, name: string): void {
  if (name === "fullscreen" && !dom.isRoot(element) && !dom.hasAttribute(element, "popover")) {
    // The top layer has no other way in. The root element needs none: it fills the screen as it is.
    dom.setAttribute(element, "popover", "manual");
    dom.showPopover(element, true);
  }
  dom.setAttribute(element, MARK_ATTRIBUTE + name, "");
  dom.attempt(() => dom.hasAttribute(element, "part") && element.part.add(`ff-${name}`));
}

function unmark(element: Element, name: string): void {
  if (name === "fullscreen") dom.removeAttribute(element, "popover");
  dom.removeAttribute(element, MARK_ATTRIBUTE + name);
  dom.attempt(() => dom.hasAttribute(element, "part") && element.part.remove(`ff-${name}`));
}
