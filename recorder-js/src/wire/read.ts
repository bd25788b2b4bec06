// Chunks, as the server gives them back: bytes to headers, facts and frame operations.
// Damage is a value, never an exception: what was read before it is kept, what follows is not guessed.

import { inflateRaw } from "./inflate.ts";
import { createMsgpackReader, messageOf, type Value } from "./msgpack-read.ts";
import {
  DEFAULTS,
  DEFLATE_RAW,
  type FactFields,
  HEADER_SHAPE,
  type Header,
  Kind,
  MAGIC,
  PLAIN,
  SHAPES,
  VERSION,
} from "./wire.gen.ts";

export interface WireDamage {
  readonly damage: string;
}

/** What could be read, and what stopped the reading if it did not reach the end. */
export interface Reading<T> {
  readonly items: readonly T[];
  readonly damage?: string;
}

export type Fact = { [K in Kind]: { readonly kind: K; readonly fields: FactFields[K] } }[Kind];

export function isDamage(result: object): result is WireDamage {
  return "damage" in result && typeof result.damage === "string" && !("items" in result);
}

function fits(value: Value, shape: string): boolean {
  switch (shape) {
    case "n":
      return typeof value === "number" && Number.isFinite(value);
    case "s":
      return typeof value === "string";
    case "b":
      return typeof value === "boolean";
    case "a":
      return Array.isArray(value) && value.length > 0 && value.every((item) => fits(item, "n"));
    default:
      return value instanceof Uint8Array;
  }
}

function fitsAll(values: readonly Value[], shapes: string): boolean {
  for (let index = 0; index < shapes.length; index++) {
    if (!fits(values[index], shapes.charAt(index))) return false;
  }
  return true;
}

function asArray(value: Value): readonly Value[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The header of a chunk; its parts are still compressed. */
export function readChunk(bytes: Uint8Array): Header | WireDamage {
  try {
    const values = asArray(createMsgpackReader(bytes).value());
    if (values === undefined || values[0] !== MAGIC) return { damage: "not a chunk" };
    if (values[1] !== VERSION) return { damage: `version ${String(values[1])} is not known` };
    const header = values.slice(2, 2 + HEADER_SHAPE.length);
    if (!fitsAll(header, HEADER_SHAPE)) return { damage: "a header field is not what it must be" };
    return header as unknown as Header; // each field was just checked against HEADER_SHAPE
  } catch (error) {
    return { damage: messageOf(error) };
  }
}

/** A part's bytes, at most `limit` of them. */
export function inflate(
  part: Uint8Array,
  encoding: number,
  limit: number,
): Uint8Array | WireDamage {
  if (encoding === PLAIN) return part.length > limit ? { damage: "too large" } : part;
  if (encoding !== DEFLATE_RAW) return { damage: `encoding ${encoding} is not known` };
  try {
    return inflateRaw(part, limit);
  } catch (error) {
    return { damage: messageOf(error) };
  }
}

/** The facts of an inflated facts part; kinds this reader does not know, and facts that lie, are left out. */
export function readFacts(bytes: Uint8Array): Reading<Fact> {
  const reader = createMsgpackReader(bytes);
  const items: Fact[] = [];
  try {
    while (!reader.ended()) {
      const kind = reader.number();
      const count = reader.number();
      const values: Value[] = [];
      if (!(count >= 0 && count <= bytes.length)) return { items, damage: "a field count" };
      for (let index = 0; index < count; index++) values.push(reader.value());
      const fact = asFact(kind, values);
      if (fact !== undefined) items.push(fact);
    }
  } catch (error) {
    return { items, damage: messageOf(error) };
  }
  return { items };
}

function asFact(number: number, values: readonly Value[]): Fact | undefined {
  const kind = Object.values(Kind).find((known) => known === number);
  if (kind === undefined) return undefined;
  const missing = SHAPES[kind].length - values.length;
  const appended = missing > 0 ? (DEFAULTS[kind] ?? []).slice(-missing) : [];
  const fields = [...values, ...appended].slice(0, SHAPES[kind].length);
  if (!fitsAll(fields, SHAPES[kind])) return undefined;
  return { kind, fields } as unknown as Fact; // each field was just checked against SHAPES
}
