// Attributes whose numbers change: what an element's state remembers of one.

import type { Numbers } from "../wire/numbers.ts";

export interface MovingAttribute extends Numbers {
  readonly name: string;
}

/** Undefined where that makes no sense. */
export function moving({
  name,
  words,
  scales,
  values,
}: MovingAttribute): MovingAttribute | undefined {
  return scales.length === values.length ? { name, words, scales, values } : undefined;
}

export function movedBy(
  attribute: MovingAttribute | undefined,
  moves: readonly number[],
): MovingAttribute | undefined {
  if (attribute?.values.length !== moves.length) return undefined;
  return {
    ...attribute,
    values: attribute.values.map((value, index) => value + (moves[index] ?? 0)),
  };
}
