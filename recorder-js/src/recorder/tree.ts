// What is known of the recorded page: numbers of nodes, masks, roots. Serialising and folding share it.

import { documentOf, frameOf } from "../dom/element-key.ts";
import type { Writer } from "../wire/write.ts";
import type { AttributeContext } from "./attributes.ts";
import { createNodeIds, type NodeIds } from "./node-ids.ts";
import { DOCUMENT, ELEMENT } from "./node-types.ts";
import { type Mask, maskInside, STRICT } from "./privacy.ts";

export type Root = Document | ShadowRoot;

export interface TreeContext extends AttributeContext {
  readonly mask: Mask;
  readonly frames: Writer;
  /** The chunk's time, to be written before operations. */
  readonly now: () => number;
  /** Ends the chunk within frames. */
  readonly cut: (inKeyframe: boolean) => void;
  /** Uncompressed bytes of frames after which a chunk is cut. */
  readonly bound: () => number;
  readonly shadowOf: (host: Element) => ShadowRoot | null | undefined;
  /** A root has become part of the recorded page. */
  readonly joined: (root: Root) => void;
  readonly left: (root: Root) => void;
  /** The recorded tree is no longer true: a keyframe must follow. */
  readonly untrue: () => void;
  readonly sheets: SheetWriter;
}

export interface SheetWriter {
  /** Writes the rules of a style or link element that its text or its asset does not tell. */
  readonly write: (tree: Tree, owner: Element) => void;
  /** Writes which sheets a document or shadow root has adopted. */
  readonly adopt: (tree: Tree, root: Root) => void;
}

export interface Tree extends TreeContext {
  readonly ids: NodeIds;
  /** Nodes whose children are not recorded. */
  readonly opaque: WeakSet<Node>;
  /** Recorded text of long text nodes, to send differences of. */
  readonly longTexts: WeakMap<Node, string>;
  /** The recorded document of each recorded frame element. */
  readonly documents: WeakMap<Element, Document>;
  readonly roots: Set<Root>;
  /** Form fields that somebody changed or focused. */
  readonly fields: Set<Element>;
}

export function createTree(context: TreeContext): Tree {
  return {
    ...context,
    ids: createNodeIds(),
    opaque: new WeakSet(),
    longTexts: new WeakMap(),
    documents: new WeakMap(),
    roots: new Set(),
    fields: new Set(),
  };
}

/** The node around a node, out of shadow roots and frames too. */
export function around(node: Node): Node | undefined {
  if (node.parentNode) return node.parentNode;
  if (node.nodeType === DOCUMENT) return frameOf(node as Document);
  return "host" in node ? (node as ShadowRoot).host : undefined;
}

/** The mask inside an element, given the one around it. */
export function innerMask(element: Element, outer: Mask, normal: Mask): Mask {
  return maskInside(
    outer,
    normal,
    element.getAttribute("data-footfall"),
    element.getAttribute("contenteditable"),
  );
}

/** The mask that holds for an element's own attributes and its content, however deep it lies. */
export function maskOf(node: Node, normal: Mask): Mask {
  const path: Element[] = [];
  for (let at: Node | undefined = node; at; at = around(at)) {
    if (at.nodeType === ELEMENT) path.push(at as Element);
  }
  return path.reduceRight((mask, element) => innerMask(element, mask, normal), normal);
}

/** The nearest rule that an element's author gave by data-footfall, if it is this one. */
export function hasRule(node: Node, rule: "block" | "ignore"): boolean {
  for (let at: Node | undefined = node; at; at = around(at)) {
    if (at.nodeType === ELEMENT) {
      if ((at as Element).getAttribute("data-footfall") === rule) return true;
    }
  }
  return false;
}

const MEDIA = /^(img|video|audio|canvas|picture|embed|object|image)$/;

/** Whether a box stands for the element. */
export function isBlocked(element: Element, mask: Mask): boolean {
  return (
    element.getAttribute("data-footfall") === "block" ||
    (mask >= STRICT && MEDIA.test(element.localName))
  );
}

/** Forgets a subtree that was taken out of the page, with its shadow roots and frames. */
export function forget(tree: Tree, top: Node): void {
  const waiting: Node[] = [top];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (tree.ids.get(node) === undefined) continue;
    tree.ids.delete(node);
    if (tree.roots.delete(node as Root)) tree.left(node as Root);
    for (let child = node.firstChild; child; child = child.nextSibling) waiting.push(child);
    if (node.nodeType !== ELEMENT) continue;
    const element = node as Element;
    tree.fields.delete(element);
    const inner = tree.documents.get(element);
    if (inner) waiting.push(inner);
    const shadow = tree.shadowOf(element);
    if (shadow) waiting.push(shadow);
  }
}

/** The document of a frame that can be read. */
export function innerDocument(element: Element): Document | undefined {
  return /^i?frame$/.test(element.localName) ? documentOf(element) : undefined;
}
