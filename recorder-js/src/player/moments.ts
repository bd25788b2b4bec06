// What is worth going to, and how busy the visitor was: pure functions for the time line and the keys N and P.

import type { TimelineEvent } from "./timeline.ts";

/** Marks on the time line; what is not named here is only listed. */
const MARKS = {
  page: "page",
  error: "error",
  slow: "slow",
  moment: "moment",
  gap: "gap",
  budget: "budget",
  note: "note",
  form: "told",
  link: "told",
  media: "told",
  text: "told",
  state: "told",
  input: "told",
  gesture: "click",
  click: "click",
} as const;
export type Mark = (typeof MARKS)[keyof typeof MARKS];

export const MARK_NAMES: Readonly<Record<Mark, string>> = {
  page: "Page",
  error: "Error",
  slow: "Slow",
  moment: "Moment",
  gap: "Gap",
  budget: "Less recorded",
  note: "Note",
  told: "Form, link, media …",
  click: "Click",
};

export function markOf(kind: TimelineEvent["kind"]): Mark | undefined {
  const marks: Readonly<Partial<Record<string, Mark>>> = MARKS;
  return marks[kind];
}

/** Clicks and keystrokes are too many to go from one to the next. */
export function isMoment({ kind }: TimelineEvent): boolean {
  const mark = markOf(kind);
  return mark !== undefined && mark !== "click" && kind !== "input";
}

/** Nearer than this two moments are one for who goes from one to the next. */
const SAME_MS = 100;
/** While playing, one who goes back has already gone on from the moment just passed. */
const GRACE_MS = 1500;

type Timed = { readonly time: number };

export function momentAfter(moments: readonly Timed[], time: number): number | undefined {
  return moments.find((moment) => moment.time > time + SAME_MS)?.time;
}

export function momentBefore(
  moments: readonly Timed[],
  time: number,
  isPlaying: boolean,
): number | undefined {
  const until = time - (isPlaying ? GRACE_MS : SAME_MS);
  return moments.findLast((moment) => moment.time < until)?.time;
}

/** How many activities fall into each of `bins` equal parts of 0 … duration, as a share of the busiest. */
export function density(activity: readonly number[], duration: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  if (duration <= 0) return counts;
  for (const time of activity) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((time / duration) * bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  // The root keeps a single click visible beside a minute of moving the pointer.
  return most === 0 ? counts : counts.map((count) => Math.sqrt(count / most));
}

/** What lies within `reach` ms of a time, the nearest first, at most `count`. */
export function nearest<T extends Timed>(
  items: readonly T[],
  time: number,
  reach: number,
  count: number,
): readonly T[] {
  const distance = (item: T) => Math.abs(item.time - time);
  return items
    .filter((item) => distance(item) <= reach)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, count);
}
