// What each operation of the frames does to the tree. A watcher hears of each change, to make the same in the DOM.

import { joinNumbers } from "../wire/numbers.ts";
import { type FrameOp, hasChildren, type KeyframeOp, type NodeToken } from "../wire/read-frames.ts";
import { NodeType, Op } from "../wire/wire.gen.ts";
import { environmentOf } from "./environment.ts";
import { moved } from "./motion.ts";
import { type MovingAttribute, movedBy, moving } from "./moving.ts";
import { renewSheet, renewSheetsIn, restyle, type SheetWatcher } from "./restyle.ts";
import {
  createNode,
  holds,
  isElement,
  link,
  mayHold,
  type NodeState,
  settle,
  type Tree,
  type TreeNode,
  unlink,
  walk,
} from "./tree.ts";

export interface Watcher {
  /** A keyframe: everything before is gone. */
  reset(tree: Tree): void;
  /** A node, with its subtree, now stands under its parent. */
  inserted(node: TreeNode): void;
  /** A node no longer stands under `parent`. */
  removed(node: TreeNode, parent: TreeNode): void;
  /** A removed node, with its subtree, will not come back. */
  forgotten(node: TreeNode): void;
  attribute(node: TreeNode, name: string): void;
  text(node: TreeNode): void;
  state(node: TreeNode, what: keyof NodeState): void;
  windowScroll(tree: Tree): void;
  marks(tree: Tree): void;
  environment(tree: Tree): void;
  selection(tree: Tree): void;
  sheet: SheetWatcher;
}

const ignore = () => {};
export const NOBODY: Watcher = {
  reset: ignore,
  inserted: ignore,
  removed: ignore,
  forgotten: ignore,
  attribute: ignore,
  text: ignore,
  state: ignore,
  windowScroll: ignore,
  marks: ignore,
  environment: ignore,
  selection: ignore,
  sheet: ignore,
};

/** Deeper nodes take their ids and are left out: no page that a browser can lay out goes there. */
const MAX_DEPTH = 4096;

export function apply(tree: Tree, op: FrameOp, watcher: Watcher = NOBODY): void {
  if (!change(tree, op, watcher)) tree.ignored++;
}

/** Ends the batch of operations since the last Time. */
export function endBatch(tree: Tree, watcher: Watcher = NOBODY): void {
  if (tree.detached.size > 0) settle(tree, watcher.forgotten);
}

function change(tree: Tree, op: FrameOp, watcher: Watcher): boolean {
  switch (op.op) {
    case Op.Keyframe:
      return keyframe(tree, op, watcher);
    case Op.KeyframeEnd:
      tree.whole = true;
      tree.wholeAt = tree.time;
      return true;
    case Op.Time:
      endBatch(tree, watcher);
      return true;
    case Op.Remove:
      return remove(tree, op.ids, watcher);
    case Op.Insert:
      return insert(tree, op.parent, op.after, op.nodes, watcher);
    case Op.ScrollTo:
      return scrollTo(tree, op.id, op.x, op.y, watcher);
    case Op.Mark:
      tree.marks = Object.assign([], tree.marks, { [op.mark & 15]: op.node });
      watcher.marks(tree);
      return true;
    case Op.Environment:
      tree.environment = environmentOf(op.values, tree.environment);
      watcher.environment(tree);
      return true;
    case Op.Selection:
      tree.selection = [op.anchor, op.from, op.focus, op.to];
      watcher.selection(tree);
      return true;
    case Op.Digest:
      return true; // fidelity.ts looks at it
    case Op.Rules:
    case Op.SheetMedia:
      return restyle(tree, op, watcher.sheet);
    default:
      return changeNode(tree, op, watcher);
  }
}

type NodeOp = Extract<FrameOp, { readonly id: number }>;

function changeNode(tree: Tree, op: NodeOp, watcher: Watcher): boolean {
  const node = tree.nodes.get(op.id);
  if (node === undefined) return false;
  switch (op.op) {
    case Op.Attribute:
      return setAttribute(tree, node, op.name, op.value, watcher);
    case Op.Numbers:
      return setNumbers(tree, node, moving(op), watcher);
    case Op.NumbersBy:
      return setNumbers(tree, node, movedBy(node.state.numbers, op.moves), watcher);
    case Op.Text:
      return setText(tree, node, op.text, watcher);
    case Op.TextPatch: {
      const end = op.start + op.deleted;
      if (!(op.start >= 0 && op.deleted >= 0 && end <= node.text.length)) return false;
      const text = node.text.slice(0, op.start) + op.text + node.text.slice(end);
      return setText(tree, node, text, watcher);
    }
    default:
      return op.op === Op.Media
        ? setState(node, "media", { media: { at: tree.time, values: op.values } }, watcher)
        : changeState(tree, node, op, watcher);
  }
}

