// What people type must not come out in another place: in what the page itself writes about it.

import { isSecretField } from "./attributes.ts";
import { maskText, NAMED } from "./privacy.ts";
import { maskOf, type Tree } from "./tree.ts";

/** Shorter values are everywhere, and betray nothing by being there. */
const MIN_LENGTH = 3;
const HIDDEN = "•••";

/** A text as the page's own is masked, and without the present values of fields that somebody touched, but for those that may be shown. */
export function hideTyped(tree: Tree, text: string): string {
  const typed = [...tree.fields]
    .filter((field) => !isShown(tree, field))
    .map((field) => String((field as Partial<HTMLInputElement>).value ?? field.textContent).trim())
    .filter((value) => value.length >= MIN_LENGTH)
    // One may be a part of another.
    .sort((a, b) => b.length - a.length);
  const hidden = typed.reduce((rest, value) => rest.replaceAll(value, HIDDEN), text);
  return maskText(hidden, tree.mask);
}

function isShown(tree: Tree, field: Element): boolean {
  if (isSecretField(field)) return false;
  return field.localName === "select" || maskOf(field, tree.mask) === NAMED;
}
