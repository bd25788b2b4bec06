// One chunk, decoded: its batches of operations and its facts, with times in ms since 1970.
// Facts are few and stay; operations are many, so a chunk can be had without them, to be decoded again around the play head.

import { type Fact, inflate, isDamage, readChunk, readFacts } from "../wire/read.ts";
import { type FrameOp, readFrames } from "../wire/read-frames.ts";
import { Kind, MAX_FACTS_BYTES, MAX_PART_BYTES, Op } from "../wire/wire.gen.ts";
import type { Told } from "./audit.ts";

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
  /** Undefined where they were not asked for. */
  readonly batches: readonly Batch[] | undefined;
  /** How many operations its frames hold. */
  readonly operations: number;
  /** The first Environment operation's values. */
  readonly environment: readonly number[] | undefined;
  /** What its Digest operations tell. */
  readonly digests: readonly Told[];
  readonly facts: readonly TimedFact[];
  /** Why its frames, from the end of `batches` on, could not be read. */
  readonly damage: string | undefined;
}

/** @param clockOffset ms to add to the visitor's clock */
export function decodeChunk(
  bytes: Uint8Array,
  clockOffset: number,
  withBatches: boolean,
): Chunk | undefined {
  const header = readChunk(bytes);
  if (isDamage(header)) return undefined;
  const document = header[5];
  const base = header[8] + clockOffset;
  const facts = inflate(header[12], header[11], MAX_FACTS_BYTES);
  const frames = inflate(header[14], header[13], MAX_PART_BYTES);
  const timed = isDamage(facts) ? [] : readFacts(facts).items.map(owned);
  const reading = isDamage(frames) ? { items: [], damage: frames.damage } : readFrames(frames);
  const batches = batchesOf(reading.items, base);
  const told = reading.items.find((op) => op.op === Op.Environment);
  return {
    sequence: header[3],
    document,
    url: header[7],
    batches: withBatches ? batches : undefined,
    operations: reading.items.length,
    digests: batches.flatMap(({ time, ops }) =>
      ops.flatMap((op) => (op.op === Op.Digest ? [{ time, op }] : [])),
    ),
    environment: told?.op === Op.Environment ? told.values : undefined,
    facts: timed.map((fact) => ({ time: base + fact.fields[0], document, fact })),
    damage: reading.damage,
  };
}

/** A fact that does not hold the whole part in memory, nor takes it along from a worker. */
function owned(fact: Fact): Fact {
  if (fact.kind !== Kind.Asset) return fact;
  const [time, ref, hash, ...rest] = fact.fields;
  return { kind: fact.kind, fields: [time, ref, Uint8Array.from(hash), ...rest] };
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
