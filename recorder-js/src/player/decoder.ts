// Decodes chunks in a worker, so that inflating and reading never hold up the picture or the controls.
// Where no worker can be had (another origin, a policy that forbids it, a file that is not there) the same code runs here.

import { type Chunk, decodeChunk } from "./chunk.ts";

export interface Decoder {
  /** A chunk; undefined where its head cannot be read. @param withBatches goes first: somebody waits for it */
  decode(bytes: Uint8Array, withBatches: boolean): Promise<Chunk | undefined>;
  /** Whether a worker does it. */
  inWorker(): boolean;
  stop(): void;
}

export interface DecoderAsk {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly clockOffset: number;
  readonly withBatches: boolean;
}

export interface DecoderAnswer {
  readonly number: number;
  readonly chunk: Chunk | undefined;
}

interface Job {
  readonly ask: DecoderAsk;
  done(chunk: Chunk | undefined): void;
  failed(error: unknown): void;
}

/** Compressed: so much is decoded here, some 10 ms, while no worker runs yet. */
const AT_FIRST_BYTES = 64 * 1024;
/** So few are with the worker that what is urgent need not wait for what is not. */
const MAX_AT_ONCE = 3;

/** @param workerUrl a file of our own origin; undefined decodes here */
export function createDecoder(workerUrl: string | undefined, clockOffset: number): Decoder {
  const underWay = new Map<number, Job>();
  const urgent: Job[] = [];
  const others: Job[] = [];
  let count = 0;
  let begun = false;
  let worker = workerUrl === undefined ? undefined : openWorker(workerUrl);

  function ask(bytes: Uint8Array, withBatches: boolean): Promise<Chunk | undefined> {
    return new Promise((done, failed) => {
      const ask = { number: ++count, bytes, clockOffset, withBatches };
      (withBatches ? urgent : others).push({ ask, done, failed });
      pump();
    });
  }

  async function decodedNow(bytes: Uint8Array): Promise<Chunk | undefined> {
    return decodeChunk(bytes, clockOffset, true);
  }

  function settle({ number, chunk }: DecoderAnswer): void {
    const job = underWay.get(number);
    underWay.delete(number);
    job?.done(chunk);
    pump();
  }

  function decodeHere(job: Job): void {
    const { bytes, withBatches, number } = job.ask;
    // Each in a turn of its own, so that the page has its turns between.
    nextTurn()
      .then(() => decodeChunk(bytes, clockOffset, withBatches))
      .then(
        (chunk) => settle({ number, chunk }),
        (error: unknown) => {
          underWay.delete(number);
          job.failed(error);
          pump();
        },
      );
  }

  function pump(): void {
    while (underWay.size < MAX_AT_ONCE) {
      const job = urgent.shift() ?? others.shift();
      if (job === undefined) return;
      underWay.set(job.ask.number, job);
      if (worker === undefined) decodeHere(job);
      else worker.postMessage(job.ask);
    }
  }

  /** What it was busy with is done here, and all that follows. */
  function giveUp(): void {
    worker?.terminate();
    worker = undefined;
    for (const job of [...underWay.values()]) decodeHere(job);
  }

  worker?.addEventListener("message", ({ data }: MessageEvent<DecoderAnswer>) => {
    begun = true;
    settle(data);
  });
  worker?.addEventListener("error", giveUp);
  worker?.addEventListener("messageerror", giveUp);

  return {
    decode(bytes, withBatches) {
      const soon = withBatches && !begun && worker !== undefined && bytes.length < AT_FIRST_BYTES;
      // The first picture does not wait until a worker runs.
      return soon ? decodedNow(bytes) : ask(bytes, withBatches);
    },
    inWorker: () => worker !== undefined,
    stop() {
      urgent.length = 0;
      others.length = 0;
      worker?.terminate();
      worker = undefined;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function openWorker(url: string): Worker | undefined {
  try {
    return new Worker(url);
  } catch {
    return undefined; // another origin, or a policy that throws: it is done here
  }
}
