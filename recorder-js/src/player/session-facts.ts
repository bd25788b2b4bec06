// What the whole session tells, of all its tabs, by time: ms from the session's start.

import type { Fact } from "../wire/read.ts";
import type { View } from "./screen.ts";
import type { Manifest } from "./source.ts";
import { manifestEvents, type TimelineEvent } from "./timeline.ts";

export interface SessionFact {
  readonly time: number;
  readonly tab: string;
  readonly document: number;
  readonly fact: Fact;
}

interface Session {
  readonly manifest: Manifest;
  readonly views: readonly View[];
}

/** Times from the session's start, for lists and marks. */
export function sessionEvents({ manifest, views }: Session): readonly TimelineEvent[] {
  return [...manifestEvents(manifest), ...views.flatMap((view) => view.timeline.events)]
    .map((event) => ({ ...event, time: event.time - manifest.started }))
    .sort((a, b) => a.time - b.time);
}

/** Of each session, how many chunks had come, and what they told: panels ask at each fill. */
const known = new WeakMap<Manifest, readonly [loaded: number, facts: readonly SessionFact[]]>();

/** As far as they have come. */
export function sessionFacts({ manifest, views }: Session): readonly SessionFact[] {
  const loaded = views.reduce((sum, { track }) => sum + track.loaded(), 0);
  const [before, facts] = known.get(manifest) ?? [-1, []];
  if (before === loaded) return facts;
  const sorted = gathered({ manifest, views });
  known.set(manifest, [loaded, sorted]);
  return sorted;
}

function gathered({ manifest, views }: Session): readonly SessionFact[] {
  return views
    .flatMap(({ track }) =>
      track.facts().map(({ time, document, fact }) => ({
        time: time - manifest.started,
        tab: track.info.tab,
        document,
        fact,
      })),
    )
    .sort((a, b) => a.time - b.time);
}
