// A value in short, as one line of a console would show it. Shallow: no getter is called, nothing is walked into.

const MAX_PARTS = 5;
const MAX_TEXT = 500;
const SECRET = /pass|secret|token|auth|session|cookie|card|cvv|cvc|iban|pin$|ssn|key$/i;

/** The arguments of a call as one text of at most `max` characters. */
export function describeAll(values: readonly unknown[], max: number): string {
  const texts = values.slice(0, 2 * MAX_PARTS).map((value) => describe(value));
  if (values.length > texts.length) texts.push("…");
  return clip(texts.join(" "), max);
}

export function describe(value: unknown): string {
  if (typeof value === "string") return clip(value, MAX_TEXT);
  if (typeof value !== "object" || value === null) return plain(value);
  if (value instanceof Error) return clip(`${value.name}: ${value.message}`, MAX_TEXT);
  if (Array.isArray(value)) return list(value);
  if ("nodeType" in value && "nodeName" in value)
    return `<${String(value.nodeName).toLowerCase()}>`;
  return record(value);
}

function plain(value: unknown): string {
  return typeof value === "function" ? "function" : String(value);
}

function list(values: readonly unknown[]): string {
  const parts = values.slice(0, MAX_PARTS).map(inner);
  if (values.length > MAX_PARTS) parts.push("…");
  return `[${parts.join(", ")}]`;
}

function record(value: object): string {
  const parts: string[] = [];
  for (const key in value) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property) continue;
    if (parts.length === MAX_PARTS) {
      parts.push("…");
      break;
    }
    const shown = SECRET.test(key) ? "•" : "value" in property ? inner(property.value) : "…";
    parts.push(`${clip(key, 40)}: ${shown}`);
  }
  return `{${parts.join(", ")}}`;
}

/** A value inside another. */
function inner(value: unknown): string {
  if (typeof value === "string") return `"${clip(value, 100)}"`;
  if (typeof value !== "object" || value === null) return plain(value);
  return Array.isArray(value) ? `[${value.length}]` : value instanceof Error ? value.name : "{…}";
}

function clip(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
