// Everything that is not needed for the first picture of the page.

import { type Stop, stopAll } from "./guard.ts";
import { trackModules } from "./more/modules.ts";
import type { Scope } from "./scope.ts";

export function more(scope: Scope): Stop {
  const stops: readonly Stop[] = [trackModules(scope)];
  return () => stopAll(stops);
}
