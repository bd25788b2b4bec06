// What is recorded beside the page's look, and loaded after the core has begun: footfall-more.js.

import { type Stop, stopAll } from "./guard.ts";
import { trackAnimations } from "./more/animations.ts";
import { trackAssets } from "./more/assets.ts";
import { keepBudget } from "./more/budget.ts";
import { trackDefinitions } from "./more/definitions.ts";
import { trackDigests } from "./more/digest.ts";
import { trackEnvironment } from "./more/environment.ts";
import { trackMarks } from "./more/marks.ts";
import { trackMedia } from "./more/media.ts";
import { trackModules } from "./more/modules.ts";
import { trackPopovers } from "./more/popovers.ts";
import { trackProperties } from "./more/properties.ts";
import { createReactions } from "./more/reactions.ts";
import { trackRules } from "./more/rules.ts";
import { trackSelection } from "./more/selection.ts";
import { createSubjects } from "./more/subject.ts";
import { trackClicks } from "./more/track-clicks.ts";
import { trackExcerpts } from "./more/track-excerpts.ts";
import { trackFailures } from "./more/track-failures.ts";
import { trackFields } from "./more/track-fields.ts";
import { trackGestures } from "./more/track-gestures.ts";
import { createHovers } from "./more/track-hovers.ts";
import { trackInputs } from "./more/track-inputs.ts";
import { trackKeys } from "./more/track-keys.ts";
import { trackLinks } from "./more/track-links.ts";
import { trackLongTasks } from "./more/track-long-tasks.ts";
import { trackMediaFacts } from "./more/track-media.ts";
import { trackPointer } from "./more/track-pointer.ts";
import { trackRequests } from "./more/track-requests.ts";
import { trackScroll } from "./more/track-scroll.ts";
import { trackSubmits } from "./more/track-submits.ts";
import { trackViewport } from "./more/track-viewport.ts";
import { trackVitals } from "./more/track-vitals.ts";
import { trackZones } from "./more/track-zones.ts";
import type { Scope } from "./scope.ts";

/** What happens in form fields. */
function trackTyping(scope: Scope): Stop {
  const subjects = createSubjects(scope);
  const stops = [
    trackInputs(scope, subjects.of),
    trackKeys(scope, subjects.of),
    trackFields(scope, subjects.of),
    subjects.forget,
  ];
  return () => stopAll(stops);
}

/** Clicks, and what the pointer was over before them. */
function trackPressing(scope: Scope): Stop {
  const hovers = createHovers(scope);
  const stops = [trackClicks(scope, hovers.clicked), hovers.stop];
  return () => stopAll(stops);
}

/** What clicks cause, some of which is a fact of its own. */
function trackEffects(scope: Scope): Stop {
  const reactions = createReactions(scope);
  const stops = [
    trackLinks(scope, () => reactions.note("download")),
    trackRequests(scope, () => reactions.note("request")),
    reactions.stop,
  ];
  return () => stopAll(stops);
}

const PARTS: readonly ((scope: Scope) => Stop)[] = [
  trackPressing,
  trackPointer,
  trackScroll,
  trackTyping,
  trackViewport,
  trackAssets,
  trackEnvironment,
  trackMarks,
  trackDefinitions,
  trackSelection,
  trackPopovers,
  trackMedia,
  trackRules,
  trackProperties,
  trackAnimations,
  trackSubmits,
  trackGestures,
  trackExcerpts,
  trackEffects,
  trackMediaFacts,
  trackFailures,
  trackVitals,
  trackZones,
  trackLongTasks,
  trackModules,
  trackDigests,
  keepBudget,
];

export function install(scope: Scope): Stop {
  const stops: Stop[] = [];
  // A part that fails to begin, on a page that it does not understand, costs that part alone.
  for (const part of PARTS) scope.guard(() => stops.push(part(scope)))();
  return () => stopAll(stops);
}
