// Which sessions are recorded: a share of them, the same in every tab and on every page of one, and those that a rule keeps.

import { matches } from "./glob.ts";
import { digest } from "./hash.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";

const DIGITS = 6;
const WHOLE = 10_000;

/** Where a session's id falls, from 0 to 1, alike everywhere. */
export function placeOf(session: string): number {
  return Number.parseInt(digest(session).slice(-DIGITS), 36) / 36 ** DIGITS;
}

/** Whether a session is recorded, by its share or because a rule kept it. */
export function isInSample({ sample }: Settings, session: Session): boolean {
  return placeOf(session.session()) < sample || session.kept() !== "";
}

/** The first rule that says to keep a session for this: an "error", a "page" with its path, an "event" with its name. */
export function keepingRule(
  rules: readonly string[],
  kind: "error" | "page" | "event",
  name: string,
): string | undefined {
  return rules.find((rule) => {
    const [what, ...pattern] = rule.split(":");
    return what === kind && (!pattern.length || matches(pattern.join(":"), name));
  });
}

/** The share in ten-thousandths, as it is recorded. */
export function recordedShare({ sample }: Settings): number {
  return Math.round(sample * WHOLE);
}
