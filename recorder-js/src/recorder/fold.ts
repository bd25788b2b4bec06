// Mutation records to their net effect: what was there and is gone, what is new, what moved, and only the last
// value of an attribute or a text. A node that came and went within one batch costs nothing.

import { areAlike, splitNumbers } from "../wire/numbers.ts";
import { Op } from "../wire/wire.gen.ts";
import { hasChoice, recordedAttribute, shownAsset, shownSource } from "./attributes.ts";
import { CDATA, TEXT } from "./node-types.ts";
import { type Mask, STRICT } from "./privacy.ts";
import { hasNewRule } from "./rules.ts";
import { LONG_TEXT, recordedText, type Walk } from "./serialise.ts";
import { writeField, writeModal } from "./state.ts";
import { forget, isBlocked, recordedMask, type Tree } from "./tree.ts";
import { descend, levelOf, openRun } from "./walk.ts";

/** Characters of an attribute that may be worth sending by its numbers. */
const MIN_MOVING = 16;
const MAX_MOVING = 1000;

export interface Batch {
  readonly removed: Set<Node>;
  readonly added: Set<Node>;
  /** By name, as there are few. */
  readonly attributes: Map<string, Set<Element>>;
  readonly texts: Set<Node>;
}

/** Without what happens in frozen parts: nodes without a number stand there, or are written as they are by then. */
export function thinned({ frozen, ids }: Tree, found: MutationRecord[]): MutationRecord[] {
  if (!frozen) return found;
  return found.filter(({ target }) => ids.get(target) !== undefined && !frozen.has(target));
}

/** Gathers records into a batch; looks at nothing but the records. */
export function gather(records: readonly (readonly MutationRecord[])[]): Batch {
  const batch: Batch = {
    removed: new Set(),
    added: new Set(),
    attributes: new Map(),
    texts: new Set(),
  };
  for (const some of records) for (const record of some) gatherOne(batch, record);
  return batch;
}

function gatherOne(batch: Batch, record: MutationRecord): void {
  const { type, target } = record;
  if (type === "childList") {
    for (const node of record.removedNodes) batch.removed.add(node);
    for (const node of record.addedNodes) batch.added.add(node);
  } else if (type === "characterData") {
    batch.texts.add(target);
  } else {
    const name = prefixOf(record) + record.attributeName;
    const elements = batch.attributes.get(name);
    if (elements) elements.add(target as Element);
    else batch.attributes.set(name, new Set([target as Element]));
  }
}

/** A record names the attribute without the prefix that it was recorded with. */
function prefixOf({ attributeNamespace }: MutationRecord): string {
  return attributeNamespace?.endsWith("xlink") ? "xlink:" : "";
}

/**
 * Writes a batch; its Time operation stands before it already. Nodes in `unseen` were out of sight for a while: where
 * they are back, they are written anew. What is inserted is written until the deadline; the rest stays in the walk.
 */
export function writeBatch(
  walk: Walk,
  batch: Batch,
  unseen: ReadonlySet<Node>,
  deadline: number,
): void {
  const { tree } = walk;
  const firstNew = tree.ids.next();
  const moving = writeRemovals(tree, batch.removed, unseen);
  const restyled = writeInsertions(walk, batch.added, moving, deadline);
  for (const node of moving) forget(tree, node);
  /** Nodes that were written in this batch stand there as they are now. */
  const idBefore = (node: Node) => {
    const id = tree.ids.get(node) ?? firstNew;
    return id < firstNew ? id : 0;
  };
  for (const [name, elements] of batch.attributes) {
    if (name === "data-footfall" || name === "contenteditable") tree.untrue();
    for (const element of elements) writeAttributeChange(tree, element, idBefore(element), name);
  }
  for (const node of batch.texts) {
    writeTextChange(tree, node, idBefore(node));
    restyled.add(styleOwner(node));
  }
  for (const owner of restyled) if (owner) tree.sheets.write(tree, owner);
}

function styleOwner(node: Node): Element | undefined {
  const parent = node.parentElement;
  return parent?.localName === "style" ? parent : undefined;
}

/** Returns those that are still in the page, and so may be found again at another place. */
function writeRemovals(
  tree: Tree,
  removed: ReadonlySet<Node>,
  unseen: ReadonlySet<Node>,
): Set<Node> {
  const known = [...removed].filter((node) => tree.ids.get(node) !== undefined);
  const moving = new Set<Node>();
  if (!known.length) return moving;
  tree.frames.int(Op.Remove);
  tree.frames.int(known.length);
  for (const node of known) tree.frames.int(tree.ids.get(node) ?? 0);
  for (const node of known) {
    if (node.isConnected && !unseen.has(node)) moving.add(node);
    else forget(tree, node);
  }
  return moving;
}

