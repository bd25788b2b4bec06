// The worker that decodes chunks: bytes in, plain data out.

import { decodeChunk } from "./chunk.ts";
import type { DecoderAnswer, DecoderAsk } from "./decoder.ts";

async function answer(ask: DecoderAsk): Promise<void> {
  const { number, bytes, clockOffset, withBatches } = ask;
  // What cannot be decoded is a part that is damaged, as in the page itself.
  const chunk = await decodeChunk(bytes, clockOffset, withBatches).catch(() => undefined);
  postMessage({ number, chunk } satisfies DecoderAnswer);
}

addEventListener("message", (event: MessageEvent<DecoderAsk>) => {
  answer(event.data).catch((error: unknown) => reportError(error));
});
