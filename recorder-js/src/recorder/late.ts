// Shadow roots and documents of frames that came after the element that holds them.

import { Op } from "../wire/wire.gen.ts";
import type { Walk } from "./serialise.ts";
import { forget, innerDocument, type Root } from "./tree.ts";
import { descend, openLateRoot } from "./walk.ts";

/** Writes the shadow root of a recorded element, if it is not recorded yet. */
export function writeShadow(walk: Walk, host: Element, until: number): void {
  const { tree } = walk;
  const shadow = tree.shadowOf(host);
  const isNew = shadow && tree.ids.get(shadow) === undefined && !tree.opaque.has(host);
  if (isNew) write(walk, host, shadow, until);
}

/** Writes the document that a recorded frame has now, in the place of the one before. */
export function writeFrame(walk: Walk, frame: Element, until: number): void {
  const { tree } = walk;
  if (tree.ids.get(frame) === undefined) return;
  const old = tree.documents.get(frame);
  const id = old && tree.ids.get(old);
  if (old && id !== undefined) {
    for (const value of [Op.Remove, 1, id]) tree.frames.int(value);
    forget(tree, old);
  }
  const now = innerDocument(frame);
  if (now) write(walk, frame, now, until);
}

function write(walk: Walk, host: Element, root: Root, until: number): void {
  const floor = walk.stack.length;
  openLateRoot(walk, host, root);
  descend(walk, until, floor);
}
