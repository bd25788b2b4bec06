// The options of the script tag, read once into one frozen value.

import { ID_PATTERN } from "../wire/wire.gen.ts";
import { BALANCED, type Mask, OPEN, STRICT } from "./privacy.ts";
import { parseUrl } from "./url.ts";

export interface Settings {
  readonly project: string;
  /** Origin (and path) of the server, without a slash at its end. */
  readonly endpoint: string;
  readonly mask: Mask;
  /** Query parameters whose values may be recorded. */
  readonly allowQuery: readonly string[];
  readonly consentRequired: boolean;
  /** Pictures of a canvas that are taken in a second, at most; 0: none. */
  readonly canvasRate: number;
  /** Origins of pages around this one, or in its frames, that may be recorded together with it. */
  readonly frames: readonly string[];
  /** Parts to be loaded besides. */
  readonly modules: readonly string[];
}

const MAX_CANVAS_RATE = 10;

const MODES: Readonly<Record<string, Mask>> = {
  open: OPEN,
  balanced: BALANCED,
  strict: STRICT,
};

/** Reads the data- attributes of the script tag; without a valid key: nothing. */
export function readSettings(data: DOMStringMap, source: string): Settings | undefined {
  const project = data.project ?? "";
  if (!new RegExp(ID_PATTERN).test(project)) return undefined;
  // A mode that is misspelt must not show more than was meant.
  const mask = MODES[data.mask ?? "balanced"] ?? STRICT;
  // Pictures are never recorded in strict mode, and nothing could mask a canvas.
  const frames = words(data.frames).flatMap((url) => parseUrl(url, source)?.origin ?? []);
  const canvasRate = mask === STRICT ? 0 : Math.min(Number(data.canvas) || 0, MAX_CANVAS_RATE);
  return {
    project,
    endpoint: (data.endpoint || new URL(source).origin).replace(/\/+$/, ""),
    mask,
    allowQuery: words(data.allowQuery),
    consentRequired: data.consent === "required",
    canvasRate,
    frames,
    modules: [
      canvasRate > 0 && "canvas",
      isOn(data.console) && "console",
      isOn(data.network) && "network",
      frames.length > 0 && "frames",
    ].filter((name) => name !== false),
  };
}

function words(text = ""): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** `data-console`, `data-console="true"`: on; left out, `="false"`: off. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(false|off|no|0)$/.test(value);
}
