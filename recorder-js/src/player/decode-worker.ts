// The worker that decodes chunks: bytes in, plain data out.

import { decodeChunk } from "./chunk.ts";
import type { DecoderAnswer, DecoderAsk } from "./decoder.ts";

function decoded({ bytes, clockOffset, withBatches }: DecoderAsk): DecoderAnswer["chunk"] {
  try {
    return decodeChunk(bytes, clockOffset, withBatches);
  } catch {
    return undefined; // what cannot be decoded is a part that is damaged, as in the page itself
  }
}

addEventListener("message", ({ data }: MessageEvent<DecoderAsk>) => {
  postMessage({ number: data.number, chunk: decoded(data) } satisfies DecoderAnswer);
});
