// The place in a tab's operations: applies them up to a time, and keeps checkpoints so that going back is bounded.
//
// After a gap the ids of the stream no longer mean what they meant here. So nothing is applied from there to the next
// keyframe: the page stands still and is marked as untrue, rather than being changed at random.

import { FLAG_KEYFRAME, FLAG_KEYFRAME_PART } from "../wire/wire.gen.ts";
import { apply, endBatch, NOBODY, type Watcher } from "./apply.ts";
import type { Batch } from "./chunk.ts";
import type { Playable, Track } from "./track.ts";
import { copyTree, createTree, type Tree } from "./tree.ts";

export interface Cursor {
  tree(): Tree;
  /** The document that the tree is of; 0 before any. */
  document(): number;
  /** When the keyframe that holds was taken. */
  keyframeTime(): number;
  /** Why the page is not what the visitor saw; undefined while it is. */
  untrue(): string | undefined;
  /** The chunks that must be here to go to a time: from the nearest keyframe or checkpoint on. */
  needs(time: number): readonly [from: number, to: number];
  /** The chunk that comes next. */
  chunk(): number;
  /** Whether `advance` could reach this time without going back or far ahead. */
  isNear(time: number): boolean;
  /** Applies what happened up to `time`. "waiting": a chunk is not here yet. "busy": the budget is spent. */
  advance(time: number, watcher: Watcher, budgetMs: number): "done" | "waiting" | "busy";
  /** Goes back to the nearest keyframe or checkpoint before a time; `advance` does the rest. */
  begin(time: number): void;
  /** Goes to a time. All that it `needs` must be here. */
  seek(time: number): void;
}

interface Place {
  readonly chunk: number;
  readonly batch: number;
  /** Operations of the batch that are applied already. */
  readonly operation: number;
}

interface Checkpoint extends Place {
  readonly time: number;
  readonly tree: Tree;
  readonly document: number;
  readonly keyframeTime: number;
  readonly doubt: string | undefined;
}

const CHECKPOINT_OPS = 4000;
/** Some 60 MB. */
const MAX_CHECKPOINT_NODES = 300_000;
/** Beyond, building the page anew is quicker than changing it. */
const MAX_OPERATIONS_NEAR = 1000;
/** The clock is looked at so often. */
const OPERATIONS_PER_LOOK = 16;
/** The recorder writes a large page in slices. One that it never brought to an end is shown as far as it came. */
const LONGEST_KEYFRAME_MS = 5000;

/**
 * @param opening is called with the document before each of its keyframes is applied
 * @param maxNodes of all checkpoints together; 0: those who come once need none
 */
