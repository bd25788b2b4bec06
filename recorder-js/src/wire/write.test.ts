import assert from "node:assert/strict";
import { test } from "node:test";
import { createWriter, type Value } from "./write.ts";

/** A reader of its own, from the msgpack specification: the forms that a writer may choose. */
function read(bytes: Uint8Array): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let at = 0;
  const skip = (length: number) => {
    at += length;
    return at - length;
  };
  const take = (length: number) => bytes.slice(skip(length), at);
  const next = (): unknown => {
    const kind = view.getUint8(skip(1));
    if (kind < 0x80) return kind;
    if (kind >= 0xe0) return kind - 256;
    if (kind >= 0xa0 && kind < 0xc0) return decoder.decode(take(kind - 0xa0));
    if (kind >= 0x90 && kind < 0xa0) return Array.from({ length: kind - 0x90 }, next);
    switch (kind) {
      case 0xc0:
        return undefined;
      case 0xc2:
      case 0xc3:
        return kind === 0xc3;
      case 0xc6:
        return take(view.getUint32(skip(4)));
      case 0xcb:
        return view.getFloat64(skip(8));
      case 0xcd:
        return view.getUint16(skip(2));
      case 0xd1:
        return view.getInt16(skip(2));
      case 0xd3:
        return Number(view.getBigInt64(skip(8)));
      case 0xd9:
        return decoder.decode(take(view.getUint8(skip(1))));
      case 0xdb:
        return decoder.decode(take(view.getUint32(skip(4))));
      case 0xdd:
        return Array.from({ length: view.getUint32(skip(4)) }, next);
      default:
        return assert.fail(`kind ${kind}`);
    }
  };
  const values: unknown[] = [];
  while (at < bytes.length) values.push(next());
  return values;
}

test("integers come back from every range", () => {
  const edges = [0, 31, 32, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
  const numbers = edges.flatMap((edge) => [edge, -edge, edge + 1, -edge - 1]);
  const writer = createWriter();
  const safe = numbers.filter(Number.isSafeInteger).map((number) => number + 0);
  safe.forEach(writer.int);
  assert.deepEqual(
    read(writer.take()),
    safe.map((number) => (Object.is(number, -0) ? 0 : number)),
  );
});

test("other values come back", () => {
  const values: Value[] = [
    true,
    false,
    undefined,
    1.5,
    "",
    "a".repeat(31),
    "a".repeat(32),
    "a".repeat(128),
    "a".repeat(129),
    "ü☂😀".repeat(30),
    new Uint8Array([1, 2, 3]),
    [1, "two", [3]],
    Array.from({ length: 20 }, (_, index) => index),
  ];
  const writer = createWriter();
  values.forEach(writer.value);
  assert.deepEqual(read(writer.take()), values);
});

test("the bytes are those of the specification", () => {
  const writer = createWriter();
  writer.value([1, -1, "ab", true, undefined, 300]);
  assert.deepEqual([...writer.take()], [0x96, 1, 0xff, 0xa2, 97, 98, 0xc3, 0xc0, 0xcd, 1, 44]);
});

test("a text is written once and named by its number later, until the bytes are taken", () => {
  const writer = createWriter();
  const long = "x".repeat(129);
  const wide = "ü".repeat(65); // 130 bytes
  for (const text of ["div", "span", "div", long, wide, long, "p", "span", "p"]) writer.text(text);
  assert.deepEqual(read(writer.take()), ["div", "span", 0, long, wide, long, "p", 1, 2]);
  writer.text("div");
  assert.deepEqual(read(writer.take()), ["div"]);
});

test("a lone surrogate becomes a replacement character, not an invalid text", () => {
  const writer = createWriter();
  writer.str("a\ud83d");
  assert.deepEqual(read(writer.take()), ["a\ufffd"]);
});

test("rewinding takes back what was written", () => {
  const writer = createWriter();
  writer.int(1);
  const size = writer.size();
  writer.int(100_000);
  writer.rewind(size);
  writer.int(2);
  assert.deepEqual(read(writer.take()), [1, 2]);
});
