// Everything that is not needed for the first picture of the page.

import { type Stop, stopAll } from "./guard.ts";
import { trackAnimations } from "./more/animations.ts";
import { trackProperties } from "./more/properties.ts";
import { trackRules } from "./more/rules.ts";
import type { Scope } from "./scope.ts";

export function more(scope: Scope): Stop {
  const stops: readonly Stop[] = [
    trackRules(scope),
    trackProperties(scope),
    trackAnimations(scope),
  ];
  return () => stopAll(stops);
}
