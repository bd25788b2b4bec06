// Parts that few sites need come from the server when they are wanted: footfall-NAME.js beside footfall.js.

import { Kind } from "../wire/wire.gen.ts";
import { BUILD } from "./build.ts";
import type { Stop } from "./guard.ts";
import { kit } from "./kit.ts";
import type { Scope } from "./scope.ts";

/** What such a file holds; modules/NAME.ts is its source. */
export interface RecorderModule {
  readonly install: (scope: Scope) => Stop;
}

/** What the file itself exports: what it holds, given what it takes from the core; always the same. */
interface Packed<T> {
  readonly build: string;
  readonly unpack: (kit: readonly unknown[]) => T;
}

/** What a file of this build holds; the reason where there is none. */
export async function importModule<T extends object>(
  endpoint: string,
  name: string,
): Promise<T | string> {
  // As fetch takes it: from the page, not from this script.
  const url = new URL(`${endpoint}/footfall-${name}.js?v=${BUILD}`, document.baseURI);
  try {
    const packed: Packed<T> = await import(url.href);
    // An old recorder from the browser's cache, or a server of another version.
    return packed.build === BUILD ? packed.unpack(kit) : "another build";
  } catch {
    return "not loaded";
  }
}

/** Loads and installs a part; a State fact says why not. Stopped before it has come, it is never installed. */
export function loadModule(scope: Scope, name: string, done?: (isThere: boolean) => void): Stop {
  let end: Stop | undefined;
  let stopped = false;
  const arrived = scope.guard((module: RecorderModule | string) => {
    if (stopped) return;
    if (typeof module !== "string") end = module.install(scope);
    else scope.emit(Kind.State, [scope.now(), "missing", `${name}: ${module}`, 1]);
    done?.(typeof module !== "string");
  });
  void importModule<RecorderModule>(scope.settings.endpoint, name).then(arrived);

  return () => {
    stopped = true;
    end?.();
    end = undefined;
  };
}
