// Keeps each tab's timeline up with its facts, without taking the main thread while a session streams in.

import type { View } from "./screen.ts";
import { buildTimeline } from "./timeline.ts";

export interface Timelines {
  /** More facts have come. */
  outdate(view: View): void;
  /** Whether bringing them up to date is cheap enough now. */
  due(): boolean;
  /** Brings them up to date; whether there was anything new. */
  refresh(): boolean;
}

/** Of the main thread. */
const SHARE = 0.1;

export function createTimelines(): Timelines {
  const stale = new Set<View>();
  let after = 0;

  return {
    outdate: (view) => void stale.add(view),
    due: () => stale.size > 0 && performance.now() > after,
    refresh() {
      if (stale.size === 0) return false;
      const began = performance.now();
      for (const view of stale) view.timeline = buildTimeline(view.track.facts());
      stale.clear();
      const now = performance.now();
      after = now + (now - began) / SHARE;
      return true;
    },
  };
}
