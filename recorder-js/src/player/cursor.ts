// The place in a tab's operations: applies them up to a time, and keeps checkpoints so that going back is bounded.
//
// After a gap the ids of the stream no longer mean what they meant here. So nothing is applied from there to the next
// keyframe: the page stands still and is marked as untrue, rather than being changed at random.

import { FLAG_KEYFRAME, FLAG_KEYFRAME_PART } from "../wire/wire.gen.ts";
import { apply, endBatch, NOBODY, type Watcher } from "./apply.ts";
import type { Batch, Chunk } from "./chunk.ts";
import type { Track } from "./track.ts";
import { copyTree, createTree, type Tree } from "./tree.ts";

export interface Cursor {
  tree(): Tree;
  /** The document that the tree is of; 0 before any. */
  document(): number;
  /** When the keyframe that holds was taken. */
  keyframeTime(): number;
  /** Why the page is not what the visitor saw; undefined while it is. */
  untrue(): string | undefined;
  /** Whether `advance` could reach this time without going back or far ahead. */
  isNear(time: number): boolean;
  /** Applies what happened up to `time`. "waiting": a chunk is not here yet. "busy": the budget is spent. */
  advance(time: number, watcher: Watcher, budgetMs: number): "done" | "waiting" | "busy";
  /** Goes to a time from the nearest keyframe or checkpoint. All chunks from that keyframe on must be here. */
  seek(time: number): void;
}

interface Place {
  readonly chunk: number;
  readonly batch: number;
}

interface Checkpoint extends Place {
  readonly time: number;
  readonly tree: Tree;
  readonly document: number;
  readonly keyframeTime: number;
}

const CHECKPOINT_OPS = 4000;
const MAX_CHECKPOINT_NODES = 1_000_000;
const MAX_BATCHES_NEAR = 400;

