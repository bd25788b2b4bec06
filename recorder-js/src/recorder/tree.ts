// What is known of the recorded page: numbers of nodes, masks, roots. Serialising and folding share it.

import { documentOf, frameOf } from "../dom/frame.ts";
import type { Numbers } from "../wire/numbers.ts";
import type { Writer } from "../wire/write.ts";
import type { AttributeContext } from "./attributes.ts";
import { createNodeIds, type NodeIds } from "./node-ids.ts";
import { DOCUMENT, ELEMENT } from "./node-types.ts";
import { type Mask, maskInside, STRICT } from "./privacy.ts";
import { isRuled, isWithin, textRule } from "./rules.ts";

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
  /** And the other way round. */
  readonly holders: WeakMap<Document, Element>;
  readonly roots: Set<Root>;
  /** An attribute of the recorder's own for each element that has one: name and value. */
  readonly marks: WeakMap<Element, readonly [name: string, value: string]>;
  /** Names of custom elements that were recorded before they were defined. */
  readonly undefinedNames: Set<string>;
  /** Form fields that somebody changed or focused. */
  readonly fields: Set<Element>;
  /** Elements that were scrolled. */
  readonly scrolled: Set<Element>;
  /** Whether any recorded element has a rule of its own (data-footfall, contenteditable): else nobody need look. */
  ruled: boolean;
  /** Elements that a box stands for, as recording them costs too much. */
  frozen: WeakSet<Node> | undefined;
  /** Of elements whose attribute changes again and again: what was sent last. */
  numbers: WeakMap<Element, Moving>;
}

export interface Moving {
  readonly id: number;
  readonly name: string;
  readonly numbers: Numbers | undefined;
}

export function createTree(context: TreeContext): Tree {
  return {
    ...context,
    ids: createNodeIds(),
    opaque: new WeakSet(),
    longTexts: new WeakMap(),
    documents: new WeakMap(),
    holders: new WeakMap(),
    roots: new Set(),
    marks: new WeakMap(),
    undefinedNames: new Set(),
    fields: new Set(),
    scrolled: new Set(),
    ruled: false,
    frozen: undefined,
    numbers: new WeakMap(),
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
  return maskInside(outer, normal, textRule(element), element.getAttribute("contenteditable"));
}

/** The mask that holds for an element's own attributes and its content, however deep it lies. */
export function maskOf(node: Node, normal: Mask): Mask {
  const path: Element[] = [];
  for (let at: Node | undefined = node; at; at = around(at)) {
    if (at.nodeType === ELEMENT) path.push(at as Element);
  }
  return path.reduceRight((mask, element) => innerMask(element, mask, normal), normal);
}

/** The same for a node of the recorded tree. */
export function recordedMask(tree: Tree, node: Node): Mask {
  return tree.ruled ? maskOf(node, tree.mask) : tree.mask;
}

/** Whether this rule holds for a node, or for anything around it. */
export function hasRule(node: Node, rule: "block" | "ignore"): boolean {
  for (let at: Node | undefined = node; at; at = around(at.getRootNode())) {
    const element = at.nodeType === ELEMENT ? (at as Element) : at.parentElement;
    if (element && isWithin(element, rule)) return true;
  }
  return false;
}

const MEDIA = /^(img|video|audio|canvas|picture|embed|object|image)$/;

/** Whether a box stands for the element. */
export function isBlocked(element: Element, mask: Mask): boolean {
  return isRuled(element, "block") || (mask >= STRICT && MEDIA.test(element.localName));
}

/** Forgets a subtree that was taken out of the page, with its shadow roots and frames. */
export function forget(tree: Tree, top: Node): void {
  const nodes = document.createTreeWalker(top);
  for (let node: Node | null = top; node; node = nodes.nextNode()) tree.ids.delete(node);
  if (tree.roots.size === 1) return;
  for (const root of tree.roots) {
    if (root !== top && holderOf(tree, root)?.isConnected !== false) continue;
    tree.roots.delete(root);
    tree.left(root);
    forget(tree, root);
  }
}

function holderOf(tree: Tree, root: Root): Element | undefined {
  return "host" in root ? root.host : tree.holders.get(root);
}

/** The document of a frame that can be read. */
export function innerDocument(element: Element): Document | undefined {
  return /^i?frame$/.test(element.localName) ? documentOf(element) : undefined;
}
