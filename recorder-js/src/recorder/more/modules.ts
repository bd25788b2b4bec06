// Loads the modules that the settings ask for.

import { type Stop, stopAll } from "../guard.ts";
import { loadModule } from "../load-module.ts";
import type { Scope } from "../scope.ts";

export function trackModules(scope: Scope): Stop {
  const stops = scope.settings.modules.map((name) => loadModule(scope, name));
  return () => stopAll(stops);
}
