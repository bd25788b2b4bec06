// Raw deflate (RFC 1951), at once: the browser's DecompressionStream is asynchronous, and a seek waits for dozens of small
// parts, each of which takes several turns through other threads there.
//
// Whatever the bytes, this ends: each step takes bits or adds to what is bounded by `limit`. Damage is thrown.

interface Codes {
  /** By the next `bits` bits: symbol times 16, plus the length of its code; 0 where no code is. */
  readonly table: Uint16Array;
  readonly bits: number;
}

const MAX_BITS = 15;
const END = 256;
/** The order in which the lengths of the code lengths' own codes come. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** Base and extra bits of lengths 3 … 258, and of distances 1 … 32768. */
const LENGTHS = steps(28, 3, (at) => (at < 4 ? 0 : (at >> 2) - 1));
const DISTANCES = steps(30, 1, (at) => (at < 2 ? 0 : (at >> 1) - 1));
LENGTHS.push([258, 0]);

function steps(count: number, from: number, extra: (at: number) => number): [number, number][] {
  let base = from;
  return Array.from({ length: count }, (_, at) => {
    const step: [number, number] = [base, extra(at)];
    base += 1 << extra(at);
    return step;
  });
}

function codesOf(lengths: Uint8Array): Codes {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  let bits = MAX_BITS;
  while (bits > 1 && !counts[bits]) bits--;
  const next = new Uint32Array(MAX_BITS + 1);
  let code = 0;
  counts[0] = 0;
  for (let length = 1; length <= MAX_BITS; length++) {
    code = (code + (counts[length - 1] ?? 0)) << 1;
    next[length] = code;
    if (code + (counts[length] ?? 0) > 1 << length) throw new Error("too many codes");
  }
  const table = new Uint16Array(1 << bits);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const own = next[length] ?? 0;
    next[length] = own + 1;
    for (let at = reversed(own, length); at < table.length; at += 1 << length) {
      table[at] = (symbol << 4) | length;
    }
  }
  return { table, bits };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

let plain: readonly [Codes, Codes] | undefined;

function plainCodes(): readonly [Codes, Codes] {
  plain ??= [
    codesOf(
      Uint8Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8)),
    ),
    codesOf(new Uint8Array(30).fill(5)),
  ];
  return plain;
}

/** @throws on damage, and where there is more than `limit` bytes or anything after the end */
export function inflateRaw(input: Uint8Array, limit: number): Uint8Array {
  let output = new Uint8Array(Math.min(limit, Math.max(1024, input.length * 4)));
  let size = 0;
  let at = 0;
  let held = 0;
  let count = 0;

  function need(bits: number): void {
    while (count < bits) {
      // Codes may be looked up beyond the end; what is really taken may not.
      held |= (input[at++] ?? 0) << count;
      count += 8;
    }
  }

  function drop(bits: number): void {
    held >>>= bits;
    count -= bits;
    if (at - (count >> 3) > input.length) throw new Error("cut short");
  }

  function take(bits: number): number {
    if (bits === 0) return 0;
    need(bits);
    const value = held & ((1 << bits) - 1);
    drop(bits);
    return value;
  }

  function symbol({ table, bits }: Codes): number {
    need(bits);
    const entry = table[held & (table.length - 1)] ?? 0;
    if (entry === 0) throw new Error("not a code");
    drop(entry & 15);
    return entry >> 4;
  }

  function room(bytes: number): void {
    if (size + bytes <= output.length) return;
    if (size + bytes > limit) throw new Error("too large");
    const larger = new Uint8Array(Math.min(limit, Math.max(output.length * 2, size + bytes)));
    larger.set(output);
    output = larger;
  }

  function copyPlain(): void {
    at -= count >> 3;
    held = 0;
    count = 0;
    const [a = 0, b = 0, c = 0, d = 0] = input.subarray(at, at + 4);
    const length = a | (b << 8);
    if (at + 4 + length > input.length) throw new Error("cut short");
    if (length !== ((c | (d << 8)) ^ 0xffff)) throw new Error("a length that is none");
    room(length);
    output.set(input.subarray(at + 4, at + 4 + length), size);
    at += 4 + length;
    size += length;
  }

  /** A length that comes several times: the one before, or none. */
  function repeated(code: number, before: number | undefined): [value: number, times: number] {
    if (code === 17) return [0, 3 + take(3)];
    if (code === 18) return [0, 11 + take(7)];
    if (before === undefined) throw new Error("nothing to repeat");
    return [before, 3 + take(2)];
  }

  function readCodes(): readonly [Codes, Codes] {
    const literals = take(5) + 257;
    const distances = take(5) + 1;
    const own = new Uint8Array(19);
    const known = take(4) + 4;
    for (let index = 0; index < known; index++) own[ORDER[index] ?? 0] = take(3);
    const codes = codesOf(own);
    const lengths = new Uint8Array(literals + distances);
    for (let index = 0; index < lengths.length; ) {
      const code = symbol(codes);
      const [value, times] = code < 16 ? [code, 1] : repeated(code, lengths[index - 1]);
      if (index + times > lengths.length) throw new Error("too many lengths");
      lengths.fill(value, index, index + times);
      index += times;
    }
    return [codesOf(lengths.subarray(0, literals)), codesOf(lengths.subarray(literals))];
  }

  function copyBack(code: number, distances: Codes): void {
    const [base, extra] = LENGTHS[code] ?? [0, 0];
    if (base === 0) throw new Error("not a length");
    const length = base + take(extra);
    const [far, more] = DISTANCES[symbol(distances)] ?? [0, 0];
    const distance = far + take(more);
    if (far === 0 || distance > size) throw new Error("before the beginning");
    room(length);
    // One by one: what is copied may be what was just written.
    for (const end = size + length; size < end; size++) output[size] = output[size - distance] ?? 0;
  }

  function readBlock([literals, distances]: readonly [Codes, Codes]): void {
    for (;;) {
      const code = symbol(literals);
      if (code === END) return;
      if (code > END) {
        copyBack(code - END - 1, distances);
        continue;
      }
      if (size === output.length) room(1);
      output[size++] = code;
    }
  }

  for (let last = 0; last === 0; ) {
    last = take(1);
    const kind = take(2);
    if (kind === 3) throw new Error("not a kind of block");
    if (kind === 0) copyPlain();
    else readBlock(kind === 1 ? plainCodes() : readCodes());
  }
  if (at - (count >> 3) !== input.length) throw new Error("more after the end");
  return output.subarray(0, size);
}
