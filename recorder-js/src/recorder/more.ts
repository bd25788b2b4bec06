// What is recorded beside the page's look and the plain events: it may come later than those.

import { type Stop, stopAll } from "./guard.ts";
import { trackModules } from "./more/modules.ts";
import { createReactions } from "./more/reactions.ts";
import { trackExcerpts } from "./more/track-excerpts.ts";
import { trackFailures } from "./more/track-failures.ts";
import { trackFields } from "./more/track-fields.ts";
import { trackGestures } from "./more/track-gestures.ts";
import { trackKeys } from "./more/track-keys.ts";
import { trackLinks } from "./more/track-links.ts";
import { trackLongTasks } from "./more/track-long-tasks.ts";
import { trackMedia } from "./more/track-media.ts";
import { trackRequests } from "./more/track-requests.ts";
import { trackSubmits } from "./more/track-submits.ts";
import { trackVitals } from "./more/track-vitals.ts";
import type { Scope } from "./scope.ts";

export function more(scope: Scope): Stop {
  const reactions = createReactions(scope);
  const stops: readonly Stop[] = [
    trackKeys(scope),
    trackFields(scope),
    trackSubmits(scope),
    trackGestures(scope),
    trackExcerpts(scope),
    trackLinks(scope, () => reactions.note("download")),
    trackMedia(scope),
    trackFailures(scope),
    trackRequests(scope, () => reactions.note("request")),
    trackVitals(scope),
    trackLongTasks(scope),
    trackModules(scope),
    reactions.stop,
  ];
  return () => stopAll(stops);
}
