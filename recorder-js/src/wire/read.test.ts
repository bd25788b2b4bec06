import assert from "node:assert/strict";
import { test } from "node:test";
import { inflate, isDamage, readChunk, readFacts } from "./read.ts";
import { readFrames } from "./read-frames.ts";
import { Kind, Op } from "./wire.gen.ts";

const bytes = (...values: readonly (number | string)[]) =>
  Uint8Array.from(
    values.flatMap((value) =>
      typeof value === "number"
        ? [value]
        : [0xa0 + value.length, ...Array.from(value, (char) => char.charCodeAt(0))],
    ),
  );

/** A small random source: the same seed, the same numbers. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("a keyframe with interned strings", () => {
  const { items, damage } = readFrames(
    // Keyframe t=5 800x600 no quirks base, Document(Element "p" {id: "p"} (Text "p"))
    bytes(1, 5, 0xcd, 3, 32, 0xcd, 2, 88, 0xc2, "/", 9, 1, "p", 1, "id", 1, 3, 1, 0, 0, 2),
  );
  assert.equal(damage, undefined);
  assert.deepEqual(items, [
    {
      op: Op.Keyframe,
      t: 5,
      width: 800,
      height: 600,
      quirks: false,
      base: "/",
      nodes: [
        { node: 9 },
        { node: 1, tag: "p", attributes: ["id", "p"] },
        { node: 3, text: "p" },
        { node: 0 },
        { node: 0 },
      ],
    },
    { op: Op.KeyframeEnd },
  ]);
});

test("an attribute is set to a new string, an earlier one, or removed", () => {
  const { items } = readFrames(bytes(6, 3, "class", "x", 6, 4, 0, 1, 6, 5, 0, 0xc0));
  assert.deepEqual(
    items.map((op) => (op.op === Op.Attribute ? [op.id, op.name, op.value] : [])),
    [
      [3, "class", "x"],
      [4, "class", "x"],
      [5, "class", undefined],
    ],
  );
});

test("a string of more than 128 bytes takes no number", () => {
  const long = "é".repeat(65); // 130 bytes
  const encoded = new TextEncoder().encode(long);
  const stream = Uint8Array.from([
    7,
    1,
    0xd9,
    encoded.length,
    ...encoded,
    7,
    2,
    0xa1,
    0x61,
    7,
    3,
    0,
  ]);
  const { items } = readFrames(stream);
  assert.deepEqual(
    items.map((op) => (op.op === Op.Text ? op.text : "")),
    [long, "a", "a"],
  );
});

test("what is cut anywhere gives what was whole, and damage", () => {
  const whole = bytes(3, 1, 4, 2, 8, 9, 5, 1, 0, 1, "p", 0, 3, "text", 0, 0, 2);
  const all = readFrames(whole).items;
  assert.equal(all.length, 4);
  for (let end = 0; end < whole.length; end++) {
    const { items, damage } = readFrames(whole.subarray(0, end));
    assert.deepEqual(items, all.slice(0, items.length));
    if (items.length === all.length) continue;
    const stopsBetween = [0, 2, 6].includes(end) || end === whole.length - 1;
    assert.equal(damage === undefined, stopsBetween, `cut at ${end}`);
  }
});

test("random bytes end, with damage or not", () => {
  const next = random(7);
  for (let round = 0; round < 3000; round++) {
    const noise = Uint8Array.from({ length: Math.floor(next() * 60) }, () =>
      // Small numbers are operations and node types: noise that gets somewhere.
      next() < 0.6 ? Math.floor(next() * 16) : Math.floor(next() * 256),
    );
    assert.ok(readFrames(noise).items.length <= noise.length);
    assert.ok(readFacts(noise).items.length <= noise.length);
    readChunk(noise);
  }
});

test("lying lengths are damage at once", () => {
  for (const lie of [
    [4, 0xce, 255, 255, 255, 255],
    [4, 0xcf, 255, 255, 255, 255, 255, 255, 255, 255],
    [7, 1, 0xdb, 255, 255, 255, 255],
    [1, 0xdd, 255, 255, 255, 255],
  ]) {
    assert.notEqual(readFrames(Uint8Array.from(lie)).damage, undefined);
  }
});

test("facts: known ones are read, unknown kinds and false shapes left out, appended fields defaulted", () => {
  const visibility = [Kind.Visibility, 3, 9, 0xc3, 0xc2];
  const unknown = [99, 2, 1, 0xa1, 0x61];
  const falseShape = [Kind.Visibility, 3, 0xa1, 0x61, 0xc3, 0xc2];
  const oldAsset = [Kind.Asset, 5, 1, "r", 0xc4, 1, 7, "t", 3];
  const longer = [Kind.Visibility, 4, 10, 0xc2, 0xc2, 77];
  const { items } = readFacts(
    bytes(...visibility, ...unknown, ...falseShape, ...oldAsset, ...longer),
  );
  assert.deepEqual(items, [
    { kind: Kind.Visibility, fields: [9, true, false] },
    { kind: Kind.Asset, fields: [1, "r", Uint8Array.of(7), "t", 3, ""] },
    { kind: Kind.Visibility, fields: [10, false, false] },
  ]);
});

test("inflate: plain, deflate-raw, too much, damaged, unknown", async () => {
  const plain = new TextEncoder().encode("to be or not to be ".repeat(100));
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const small = new Uint8Array(await new Response(stream).arrayBuffer());
  assert.deepEqual(inflate(plain, 0, 10_000), plain);
  assert.deepEqual(inflate(small, 1, 10_000), plain);
  for (const bad of [
    inflate(plain, 0, 100),
    inflate(small, 1, 100),
    inflate(small.subarray(0, small.length - 3), 1, 10_000),
    inflate(Uint8Array.of(255, 255, 255), 1, 10_000),
    inflate(plain, 7, 10_000),
  ]) {
    assert.ok(isDamage(bad));
  }
});

test("a chunk's header, and what is none", () => {
  const fields = ["p", "s", "t", 3, "v", 1, 2, "/", 4, 5, 1, 0, 0xc4, 0, 0, 0xc4, 0];
  const header = readChunk(bytes(0xdc, 0, 17, "footfall", 1, ...fields));
  assert.ok(!isDamage(header));
  assert.equal(header[3], 3);
  assert.equal(header[7], "/");
  assert.ok(isDamage(readChunk(bytes(0xdc, 0, 17, "footfall", 2, ...fields))));
  assert.ok(isDamage(readChunk(bytes(0xdc, 0, 17, "elsewhere", 1, ...fields))));
  assert.ok(isDamage(readChunk(bytes(0x92, "footfall", 1))));
  assert.ok(isDamage(readChunk(new Uint8Array())));
});
