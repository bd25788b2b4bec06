// What the trackers of facts have in common: how an element is named, when a page is being left.

import { FLAG_LAST } from "../../wire/wire.gen.ts";
import type { Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { innermost, keyOf, unblocked } from "./target.ts";

export type About = readonly [node: number, key: string];

/** The number and the key of an element, or of the blocked one around it; undefined where it is to be ignored. */
export function about(scope: Scope, element: Element): About | undefined {
  if (hasRule(element, "ignore")) return undefined;
  const shown = unblocked(element);
  return [scope.idOf(shown), keyOf(shown, scope.tree)];
}

/** The element that a trusted event happened to. */
export function hitOf(scope: Scope, event: Event): Element | undefined {
  return event.isTrusted ? innermost(event, scope) : undefined;
}

/** Calls `work` when the page is hidden or left, in time for the last chunk. */
export function beforeHidden(scope: Scope, work: (isLeft: boolean) => void): Stop {
  return scope.beforeCut((urgent, flags) => {
    if (urgent) work(flags === FLAG_LAST);
  });
}
