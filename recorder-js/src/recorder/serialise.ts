// The walk through the page that writes it straight into the chunk: a keyframe, or runs of inserted nodes.
//
// Iterative, so that no depth overflows the stack; cut over chunks where it grows large; and it can rest between two
// nodes and go on later, however the page has changed meanwhile. What it still has to do is a stack of levels, each a
// parent whose children are not all written yet. To rest, it closes every open node: from then on the level's children
// are written by insertions. Whoever writes changes meanwhile leaves alone what stands behind an unwritten sibling.

import { NodeType, Op } from "../wire/wire.gen.ts";
import { hasChoice, recordedAttribute, shownAsset } from "./attributes.ts";
import { CDATA, DOCTYPE, ELEMENT, TEXT } from "./node-types.ts";
import { type Mask, maskCss, maskText } from "./privacy.ts";
import { hasSelectors } from "./rules.ts";
import { isScrolled, STATEFUL, writeScrolls, writeState } from "./state.ts";
import { innerDocument, innerMask, isBlocked, type Root, recordedMask, type Tree } from "./tree.ts";
import { cleanUrl, rewriteCss } from "./url.ts";

const EMPTY = /^(script|noscript|textarea|template|iframe|frame|object|embed|audio|canvas)$/;
const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
/** Characters of a text written at once; the rest follows as patches, so that a cut can come between. */
const TEXT_PIECE = 32_000;
export const LONG_TEXT = 64;
/** Nodes between two looks at the clock. */
const STRIDE = 64;
/** So many elements may be asked for their scroll position within a keyframe. */
const FEW = 300;

/** How a level of the walk stands in the stream: its node is open, its children need an Insert, or are in one. */
type Standing = "open" | "cut" | "list";

interface Level {
  readonly node: Node;
  readonly id: number;
  readonly mask: Mask;
  standing: Standing;
  next: Node | null;
  /** Number of the child written last. */
  last: number;
  /** In an inserted run: the nodes that belong to it. */
  readonly run?: Set<Node>;
}

export interface Walk {
  readonly tree: Tree;
  /** The keyframe is not whole yet. */
  inKeyframe: boolean;
  /** Nodes taken out in this batch; those found again are written as Known and taken from here. */
  detached: Set<Node>;
  readonly stack: Level[];
  /** Elements and roots that may have state besides their attributes. */
  stateful: (Element | Root)[];
  rests: { readonly id: number; readonly start: number; readonly text: string }[];
  /** Elements that may have been scrolled before anybody listened; gathered by the first keyframe. */
  maybeScrolled: Element[] | undefined;
}

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

/** The same position, or the one before when that would part a surrogate pair. */
function wholeEnd(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}

function writeNode(walk: Walk, level: Level, node: Node): number {
  const { tree, detached } = walk;
  const { frames, ids } = tree;
  // Else, if it has a number, it comes out of something that was removed; it is written anew.
  if (detached.size && detached.delete(node)) {
    const known = ids.get(node) ?? 0;
    frames.int(NodeType.Known);
    frames.int(known);
    return known;
  }
  const id = ids.give(node);
  switch (node.nodeType) {
    case ELEMENT:
      writeElement(walk, node as Element, id, level.mask);
      break;
    case TEXT:
    case CDATA:
      writeText(walk, level, node as Text, id);
      break;
    case DOCTYPE: {
      const { name, publicId, systemId } = node as DocumentType;
      frames.int(NodeType.Doctype);
      for (const text of [name, publicId, systemId]) frames.text(text);
      break;
    }
    default:
      frames.int(NodeType.Comment);
  }
  return id;
}

function writeText(walk: Walk, level: Level, node: Text, id: number): void {
  const { tree } = walk;
  const text = recordedText(tree, level.node, node.data, level.mask);
  if (text.length > LONG_TEXT) tree.longTexts.set(node, text);
  tree.frames.int(NodeType.Text);
  if (text.length <= TEXT_PIECE) {
    tree.frames.text(text);
    return;
  }
  const end = wholeEnd(text, TEXT_PIECE);
  tree.frames.text(text.slice(0, end));
  walk.rests.push({ id, start: end, text: text.slice(end) });
}

/** A text as it is recorded under its parent. */
export function recordedText(tree: Tree, parent: Node | null, text: string, mask: Mask): string {
  if ((parent as Element | null)?.localName === "style") {
    const base = (parent as Element).baseURI;
    return maskCss(
      rewriteCss(text, (url) => tree.asset(url, base)),
      mask,
    );
  }
  return maskText(text, mask);
}

/** What is to be known of a tag; pages have few, each thousands of times. */
interface Tag {
  readonly isEmpty: boolean;
  readonly isStateful: boolean;
  readonly isFrame: boolean;
  /** It may be recorded with an attribute that it does not have. */
  readonly isSpecial: boolean;
  /** Texts and their like hold no scrolled content. */
  readonly mayScroll: boolean;
}