function writeInsertions(
  walk: Walk,
  added: ReadonlySet<Node>,
  moving: Set<Node>,
  deadline: number,
): Set<Element | undefined> {
  const { tree, stack } = walk;
  const restyled = new Set<Element | undefined>();
  const firstNew = tree.ids.next();
  // A node that was moved within its parent may be told as removed only.
  const standing = new Set<Node>();
  for (const nodes of [added, moving]) {
    for (const node of nodes) if (isPlaced(tree, node, firstNew)) standing.add(node);
  }
  for (const node of standing) {
    const before = node.previousSibling;
    if (before && standing.has(before)) continue; // not the head of a run
    restyled.add(styleOwner(node));
    const after = before ? tree.ids.get(before) : 0;
    if (after === undefined) {
      leaveToWalk(walk, node, standing);
      continue;
    }
    const floor = stack.length;
    openRun(walk, node, after, standing, moving);
    descend(walk, deadline, floor);
  }
  walk.detached = new Set();
  return restyled;
}

/** The sibling before is not written yet, so the walk that will write it writes these too. */
function leaveToWalk(walk: Walk, first: Node, run: ReadonlySet<Node>): void {
  const level = first.parentNode ? levelOf(walk, first.parentNode) : undefined;
  if (!level) walk.tree.untrue();
  if (!level?.run) return;
  for (let node: Node | null = first; node && run.has(node); node = node.nextSibling) {
    level.run.add(node);
  }
}

/** Whether a node stands under a parent that was recorded before this batch and shows its children. */
function isPlaced(tree: Tree, node: Node, firstNew: number): boolean {
  const parent = node.parentNode;
  const id = parent ? tree.ids.get(parent) : undefined;
  if (!parent || id === undefined || id >= firstNew) return false;
  return node.isConnected && !tree.opaque.has(parent);
}

function writeAttributeChange(tree: Tree, element: Element, id: number, name: string): void {
  if (!id) return;
  if (hasNewRule(element)) tree.untrue();
  const mask = recordedMask(tree, element);
  if ((tree.ruled || mask >= STRICT) && isBlocked(element, mask)) return;
  writeAttribute(tree, element, id, name, mask);
  if (name === "type" || name === "autocomplete") writeField(tree, element);
  if (name === "open" && element.localName === "dialog") writeModal(tree, element);
}

function writeAttribute(tree: Tree, element: Element, id: number, name: string, mask: Mask): void {
  const { frames } = tree;
  if (name === "srcset" || (name === "src" && hasChoice(element))) {
    writeShown(tree, element);
    return;
  }
  const raw = element.getAttribute(name);
  const value = raw === null ? undefined : recordedAttribute(element, name, raw, mask, tree);
  if (raw !== null && value === undefined) return; // never recorded, so there is nothing to change
  if (value !== undefined && writeNumbers(tree, element, id, name, value)) return;
  frames.int(Op.Attribute);
  frames.int(id);
  frames.text(name);
  if (value === undefined) frames.nil();
  else frames.text(value);
}

/** Writes the value by its numbers, if the element's attribute has changed before; returns whether it did. */
function writeNumbers(
  tree: Tree,
  element: Element,
  id: number,
  name: string,
  value: string,
): boolean {
  if (value.length < MIN_MOVING || value.length > MAX_MOVING) return false;
  const kept = tree.numbers.get(element);
  const isKnown = kept?.id === id && kept.name === name;
  const before = isKnown ? kept.numbers : undefined;
  const numbers = isKnown ? splitNumbers(value, before) : undefined;
  tree.numbers.set(element, { id, name, numbers });
  if (!numbers) return false;
  const { frames } = tree;
  const { words, scales, values } = numbers;
  const isAlike = before && areAlike(before, numbers);
  frames.int(isAlike ? Op.NumbersBy : Op.Numbers);
  frames.int(id);
  if (!isAlike) {
    frames.text(name);
    frames.text(words);
    frames.int(scales.length);
    scales.forEach(frames.int);
  }
  frames.int(values.length);
  for (const [index, number] of values.entries()) {
    frames.int(number - ((isAlike && before.values[index]) || 0));
  }
  return true;
}

/** Writes which of its sources an image shows now. */
export function writeShown(tree: Tree, image: Element): void {
  const id = tree.ids.get(image);
  if (id === undefined || !shownSource(image) || isBlocked(image, recordedMask(tree, image)))
    return;
  tree.frames.int(Op.Attribute);
  tree.frames.int(id);
  tree.frames.text("src");
  tree.frames.text(shownAsset(image, tree.asset));
}

/** Writes a recorded element anew, as now something else stands for it. */
export function rewrite(walk: Walk, element: Element): void {
  const { tree, stack } = walk;
  const before = element.previousSibling;
  const after = before ? tree.ids.get(before) : 0;
  const id = tree.ids.get(element);
  if (id === undefined || after === undefined) return;
  for (const value of [Op.Remove, 1, id]) tree.frames.int(value);
  forget(tree, element);
  const floor = stack.length;
  openRun(walk, element, after, new Set([element]), new Set());
  descend(walk, Number.POSITIVE_INFINITY, floor);
}

function writeTextChange(tree: Tree, node: Node, id: number): void {
  // Comments have no recorded text.
  if (!id || (node.nodeType !== TEXT && node.nodeType !== CDATA)) return;
  const { frames, longTexts } = tree;
  const text = recordedText(tree, node.parentNode, node.nodeValue ?? "", recordedMask(tree, node));
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
