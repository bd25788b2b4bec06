// One tab of a session: which of its chunks are here, and the fetching of the others.
//
// All chunks stay as they came, compressed, with their facts. Operations take thirty times the room: they are decoded
// around the play head, and those that were not used for longest are let go again.

import { FLAG_KEYFRAME, FLAG_KEYFRAME_PART, Kind } from "../wire/wire.gen.ts";
import type { Told } from "./audit.ts";
import type { Batch, Chunk, TimedFact } from "./chunk.ts";
import type { Decoder } from "./decoder.ts";
import { environmentOf, plainEnvironment } from "./environment.ts";
import type { ManifestChunk, ManifestTab, Source } from "./source.ts";
import { createVault, type Vault } from "./vault.ts";

export interface Track {
  readonly info: ManifestTab;
  /** The operations of a chunk, by index in `info.chunks`; undefined while not here, "lost" when it could not be read. */
  playable(index: number): Playable | "lost" | undefined;
  /** Index of the last chunk that begins at or before a time; 0 before the first. */
  chunkAt(time: number): number;
  /** Index of the chunk with the keyframe that holds at `index`; lost ones hold nothing. */
  keyframeBefore(index: number): number | undefined;
  /** Index of the last chunk that this keyframe goes on in. */
  keyframeEnd(index: number): number;
  /** Index of the next keyframe after `index`. */
  keyframeAfter(index: number): number | undefined;
  /** Index of the first chunk that has not arrived; undefined when all have. */
  firstUnknown(): number | undefined;
  /** Why the page cannot be true from a chunk on, by its index. */
  readonly troubles: ReadonlyMap<number, string>;
  /** A chunk's operations did not fit the page. */
  doubt(index: number, why: string): void;
  /** Whether a chunk is missing between this one and the one before. */
  gapBefore(index: number): boolean;
  /** Loads and decodes these chunks (indices, both included) as far as they are not here. */
  ensure(from: number, to: number): Promise<void>;
  /** Loads them with their facts, but keeps their operations compressed. */
  fetch(from: number, to: number): Promise<void>;
  /** Whether they can be played. */
  has(from: number, to: number): boolean;
  /** Whether they are here, if compressed. */
  arrived(from: number, to: number): boolean;
  /** How many chunks have arrived. */
  loaded(): number;
  facts(): readonly TimedFact[];
  /** In the order of their times. */
  digests(): readonly Told[];
  vault(document: number): Vault;
  /** Adds chunks that came later, with the gaps before them; the index of the first. */
  extend(more: ManifestTab): number;
}

export interface Playable {
  readonly document: number;
  readonly batches: readonly Batch[];
  readonly damage: string | undefined;
}

interface Arrived {
  readonly bytes: Uint8Array;
  readonly chunk: Chunk;
  batches: readonly Batch[] | undefined;
  used: number;
}

/** Of all operations that are decoded: some 60 MB. Those asked for last stay in any case. */
const MAX_OPERATIONS = 150_000;
/** One request brings at most so much, so that the first frames come soon and progress is seen. */
const MAX_REQUEST_BYTES = 512 * 1024;

export interface TrackEvents {
  loaded(): void;
  asset(document: number, ref: string): void;
}

