// The same bytes as zlib's, whatever it was given; and an error, never a hang, for what zlib refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { inflateRaw } from "./inflate.ts";

const LIMIT = 1 << 20;

/** Numbers that look random and are the same at each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

function sample(seed: number, length: number, kinds: number): Uint8Array {
  const random = numbers(seed);
  return Uint8Array.from({ length }, () => random.next().value % kinds);
}

const samples = [0, 1, 5, 300, 70_000].flatMap((length) =>
  [1, 2, 30, 256].map((kinds) => sample(length + kinds, length, kinds)),
);

test("it gives back what zlib packed, by every strategy", () => {
  const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  for (const bytes of samples) {
    for (const level of [0, 1, 9]) {
      for (const strategy of [Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE]) {
        const packed = deflateRawSync(bytes, { level, strategy });
        assert.deepEqual(Buffer.from(inflateRaw(packed, LIMIT)), Buffer.from(bytes));
      }
    }
  }
});

test("it refuses what is cut short, too large, or followed by more", () => {
  const packed = deflateRawSync(sample(7, 5000, 40));
  for (let end = 0; end < packed.length; end += 7) {
    assert.throws(() => inflateRaw(packed.subarray(0, end), LIMIT));
  }
  assert.throws(() => inflateRaw(packed, 4999), /too large/);
  assert.throws(() => inflateRaw(Buffer.concat([packed, Buffer.of(0)]), LIMIT), /more after/);
  assert.equal(inflateRaw(packed, 5000).length, 5000);
});

test("damaged bytes give what zlib makes of them, or an error", () => {
  const random = numbers(99);
  const packed = deflateRawSync(sample(3, 3000, 60));
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from(packed);
    const place = random.next().value % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (random.next().value % 8));
    const theirs = outcome(() => inflateRawSync(bytes, { maxOutputLength: LIMIT }));
    const ours = outcome(() => inflateRaw(bytes, LIMIT));
    // zlib is lenient about what follows the end, and strict about codes that nobody uses.
    if (ours !== undefined && theirs !== undefined) assert.deepEqual(ours, theirs);
  }
});

function outcome(act: () => Uint8Array): Buffer | undefined {
  try {
    return Buffer.from(act());
  } catch {
    return undefined; // refused
  }
}
