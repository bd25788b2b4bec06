// One tab of a session: which of its chunks are here, and the fetching of the others.

import { FLAG_KEYFRAME, FLAG_KEYFRAME_PART, Kind, Op } from "../wire/wire.gen.ts";
import { type Chunk, decodeChunk, type TimedFact } from "./chunk.ts";
import { environmentOf, plainEnvironment } from "./environment.ts";
import type { ManifestChunk, ManifestTab, Source } from "./source.ts";
import { createVault, type Vault } from "./vault.ts";

export interface Track {
  readonly info: ManifestTab;
  /** By index in `info.chunks`; undefined while not loaded, "lost" when it could not be read. */
  readonly chunks: readonly (Chunk | "lost" | undefined)[];
  /** Index of the last chunk that begins at or before a time; 0 before the first. */
  chunkAt(time: number): number;
  /** Index of the chunk with the keyframe that holds at `index`. */
  keyframeBefore(index: number): number | undefined;
  /** Index of the last chunk that this keyframe goes on in. */
  keyframeEnd(index: number): number;
  /** Index of the next keyframe after `index`. */
  keyframeAfter(index: number): number | undefined;
  /** Whether a chunk is missing between this one and the one before. */
  gapBefore(index: number): boolean;
  /** Loads these chunks (indices, both included) as far as they are not here. */
  ensure(from: number, to: number): Promise<void>;
  has(from: number, to: number): boolean;
  /** How many chunks are here. */
  loaded(): number;
  facts(): readonly TimedFact[];
  vault(document: number): Vault;
}

/** One request brings at most so much, so that the first frames come soon and progress is seen. */
const MAX_REQUEST_BYTES = 512 * 1024;

export interface TrackEvents {
  loaded(): void;
  asset(document: number, ref: string): void;
}

export function createTrack(
  info: ManifestTab,
  source: Source,
  clockOffset: number,
  events: TrackEvents,
): Track {
  const list = info.chunks;
  const chunks: (Chunk | "lost" | undefined)[] = list.map(() => undefined);
  const requests = new Map<number, Promise<void>>();
  const vaults = new Map<number, Vault>();
  const environments = new Map<number, { readonly index: number }>();

  function vault(document: number): Vault {
    const known = vaults.get(document);
    if (known !== undefined) return known;
    const made = createVault(source.assetUrl, (ref) => events.asset(document, ref));
    vaults.set(document, made);
    return made;
  }

  /** The first that is told holds for what came before, too. */
  function learnEnvironment(chunk: Chunk, index: number): void {
    const known = environments.get(chunk.document);
    if (known !== undefined && known.index <= index) return;
    for (const op of chunk.batches.flatMap(({ ops }) => ops)) {
      if (op.op !== Op.Environment) continue;
      environments.set(chunk.document, { index });
      vault(chunk.document).environment = environmentOf(op.values, undefined);
      return;
    }
  }

  function learnAssets(chunk: Chunk): void {
    for (const { fact } of chunk.facts) {
      if (fact.kind === Kind.PageView) {
        vault(chunk.document).environment ??= plainEnvironment(fact.fields[14]);
      }
      if (fact.kind !== Kind.Asset) continue;
      const hash = Array.from(fact.fields[2], (byte) => byte.toString(16).padStart(2, "0"));
      vault(chunk.document).know(fact.fields[1], hash.length === 32 ? hash.join("") : "");
    }
  }

  async function request(from: number, to: number): Promise<void> {
    const first = list[from];
    const last = list[to];
    if (first === undefined || last === undefined) return;
    const bodies = await source.chunks(info.tab, first.sequence, last.sequence);
    const decoded = await Promise.all(bodies.map((body) => decodeChunk(body, clockOffset)));
    const bySequence = new Map(decoded.map((chunk) => [chunk?.sequence, chunk]));
    for (let index = from; index <= to; index++) {
      const chunk = bySequence.get(list[index]?.sequence);
      // What is named here and elsewhere differently cannot be trusted.
      const fits = chunk !== undefined && chunk.document === list[index]?.document;
      chunks[index] = fits ? chunk : "lost";
      if (!fits) continue;
      learnAssets(chunk);
      learnEnvironment(chunk, index);
    }
    events.loaded();
  }

  async function ensure(from: number, to: number): Promise<void> {
    const missing = indices(from, to).filter(
      (index) => chunks[index] === undefined && !requests.has(index),
    );
    for (const run of cutIntoRequests(list, missing)) {
      const asked = request(run[0] ?? 0, run.at(-1) ?? 0).finally(() => {
        for (const index of run) requests.delete(index);
      });
      for (const index of run) requests.set(index, asked);
    }
    const waiting = new Set<Promise<void>>();
    for (let index = from; index <= to; index++) {
      const asked = requests.get(index);
      if (asked !== undefined) waiting.add(asked);
    }
    await Promise.all(waiting);
  }

  const flag = (index: number, bit: number) => ((list[index]?.flags ?? 0) & bit) !== 0;

  function keyframeAfter(index: number): number | undefined {
    const found = list.findIndex((_, at) => at > index && flag(at, FLAG_KEYFRAME));
    return found < 0 ? undefined : found;
  }

  function has(from: number, to: number): boolean {
    for (let index = from; index <= to; index++) if (chunks[index] === undefined) return false;
    return true;
  }

  return {
    info,
    chunks,
    chunkAt(time) {
      const after = list.findIndex((chunk) => chunk.start > time);
      return Math.max(0, (after < 0 ? list.length : after) - 1);
    },
    keyframeBefore(index) {
      for (let at = index; at >= 0; at--) if (flag(at, FLAG_KEYFRAME)) return at;
      return undefined;
    },
    keyframeEnd(index) {
      let end = index;
      while (flag(end + 1, FLAG_KEYFRAME_PART)) end++;
      return end;
    },
    keyframeAfter,
    gapBefore(index) {
      const before = list[index - 1]?.sequence ?? -1;
      return (list[index]?.sequence ?? before + 1) !== before + 1;
    },
    ensure,
    has,
    loaded: () => chunks.reduce((sum, chunk) => sum + (chunk === undefined ? 0 : 1), 0),
    facts: () => chunks.flatMap((chunk) => (typeof chunk === "object" ? chunk.facts : [])),
    vault,
  };
}

function indices(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Runs of neighbours of one document, none too large for a request. */
function cutIntoRequests(
  list: readonly ManifestChunk[],
  missing: readonly number[],
): readonly (readonly number[])[] {
  const runs: number[][] = [];
  let bytes = 0;
  for (const index of missing) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNeighbour = last === index - 1 && list[last]?.document === list[index]?.document;
    if (run !== undefined && isNeighbour && bytes < MAX_REQUEST_BYTES) run.push(index);
    else {
      runs.push([index]);
      bytes = 0;
    }
    bytes += list[index]?.bytes ?? 0;
  }
  return runs;
}
