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

/** What a file of this build exports; its reason where there is none. */
export async function importModule<T extends { readonly build: string }>(
  endpoint: string,
  name: string,
): Promise<T | string> {
  // As fetch takes it: from the page, not from this script.
  const url = new URL(`${endpoint}/footfall-${name}.js?v=${BUILD}`, document.baseURI);
  try {
    const module: T = await import(url.href);
    // An old recorder from the browser's cache, or a server of another version.
    return module.build === BUILD ? module : "another build";
  } catch {
    return "not loaded";
  }
}

/** Loads and installs a module; a State fact says why not. Stopped before it has come, it is never installed. */
export function loadModule(scope: Scope, name: string): Stop {
  let end: Stop | undefined;
  let stopped = false;
  const arrived = scope.guard((module: RecorderModule | string) => {
    if (stopped) return;
    if (typeof module !== "string") end = module.install(scope);
    else scope.emit(Kind.State, [scope.now(), "missing", `${name}: ${module}`, 1]);
  });
  void importModule<RecorderModule>(scope.settings.endpoint, name).then(arrived);

  return () => {
    stopped = true;
    end?.();
    end = undefined;
  };
}
