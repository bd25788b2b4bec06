// What people type must not come out in another place: in what the page itself writes about it.

import { NAMED } from "./privacy.ts";
import { maskOf, type Tree } from "./tree.ts";

/** Shorter values are everywhere, and betray nothing by being there. */
const MIN_LENGTH = 3;

/** A text in which the present values of fields that somebody touched are masked, but for those that may be shown. */
export function hideTyped(tree: Tree, text: string): string {
  let hidden = text;
  for (const field of tree.fields) {
    const { value } = field as HTMLInputElement;
    if (typeof value !== "string" || value.length < MIN_LENGTH || !hidden.includes(value)) continue;
    const isShown = field.localName === "select" || maskOf(field, tree.mask) === NAMED;
    if (!isShown) hidden = hidden.replaceAll(value, "••••••••");
  }
  return hidden;
}