export function createCursor(
  track: Track,
  opening: (document: number) => void,
  maxNodes = MAX_CHECKPOINT_NODES,
): Cursor {
  let tree = createTree();
  let at: Place = { chunk: 0, batch: 0, operation: 0 };
  let document = 0;
  let keyframeTime = 0;
  let reached = Number.NEGATIVE_INFINITY;
  let untrue: string | undefined = "nothing has arrived yet";
  /** As `untrue`, but numbers of nodes still mean what they meant, so what follows is applied. */
  let doubt: string | undefined;
  let judged = false;
  let opsSince = 0;
  let checkpoints: Checkpoint[] = [];

  const flags = (chunk: number) => track.info.chunks[chunk]?.flags ?? 0;

  /** On coming to a chunk: whether its operations can be applied to the tree as it is. */
  function judge(index: number, chunk: Playable | "lost"): void {
    judged = true;
    if (chunk === "lost") untrue ??= track.troubles.get(index);
    else if (isKeyframe(index)) return;
    else if (track.gapBefore(index)) untrue ??= "a part never arrived";
    else if (chunk.document !== document) untrue ??= "the page's picture never arrived";
  }

  function openKeyframe(index: number, time: number): void {
    untrue = undefined;
    doubt = undefined;
    document = track.info.chunks[index]?.document ?? 0;
    keyframeTime = time;
    opening(document);
  }

  /** Applies what is left of a batch, as far as there is time; whether it was all. */
  function applyBatch(batch: Batch, watcher: Watcher, end: number): boolean {
    tree.time = batch.time;
    const { ignored } = tree;
    let done = at.operation;
    for (; done < batch.ops.length; done++) {
      const op = batch.ops[done];
      if (op !== undefined) apply(tree, op, watcher);
      if (done % OPERATIONS_PER_LOOK === 0 && performance.now() > end) break;
    }
    if (tree.ignored > ignored && doubt === undefined) {
      doubt = "a change does not fit the page";
      track.doubt(at.chunk, doubt);
    }
    if (done < batch.ops.length) {
      at = { ...at, operation: done + 1 };
      return false;
    }
    endBatch(tree, watcher);
    opsSince += batch.ops.length;
    return true;
  }

  /** The batch at the cursor; "end" where its chunk has no more. */
  function batchHere(): Batch | "waiting" | "end" {
    const chunk = track.playable(at.chunk);
    if (chunk === undefined) return at.chunk < track.info.chunks.length ? "waiting" : "end";
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
    at = { chunk: at.chunk + 1, batch: 0, operation: 0 };
    judged = false;
    return true;
  }

  const isKeyframe = (chunk: number) => (flags(chunk) & FLAG_KEYFRAME) !== 0;
  const isPart = (chunk: number) => (flags(chunk) & FLAG_KEYFRAME_PART) !== 0;

  const opensHere = () => isKeyframe(at.chunk) && at.batch === 0 && at.operation === 0;
  /** A keyframe's later parts come with it, and the very first picture is shown before its time. */
  const isEarly = (time: number) =>
    isPart(at.chunk) ||
    (opensHere() && tree.root === undefined) ||
    (!tree.whole && time - keyframeTime < LONGEST_KEYFRAME_MS);

  function take(batch: Batch, watcher: Watcher, end: number): boolean {
    if (opensHere()) openKeyframe(at.chunk, batch.time);
    return untrue !== undefined || applyBatch(batch, watcher, end);
  }

  function step(time: number, watcher: Watcher, end: number): "more" | "done" | "waiting" | "busy" {
    reached = Math.max(reached, time);
    const batch = nextBatch();
    if (typeof batch === "string") return batch === "end" ? "done" : batch;
    if (batch.time > time && !isEarly(batch.time)) return "done";
    if (!take(batch, watcher, end)) return "busy";
    at = { chunk: at.chunk, batch: at.batch + 1, operation: 0 };
    if (opsSince > CHECKPOINT_OPS + tree.nodes.size / 4) checkpoint(batch.time);
    return "more";
  }

  function checkpoint(time: number): void {
    opsSince = 0;
    if (maxNodes === 0 || untrue !== undefined || !tree.whole) return;
    // Those of a walk that came another way stand between; one in each chunk and part of it is enough.
    const next = checkpoints.findIndex((known) => !isBefore(known, at));
    const place = next < 0 ? checkpoints.length : next;
    if (isClose(checkpoints[place - 1], at) || isClose(checkpoints[place], at)) return;
    const made = { ...at, time, tree: copyTree(tree), document, keyframeTime, doubt };
    checkpoints.splice(place, 0, made);
    const nodes = checkpoints.reduce((sum, known) => sum + known.tree.nodes.size, 0);
    if (nodes > maxNodes) checkpoints = checkpoints.filter((_, index) => index % 2 === 1);
  }

  function bestCheckpoint(from: number, time: number): Checkpoint | undefined {
    return checkpoints.findLast((known) => known.chunk >= from && known.time <= time);
  }

  function keyframeFor(time: number): number {
    const target = track.chunkAt(time);
    return track.keyframeBefore(target) ?? target;
  }

  function lostUpTo(index: number): string | undefined {
    for (const [at, why] of track.troubles)
      if (at <= index && track.playable(at) === "lost") return why;
    return undefined;
  }

  function begin(time: number): void {
    const from = keyframeFor(time);
    const best = bestCheckpoint(from, time);
    reached = Number.NEGATIVE_INFINITY;
    judged = false;
    opsSince = 0;
    if (best === undefined) {
      tree = createTree();
      at = { chunk: from, batch: 0, operation: 0 };
      untrue = lostUpTo(from) ?? "nothing was recorded before this";
      doubt = undefined;
      document = 0;
      return;
    }
    tree = copyTree(best.tree);
    at = { chunk: best.chunk, batch: best.batch, operation: 0 };
    judged = best.batch > 0;
    untrue = undefined;
    doubt = best.doubt;
    document = best.document;
    keyframeTime = best.keyframeTime;
    opening(document);
  }

  return {
    tree: () => tree,
    document: () => document,
    keyframeTime: () => keyframeTime,
    untrue: () => untrue ?? doubt,
    chunk: () => at.chunk,
    needs(time) {
      const from = keyframeFor(time);
      const to = Math.max(track.chunkAt(time), track.keyframeEnd(from));
      return [bestCheckpoint(from, time)?.chunk ?? from, to];
    },
    isNear(time) {
      const target = track.chunkAt(time);
      if (time < reached || tree.root === undefined || !track.has(at.chunk, target)) return false;
      if (track.keyframeBefore(target) !== track.keyframeBefore(at.chunk)) return false;
      let operations = 0;
      for (let index = at.chunk; index <= target; index++) {
        const chunk = track.playable(index);
        if (typeof chunk === "object") operations += operationsIn(chunk, reached, time);
      }
      return operations <= MAX_OPERATIONS_NEAR;
    },
    advance(time, watcher, budgetMs) {
      const end = performance.now() + budgetMs;
      for (;;) {
        const result = step(time, watcher, end);
        if (result !== "more") return result;
        if (performance.now() > end) return "busy";
      }
    },
    begin,
    seek(time) {
      begin(time);
      while (step(time, NOBODY, Number.POSITIVE_INFINITY) === "more") {
        // until the time is reached
      }
    },
  };
}

function operationsIn({ batches }: Playable, from: number, to: number): number {
  let operations = 0;
  for (const { time, ops } of batches) {
    if (time > from && time <= to) operations += ops.length;
  }
  return operations;
}

const MIN_BATCHES_APART = 20;

function isClose(known: Checkpoint | undefined, place: Place): boolean {
  return known?.chunk === place.chunk && Math.abs(known.batch - place.batch) < MIN_BATCHES_APART;
}

function isBefore(a: Place, b: Place): boolean {
  return a.chunk < b.chunk || (a.chunk === b.chunk && a.batch < b.batch);
}
