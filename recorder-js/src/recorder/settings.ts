// The options of the script tag, read once into one frozen value.

import { ID_PATTERN } from "../wire/wire.gen.ts";
import { BALANCED, type Mask, OPEN, STRICT } from "./privacy.ts";
import type { Options } from "./public.ts";
import type { Selectors } from "./rules.ts";

export interface Settings {
  readonly project: string;
  /** Origin (and path) of the server, without a slash at its end. */
  readonly endpoint: string;
  readonly mask: Mask;
  /** Query parameters whose values may be recorded. */
  readonly allowQuery: readonly string[];
  readonly consentRequired: boolean;
  /** Do Not Track is not heeded; Global Privacy Control always is. */
  readonly ignoreDoNotTrack: boolean;
  /** Patterns of pages that are not recorded. */
  readonly exclude: readonly string[];
  /** What of the address must change for a new page view. */
  readonly pageViews: "path" | "query" | "hash";
  /** Share of the sessions that are recorded, 0 to 1. */
  readonly sample: number;
  /** What makes a session outside the sample be kept: "error", "page:GLOB", "event:GLOB". */
  readonly keep: readonly string[];
  readonly selectors: Selectors;
}

const MODES: Readonly<Record<string, Mask>> = {
  open: OPEN,
  balanced: BALANCED,
  strict: STRICT,
};

/** Reads the attributes of the script tag; without a valid key: nothing. What is misspelt never records more than was meant. */
export function readSettings(data: DOMStringMap, source: string): Settings | undefined {
  const project = data.project ?? "";
  if (!new RegExp(ID_PATTERN).test(project)) return undefined;
  return {
    project,
    endpoint: (data.endpoint || new URL(source).origin).replace(/\/+$/, ""),
    mask: MODES[data.mask ?? "balanced"] ?? STRICT,
    allowQuery: words(data.allowQuery),
    consentRequired: data.consent === "required",
    ignoreDoNotTrack: data.doNotTrack === "ignore",
    exclude: words(data.exclude),
    pageViews: /^(query|hash)$/.test(data.pageViews ?? "")
      ? (data.pageViews as "query" | "hash")
      : "path",
    sample: Math.min(1, Math.max(0, Number(data.sample ?? 1) || 0)),
    keep: words(data.keep),
    selectors: {
      mask: data.maskSelector ?? "",
      unmask: data.unmaskSelector ?? "",
      block: data.blockSelector ?? "",
      ignore: data.ignoreSelector ?? "",
    },
  };
}

/** The module's options as the attributes that they are called after. */
export function settingsOf(options: Options): Settings | undefined {
  const texts = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return options.endpoint ? readSettings(Object.fromEntries(texts), options.endpoint) : undefined;
}

function words(text = ""): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
