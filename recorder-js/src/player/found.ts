// What the server's rules found in the session, as the time line and the list tell it. Pure.

import type { ManifestMoment } from "./source.ts";
import type { TimelineEvent } from "./timeline.ts";

const NAMES: Readonly<Record<string, string>> = {
  rage: "Rage clicks",
  dead: "Dead click",
  slow: "Slow click",
  error: "Error click",
  quick_back: "Quick back",
  thrash: "Thrashed cursor",
  scrolling: "Excessive scrolling",
  hesitation: "Hesitation",
  form_abandon: "Form abandoned",
  last_step: "Abandoned at the last step",
  field_drop: "Field dropped",
  field_return: "Field returned to",
  correction: "Correction",
  comparing: "Comparing",
  media_replay: "Media replayed",
  informed_click: "Informed click",
  exit_intent: "Exit intent",
  search_refinement: "Search refined",
};

/** What a moment is called. */
export function momentName(kind: string, grade: string): string {
  const name = NAMES[kind] ?? kind;
  return grade === "possible" ? `${name}, possibly` : name;
}

export function momentEvents(moments: readonly ManifestMoment[]): readonly TimelineEvent[] {
  return moments.map(({ kind, time, element, grade, detail }) => {
    return {
      time,
      kind: "moment",
      title: momentName(kind, grade),
      detail: [figure(detail), element].filter(Boolean).join(" · "),
    };
  });
}

/** The figure that says most, in words. */
function figure(detail: Readonly<Record<string, number>>): string {
  const {
    clicks,
    delay_ms,
    hover_ms,
    first_ms,
    pause_ms,
    reversals,
    searches,
    items,
    attention_ms,
  } = detail;
  if (clicks !== undefined) return `${clicks} clicks`;
  if (delay_ms !== undefined)
    return delay_ms < 0 ? "nothing happened" : `after ${tenths(delay_ms)}`;
  if (hover_ms !== undefined) return tenths(hover_ms);
  if (first_ms !== undefined) return tenths(Math.max(first_ms, pause_ms ?? 0));
  if (reversals !== undefined) return `${reversals} times back`;
  if (searches !== undefined) return `${searches} searches`;
  if (attention_ms !== undefined) return `after ${tenths(attention_ms)} of reading`;
  return items === undefined ? "" : `${items} items`;
}

function tenths(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
