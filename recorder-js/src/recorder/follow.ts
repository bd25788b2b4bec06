// Keeps the settings to the project's policy: as it was read an hour ago at most, or anew when an answer tells of another.

import { isFresh, type Policy, readPolicy, withPolicy } from "./policy.ts";
import { STRICT } from "./privacy.ts";
import { setSelectors } from "./rules.ts";
import type { Box } from "./session.ts";
import type { Settings } from "./settings.ts";

/** Between two tries to read it: 5 s, and then twice as long each time. */
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 60_000;

export interface Followed {
  /** What the tag says, once the policy is known under it. */
  readonly settings: () => Settings;
  /** Whether the policy is known. If not, it is asked for. */
  readonly isKnown: () => boolean;
  readonly isPaused: () => boolean;
  /** An answer told which policy the server has. */
  readonly hear: (version: string) => void;
}

/** `changed` is called when another policy holds, and when it is time to ask again; `mayKeep` says whether it may be stored. */
export function followPolicy(
  given: Settings,
  box: Box<Policy>,
  mayKeep: () => boolean,
  changed: () => void,
): Followed {
  let settings = given;
  let policy: Policy | undefined;
  let isAsking = false;
  let failures = 0;
  /** Until then no answer makes it ask: it was asked for one that was not there to read. Ms since 1970. */
  let deafUntil = 0;

  const obey = (now: Policy) => {
    policy = now;
    settings = withPolicy(given, now);
    if (setSelectors(settings.selectors)) return;
    // A selector that is none must not show more than was meant.
    settings = { ...settings, mask: STRICT };
    console.warn("Footfall: a selector is not valid. All text is masked.");
  };

  /** While the server does not answer, the policy holds that was known before. */
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    const read = await readPolicy(given);
    isAsking = false;
    if (read && mayKeep()) box.set(read);
    const now = read ?? policy ?? box.get();
    if (!now) setTimeout(changed, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++));
    else if (now.version === policy?.version) deafUntil = Date.now() + FIRST_WAIT_MS;
    else {
      obey(now);
      changed();
    }
  };

  const known = box.get();
  if (known && isFresh(known)) obey(known);

  return {
    settings: () => settings,
    isKnown() {
      if (!policy) void ask();
      return policy !== undefined;
    },
    isPaused: () => Boolean(policy?.paused),
    hear(version) {
      if (version !== policy?.version && Date.now() >= deafUntil) void ask();
    },
  };
}
