// msgpack, written straight into one growing buffer. No I/O, no DOM.
// Headers need not be the shortest possible: readers accept every valid form.

import { MAX_INTERNED_BYTES } from "./wire.gen.ts";

export type Value = string | number | boolean | undefined | Uint8Array | readonly Value[];

export interface Writer {
  /** Bytes written since the last `take`. */
  size(): number;
  int(value: number): void;
  /** An integer in its integer form, any other number as float64. */
  number(value: number): void;
  bool(value: boolean): void;
  nil(): void;
  /** Writes a msgpack str and returns the length of its UTF-8 form. */
  str(value: string): number;
  /** A string of the frames: in full the first time, by its number later (docs/wire-format.md). */
  text(value: string): void;
  bin(value: Uint8Array): void;
  array(length: number): void;
  value(value: Value): void;
  /** Bytes that are msgpack already. */
  raw(value: Uint8Array): void;
  /** Takes back what was written since `size` said so; no new string may be among it. */
  rewind(size: number): void;
  /** Returns the bytes and starts afresh, the numbers of strings included. */
  take(): Uint8Array<ArrayBuffer>;
}

const FIRST_BYTES = 1024;
const LONG_TEXT = 128;
const WORTH_LOOKING = 40;
const UINT32 = 2 ** 32;

const encoder = new TextEncoder();

export function createWriter(): Writer {
  let buffer = new Uint8Array(FIRST_BYTES);
  let view = new DataView(buffer.buffer);
  let at = 0;
  const strings = new Map<string, number>();
  let numbered = 0;

  const reserve = (bytes: number) => {
    if (at + bytes <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, at + bytes));
    larger.set(buffer);
    buffer = larger;
    view = new DataView(buffer.buffer);
  };

  const byte = (value: number) => {
    reserve(1);
    buffer[at++] = value;
  };

  const sized = (kind: number, length: number) => {
    reserve(5);
    buffer[at] = kind;
    view.setUint32(at + 1, length);
    at += 5;
  };

  const int = (value: number) => {
    reserve(9);
    if (value >= -32 && value < 128) {
      view.setInt8(at++, value);
    } else if (value >= 0 && value < 65536) {
      buffer[at] = 0xcd;
      view.setUint16(at + 1, value);
      at += 3;
    } else if (value >= -32768 && value < 0) {
      buffer[at] = 0xd1;
      view.setInt16(at + 1, value);
      at += 3;
    } else {
      buffer[at] = 0xd3;
      view.setInt32(at + 1, Math.floor(value / UINT32));
      view.setUint32(at + 5, value >>> 0);
      at += 9;
    }
  };

  const raw = (value: Uint8Array) => {
    reserve(value.length);
    buffer.set(value, at);
    at += value.length;
  };

  /** Writes the string if it is ASCII and short, else leaves everything as it was. */
  const ascii = (value: string): boolean => {
    const length = value.length;
    reserve(length + 2);
    let position = at;
    if (length < 32) {
      buffer[position++] = 0xa0 + length;
    } else {
      buffer[position++] = 0xd9;
      buffer[position++] = length;
    }
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      buffer[position++] = code;
    }
    at = position;
    return true;
  };

  const str = (value: string): number => {
    if (value.length <= LONG_TEXT && ascii(value)) return value.length;
    reserve(value.length * 3 + 5);
    const { written } = encoder.encodeInto(value, buffer.subarray(at + 5));
    sized(0xdb, written);
    at += written;
    return written;
  };

  const writer: Writer = {
    size: () => at,
    int,
    number(value) {
      if (Number.isInteger(value)) return int(value);
      reserve(9);
      buffer[at] = 0xcb;
      view.setFloat64(at + 1, value);
      at += 9;
    },
    bool: (value) => byte(value ? 0xc3 : 0xc2),
    nil: () => byte(0xc0),
    str,
    text(value) {
      // To look up what hardly ever comes twice costs more than compression does.
      const isWorth = value.length <= WORTH_LOOKING;
      const known = isWorth ? strings.get(value) : undefined;
      if (known !== undefined) return int(known);
      if (str(value) > MAX_INTERNED_BYTES) return;
      if (isWorth) strings.set(value, numbered);
      numbered++;
    },
    bin(value) {
      sized(0xc6, value.length);
      raw(value);
    },
    array: (length) => (length < 16 ? byte(0x90 + length) : sized(0xdd, length)),
    value(value) {
      if (typeof value === "string") str(value);
      else if (typeof value === "number") writer.number(value);
      else if (typeof value === "boolean") writer.bool(value);
      else if (value === undefined) writer.nil();
      else if (value instanceof Uint8Array) writer.bin(value);
      else {
        writer.array(value.length);
        value.forEach(writer.value);
      }
    },
    raw,
    rewind(size) {
      at = size;
    },
    take() {
      const taken = buffer.slice(0, at);
      at = numbered = 0;
      strings.clear();
      return taken;
    },
  };
  return writer;
}
