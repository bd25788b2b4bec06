// Mutation records to their net effect: what was there and is gone, what is new, what moved, and only the last
import { CDATA, TEXT } from "./node-types.ts";
// value of an attribute or a text. A node that came and went within one batch costs nothing.

import { Op } from "../wire/wire.gen.ts";
import { hasChoice, recordedAttribute, shownAsset, shownSource } from "./attributes.ts";
import { LONG_TEXT, recordedText, writeRun } from "./serialise.ts";
import { writeField, writeModal } from "./state.ts";
import { forget, isBlocked, maskOf, type Tree } from "./tree.ts";

export interface Batch {
  readonly removed: Set<Node>;
  readonly added: Set<Node>;
  readonly attributes: Map<Element, Set<string>>;
  readonly texts: Set<Node>;
}

/** Gathers records into a batch; looks at nothing but the records. */
export function gather(records: Iterable<MutationRecord>): Batch {
  const batch: Batch = {
    removed: new Set(),
    added: new Set(),
    attributes: new Map(),
    texts: new Set(),
  };
  for (const record of records) {
    const { type, target } = record;
    if (type === "childList") {
      for (const node of record.removedNodes) batch.removed.add(node);
      for (const node of record.addedNodes) batch.added.add(node);
    } else if (type === "characterData") {
      batch.texts.add(target);
    } else {
      const element = target as Element;
      const names = batch.attributes.get(element) ?? new Set();
      batch.attributes.set(element, names.add(prefixOf(record) + record.attributeName));
    }
  }
  return batch;
}

/** A record names the attribute without the prefix that it was recorded with. */
function prefixOf({ attributeNamespace }: MutationRecord): string {
  return attributeNamespace?.endsWith("xlink") ? "xlink:" : "";
}

/**
 * Writes a batch at time t; the Time operation stands before it already. Nodes in `unseen` were out of sight for a
 * while: where they are back, they are written anew.
 */
export function writeBatch(tree: Tree, batch: Batch, unseen: ReadonlySet<Node>, t: number): void {
  const firstNew = tree.ids.next();
  const isKnown = (node: Node) => tree.ids.get(node) !== undefined;
  const detached = new Set([...batch.removed].filter(isKnown));
  writeRemovals(tree, detached);
  for (const node of unseen) if (detached.delete(node)) forget(tree, node);
  const restyled = writeInsertions(tree, batch.added, detached, t);
  for (const node of detached) forget(tree, node);
  /** Nodes that were written in this batch stand there as they are now. */
  const idBefore = (node: Node) => {
    const id = tree.ids.get(node) ?? firstNew;
    return id < firstNew ? id : 0;
  };
  for (const [element, names] of batch.attributes) {
    const id = idBefore(element);
    if (id) writeAttributeChanges(tree, element, id, names);
  }
  for (const node of batch.texts) {
    const id = idBefore(node);
    if (id) writeTextChange(tree, node, id);
    restyled.add(styleOwner(node));
  }
  for (const owner of restyled) if (owner) tree.sheets.write(tree, owner);
}

function styleOwner(node: Node): Element | undefined {
  const parent = node.parentElement;
  return parent?.localName === "style" ? parent : undefined;
}

function writeRemovals(tree: Tree, detached: ReadonlySet<Node>): void {
  if (!detached.size) return;
  tree.frames.int(Op.Remove);
  tree.frames.int(detached.size);
  for (const node of detached) tree.frames.int(tree.ids.get(node) ?? 0);
}

function writeInsertions(
  tree: Tree,
  added: ReadonlySet<Node>,
  detached: Set<Node>,
  t: number,
): Set<Element | undefined> {
  const restyled = new Set<Element | undefined>();
  const firstNew = tree.ids.next();
  // A node that was moved within its parent may be told as removed only.
  const standing = new Set(
    [...added, ...detached].filter((node) => isPlaced(tree, node, firstNew)),
  );
  for (const node of standing) {
    const before = node.previousSibling;
    if (before && standing.has(before)) continue; // not the head of a run
    restyled.add(styleOwner(node));
    const after = before ? tree.ids.get(before) : 0;
    if (after === undefined) tree.untrue();
    else writeRun(tree, t, node, after, standing, detached);
  }
  return restyled;
}

/** Whether a node stands under a parent that was recorded before this batch and shows its children. */
function isPlaced(tree: Tree, node: Node, firstNew: number): boolean {
  const parent = node.parentNode;
  const id = parent ? tree.ids.get(parent) : undefined;
  if (!parent || id === undefined || id >= firstNew) return false;
  return node.isConnected && !tree.opaque.has(parent);
}

function writeAttributeChanges(
  tree: Tree,
  element: Element,
  id: number,
  names: ReadonlySet<string>,
): void {
  if (names.has("data-footfall") || names.has("contenteditable")) {
    tree.untrue();
    return;
  }
  const mask = maskOf(element, tree.mask);
  if (isBlocked(element, mask)) return;
  for (const name of names) writeAttribute(tree, element, id, name, mask);
  if (names.has("type") || names.has("autocomplete")) writeField(tree, element);
  if (names.has("open") && element.localName === "dialog") writeModal(tree, element);
}

function writeAttribute(
  tree: Tree,
  element: Element,
  id: number,
  name: string,
  mask: Parameters<typeof recordedAttribute>[3],
): void {
  const { frames } = tree;
  if (name === "srcset" || (name === "src" && hasChoice(element))) {
    writeShown(tree, element);
    return;
  }
  const raw = element.getAttribute(name);
  const value = raw === null ? undefined : recordedAttribute(element, name, raw, mask, tree);
  if (raw !== null && value === undefined) return; // never recorded, so there is nothing to change
  frames.int(Op.Attribute);
  frames.int(id);
  frames.text(name);
  if (value === undefined) frames.nil();
  else frames.text(value);
}

/** Writes which of its sources an image shows now. */
export function writeShown(tree: Tree, image: Element): void {
  const id = tree.ids.get(image);
  if (id === undefined || !shownSource(image) || isBlocked(image, maskOf(image, tree.mask))) return;
  tree.frames.int(Op.Attribute);
  tree.frames.int(id);
  tree.frames.text("src");
  tree.frames.text(shownAsset(image, tree.asset));
}

function writeTextChange(tree: Tree, node: Node, id: number): void {
  // Comments have no recorded text.
  if (node.nodeType !== TEXT && node.nodeType !== CDATA) return;
  const { frames, longTexts } = tree;
  const text = recordedText(tree, node.parentNode, node.nodeValue ?? "", maskOf(node, tree.mask));
  const old = longTexts.get(node);
  if (text.length > LONG_TEXT) longTexts.set(node, text);
  else longTexts.delete(node);
  const patch = old === undefined ? undefined : difference(old, text);
  frames.int(patch ? Op.TextPatch : Op.Text);
  frames.int(id);
  if (patch) {
    frames.int(patch.start);
    frames.int(patch.deleted);
  }
  frames.text(patch ? patch.text : text);
}

/** The one stretch in which two texts differ, in UTF-16 units, never parting a surrogate pair; undefined where it saves little. */
export function difference(
  old: string,
  now: string,
): { start: number; deleted: number; text: string } | undefined {
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  if (start && isHigh(old.charCodeAt(start - 1))) start--;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  if (end && isLow(old.charCodeAt(old.length - end))) end--;
  if (start + end < LONG_TEXT / 2) return undefined;
  return { start, deleted: old.length - end - start, text: now.slice(start, now.length - end) };
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
