// What was heard of besides the browser's mutation records, and is to be written with the next batch.

import { writeShown } from "./fold.ts";
import { writeFrame, writeShadow } from "./late.ts";
import type { Walk } from "./serialise.ts";
import { drain } from "./sets.ts";
import { writeField } from "./state.ts";

export interface Pending {
  /** Elements that a shadow root was attached to. */
  readonly hosts: Set<Element>;
  /** Frames and images that have loaded. */
  readonly frames: Set<Element>;
  readonly images: Set<Element>;
  /** Form fields that may hold something else. */
  readonly fields: Set<Element>;
  /** Removed nodes, in which changes go unseen. */
  readonly unseen: Set<Node>;
}

export function createPending(): Pending {
  return {
    hosts: new Set(),
    frames: new Set(),
    images: new Set(),
    fields: new Set(),
    unseen: new Set(),
  };
}

/** Writes it, after the batch. */
export function writePending(walk: Walk, pending: Pending, until: number): void {
  const { tree } = walk;
  pending.unseen.clear();
  drain(pending.hosts, (host) => writeShadow(walk, host, until));
  drain(pending.frames, (frame) => writeFrame(walk, frame, until));
  drain(pending.images, (image) => writeShown(tree, image));
  drain(pending.fields, (field) => {
    tree.fields.add(field);
    writeField(tree, field);
  });
}