function changeState(tree: Tree, node: TreeNode, op: NodeOp, watcher: Watcher): boolean {
  switch (op.op) {
    case Op.Value:
      return setState(node, "value", { value: op.text }, watcher);
    case Op.Checked:
      return setState(node, "checked", { checked: op.state }, watcher);
    case Op.Selected:
      return setState(node, "selected", { selected: op.indices }, watcher);
    case Op.Adopted:
      return setState(node, "adopted", { adopted: op.sheets }, watcher);
    case Op.Adopt:
      return setState(node, "adopt", { adopt: op.sheets }, watcher);
    case Op.Animate:
    case Op.Motion:
    case Op.SvgTime:
      return setState(node, ...moved(tree, node, op), watcher);
    case Op.Css:
      return setState(node, "css", { css: op.text }, watcher);
    case Op.Modal:
      return setState(node, "modal", { modal: op.open }, watcher);
    case Op.Popover:
      return setState(node, "popover", { popover: op.open }, watcher);
    default:
      return false;
  }
}

function keyframe(tree: Tree, op: KeyframeOp, watcher: Watcher): boolean {
  tree.nodes.clear();
  tree.detached.clear();
  tree.sheets.clear();
  tree.nextId = 1;
  tree.width = op.width;
  tree.height = op.height;
  tree.quirks = op.quirks;
  tree.whole = false;
  tree.windowScroll = [0, 0];
  tree.marks = [];
  tree.selection = [];
  tree.root = plant(tree, undefined, op.nodes).find((node) => node.kind === NodeType.Document);
  watcher.reset(tree);
  return tree.root !== undefined;
}

function remove(tree: Tree, ids: readonly number[], watcher: Watcher): boolean {
  let good = true;
  for (const id of ids) {
    const node = tree.nodes.get(id);
    const parent = node?.parent;
    if (node === undefined || parent === undefined) {
      good = false;
      continue;
    }
    unlink(node);
    tree.detached.add(node);
    renewSheet(tree, parent, watcher.sheet);
    watcher.removed(node, parent);
  }
  return good;
}

function insert(
  tree: Tree,
  parentId: number,
  afterId: number,
  tokens: readonly NodeToken[],
  watcher: Watcher,
): boolean {
  const parent = tree.nodes.get(parentId);
  const after = tree.nodes.get(afterId);
  // Planted first in any case: the ids are taken.
  const moved = tree.sheets.size > 0 && tokens.some(({ node }) => node === NodeType.Known);
  const roots = plant(tree, parent, tokens);
  if (parent === undefined || (afterId !== 0 && after?.parent !== parent)) {
    for (const root of roots) tree.detached.add(root);
    return false;
  }
  let next = after === undefined ? firstPlace(parent, roots[0]) : after.next;
  let good = true;
  for (const root of roots) {
    if (!mayHold(parent, root.kind)) {
      tree.detached.add(root);
      good = false;
      continue;
    }
    if (root.kind === NodeType.ShadowRoot) next = parent.first;
    link(parent, root, next);
    tree.detached.delete(root);
    renewSheet(tree, parent, watcher.sheet);
    watcher.inserted(root);
    if (moved) renewSheetsIn(tree, root, watcher.sheet);
    next = root.next;
  }
  return good;
}

/** A shadow root stays the first child: "first" means after it for all others. */
function firstPlace(parent: TreeNode, root: TreeNode | undefined): TreeNode | undefined {
  const { first } = parent;
  const skip = first?.kind === NodeType.ShadowRoot && root?.kind !== NodeType.ShadowRoot;
  return skip ? first.next : first;
}

/** Makes the nodes of a list, linked among themselves; `target` is where they shall go, undefined for a keyframe. */
function plant(
  tree: Tree,
  target: TreeNode | undefined,
  tokens: readonly NodeToken[],
): readonly TreeNode[] {
  const roots: TreeNode[] = [];
  // The open nodes; undefined for one that found no place, whose children find none either.
  const open: (TreeNode | undefined)[] = [];
  for (const token of tokens) {
    if (token.node === NodeType.End) {
      open.pop();
      continue;
    }
    const parent = open.at(-1);
    const lost = open.length > 0 && parent === undefined;
    const node =
      token.node === NodeType.Known
        ? known(tree, token.id, parent ?? (lost ? undefined : target), target)
        : made(tree, token);
    const placed = place(tree, node, lost ? "nowhere" : parent, open.length, roots);
    if (hasChildren(token)) open.push(placed);
  }
  return roots;
}

