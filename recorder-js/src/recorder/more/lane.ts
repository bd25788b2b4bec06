// Work that has time: one item after the other, each when the pause before it is over.

import type { Stop } from "../guard.ts";

const MAX_WAITING = 2000;

export interface Lane<T> {
  /** Items beyond some two thousand are dropped. */
  readonly push: (item: T) => void;
  readonly stop: Stop;
}

export function createLane<T>(
  work: (item: T) => Promise<unknown>,
  pause: () => Promise<unknown>,
): Lane<T> {
  const waiting: T[] = [];
  let isRunning = false;
  let stopped = false;

  const run = async () => {
    isRunning = true;
    while (waiting.length) {
      await pause();
      for (const item of waiting.splice(0, 1)) await work(item).catch(() => undefined);
    }
    isRunning = false;
  };

  return {
    push(item) {
      if (stopped || waiting.length >= MAX_WAITING) return;
      waiting.push(item);
      if (!isRunning) void run();
    },
    stop() {
      stopped = true;
      waiting.length = 0;
    },
  };
}
