// Which element an event is about, and what it is called.

import { elementKey, plainKey } from "../../dom/element-key.ts";
import { nameOf, type Reader } from "../../dom/element-name.ts";
import { DOCUMENT, ELEMENT } from "../node-types.ts";
import { FIELD, maskText, OPEN } from "../privacy.ts";
import type { Scope } from "../scope.ts";
import { around, hasRule, isBlocked, maskOf, type Tree } from "../tree.ts";

export { meant } from "../../dom/meant.ts";

/** The innermost element that an event happened to, closed shadow roots looked into. */
export function innermost(
  event: Event,
  { tree, pathOf }: Pick<Scope, "tree" | "pathOf">,
): Element | undefined {
  let [target] = pathOf(event) as Node[];
  if (target?.nodeType === DOCUMENT) target = (target as Document).documentElement;
  let element = target?.nodeType === ELEMENT ? (target as Element) : undefined;
  while (element) {
    const shadow = tree.shadowOf(element);
    const inner = shadow && innerOf(event, shadow);
    if (!inner || inner === element) return element;
    element = inner;
  }
  return element;
}

function innerOf(event: Event, shadow: ShadowRoot): Element | null {
  if (event instanceof MouseEvent) return shadow.elementFromPoint(event.clientX, event.clientY);
  return shadow.activeElement;
}

/** The outermost blocked element around an element, or the element. */
export function unblocked(element: Element): Element {
  let found = element;
  if (!hasRule(element, "block")) return found;
  for (let at: Node | undefined = element; at; at = around(at)) {
    if (at.nodeType === ELEMENT && isBlocked(at as Element, OPEN)) {
      found = at as Element;
    }
  }
  return found;
}

/** How texts of the page read as they are recorded. */
export function readerOf(tree: Tree): Reader {
  return {
    text: (text, parent) => maskText(text, maskOf(parent, tree.mask)),
    isHidden: (element) => tree.opaque.has(element) || isBlocked(element, OPEN),
  };
}

/** What an element says, masked as the page is; of a field its label, never what is in it. */
export function labelOf(element: Element, tree: Tree): string {
  return maskOf(element, tree.mask) === FIELD ? "" : nameOf(element, readerOf(tree));
}

/** The element's key, with names as they are recorded. */
export function keyOf(element: Element, tree: Tree): string {
  return elementKey(element, readerOf(tree));
}

/** The same without ids and attributes, where the key has one: they may be made anew for each visit. */
export function plainKeyOf(element: Element, key: string, tree: Tree): string {
  return plainKey(element, key, readerOf(tree));
}

/** The same of a form, which is known by where it stands: what it says changes as it is filled in. */
export function plainFormKeyOf(form: Element, key: string, tree: Tree): string {
  const { text, isHidden } = readerOf(tree);
  return plainKey(form, key, {
    text,
    isHidden: (element) => element === form || isHidden(element),
  });
}