export function createTrack(
  known: ManifestTab,
  source: Source,
  decoder: Decoder,
  events: TrackEvents,
): Track {
  const list = [...known.chunks];
  const gaps = [...known.gaps];
  const info: ManifestTab = { tab: known.tab, chunks: list, gaps };
  const arrived: (Arrived | "lost" | undefined)[] = list.map(() => undefined);
  const troubles = new Map<number, string>();
  const requests = new Map<number, Promise<void>>();
  const decodings = new Map<number, Promise<void>>();
  const vaults = new Map<number, Vault>();
  const environments = new Map<number, number>();
  let clock = 0;
  let here = 0;

  function vault(document: number): Vault {
    const known = vaults.get(document);
    if (known !== undefined) return known;
    const made = createVault(source.assetUrl, (ref) => events.asset(document, ref));
    vaults.set(document, made);
    return made;
  }

  /** The first that is told holds for what came before, too. */
  function learnEnvironment({ document, environment }: Chunk, index: number): void {
    const known = environments.get(document);
    if (environment === undefined || (known !== undefined && known <= index)) return;
    environments.set(document, index);
    vault(document).environment = environmentOf(environment, undefined);
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

  function take(index: number, bytes: Uint8Array | undefined, chunk: Chunk | undefined): void {
    here++;
    // What is named here and elsewhere differently cannot be trusted.
    if (bytes === undefined || chunk === undefined || chunk.document !== list[index]?.document) {
      arrived[index] = "lost";
      troubles.set(index, bytes === undefined ? "a part never arrived" : "a part is damaged");
      return;
    }
    const { batches } = chunk;
    arrived[index] = { bytes, chunk: { ...chunk, batches: undefined }, batches, used: ++clock };
    if (chunk.damage !== undefined) troubles.set(index, "a part is damaged");
    learnAssets(chunk);
    learnEnvironment(chunk, index);
  }

  async function request(from: number, to: number, withBatches: boolean): Promise<void> {
    const first = list[from];
    const last = list[to];
    if (first === undefined || last === undefined) return;
    const bodies = await source.chunks(info.tab, first.sequence, last.sequence);
    const decoded = await Promise.all(bodies.map((body) => decoder.decode(body, withBatches)));
    const found = new Map(decoded.map((chunk, at) => [chunk?.sequence, { chunk, at }]));
    // Without a head that can be read, only its place tells which one it is.
    const unread = decoded.filter((chunk) => chunk === undefined).length;
    for (let index = from; index <= to; index++) {
      const known = found.get(list[index]?.sequence);
      const bytes = known === undefined ? undefined : bodies[known.at];
      const damaged = known === undefined && unread > 0 ? bodies[0] : undefined;
      // A copy: the answer holds the chunks of its neighbours, too.
      take(index, bytes === undefined ? damaged : Uint8Array.from(bytes), known?.chunk);
    }
    events.loaded();
  }

  async function load(from: number, to: number, withBatches: boolean): Promise<void> {
    const missing = indices(from, to).filter(
      (index) => arrived[index] === undefined && !requests.has(index),
    );
    for (const run of cutIntoRequests(list, missing)) {
      const asked = request(run[0] ?? 0, run.at(-1) ?? 0, withBatches).finally(() => {
        for (const index of run) requests.delete(index);
      });
      for (const index of run) requests.set(index, asked);
    }
    await under(requests, from, to);
  }

  async function decode(index: number, known: Arrived): Promise<void> {
    known.batches = (await decoder.decode(known.bytes, true))?.batches ?? [];
    decodings.delete(index);
  }

  async function ensure(from: number, to: number): Promise<void> {
    await load(from, to, true);
    for (let index = from; index <= to; index++) {
      const known = arrived[index];
      if (typeof known !== "object") continue;
      known.used = ++clock;
      if (known.batches !== undefined || decodings.has(index)) continue;
      decodings.set(index, decode(index, known));
    }
    await under(decodings, from, to);
    letGo(from, to);
  }

  /** Lets the operations go that were used longest ago. */
  function letGo(from: number, to: number): void {
    const held: Arrived[] = [];
    let operations = 0;
    arrived.forEach((known, index) => {
      if (typeof known !== "object" || known.batches === undefined) return;
      operations += known.chunk.operations;
      if (index < from || index > to) held.push(known);
    });
    if (operations <= MAX_OPERATIONS) return;
    held.sort((a, b) => a.used - b.used);
    for (const known of held) {
      if (operations <= MAX_OPERATIONS) return;
      operations -= known.chunk.operations;
      known.batches = undefined;
    }
  }

  function playable(index: number): Playable | "lost" | undefined {
    const known = arrived[index];
    if (typeof known !== "object") return known;
    const { batches, chunk } = known;
    if (batches === undefined) return undefined;
    known.used = ++clock;
    return { document: chunk.document, batches, damage: chunk.damage };
  }

  const flag = (index: number, bit: number) => ((list[index]?.flags ?? 0) & bit) !== 0;

  function keyframeAfter(index: number): number | undefined {
    for (let at = index + 1; at < list.length; at++) {
      if (flag(at, FLAG_KEYFRAME) && arrived[at] !== "lost") return at;
    }
    return undefined;
  }

  function has(from: number, to: number): boolean {
    for (let index = from; index <= to; index++) {
      const known = arrived[index];
      if (known === undefined || (known !== "lost" && known.batches === undefined)) return false;
    }
    return true;
  }

  return {
    info,
    playable,
    troubles,
    doubt(index, why) {
      if (!troubles.has(index)) troubles.set(index, why);
    },
    firstUnknown() {
      const index = here === list.length ? -1 : arrived.indexOf(undefined);
      return index < 0 ? undefined : index;
    },
    chunkAt(time) {
      const after = list.findIndex((chunk) => chunk.start > time);
      return Math.max(0, (after < 0 ? list.length : after) - 1);
    },
    keyframeBefore(index) {
      for (let at = index; at >= 0; at--) {
        if (flag(at, FLAG_KEYFRAME) && arrived[at] !== "lost") return at;
      }
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
    fetch: (from, to) => load(from, to, false),
    has,
    arrived: (from, to) => arrived.slice(from, to + 1).every((known) => known !== undefined),
    loaded: () => here,
    facts: () => arrived.flatMap((known) => (typeof known === "object" ? known.chunk.facts : [])),
    digests: () =>
      arrived.flatMap((known) => (typeof known === "object" ? known.chunk.digests : [])),
    vault,
    extend(more) {
      gaps.push(...more.gaps);
      arrived.push(...more.chunks.map(() => undefined));
      return list.push(...more.chunks) - more.chunks.length;
    },
  };
}

/** What is under way for these indices. */
async function under(
  all: ReadonlyMap<number, Promise<void>>,
  from: number,
  to: number,
): Promise<void> {
  const waiting = new Set<Promise<void>>();
  for (let index = from; index <= to; index++) {
    const asked = all.get(index);
    if (asked !== undefined) waiting.add(asked);
  }
  await Promise.all(waiting);
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
