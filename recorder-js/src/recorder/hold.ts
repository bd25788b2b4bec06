// Sessions outside the sample: the last minute stays in memory, in two generations that each begin with a keyframe,
// and leaves the page only when a rule says that the session is to be kept.

import { FLAG_KEYFRAME } from "../wire/wire.gen.ts";
import type { Draft } from "./chunk.ts";
import type { Stop } from "./guard.ts";

const GENERATION_MS = 60_000;
const MAX_GENERATION_BYTES = 4 * 1024 * 1024;
/** A page that changes too fast for the bounds is not followed. */
const MIN_GENERATION_MS = 10_000;

export interface Hold {
  readonly holds: () => boolean;
  /** Holds back what is sent from now on, or (again) nothing. */
  readonly set: (on: boolean) => void;
  readonly send: (draft: Draft, urgent: boolean) => void;
  /** Sends what is held, and holds no more. */
  readonly release: () => void;
  readonly stop: Stop;
}

/** `renew` must tell anew what every recording begins with; a keyframe follows it. */
export function createHold(
  deliver: (draft: Draft, urgent: boolean) => void,
  renew: () => void,
  clock: () => number,
): Hold {
  let on = false;
  let old: Draft[] = [];
  let young: Draft[] = [];
  let bytes = 0;
  let began = 0;

  const clear = () => {
    old = [];
    young = [];
    bytes = 0;
    began = clock();
  };

  const turn = () => {
    const now = clock();
    if (now - began < MIN_GENERATION_MS) return clear();
    old = bytes > MAX_GENERATION_BYTES ? [] : young;
    young = [];
    bytes = 0;
    began = now;
    renew();
  };
  const ticker = setInterval(() => on && young.length && turn(), GENERATION_MS);

  return {
    holds: () => on,
    set(hold) {
      on = hold;
      clear();
    },
    send(draft, urgent) {
      if (!on) return deliver(draft, urgent);
      young.push(draft);
      bytes += draft.facts.length + draft.frames.length;
      if (bytes > MAX_GENERATION_BYTES) turn();
    },
    release() {
      const held = [...old, ...young];
      on = false;
      clear();
      const first = held.findIndex(({ flags }) => flags & FLAG_KEYFRAME);
      held.forEach((draft, index) => {
        // Changes to a page that was not sent tell nothing.
        const hasPage = first >= 0 && index >= first;
        deliver(hasPage ? draft : { ...draft, frames: new Uint8Array() }, false);
      });
    },
    stop() {
      clearInterval(ticker);
      clear();
    },
  };
}