const TEXTUAL =
  /^(a|abbr|b|button|cite|em|h\d|i|img|label|li|option|p|path|s|small|span|strong|t[dhr]|u|use)$/;
const tags = new Map<string, Tag>();

function tagOf(name: string): Tag {
  const known = tags.get(name);
  if (known) return known;
  const found: Tag = {
    isEmpty: EMPTY.test(name),
    isStateful: STATEFUL.test(name),
    isFrame: /^i?frame$/.test(name),
    isSpecial: /^(img|canvas|iframe)$|-/.test(name),
    mayScroll: !TEXTUAL.test(name),
  };
  if (tags.size < 1000) tags.set(name, found);
  return found;
}

function writeElement(walk: Walk, element: Element, id: number, outer: Mask): void {
  const { tree } = walk;
  const { frames } = tree;
  const name = element.localName;
  const tag = tagOf(name);
  const names = element.getAttributeNames();
  const isRuled =
    hasSelectors() || names.includes("data-footfall") || names.includes("contenteditable");
  if (isRuled) tree.ruled = true;
  const mask = isRuled ? innerMask(element, outer, tree.mask) : outer;
  const blocked = isBlocked(element, mask) || tree.frozen?.has(element) === true;
  frames.int(typeOf(element));
  frames.text(name);
  writeAttributes(tree, element, names, mask, blocked, tag);
  if (blocked || tag.isEmpty) tree.opaque.add(element);
  if (blocked) {
    frames.int(NodeType.End);
    return;
  }
  if (tag.isStateful) walk.stateful.push(element);
  if (tag.mayScroll) walk.maybeScrolled?.push(element);
  openElement(walk, element, id, mask, tag);
}

function openElement(walk: Walk, element: Element, id: number, mask: Mask, tag: Tag): void {
  const next = tag.isEmpty ? null : element.firstChild;
  const inner = tag.isFrame ? innerDocument(element) : walk.tree.shadowOf(element);
  if (!next && !inner) {
    walk.tree.frames.int(NodeType.End);
    return;
  }
  walk.stack.push({ node: element, id, mask, standing: "open", next, last: 0 });
  if (inner) openInner(walk, element, inner, mask);
}

function typeOf(element: Element): number {
  if (element.namespaceURI === HTML) return NodeType.Element;
  return element.namespaceURI === SVG ? NodeType.Svg : NodeType.MathMl;
}

function writeAttributes(
  tree: Tree,
  element: Element,
  names: readonly string[],
  mask: Mask,
  blocked: boolean,
  tag: Tag,
): void {
  if (!names.length && !blocked && !tag.isSpecial) {
    tree.frames.int(0);
    return;
  }
  const pairs: string[] = [];
  if (blocked) {
    const { width, height } = element.getBoundingClientRect();
    pairs.push("ff-blocked", `${Math.round(width)}x${Math.round(height)}`);
  }
  for (const name of names) {
    if (blocked && name !== "class" && name !== "id") continue;
    const value = recordedAttribute(element, name, element.getAttribute(name) ?? "", mask, tree);
    if (value !== undefined) pairs.push(name, value);
  }
  if (tag.isSpecial && !blocked) pairs.push(...ownAttributes(tree, element, names));
  tree.frames.int(pairs.length / 2);
  for (const text of pairs) tree.frames.text(text);
}

/** What stands in no attribute of the page and is recorded as one. */
function ownAttributes(tree: Tree, element: Element, names: readonly string[]): string[] {
  if (hasChoice(element))
    return names.includes("src") ? [] : ["src", shownAsset(element, tree.asset)];
  const { localName } = element;
  if (!localName.includes("-") || element.matches(":defined"))
    return [...(tree.marks.get(element) ?? [])];
  tree.undefinedNames.add(localName);
  return ["ff-undefined", ""];
}

function openInner(walk: Walk, host: Element, root: Root, mask: Mask): void {
  if ("host" in root) {
    openRoot(walk, root, NodeType.ShadowRoot, mask);
  } else {
    walk.tree.documents.set(host, root);
    walk.tree.holders.set(root, host);
    openRoot(walk, root, NodeType.Frame, mask);
  }
}

function openRoot(walk: Walk, root: Root, type: number, mask: Mask): void {
  const { tree, stack } = walk;
  tree.frames.int(type);
  if ("host" in root) tree.frames.int(root.mode === "closed" ? 1 : 0);
  const id = tree.ids.give(root);
  tree.roots.add(root);
  tree.joined(root);
  stack.push({ node: root, id, mask, standing: "open", next: root.firstChild, last: 0 });
  walk.stateful.push(root);
}
