// One chunk, decoded: its batches of operations and its facts, with times in ms since 1970.

import { type Fact, inflate, isDamage, readChunk, readFacts } from "../wire/read.ts";
import { type FrameOp, readFrames } from "../wire/read-frames.ts";
import { MAX_FACTS_BYTES, MAX_PART_BYTES, Op } from "../wire/wire.gen.ts";

/** The operations between two Times. */
export interface Batch {
  readonly time: number;
  readonly ops: FrameOp[];
}

export interface TimedFact {
  readonly time: number;
  readonly document: number;
  readonly fact: Fact;
}

export interface Chunk {
  readonly sequence: number;
  readonly document: number;
  readonly url: string;
  readonly batches: readonly Batch[];
  readonly facts: readonly TimedFact[];
  /** Why its frames, from the end of `batches` on, could not be read. */
  readonly damage: string | undefined;
}

/** @param clockOffset ms to add to the visitor's clock */
export async function decodeChunk(
  bytes: Uint8Array,
  clockOffset: number,
): Promise<Chunk | undefined> {
  const header = readChunk(bytes);
  if (isDamage(header)) return undefined;
  const sequence = header[3];
  const document = header[5];
  const url = header[7];
  const base = header[8] + clockOffset;
  const [facts, frames] = await Promise.all([
    inflate(header[12], header[11], MAX_FACTS_BYTES),
    inflate(header[14], header[13], MAX_PART_BYTES),
  ]);
  const timed = isDamage(facts)
    ? []
    : readFacts(facts).items.map((fact) => ({ time: base + fact.fields[0], document, fact }));
  if (isDamage(frames)) {
    return { sequence, document, url, batches: [], facts: timed, damage: frames.damage };
  }
  const reading = readFrames(frames);
  const batches = batchesOf(reading.items, base);
  return { sequence, document, url, batches, facts: timed, damage: reading.damage };
}

function batchesOf(ops: readonly FrameOp[], base: number): readonly Batch[] {
  const batches: Batch[] = [];
  for (const op of ops) {
    const begins = op.op === Op.Keyframe || op.op === Op.Time;
    // Time never runs backwards, whatever the stream says.
    const before = batches.at(-1)?.time ?? 0;
    if (begins) batches.push({ time: Math.max(base + op.t, before), ops: [op] });
    else if (batches.length === 0) batches.push({ time: base, ops: [op] });
    else batches.at(-1)?.ops.push(op);
  }
  return batches;
}
