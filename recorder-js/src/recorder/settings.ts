// The options of the script tag, read once into one frozen value.

import { ID_PATTERN } from "../wire/wire.gen.ts";
import { BALANCED, type Mask, OPEN, STRICT } from "./privacy.ts";
import type { Options } from "./public.ts";
import type { Selectors } from "./rules.ts";
import { parseUrl } from "./url.ts";

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
  /** Pictures of a canvas that are taken in a second, at most; 0: none. */
  readonly canvasRate: number;
  /** Origins of pages around this one, or in its frames, that may be recorded together with it. */
  readonly frames: readonly string[];
  /** Of the main thread, ms in a second that the recording may take; 0: any. */
  readonly budget: number;
  /** Of uploads, KB in a minute; 0: any. */
  readonly budgetKb: number;
  /** Parts to be loaded besides. */
  readonly modules: readonly string[];
}

const MAX_CANVAS_RATE = 10;

const MODES: Readonly<Record<string, Mask>> = {
  open: OPEN,
  balanced: BALANCED,
  strict: STRICT,
};

/** Reads the attributes of the script tag; without a valid key: nothing. What is misspelt never records more than was meant. */
export function readSettings(data: DOMStringMap, source: string): Settings | undefined {
  const project = data.project ?? "";
  if (!new RegExp(ID_PATTERN).test(project)) return undefined;
  // A mode that is misspelt must not show more than was meant.
  const mask = MODES[data.mask ?? "balanced"] ?? STRICT;
  return {
    project,
    endpoint: (data.endpoint || new URL(source).origin).replace(/\/+$/, ""),
    mask,
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
    budget: amount(data.budget, 150),
    budgetKb: amount(data.budgetKb, 3000),
    ...partsOf(data, source, mask),
  };
}

function partsOf(
  data: DOMStringMap,
  source: string,
  mask: Mask,
): Pick<Settings, "canvasRate" | "frames" | "modules"> {
  // Pictures are never recorded in strict mode, and nothing could mask a canvas.
  const canvasRate = mask === STRICT ? 0 : Math.min(Number(data.canvas) || 0, MAX_CANVAS_RATE);
  const frames = words(data.frames).flatMap((url) => parseUrl(url, source)?.origin ?? []);
  const modules = [
    canvasRate > 0 && "canvas",
    isOn(data.console) && "console",
    isOn(data.network) && "network",
    frames.length > 0 && "frames",
  ].filter((name) => name !== false);
  return { canvasRate, frames, modules };
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

/** What is no amount is the default. */
function amount(text: string | undefined, otherwise: number): number {
  return text && Number(text) >= 0 ? Number(text) : otherwise;
}

/** `data-console`, `data-console="true"`: on; left out, `="false"`: off. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(false|off|no|0)$/.test(value);
}
