// The walk through the page that writes it straight into the chunk: a keyframe, or a run of inserted nodes.
import { CDATA, DOCTYPE, ELEMENT, TEXT } from "./node-types.ts";
// Iterative, so that no depth overflows the stack, and cut over chunks where it grows large.

import { NodeType, Op } from "../wire/wire.gen.ts";
import { hasChoice, recordedAttribute, shownAsset } from "./attributes.ts";
import { type Mask, maskText } from "./privacy.ts";
import { writeState } from "./state.ts";
import { innerDocument, innerMask, isBlocked, maskOf, type Root, type Tree } from "./tree.ts";
import { rewriteCss } from "./url.ts";

const EMPTY = /^(script|noscript|textarea|template|iframe|frame|object|embed|audio|canvas)$/;
const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
/** Characters of a text written at once; the rest follows as patches, so that a cut can come between. */
const TEXT_PIECE = 32_000;
export const LONG_TEXT = 64;

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
  readonly run?: ReadonlySet<Node>;
}

interface Walk {
  readonly tree: Tree;
  readonly t: number;
  readonly isKeyframe: boolean;
  /** Nodes taken out in this batch; those found again are written as Known and taken from here. */
  readonly detached: Set<Node>;
  readonly stack: Level[];
  /** Elements and roots that may have state besides their attributes. */
  readonly stateful: (Element | Root)[];
  readonly rests: { readonly id: number; readonly start: number; readonly text: string }[];
}

