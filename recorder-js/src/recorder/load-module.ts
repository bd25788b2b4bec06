// Parts that few sites need come from the server when they are wanted: footfall-NAME.js beside footfall.js.

import { Kind } from "../wire/wire.gen.ts";
import { BUILD } from "./build.ts";
import type { Stop } from "./guard.ts";
import type { Scope } from "./scope.ts";

/** What such a file exports; modules/NAME.ts is its source. */
export interface RecorderModule {
  readonly build: string;
  readonly install: (scope: Scope) => Stop;
}

/** Loads and installs a module; a State fact says why not. Stopped before it has come, it is never installed. */
export function loadModule(scope: Scope, name: string): Stop {
  let end: Stop | undefined;
  let stopped = false;
  const missing = (reason: string) =>
    scope.emit(Kind.State, [scope.now(), "missing", `${name}: ${reason}`, 1]);

  const arrived = scope.guard((module: RecorderModule) => {
    if (stopped) return;
    // An old recorder from the browser's cache, or a server of another version.
    if (module.build !== BUILD) missing("another build");
    else end = module.install(scope);
  });

  const failed = scope.guard(() => {
    if (!stopped) missing("not loaded");
  });

  const path = `${scope.settings.endpoint}/footfall-${name}.js?v=${BUILD}`;
  // As fetch takes it: from the page, not from this script.
  import(new URL(path, document.baseURI).href).then(arrived, failed);

  return () => {
    stopped = true;
    end?.();
    end = undefined;
  };
}
