// What a node is in the stream: its type, its attributes, its text; and the levels that its children will need.

import { NodeType } from "../wire/wire.gen.ts";
import { hasChoice, recordedAttribute, shownAsset } from "./attributes.ts";
import { CDATA, DOCTYPE, ELEMENT, TEXT } from "./node-types.ts";
import { type Mask, maskCss, maskText } from "./privacy.ts";
import { hasSelectors } from "./rules.ts";
import { STATEFUL } from "./state.ts";
import { innerDocument, innerMask, isBlocked, type Root, type Tree } from "./tree.ts";
import { rewriteCss } from "./url.ts";

const EMPTY = /^(script|noscript|textarea|template|iframe|frame|object|embed|audio|canvas)$/;
const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
/** Characters of a text written at once; the rest follows as patches, so that a cut can come between. */
export const TEXT_PIECE = 32_000;
export const LONG_TEXT = 64;

/** How a level of the walk stands in the stream: its node is open, its children need an Insert, or are in one. */
export type Standing = "open" | "cut" | "list";

export interface Level {
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

/** The same position, or the one before when that would part a surrogate pair. */
export function wholeEnd(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}

export function writeNode(walk: Walk, level: Level, node: Node): number {
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
  // Where a frozen part stands may be said by its style alone.
  const shown = tree.frozen?.has(element) ? /^(class|id|style)$/ : /^(class|id)$/;
  for (const name of names) {
    if (blocked && !shown.test(name)) continue;
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

export function openInner(walk: Walk, host: Element, root: Root, mask: Mask): void {
  if ("host" in root) {
    openRoot(walk, root, NodeType.ShadowRoot, mask);
  } else {
    walk.tree.documents.set(host, root);
    walk.tree.holders.set(root, host);
    openRoot(walk, root, NodeType.Frame, mask);
  }
}

export function openRoot(walk: Walk, root: Root, type: number, mask: Mask): void {
  const { tree, stack } = walk;
  tree.frames.int(type);
  if ("host" in root) tree.frames.int(root.mode === "closed" ? 1 : 0);
  const id = tree.ids.give(root);
  tree.roots.add(root);
  tree.joined(root);
  stack.push({ node: root, id, mask, standing: "open", next: root.firstChild, last: 0 });
  walk.stateful.push(root);
}
