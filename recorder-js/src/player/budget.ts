// What the recording gave up because it cost the page too much, in plain words.

import type { TimelineEvent } from "./timeline.ts";

const LESS = "Recorded less: the page changes too much";

const STEPS: Readonly<Record<string, readonly [title: string, detail: string]>> = {
  full: ["Recorded in full again", ""],
  sampled: [LESS, "changes and pointer are taken less often"],
  frozen: [LESS, "a box stands for the part that changes most"],
  facts: [LESS, "the page stands still here; clicks and the like go on"],
  off: ["Recording ended: the page changes too much", ""],
};

/** @param amount ms of the main thread that were taken in a second */
export function budgetEvent(time: number, step: string, amount: number): TimelineEvent {
  const [title, detail] = STEPS[step] ?? [LESS, step];
  const cost = `recording took ${amount} ms a second`;
  return { time, kind: "budget", title, detail: [detail, cost].filter(Boolean).join(" · ") };
}
