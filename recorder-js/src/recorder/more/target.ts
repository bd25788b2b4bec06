// Which element an event is about, and what it is called.

import { DOCUMENT, ELEMENT, TEXT } from "../node-types.ts";
import { FIELD, type Mask, maskText, OPEN } from "../privacy.ts";
import type { Scope } from "../scope.ts";
import { around, hasRule, innerMask, isBlocked, maskOf, type Tree } from "../tree.ts";

const INTERACTIVE =
  "a,button,input,label,select,textarea,summary,option,[onclick],[role=button],[role=link],[role=tab]," +
  "[role=menuitem],[role=option],[role=checkbox],[role=radio],[role=switch]";
const FIELDS = /^(input|textarea|select)$/;
const MAX_LABEL = 80;
const MAX_NODES = 200;

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

/** The element that a person meant who hit this one: the button rather than the icon in it. */
export function meant(element: Element): Element {
  return element.closest(INTERACTIVE) ?? element;
}

/** What an element says, masked as the page is; of a field its label, never what is in it. */
export function labelOf(element: Element, tree: Tree): string {
  const source = FIELDS.test(element.localName)
    ? (element as HTMLInputElement).labels?.[0]
    : element;
  const mask = maskOf(source ?? element, tree.mask);
  if (mask === FIELD) return "";
  const budget = { text: "", nodes: MAX_NODES };
  if (source) gatherText(source, mask, tree, budget);
  const text = budget.text.replace(/\s+/g, " ").trim();
  const spoken = text || maskText(element.getAttribute("aria-label") ?? "", mask);
  return spoken.slice(0, MAX_LABEL);
}

function gatherText(
  element: Element,
  mask: Mask,
  tree: Tree,
  budget: { text: string; nodes: number },
): void {
  if (isBlocked(element, mask) || tree.opaque.has(element)) return;
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (budget.text.length > MAX_LABEL * 2 || budget.nodes-- <= 0) return;
    if (node.nodeType === TEXT) budget.text += maskText(node.nodeValue ?? "", mask);
    else if (node.nodeType === ELEMENT) {
      const inner = node as Element;
      if (inner.localName !== "style" && !FIELDS.test(inner.localName)) {
        gatherText(inner, innerMask(inner, mask, tree.mask), tree, budget);
      }
    }
  }
}
