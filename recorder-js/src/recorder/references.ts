// The assets that the page's look names: `ff:REF` stands for each. What is found waits here until somebody keeps it
// (more/assets.ts), which may come later than the look.

import { assetUrl, type Reference } from "./url.ts";

/** Taken before anything patches it: to read an asset again is nothing that the page did. */
export const ownFetch = globalThis.fetch;
const MAX_WAITING = 2000;

/** Who reads assets, tells what they hold and uploads what the server lacks. */
export interface Keeper {
  /** Something was found: `take` gives it. */
  readonly found: () => void;
  /** The server lacks these contents. */
  readonly needed: (hashes: readonly string[]) => void;
  /** A document begins: its facts must name its assets again. */
  readonly renew: () => void;
  /** Keeps bytes that the page has made, in the place of those behind another reference; resolves with theirs. */
  readonly keep: (type: string, bytes: ArrayBuffer, instead: string) => Promise<string>;
}

export interface References extends Pick<Keeper, "needed" | "renew" | "keep"> {
  /** What stands in the recording for an asset's URL. */
  readonly reference: (url: string, base: string) => string;
  /** What was found since the last time, each once. */
  readonly take: () => readonly Reference[];
  readonly serve: (keeper: Keeper) => void;
}

export function createReferences(): References {
  const seen = new Set<string>();
  let waiting: Reference[] = [];
  let keeper: Keeper | undefined;
  let arrive: (keeper: Keeper) => void;
  const arrived = new Promise<Keeper>((done) => {
    arrive = done;
  });

  const found = (reference: Reference) => {
    if (seen.has(reference.ref) || waiting.length >= MAX_WAITING) return;
    seen.add(reference.ref);
    waiting.push(reference);
    keeper?.found();
  };

  return {
    reference: (url, base) => assetUrl(url, base, found),
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    serve(first) {
      keeper = first;
      arrive(first);
    },
    needed: (hashes) => void arrived.then((then) => then.needed(hashes)),
    renew: () => keeper?.renew(),
    keep: async (...given) => (await arrived).keep(...given),
  };
}
