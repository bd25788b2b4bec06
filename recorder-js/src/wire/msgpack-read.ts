// Reads msgpack values off a Uint8Array. Whatever the bytes, a read moves forward or throws: no read loops without
// consuming, no declared length beyond the bytes left is believed. The callers in read.ts turn throws into WireDamage.

export type Value = undefined | boolean | number | string | Uint8Array | readonly Value[];

export interface MsgpackReader {
  /** Byte position of the next value. */
  at(): number;
  ended(): boolean;
  value(): Value;
  number(): number;
  /** The next value as a string, or the number that stands for an earlier one. */
  stringOrNumber(): string | number;
  /** Byte length of the string read last, in UTF-8. */
  lastStringBytes(): number;
}

const MAX_DEPTH = 4;
const decoder = new TextDecoder();

export function createMsgpackReader(bytes: Uint8Array): MsgpackReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let stringBytes = 0;

  function damaged(what: string): never {
    throw new Error(`${what} at byte ${at}`);
  }

  function take(length: number): number {
    const start = at;
    if (length > bytes.length - start) damaged("cut short");
    at = start + length;
    return start;
  }

  function unsigned(length: 1 | 2 | 4 | 8): number {
    const start = take(length);
    if (length === 1) return view.getUint8(start);
    if (length === 2) return view.getUint16(start);
    if (length === 4) return view.getUint32(start);
    return view.getUint32(start) * 2 ** 32 + view.getUint32(start + 4);
  }

  function signed(length: 1 | 2 | 4 | 8): number {
    const start = take(length);
    if (length === 1) return view.getInt8(start);
    if (length === 2) return view.getInt16(start);
    if (length === 4) return view.getInt32(start);
    return view.getInt32(start) * 2 ** 32 + view.getUint32(start + 4);
  }

  function text(length: number): string {
    const start = take(length);
    stringBytes = length;
    if (length < 24) {
      let ascii = "";
      let index = start;
      for (; index < at; index++) {
        const code = bytes[index] ?? 0;
        if (code > 127) break;
        ascii += String.fromCharCode(code);
      }
      if (index === at) return ascii;
    }
    return decoder.decode(bytes.subarray(start, at));
  }

  function binary(length: number): Uint8Array {
    const start = take(length);
    return bytes.subarray(start, at);
  }

  function array(length: number, depth: number): readonly Value[] {
    // Each element takes a byte at least.
    if (length > bytes.length - at) damaged("an array longer than what is left");
    if (depth >= MAX_DEPTH) damaged("arrays too deep");
    const values: Value[] = [];
    for (let index = 0; index < length; index++) values.push(read(depth + 1));
    return values;
  }

  function readMarked(marker: number, depth: number): Value {
    switch (marker) {
      case 0xc0:
        return undefined;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return view.getFloat32(take(4));
      case 0xcb:
        return view.getFloat64(take(8));
      case 0xdc:
        return array(unsigned(2), depth);
      case 0xdd:
        return array(unsigned(4), depth);
      default:
        return readSized(marker);
    }
  }

  function width(power: number): 1 | 2 | 4 | 8 {
    return power === 0 ? 1 : power === 1 ? 2 : power === 2 ? 4 : 8;
  }

  function readSized(marker: number): Value {
    if (marker >= 0xc4 && marker <= 0xc6) return binary(unsigned(width(marker - 0xc4)));
    if (marker >= 0xcc && marker <= 0xcf) return unsigned(width(marker - 0xcc));
    if (marker >= 0xd0 && marker <= 0xd3) return signed(width(marker - 0xd0));
    if (marker >= 0xd9 && marker <= 0xdb) return text(unsigned(width(marker - 0xd9)));
    return damaged("a value of a kind that is not used");
  }

  function read(depth: number): Value {
    const marker = unsigned(1);
    if (marker < 0x80) return marker;
    if (marker >= 0xe0) return marker - 256;
    if (marker >= 0xa0 && marker < 0xc0) return text(marker & 0x1f);
    if (marker >= 0x90 && marker < 0xa0) return array(marker & 0x0f, depth);
    return readMarked(marker, depth);
  }

  return {
    at: () => at,
    ended: () => at >= bytes.length,
    value: () => read(0),
    number() {
      const value = read(0);
      return typeof value === "number" && Number.isFinite(value)
        ? value
        : damaged("no number before");
    },
    stringOrNumber() {
      const value = read(0);
      return typeof value === "string" || typeof value === "number"
        ? value
        : damaged("no string before");
    },
    lastStringBytes: () => stringBytes,
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unreadable";
}
