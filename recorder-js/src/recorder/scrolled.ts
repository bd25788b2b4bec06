// Before a recording begins, some elements may have been scrolled.

import type { Guard, Stop } from "./guard.ts";
import { isScrolled } from "./state.ts";

/** Looks, while the browser has nothing else to do, which of these elements are scrolled. */
export function findScrolled(
  elements: readonly Element[],
  found: (element: Element) => void,
  guard: Guard,
): Stop {
  if (typeof requestIdleCallback !== "function") return () => {};
  let at = 0;
  const look = guard((time: IdleDeadline) => {
    for (let element = elements[at]; element; element = elements[++at]) {
      if (time.timeRemaining() < 1) break;
      if (element.isConnected && isScrolled(element)) found(element);
    }
    if (at < elements.length) asked = requestIdleCallback(look);
  });
  let asked = requestIdleCallback(look);
  return () => cancelIdleCallback(asked);
}
