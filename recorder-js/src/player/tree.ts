// The recorded page as a compact tree: what the operations of the frames change, and what the DOM is built from.
//
// Rules of this file:
// - Uploads can be forged. An operation that makes no sense (unknown or repeated ids, a node inside itself) is ignored
//   and counted; nothing throws, nothing recurses, nothing loops for ever.
// - An insertion takes its ids even when it is ignored, so that later ids still mean what the recorder meant.
// - Attributes and states are replaced, never changed in place: copies of the tree share them.

import type { AnimateOp } from "../wire/read-frames.ts";
import { NodeType } from "../wire/wire.gen.ts";
import type { Environment } from "./environment.ts";
import type { MovingAttribute } from "./moving.ts";

export type NodeKind = Exclude<NodeType, typeof NodeType.End | typeof NodeType.Known>;

export interface NodeState {
  readonly value?: string;
  /** 0 no, 1 yes, 2 indeterminate. */
  readonly checked?: number;
  readonly selected?: readonly number[];
  readonly adopted?: readonly string[];
  /** Numbers of the constructed sheets that a root has adopted. */
  readonly adopt?: readonly number[];
  readonly css?: string;
  readonly scroll?: readonly [x: number, y: number];
  readonly modal?: boolean;
  /** The attribute whose numbers change, and what it is made of. */
  readonly numbers?: MovingAttribute;
  readonly popover?: boolean;
  readonly media?: MediaState;
  /** By pseudo-element and name. */
  readonly motions?: ReadonlyMap<string, Motion>;
  readonly svgTime?: { readonly at: number; readonly current: number; readonly paused: boolean };
}

/** What a Media operation told, and when (ms since 1970). */
export interface MediaState {
  readonly at: number;
  readonly values: readonly number[];
}

/** Where an animation stands. */
export interface Motion {
  readonly at: number;
  /** At that time; Infinity: at its end. */
  readonly current: number;
  /** ms a ms; 0 while it is paused. */
  readonly rate: number;
  readonly gone?: boolean;
  /** What it is, where style sheets do not tell. */
  readonly script?: AnimateOp;
}

/** What scripts made of a style sheet. */
export interface SheetState {
  /** Changed in place; undefined where the text tells. */
  rules?: string[];
  media?: string;
}

export interface TreeNode {
  readonly id: number;
  /** When it came into the page. */
  readonly born: number;
  readonly kind: NodeKind;
  /** Tag of an element, name of a doctype, "closed" of a closed shadow root. */
  readonly tag: string;
  /** Of a doctype: its public id. */
  readonly publicId: string;
  attributes: ReadonlyMap<string, string>;
  text: string;
  state: NodeState;
  parent: TreeNode | undefined;
  first: TreeNode | undefined;
  last: TreeNode | undefined;
  previous: TreeNode | undefined;
  next: TreeNode | undefined;
}

