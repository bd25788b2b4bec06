// What the page writes to the console.

import type { Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";

export { BUILD as build } from "../build.ts";

export function install(_scope: Scope): Stop {
  return () => {};
}
