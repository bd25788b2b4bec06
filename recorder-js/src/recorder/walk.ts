// The walk through the page that writes it straight into the chunk: a keyframe, or runs of inserted nodes.
//
// Iterative, so that no depth overflows the stack; cut over chunks where it grows large; and it can rest between two
// nodes and go on later, however the page has changed meanwhile. What it still has to do is a stack of levels, each a
// parent whose children are not all written yet. To rest, it closes every open node: from then on the level's children
// are written by insertions. Whoever writes changes meanwhile leaves alone what stands behind an unwritten sibling.

import { NodeType, Op } from "../wire/wire.gen.ts";
import {
  type Level,
  openInner,
  openRoot,
  TEXT_PIECE,
  type Walk,
  wholeEnd,
  writeNode,
} from "./serialise.ts";
import { isScrolled, writeScrolls, writeState } from "./state.ts";
import { type Root, recordedMask, type Tree } from "./tree.ts";
import { cleanUrl } from "./url.ts";

/** Nodes between two looks at the clock. */
const STRIDE = 64;
/** So many elements may be asked for their scroll position within a keyframe. */
const FEW = 300;

export function createWalk(tree: Tree): Walk {
  return {
    tree,
    inKeyframe: false,
    detached: new Set(),
    stack: [],
    stateful: [],
    rests: [],
    maybeScrolled: [],
  };
}

/** Begins to write the whole page; `proceed` does it. */
export function beginKeyframe(walk: Walk, document: Document, t: number): void {
  const { tree } = walk;
  const { frames } = tree;
  const view = document.defaultView;
  abandon(walk);
  walk.inKeyframe = true;
  for (const root of tree.roots) tree.left(root);
  tree.roots.clear();
  tree.fields.clear();
  tree.ids.clear();
  tree.ruled = false;
  tree.numbers = new WeakMap();
  frames.int(Op.Keyframe);
  frames.int(t);
  frames.int(view?.innerWidth ?? 0);
  frames.int(view?.innerHeight ?? 0);
  frames.bool(document.compatMode === "BackCompat");
  frames.text(cleanUrl(document.baseURI, document.baseURI, []));
  openRoot(walk, document, NodeType.Document, tree.mask);
}

/** Whether there is something left to write. */
export function isBusy(walk: Walk): boolean {
  return walk.inKeyframe || walk.stack.length + walk.stateful.length > 0;
}

/** Forgets what is left to write. */
export function abandon(walk: Walk): void {
  walk.inKeyframe = false;
  walk.stack.length = 0;
  walk.stateful = [];
  walk.rests = [];
}

/**
 * Opens the run of siblings that begins at `first`: those in `nodes`, after the sibling with the number `after`.
 * `detached`: what was taken out in this batch.
 */
export function openRun(
  walk: Walk,
  first: Node,
  after: number,
  run: Set<Node>,
  detached: Set<Node>,
): void {
  const { tree } = walk;
  const parent = first.parentNode;
  const id = parent ? tree.ids.get(parent) : undefined;
  if (!parent || id === undefined) return;
  walk.detached = detached;
  const mask = recordedMask(tree, parent);
  walk.stack.push({ node: parent, id, mask, standing: "cut", next: first, last: after, run });
}

/** Opens a shadow root, or the document of a frame, that its recorded host got later. */
export function openLateRoot(walk: Walk, host: Element, root: Root): void {
  const { tree } = walk;
  const id = tree.ids.get(host);
  if (id === undefined) return;
  const mask = recordedMask(tree, host);
  openInsert(tree, id, 0);
  walk.stack.push({ node: host, id, mask, standing: "list", next: null, last: 0 });
  openInner(walk, host, root, mask);
}

/** The level that will write the children of a node, or undefined. */
export function levelOf(walk: Walk, parent: Node): { readonly run?: Set<Node> } | undefined {
  const id = walk.tree.ids.get(parent);
  return walk.stack.find((level) => level.node === parent && level.id === id);
}

function openInsert(tree: Tree, parent: number, after: number): void {
  tree.frames.int(Op.Insert);
  tree.frames.int(parent);
  tree.frames.int(after);
}

