// What the server says of how all pages of the project are recorded: only less than their own tags allow.

import { POLICY_PATH } from "../wire/wire.gen.ts";
import { BALANCED, type Mask, STRICT } from "./privacy.ts";
import type { Settings } from "./settings.ts";

export interface Policy {
  /** Every answer to a chunk tells it; "": there is nothing to keep to. */
  readonly version: string;
  readonly paused?: boolean;
  /** Share of the sessions that are recorded, at most. */
  readonly sample?: number;
  readonly mask?: string;
  readonly maskSelector?: string;
  readonly blockSelector?: string;
  readonly exclude?: readonly string[];
  /** When it was read, ms since 1970. */
  readonly at: number;
}

const FRESH_MS = 60 * 60 * 1000;
const TIMEOUT_MS = 10_000;

/** As it was before the page could put itself in between. */
const ownFetch = globalThis.fetch;

/** Whether a policy that was read before holds without asking. Of a pause nothing else would tell the end. */
export function isFresh(policy: Policy): boolean {
  return !policy.paused && Math.abs(Date.now() - policy.at) < FRESH_MS;
}

/** Reads it; nothing when the server does not answer. */
export async function readPolicy({ endpoint, project }: Settings): Promise<Policy | undefined> {
  try {
    const answer = await ownFetch(`${endpoint}${POLICY_PATH}?project=${project}`, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout?.(TIMEOUT_MS) ?? null, // browsers before 2022 wait as long as they wait by themselves
    });
    if (answer.status > 428) return undefined; // too many requests, or its own fault
    // A server that knows of none, or not of us, has nothing to keep to: it will say what is wrong to the first chunk.
    const said: Policy = answer.ok ? await answer.json() : {};
    return { ...said, version: said.version ?? "", at: Date.now() };
  } catch {
    return undefined;
  }
}

/** The settings under a policy; pure. */
export function withPolicy(settings: Settings, policy: Policy): Settings {
  const least = policy.mask === "strict" ? STRICT : policy.mask ? BALANCED : 0;
  const mask = Math.max(settings.mask, least) as Mask;
  const { selectors } = settings;
  const { unmask = "" } = selectors;
  const masked = policy.maskSelector;
  const strict = mask === STRICT; // no pictures of a canvas, as in settings.ts
  return {
    ...settings,
    mask,
    sample: Math.min(settings.sample, policy.sample ?? 1),
    exclude: [...settings.exclude, ...(policy.exclude ?? [])],
    selectors: {
      ...selectors,
      mask: both(selectors.mask, masked),
      // What the tag shows stays hidden inside of what the policy masks: else the nearer rule would hold.
      unmask: unmask && masked ? `:is(${unmask}):not(:is(${masked}) *)` : unmask,
      block: both(selectors.block, policy.blockSelector),
    },
    canvasRate: strict ? 0 : settings.canvasRate,
    modules: settings.modules.filter((name) => !strict || name !== "canvas"),
  };
}

function both(...selectors: (string | undefined)[]): string {
  return selectors.filter(Boolean).join();
}
