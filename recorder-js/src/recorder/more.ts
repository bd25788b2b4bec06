// What may begin after the first keyframe: nothing else of the recorder needs it.

import { type Stop, stopAll } from "./guard.ts";
import { trackDefinitions } from "./more/definitions.ts";
import { trackEnvironment } from "./more/environment.ts";
import { trackMarks } from "./more/marks.ts";
import { trackMedia } from "./more/media.ts";
import { trackPopovers } from "./more/popovers.ts";
import { trackSelection } from "./more/selection.ts";
import type { Scope } from "./scope.ts";

const TRACKERS: readonly ((scope: Scope) => Stop)[] = [
  trackEnvironment,
  trackMarks,
  trackDefinitions,
  trackSelection,
  trackPopovers,
  trackMedia,
];

export function more(scope: Scope): Stop {
  const stops = TRACKERS.map((track) => track(scope));
  return () => stopAll(stops);
}
