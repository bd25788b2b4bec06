// The bytes of a whole chunk: its fields, then a checksum over all that stands before the content of the frames.

import { MAGIC, VERSION } from "./wire.gen.ts";
import { createWriter, type Value } from "./write.ts";

const POLYNOMIAL = 0xedb88320;
const CHECKSUM_BYTES = 5;

/** Made when it is first needed; CRC-32 as in zlib. */
let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  return new Uint32Array(256).map((_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
    return rest;
  });
}

export function crc32(bytes: Uint8Array): number {
  table ??= makeTable();
  let rest = -1;
  for (const byte of bytes) rest = (rest >>> 8) ^ (table[(rest ^ byte) & 255] ?? 0);
  return ~rest >>> 0;
}

/** @param fields of the header up to `frames_encoding`, in the schema's order */
export function sealChunk(fields: readonly Value[], frames: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = createWriter();
  const values = [MAGIC, VERSION, ...fields, frames];
  writer.array(values.length + 1);
  for (const value of values) writer.value(value);
  const written = writer.take();
  const chunk = new Uint8Array(written.length + CHECKSUM_BYTES);
  chunk.set(written);
  const checksum = crc32(written.subarray(0, written.length - frames.length));
  new DataView(chunk.buffer).setUint32(written.length + 1, checksum);
  chunk[written.length] = 0xce;
  return chunk;
}