function place(
  tree: Tree,
  node: TreeNode | undefined,
  parent: TreeNode | "nowhere" | undefined,
  depth: number,
  roots: TreeNode[],
): TreeNode | undefined {
  if (node === undefined) return undefined;
  if (parent === undefined) {
    roots.push(node);
    return node;
  }
  if (parent === "nowhere" || depth > MAX_DEPTH || !mayHold(parent, node.kind)) {
    tree.ignored++;
    for (const gone of walk(node)) tree.nodes.delete(gone.id);
    return undefined;
  }
  link(parent, node, undefined);
  return node;
}

/** A node removed in this batch that comes back; nothing where that would put it inside itself. */
function known(
  tree: Tree,
  id: number,
  parent: TreeNode | undefined,
  target: TreeNode | undefined,
): TreeNode | undefined {
  const node = tree.nodes.get(id);
  const free = node !== undefined && node.parent === undefined && tree.detached.has(node);
  if (!free || parent === undefined || holds(tree, node, parent)) {
    tree.ignored++;
    return undefined;
  }
  if (target !== undefined && parent !== target && holds(tree, node, target)) {
    tree.ignored++;
    return undefined;
  }
  // Taken: a second Known of the same node in this list must not find it free.
  tree.detached.delete(node);
  return node;
}

function made(tree: Tree, token: NodeToken): TreeNode | undefined {
  switch (token.node) {
    case NodeType.Element:
    case NodeType.Svg:
    case NodeType.MathMl: {
      const attributes = new Map<string, string>();
      for (let index = 0; index + 1 < token.attributes.length; index += 2) {
        attributes.set(token.attributes[index] ?? "", token.attributes[index + 1] ?? "");
      }
      return createNode(tree, token.node, token.tag, attributes);
    }
    case NodeType.Text:
      return createNode(tree, token.node, "", undefined, token.text);
    case NodeType.Doctype:
      return createNode(tree, token.node, token.name, undefined, token.systemId, token.publicId);
    case NodeType.ShadowRoot:
      return createNode(tree, token.node, token.mode === 1 ? "closed" : "open");
    case NodeType.Comment:
    case NodeType.Document:
    case NodeType.Frame:
      return createNode(tree, token.node, "");
    default:
      return undefined;
  }
}

function setAttribute(
  tree: Tree,
  node: TreeNode,
  name: string,
  value: string | undefined,
  watcher: Watcher,
): boolean {
  if (!isElement(node)) return false;
  const attributes = new Map(node.attributes);
  if (value === undefined) attributes.delete(name);
  else attributes.set(name, value);
  node.attributes = attributes;
  if (/^(?:href|rel|type|media|disabled)$/.test(name)) forgetSheet(tree, node, name, watcher);
  watcher.attribute(node, name);
  return true;
}

function setNumbers(
  tree: Tree,
  node: TreeNode,
  numbers: MovingAttribute | undefined,
  watcher: Watcher,
): boolean {
  if (numbers === undefined) return false;
  node.state = { ...node.state, numbers };
  return setAttribute(tree, node, numbers.name, joinNumbers(numbers), watcher);
}

/** What scripts made of a sheet goes with the sheet; a new `media` is the sheet's own. */
function forgetSheet(tree: Tree, node: TreeNode, name: string, watcher: Watcher): void {
  const sheet = tree.sheets.get(node.id);
  if (sheet === undefined) return;
  if (name !== "media") renewSheet(tree, node, watcher.sheet);
  else if (sheet.media !== "not all") delete sheet.media;
}

function setText(tree: Tree, node: TreeNode, text: string, watcher: Watcher): boolean {
  if (node.kind !== NodeType.Text) return false;
  node.text = text;
  watcher.text(node);
  if (node.parent !== undefined) renewSheet(tree, node.parent, watcher.sheet);
  return true;
}

function setState(
  node: TreeNode,
  what: keyof NodeState,
  part: NodeState,
  watcher: Watcher,
): boolean {
  node.state = { ...node.state, ...part };
  watcher.state(node, what);
  return true;
}

function scrollTo(tree: Tree, id: number, x: number, y: number, watcher: Watcher): boolean {
  if (id === 0) {
    tree.windowScroll = [x, y];
    watcher.windowScroll(tree);
    return true;
  }
  const node = tree.nodes.get(id);
  return node !== undefined && setState(node, "scroll", { scroll: [x, y] }, watcher);
}
