// A sealed chunk and its bytes. Whichever form is asked for first, plain or compressed, is its form for ever:
// a chunk that is sent again is sent with the same bytes.

import { sealChunk } from "../wire/seal.ts";
import { DEFLATE_RAW, PLAIN } from "../wire/wire.gen.ts";

/** Below this, compressing costs more than it saves. */
const SMALL = 200;
const PIECE_BYTES = 16_384;
/** Bytes that even a slow device compresses in a millisecond. */
const SLOWEST = 4096;

export interface Draft {
  readonly project: string;
  readonly session: string;
  readonly tab: string;
  readonly sequence: number;
  readonly visitor: string;
  readonly document: number;
  readonly pageView: number;
  readonly url: string;
  readonly baseTime: number;
  readonly sentAt: number;
  readonly flags: number;
  readonly facts: Uint8Array<ArrayBuffer>;
  readonly frames: Uint8Array<ArrayBuffer>;
}

export interface Chunk {
  readonly key: string;
  readonly session: string;
  readonly tab: string;
  /** Bytes of the parts, uncompressed. */
  readonly rawBytes: number;
  /** The body if its form is settled. */
  readonly body: () => Uint8Array<ArrayBuffer> | undefined;
  /** Settles the form now: the page is being left. */
  readonly plain: () => Uint8Array<ArrayBuffer>;
  readonly compressed: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** `spent` hears how many ms of the main thread compressing took. */
export function createChunk(draft: Draft, spent: (ms: number) => void): Chunk {
  let body: Uint8Array<ArrayBuffer> | undefined;
  const settle = (facts: Part, frames: Part) => {
    body ??= encode(draft, facts, frames);
    return body;
  };
  return {
    ...draft,
    key: `${draft.session}/${draft.tab}/${draft.sequence}`,
    rawBytes: draft.facts.length + draft.frames.length,
    body: () => body,
    plain: () => settle([PLAIN, draft.facts], [PLAIN, draft.frames]),
    compressed: async () =>
      body ??
      settle(...(await Promise.all([compress(draft.facts, spent), compress(draft.frames, spent)]))),
  };
}

type Part = readonly [encoding: number, bytes: Uint8Array<ArrayBuffer>];

async function compress(
  bytes: Uint8Array<ArrayBuffer>,
  spent: (ms: number) => void,
): Promise<Part> {
  if (bytes.length < SMALL || typeof CompressionStream === "undefined") return [PLAIN, bytes];
  try {
    const { readable, writable } = new CompressionStream("deflate-raw");
    const written = writeAll(writable, bytes, spent);
    return [DEFLATE_RAW, (await Promise.all([readAll(readable), written]))[0]];
  } catch {
    return [PLAIN, bytes]; // a browser that has the class but not this format
  }
}

async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** In pieces: Chromium compresses each on the main thread, in one task. */
async function writeAll(
  stream: WritableStream<BufferSource>,
  bytes: Uint8Array<ArrayBuffer>,
  spent: (ms: number) => void,
) {
  const writer = stream.getWriter();
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const start = performance.now();
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    await writer.write(piece);
    // Nothing but this happens meanwhile in Chromium; elsewhere the page may have its turn.
    spent(Math.min(performance.now() - start, piece.length / SLOWEST));
  }
  await writer.close();
}

function encode(draft: Draft, facts: Part, frames: Part): Uint8Array<ArrayBuffer> {
  const fields = [
    draft.project,
    draft.session,
    draft.tab,
    draft.sequence,
    draft.visitor,
    draft.document,
    draft.pageView,
    draft.url,
    draft.baseTime,
    draft.sentAt,
    draft.flags,
    ...facts,
    frames[0],
  ];
  return sealChunk(fields, frames[1]);
}