/** Writes the whole page. */
export function writeKeyframe(tree: Tree, document: Document, t: number): void {
  const { frames } = tree;
  const view = document.defaultView;
  const walk = newWalk(tree, t, true, new Set());
  for (const root of tree.roots) tree.left(root);
  tree.roots.clear();
  tree.fields.clear();
  tree.ids.clear();
  frames.int(Op.Keyframe);
  frames.int(t);
  frames.int(view?.innerWidth ?? 0);
  frames.int(view?.innerHeight ?? 0);
  frames.bool(document.compatMode === "BackCompat");
  frames.text(document.baseURI.split(/[?#]/)[0] ?? "");
  openRoot(walk, document, NodeType.Document, tree.mask);
  run(walk);
  frames.int(Op.KeyframeEnd);
}

/** Writes the run of siblings that begins at `first`: those in `nodes`, after the sibling with the number `after`. */
export function writeRun(
  tree: Tree,
  t: number,
  first: Node,
  after: number,
  nodes: ReadonlySet<Node>,
  detached: Set<Node>,
): void {
  const parent = first.parentNode;
  const id = parent ? tree.ids.get(parent) : undefined;
  if (!parent || id === undefined) return;
  const walk = newWalk(tree, t, false, detached);
  openInsert(tree, id, after);
  walk.stack.push({
    node: parent,
    id,
    mask: maskOf(parent, tree.mask),
    standing: "list",
    next: first,
    last: after,
    run: nodes,
  });
  run(walk);
}

/** Writes a shadow root, or the document of a frame, that its recorded host got later. */
export function writeLateRoot(tree: Tree, t: number, host: Element, root: Root): void {
  const id = tree.ids.get(host);
  if (id === undefined) return;
  const walk = newWalk(tree, t, false, new Set());
  const mask = maskOf(host, tree.mask);
  openInsert(tree, id, 0);
  walk.stack.push({ node: host, id, mask, standing: "list", next: null, last: 0 });
  openInner(walk, host, root, mask);
  run(walk);
}

function newWalk(tree: Tree, t: number, isKeyframe: boolean, detached: Set<Node>): Walk {
  return { tree, t, isKeyframe, detached, stack: [], stateful: [], rests: [] };
}

function openInsert(tree: Tree, parent: number, after: number): void {
  tree.frames.int(Op.Insert);
  tree.frames.int(parent);
  tree.frames.int(after);
}

function run(walk: Walk): void {
  const { tree, stack } = walk;
  const { frames } = tree;
  for (let level = stack.at(-1); level; level = stack.at(-1)) {
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
  for (const rest of walk.rests) writeRest(walk, rest.id, rest.start, rest.text);
  for (const owner of walk.stateful) {
    cutIfLarge(walk);
    writeState(tree, owner, walk.isKeyframe);
  }
}

function following(level: Level, node: Node): Node | null {
  const next = node.nextSibling;
  return level.run && next && !level.run.has(next) ? null : next;
}

/** What the player holds detached lives for one batch only, so a cut waits until all of it is placed. */
function cutIfLarge(walk: Walk): void {
  const { tree, stack } = walk;
  if (tree.frames.size() < tree.bound() || walk.detached.size) return;
  for (const level of [...stack].reverse()) {
    if (level.standing !== "cut") tree.frames.int(NodeType.End);
    level.standing = "cut";
  }
  tree.cut(walk.isKeyframe);
  tree.frames.int(Op.Time);
  tree.frames.int(tree.now());
}

function writeRest(walk: Walk, id: number, start: number, text: string): void {
  const { frames } = walk.tree;
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

/** The same position, or the one before when that would part a surrogate pair. */
function wholeEnd(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}

function writeNode(walk: Walk, level: Level, node: Node): number {
  const { tree, detached } = walk;
  const { frames, ids } = tree;
  const known = ids.get(node);
  if (known !== undefined) {
    // Else it comes out of something that was removed; it is written anew.
    if (detached.delete(node)) {
      frames.int(NodeType.Known);
      frames.int(known);
      return known;
    }
  }
  const id = ids.give(node);
  switch (node.nodeType) {
    case ELEMENT:
      writeElement(walk, node as Element, id, level.mask);
      break;
    case TEXT:
    case CDATA:
      writeText(walk, level, node, id);
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

function writeText(walk: Walk, level: Level, node: Node, id: number): void {
  const { tree } = walk;
  const text = recordedText(tree, level.node, node.nodeValue ?? "", level.mask);
  if (text.length > LONG_TEXT) tree.longTexts.set(node, text);
  const end = wholeEnd(text, TEXT_PIECE);
  tree.frames.int(NodeType.Text);
  tree.frames.text(text.slice(0, end));
  if (text.length > end) walk.rests.push({ id, start: end, text: text.slice(end) });
}

/** A text as it is recorded under its parent. */
export function recordedText(tree: Tree, parent: Node | null, text: string, mask: Mask): string {
  if ((parent as Element | null)?.localName === "style") {
    const base = (parent as Element).baseURI;
    return rewriteCss(text, (url) => tree.asset(url, base));
  }
  return maskText(text, mask);
}

function writeElement(walk: Walk, element: Element, id: number, outer: Mask): void {
  const { tree, stack } = walk;
  const { frames } = tree;
  const mask = innerMask(element, outer, tree.mask);
  const blocked = isBlocked(element, mask);
  const tag = element.localName;
  frames.int(typeOf(element));
  frames.text(tag);
  writeAttributes(tree, element, mask, blocked);
  const isEmpty = blocked || EMPTY.test(tag);
  if (isEmpty) tree.opaque.add(element);
  const next = isEmpty ? null : element.firstChild;
  stack.push({ node: element, id, mask, standing: "open", next, last: 0 });
  if (blocked) return;
  walk.stateful.push(element);
  const inner = innerDocument(element) ?? tree.shadowOf(element);
  if (inner) openInner(walk, element, inner, mask);
}

function typeOf(element: Element): number {
  if (element.namespaceURI === HTML) return NodeType.Element;
  return element.namespaceURI === SVG ? NodeType.Svg : NodeType.MathMl;
}

function writeAttributes(tree: Tree, element: Element, mask: Mask, blocked: boolean): void {
  const pairs: string[] = [];
  if (blocked) {
    const { width, height } = element.getBoundingClientRect();
    pairs.push("ff-blocked", `${Math.round(width)}x${Math.round(height)}`);
  }
  for (const name of element.getAttributeNames()) {
    if (blocked && name !== "class" && name !== "id") continue;
    const value = recordedAttribute(element, name, element.getAttribute(name) ?? "", mask, tree);
    if (value !== undefined) pairs.push(name, value);
  }
  if (!blocked && hasChoice(element) && !element.hasAttribute("src")) {
    pairs.push("src", shownAsset(element, tree.asset));
  }
  if (element.localName.includes("-") && !element.matches(":defined")) {
    pairs.push("ff-undefined", "");
  }
  tree.frames.int(pairs.length / 2);
  for (const text of pairs) tree.frames.text(text);
}

function openInner(walk: Walk, host: Element, root: Root, mask: Mask): void {
  if ("host" in root) {
    openRoot(walk, root, NodeType.ShadowRoot, mask);
  } else {
    walk.tree.documents.set(host, root);
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
