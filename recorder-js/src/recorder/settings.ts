// The options of the script tag, read once into one frozen value.

import { ID_PATTERN } from "../wire/wire.gen.ts";
import { BALANCED, type Mask, OPEN, STRICT } from "./privacy.ts";

export interface Settings {
  readonly project: string;
  /** Origin (and path) of the server, without a slash at its end. */
  readonly endpoint: string;
  readonly mask: Mask;
  /** Query parameters whose values may be recorded. */
  readonly allowQuery: readonly string[];
  readonly consentRequired: boolean;
}

const MODES: Readonly<Record<string, Mask>> = {
  open: OPEN,
  balanced: BALANCED,
  strict: STRICT,
};

/** Reads data-project, data-endpoint, data-mask, data-allow-query and data-consent; without a valid key: nothing. */
export function readSettings(data: DOMStringMap, source: string): Settings | undefined {
  const project = data.project ?? "";
  if (!new RegExp(ID_PATTERN).test(project)) return undefined;
  return {
    project,
    endpoint: (data.endpoint || new URL(source).origin).replace(/\/+$/, ""),
    // A mode that is misspelt must not show more than was meant.
    mask: MODES[data.mask ?? "balanced"] ?? STRICT,
    allowQuery: (data.allowQuery ?? "").split(/[\s,]+/).filter(Boolean),
    consentRequired: data.consent === "required",
  };
}