/** Writes the levels above `floor`, until the deadline (by performance.now()); what moves in this batch in any case. */
export function descend(walk: Walk, deadline: number, floor = 0): boolean {
  const { tree, stack } = walk;
  const { frames } = tree;
  let left = STRIDE;
  while (stack.length > floor) {
    const level = stack[stack.length - 1] as Level;
    if (left-- < 0) {
      left = STRIDE;
      if (!walk.detached.size && performance.now() > deadline) return rest(walk);
    }
    const node = level.next;
    if (!node) {
      stack.pop();
      if (level.standing !== "cut") frames.int(NodeType.End);
      continue;
    }
    level.next = following(level, node);
    cutIfLarge(walk);
    if (level.standing === "cut") {
      openInsert(tree, level.id, level.last);
      level.standing = "list";
    }
    level.last = writeNode(walk, level, node);
  }
  writeRests(walk);
  return true;
}

/** Goes on until all is written or the deadline has passed; returns whether all is. */
export function proceed(walk: Walk, deadline: number): boolean {
  if (!descend(walk, deadline)) return false;
  let left = STRIDE;
  for (let owner = walk.stateful.pop(); owner; owner = walk.stateful.pop()) {
    cutIfLarge(walk);
    writeState(walk.tree, owner);
    if (left-- < 0) {
      left = STRIDE;
      if (performance.now() > deadline) return !walk.stateful.length && finish(walk);
    }
  }
  return finish(walk);
}

function finish(walk: Walk): true {
  if (walk.inKeyframe) {
    const few = walk.maybeScrolled?.splice(0, FEW) ?? [];
    for (const element of few) if (isScrolled(element)) walk.tree.scrolled.add(element);
    writeScrolls(walk.tree);
    walk.tree.frames.int(Op.KeyframeEnd);
    walk.inKeyframe = false;
  }
  return true;
}

/** Leaves the stream in a state in which other operations may follow. */
function rest(walk: Walk): false {
  closeLevels(walk);
  writeRests(walk);
  return false;
}

function closeLevels({ stack, tree }: Walk): void {
  for (let at = stack.length - 1; at >= 0; at--) {
    const level = stack[at] as Level;
    if (level.standing !== "cut") tree.frames.int(NodeType.End);
    level.standing = "cut";
  }
}

/** Finds its places again after a rest, in a page that may have changed. Returns false where that is impossible. */
export function resume(walk: Walk): boolean {
  const { stack, tree } = walk;
  let good = true;
  const kept = stack.filter((level) => {
    const { node, id, next } = level;
    if (!next || tree.ids.get(node) !== id) return false;
    if (next.parentNode === node && numberBefore(tree, next) === level.last) return true;
    if (level.run || stack.some((other) => other !== level && other.node === node)) {
      good = false;
      return false;
    }
    // What has no number yet is what is left to write.
    level.next = node.firstChild;
    while (level.next && tree.ids.get(level.next) !== undefined) {
      level.next = level.next.nextSibling;
    }
    level.last = level.next ? numberBefore(tree, level.next) : 0;
    return level.next;
  });
  stack.splice(0, stack.length, ...kept);
  return good;
}

function numberBefore(tree: Tree, node: Node): number {
  return (node.previousSibling && tree.ids.get(node.previousSibling)) ?? 0;
}

function following(level: Level, node: Node): Node | null {
  const next = node.nextSibling;
  return level.run && next && !level.run.has(next) ? null : next;
}

/** What the player holds detached lives for one batch only, so a cut waits until all of it is placed. */
function cutIfLarge(walk: Walk): void {
  const { tree } = walk;
  if (tree.frames.size() < tree.bound() || walk.detached.size) return;
  closeLevels(walk);
  tree.cut(walk.inKeyframe);
  tree.frames.int(Op.Time);
  tree.frames.int(tree.now());
}

function writeRests(walk: Walk): void {
  const { frames } = walk.tree;
  const rests = walk.rests;
  walk.rests = [];
  for (const { id, start, text } of rests) {
    for (let at = 0; at < text.length; ) {
      const piece = text.slice(at, wholeEnd(text, at + TEXT_PIECE));
      cutIfLarge(walk);
      frames.int(Op.TextPatch);
      frames.int(id);
      frames.int(start + at);
      frames.int(0);
      frames.text(piece);
      at += piece.length;
    }
  }
}
