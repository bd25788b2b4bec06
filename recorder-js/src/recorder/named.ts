// What the site says of its visitors: names, ids and properties, bounded and masked. Pure.

import { BALANCED, type Mask, maskText } from "./privacy.ts";
import type { Properties } from "./public.ts";

const MAX_NAME = 200;
const MAX_PROPERTIES = 50;
const MAX_VALUE = 500;
const MAX_JSON = 4000;

/** A name or an id that the site gave: names are chosen by its authors, and e-mail addresses are no names. */
export function nameText(name: unknown, mask: Mask): string {
  const text = String(name ?? "").slice(0, MAX_NAME);
  return text.includes("@") ? maskText(text, Math.min(mask, BALANCED) as Mask) : text;
}

/** Properties as a flat JSON object. What is too much or no plain value is left out. */
export function propertiesText(properties: Properties | undefined, mask: Mask): string {
  const parts: string[] = [];
  let length = 2;
  for (const [name, value] of Object.entries(properties ?? {}).slice(0, MAX_PROPERTIES)) {
    if (!isPlain(value)) continue;
    const part = `${JSON.stringify(nameText(name, mask))}:${JSON.stringify(masked(value, mask))}`;
    if (length + part.length >= MAX_JSON) continue;
    length += part.length + 1;
    parts.push(part);
  }
  return `{${parts.join()}}`;
}

type Plain = string | number | boolean | null;

function isPlain(value: unknown): value is Plain {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

/** A number stays one unless it is as long as those that are masked in texts. */
function masked(value: Plain, mask: Mask): Plain {
  if (value === null || typeof value === "boolean") return value;
  const text = String(value).slice(0, MAX_VALUE);
  const shown = maskText(text, mask);
  return shown === text && typeof value === "number" ? value : shown;
}
