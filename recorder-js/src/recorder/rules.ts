// Which rule holds for an element: what its author wrote on it, else what the site's selectors say.

export type Rule = "mask" | "unmask" | "block" | "ignore";
export type Selectors = Readonly<Partial<Record<Rule, string>>>;

const ATTRIBUTE = "data-footfall";

/** One page has one recorder; every look at an element would have to carry them otherwise. */
let selectors: Selectors = {};
let ruled: WeakMap<Element, string> | undefined;

/** Takes the site's selectors; false when one of them is none, and could hide nothing. */
export function setSelectors(given: Selectors, isValid = isSelector): boolean {
  const entries = Object.entries(given).filter(([, selector]) => selector);
  const valid = entries.filter(([, selector]) => isValid(selector));
  selectors = Object.fromEntries(valid);
  ruled = valid.length ? new WeakMap() : undefined;
  return valid.length === entries.length;
}

/** Whether any element may have a rule that is not written on it. */
export function hasSelectors(): boolean {
  return ruled !== undefined;
}

/** Whether the element itself has this rule. The attribute wins over the selectors. */
export function isRuled(element: Element, rule: Rule): boolean {
  const given = element.getAttribute(ATTRIBUTE);
  if (given !== null) return given === rule;
  const selector = selectors[rule];
  return selector !== undefined && element.matches(selector);
}

/** What elements match that may have this rule. */
export function selectorOf(rule: Rule): string {
  const selector = selectors[rule];
  const own = `[${ATTRIBUTE}=${rule}]`;
  return selector ? `${own},${selector}` : own;
}

/** Whether an element, or one around it in its tree, has this rule. The browser finds those that may have it. */
export function isWithin(element: Element, rule: Rule): boolean {
  const candidates = selectorOf(rule);
  let at = element.closest(candidates);
  while (at && !isRuled(at, rule)) at = at.parentElement?.closest(candidates) ?? null;
  return at !== null;
}

/** The rule of an element for texts. */
export function textRule(element: Element): "mask" | "unmask" | undefined {
  if (ruled && !ruled.has(element)) ruled.set(element, allRules(element));
  if (isRuled(element, "mask")) return "mask";
  return isRuled(element, "unmask") ? "unmask" : undefined;
}

/** Whether other selectors than before mean the element: what was recorded of it is no longer right. */
export function hasNewRule(element: Element): boolean {
  const before = ruled?.get(element);
  if (!ruled || before === undefined) return false;
  const now = allRules(element);
  ruled.set(element, now);
  return now !== before;
}

function allRules(element: Element): string {
  const rules: readonly Rule[] = ["mask", "unmask", "block", "ignore"];
  return rules.filter((rule) => isRuled(element, rule)).join();
}

function isSelector(text: string): boolean {
  try {
    document.createDocumentFragment().querySelector(text);
    return true;
  } catch {
    return false;
  }
}