/** @param opening is called with the document before each of its keyframes is applied. */
export function createCursor(track: Track, opening: (document: number) => void): Cursor {
  let tree = createTree();
  let at: Place = { chunk: 0, batch: 0 };
  let document = 0;
  let keyframeTime = 0;
  let reached = Number.NEGATIVE_INFINITY;
  let untrue: string | undefined = "nothing has arrived yet";
  let judged = false;
  let opsSince = 0;
  let checkpoints: Checkpoint[] = [];

  const flags = (chunk: number) => track.info.chunks[chunk]?.flags ?? 0;

  /** On coming to a chunk: whether its operations can be applied to the tree as it is. */
  function judge(index: number, chunk: Chunk | "lost"): void {
    judged = true;
    if (chunk === "lost") untrue ??= "a part is damaged";
    else if (isKeyframe(index)) return;
    else if (track.gapBefore(index)) untrue ??= "a part never arrived";
    else if (chunk.document !== document) untrue ??= "the page's picture never arrived";
  }

  function openKeyframe(index: number, time: number): void {
    untrue = undefined;
    document = track.info.chunks[index]?.document ?? 0;
    keyframeTime = time;
    opening(document);
  }

  function applyBatch(batch: Batch, watcher: Watcher): void {
    tree.time = batch.time;
    for (const op of batch.ops) apply(tree, op, watcher);
    endBatch(tree, watcher);
    opsSince += batch.ops.length;
  }

  /** The batch at the cursor; "end" where its chunk has no more. */
  function batchHere(): Batch | "waiting" | "end" {
    const chunk = track.chunks[at.chunk];
    if (chunk === undefined) return at.chunk < track.chunks.length ? "waiting" : "end";
    if (!judged) judge(at.chunk, chunk);
    if (chunk === "lost") return "end";
    const batch = chunk.batches[at.batch];
    if (batch === undefined && chunk.damage !== undefined) untrue ??= "a part is damaged";
    return batch ?? "end";
  }

  function nextBatch(): Batch | "waiting" | "end" {
    let here = batchHere();
    while (here === "end" && moveOn()) here = batchHere();
    return here;
  }

  /** Into the next chunk once its time has come: a gap shows when it begins. */
  function moveOn(): boolean {
    const start = track.info.chunks[at.chunk + 1]?.start;
    if (start === undefined || (start > reached && !isPart(at.chunk + 1))) return false;
    at = { chunk: at.chunk + 1, batch: 0 };
    judged = false;
    return true;
  }

  const isKeyframe = (chunk: number) => (flags(chunk) & FLAG_KEYFRAME) !== 0;
  const isPart = (chunk: number) => (flags(chunk) & FLAG_KEYFRAME_PART) !== 0;

  const opensHere = () => isKeyframe(at.chunk) && at.batch === 0;
  /** A keyframe's later parts come with it, and the very first picture is shown before its time. */
  const isEarly = () => isPart(at.chunk) || (opensHere() && tree.root === undefined);

  function take(batch: Batch, watcher: Watcher): void {
    if (opensHere()) openKeyframe(at.chunk, batch.time);
    if (untrue === undefined) applyBatch(batch, watcher);
  }

  function step(time: number, watcher: Watcher): "more" | "done" | "waiting" {
    reached = Math.max(reached, time);
    const batch = nextBatch();
    if (typeof batch === "string") return batch === "end" ? "done" : batch;
    if (batch.time > time && !isEarly()) return "done";
    take(batch, watcher);
    at = { chunk: at.chunk, batch: at.batch + 1 };
    if (opsSince > CHECKPOINT_OPS + tree.nodes.size / 4) checkpoint(batch.time);
    return "more";
  }

  function checkpoint(time: number): void {
    opsSince = 0;
    if (untrue !== undefined || !tree.whole || checkpoints.some((known) => !isBefore(known, at)))
      return;
    checkpoints.push({ ...at, time, tree: copyTree(tree), document, keyframeTime });
    const nodes = checkpoints.reduce((sum, known) => sum + known.tree.nodes.size, 0);
    if (nodes > MAX_CHECKPOINT_NODES)
      checkpoints = checkpoints.filter((_, index) => index % 2 === 1);
  }

  function restart(from: number, time: number): void {
    const best = checkpoints.findLast((known) => known.chunk >= from && known.time <= time);
    reached = Number.NEGATIVE_INFINITY;
    judged = false;
    opsSince = 0;
    if (best === undefined) {
      tree = createTree();
      at = { chunk: from, batch: 0 };
      untrue = "nothing was recorded before this";
      document = 0;
      return;
    }
    tree = copyTree(best.tree);
    at = { chunk: best.chunk, batch: best.batch };
    judged = best.batch > 0;
    untrue = undefined;
    document = best.document;
    keyframeTime = best.keyframeTime;
    opening(document);
  }

  return {
    tree: () => tree,
    document: () => document,
    keyframeTime: () => keyframeTime,
    untrue: () => untrue,
    isNear(time) {
      const target = track.chunkAt(time);
      if (time < reached || tree.root === undefined || !track.has(at.chunk, target)) return false;
      if (track.keyframeBefore(target) !== track.keyframeBefore(at.chunk)) return false;
      let batches = 0;
      for (let index = at.chunk; index <= target; index++) {
        const chunk = track.chunks[index];
        batches += typeof chunk === "object" ? chunk.batches.length : 0;
      }
      return batches <= MAX_BATCHES_NEAR;
    },
    advance(time, watcher, budgetMs) {
      const end = performance.now() + budgetMs;
      for (;;) {
        const result = step(time, watcher);
        if (result !== "more") return result;
        if (performance.now() > end) return "busy";
      }
    },
    seek(time) {
      const target = track.chunkAt(time);
      restart(track.keyframeBefore(target) ?? target, time);
      while (step(time, NOBODY) === "more") {
        // until the time is reached
      }
    },
  };
}

function isBefore(a: Place, b: Place): boolean {
  return a.chunk < b.chunk || (a.chunk === b.chunk && a.batch < b.batch);
}
