// The page's errors from the first moment on: kept until the part that tells of them is there.

import { type Stop, stopAll } from "./guard.ts";
import type { Listen } from "./scope.ts";

export type HearFailure = (event: Event, clock: number) => void;

const MAX_EARLY = 20;

export interface Failures {
  readonly failures: (hear: HearFailure) => void;
  readonly stop: Stop;
}

/** `uncaught` hears that there was an error that nobody handled; nothing of what it says. */
export function createFailures(
  listen: Listen,
  clock: () => number,
  uncaught: () => void,
): Failures {
  let early: (readonly [event: Event, clock: number])[] = [];
  let hear: HearFailure = (event, at) => {
    if (early.length < MAX_EARLY) early.push([event, at]);
  };
  const note = (event: Event) => {
    hear(event, clock());
    if (event.target === event.currentTarget) uncaught();
  };
  const stops = [listen("error", note, true), listen("unhandledrejection", note)];
  return {
    failures(listener) {
      const waiting = early;
      early = [];
      hear = listener;
      for (const [event, at] of waiting) listener(event, at);
    },
    stop() {
      stopAll(stops);
      early = [];
    },
  };
}