export interface Tree {
  readonly nodes: Map<number, TreeNode>;
  root: TreeNode | undefined;
  nextId: number;
  width: number;
  height: number;
  quirks: boolean;
  /** Whether the keyframe has come to its end. */
  whole: boolean;
  wholeAt: number;
  windowScroll: readonly [x: number, y: number];
  /** By the id of a style or link, or the negative number of a constructed sheet. Copies share nothing of it. */
  readonly sheets: Map<number, SheetState>;
  /** Id of the element that each of MARKS is on, 0 for none. */
  marks: readonly number[];
  environment: Environment | undefined;
  /** Id and offset of where it begins and of where it ends; empty for none. */
  selection: readonly number[];
  /** Of the batch being applied, ms since 1970. */
  time: number;
  /** Removed in this batch; forgotten at its end unless inserted again. */
  readonly detached: Set<TreeNode>;
  /** Operations that made no sense. */
  ignored: number;
  /** Steps left for looking whether a node would be put inside itself. */
  walkBudget: number;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
export const NO_STATE: NodeState = {};
/** Enough for millions of honest moves in ordinary trees; a forged stream cannot burn more. */
const WALK_BUDGET = 50_000_000;

export function createTree(): Tree {
  return {
    nodes: new Map(),
    root: undefined,
    nextId: 1,
    width: 0,
    height: 0,
    quirks: false,
    whole: false,
    wholeAt: 0,
    windowScroll: [0, 0],
    marks: [],
    environment: undefined,
    selection: [],
    sheets: new Map(),
    time: 0,
    detached: new Set(),
    ignored: 0,
    walkBudget: WALK_BUDGET,
  };
}

export function createNode(
  tree: Tree,
  kind: NodeKind,
  tag: string,
  attributes: ReadonlyMap<string, string> = NO_ATTRIBUTES,
  text = "",
  publicId = "",
): TreeNode {
  const id = tree.nextId++;
  const node: TreeNode = {
    id,
    born: tree.time,
    kind,
    tag,
    publicId,
    attributes,
    text,
    state: NO_STATE,
    parent: undefined,
    first: undefined,
    last: undefined,
    previous: undefined,
    next: undefined,
  };
  tree.nodes.set(id, node);
  return node;
}

/** Puts a node without a parent under `parent`, before `next` (undefined: last). */
export function link(parent: TreeNode, node: TreeNode, next: TreeNode | undefined): void {
  const previous = next === undefined ? parent.last : next.previous;
  node.parent = parent;
  node.previous = previous;
  node.next = next;
  if (previous === undefined) parent.first = node;
  else previous.next = node;
  if (next === undefined) parent.last = node;
  else next.previous = node;
}

export function unlink(node: TreeNode): void {
  const { parent, previous, next } = node;
  if (parent === undefined) return;
  if (previous === undefined) parent.first = next;
  else previous.next = next;
  if (next === undefined) parent.last = previous;
  else next.previous = previous;
  node.parent = undefined;
  node.previous = undefined;
  node.next = undefined;
}

export function isElement(node: TreeNode): boolean {
  return (
    node.kind === NodeType.Element || node.kind === NodeType.Svg || node.kind === NodeType.MathMl
  );
}

/** Whether this kind of node may stand under that one. */
export function mayHold(parent: TreeNode, kind: NodeKind): boolean {
  switch (kind) {
    case NodeType.Document:
      return parent.kind === NodeType.Frame;
    case NodeType.ShadowRoot:
      return parent.kind === NodeType.Element && parent.first?.kind !== NodeType.ShadowRoot;
    case NodeType.Frame:
      return parent.kind === NodeType.Element && parent.first === undefined;
    case NodeType.Doctype:
      return parent.kind === NodeType.Document || parent.kind === NodeType.Frame;
    default:
      return (
        isElement(parent) ||
        parent.kind === NodeType.Document ||
        parent.kind === NodeType.ShadowRoot ||
        parent.kind === NodeType.Frame
      );
  }
}

/** Whether `node` is `inside` or holds it. True, too, once the budget for looking is spent. */
export function holds(tree: Tree, node: TreeNode, inside: TreeNode): boolean {
  for (let at: TreeNode | undefined = inside; at !== undefined; at = at.parent) {
    if (at === node || --tree.walkBudget < 0) return true;
  }
  return false;
}

/** The nodes of a subtree, each before its children. The tree must not change meanwhile. */
export function* walk(top: TreeNode): Generator<TreeNode> {
  let node: TreeNode | undefined = top;
  while (node !== undefined) {
    yield node;
    node = node.first ?? following(node, top);
  }
}

/** The node after `node` and its subtree, in document order, within `top`. */
export function following(node: TreeNode, top: TreeNode): TreeNode | undefined {
  let at: TreeNode | undefined = node;
  while (at !== undefined && at !== top) {
    if (at.next !== undefined) return at.next;
    at = at.parent;
  }
  return undefined;
}

/** Ends a batch: what was removed and not inserted again is forgotten. Calls `forgotten` for each top node. */
export function settle(tree: Tree, forgotten: (node: TreeNode) => void): void {
  for (const node of tree.detached) {
    if (node.parent !== undefined) continue;
    for (const gone of walk(node)) {
      tree.nodes.delete(gone.id);
      tree.sheets.delete(gone.id);
    }
    forgotten(node);
  }
  tree.detached.clear();
}

/** A copy to go back to. To be taken between batches, when nothing is detached. */
export function copyTree(tree: Tree): Tree {
  const nodes = new Map<number, TreeNode>();
  for (const node of tree.nodes.values()) nodes.set(node.id, { ...node });
  const copied = (node: TreeNode | undefined) =>
    node === undefined ? undefined : nodes.get(node.id);
  for (const node of nodes.values()) {
    node.parent = copied(node.parent);
    node.first = copied(node.first);
    node.last = copied(node.last);
    node.previous = copied(node.previous);
    node.next = copied(node.next);
  }
  const sheets = new Map<number, SheetState>();
  for (const [owner, { rules, ...rest }] of tree.sheets) {
    sheets.set(owner, rules === undefined ? rest : { ...rest, rules: [...rules] });
  }
  return { ...tree, nodes, sheets, root: copied(tree.root), detached: new Set() };
}
