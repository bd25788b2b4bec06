// What a rebuilt page is like, in the terms of a Digest: how many elements, how they are nested, where landmarks stand.

import { createRootHash, type Outline } from "../wire/digest.ts";
import { NodeType } from "../wire/wire.gen.ts";
import type { Mirror } from "./mirror.ts";
import { boxOf } from "./safe-dom.ts";
import { isElement, type Tree, type TreeNode } from "./tree.ts";

export interface Sight extends Outline {
  /** As in a Digest: five numbers each; a landmark that is not there is left out. */
  readonly boxes: readonly number[];
}

const NUMBERS_OF_BOX = 5;
/** A recorder tells of 20; uploads can be forged. */
const MAX_LANDMARKS = 64;

/** @param boxes of a Digest; only its numbers of nodes are looked at */
export function sightOf(mirror: Mirror, tree: Tree, boxes: readonly number[]): Sight {
  const outline = { elements: 0, hash: 0 };
  const roots = tree.root === undefined ? [] : [tree.root];
  // Roots within roots join the list while it is walked.
  for (const root of roots) addRoot(mirror, root, roots, outline);
  return { ...outline, boxes: boxesOf(mirror, boxes) };
}

function addRoot(mirror: Mirror, root: TreeNode, roots: TreeNode[], outline: Outline): void {
  const hash = createRootHash();
  // Levels that are begun, each with the node that comes next.
  const levels = [root.first];
  while (levels.length > 0 && !hash.isFull()) {
    const node = levels.pop();
    if (node === undefined) continue;
    levels.push(node.next);
    if (node.kind === NodeType.ShadowRoot || node.kind === NodeType.Frame) {
      roots.push(node);
      continue;
    }
    if (isElement(node) && isThere(mirror, node)) hash.add(node.tag, levels.length);
    levels.push(node.first);
  }
  hash.into(outline);
}

/** Whether it was built, or lies in what is left out on purpose. */
function isThere({ built, containers }: Mirror, { id, parent }: TreeNode): boolean {
  if (built.has(id)) return true;
  return parent !== undefined && isElement(parent) && !containers.has(parent.id);
}

function boxesOf(mirror: Mirror, told: readonly number[]): readonly number[] {
  const boxes: number[] = [];
  const end = Math.min(told.length, MAX_LANDMARKS * NUMBERS_OF_BOX);
  for (let at = 0; at + NUMBERS_OF_BOX <= end; at += NUMBERS_OF_BOX) {
    const id = told[at] ?? 0;
    const element = mirror.origin.has(id) ? mirror.built.get(id) : undefined;
    if (element !== undefined) boxes.push(id, ...boxOf(element as Element).map(Math.round));
  }
  return boxes;
}
