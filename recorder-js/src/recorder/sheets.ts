// Style sheets that scripts change: which ones, and what their rules are.

import { after, type Guard, type Stop, stopAll } from "./guard.ts";
import { rewriteCss } from "./url.ts";

export interface Sheets {
  /** The rules of a style or link element that its text or its asset does not tell, or undefined. */
  readonly ownRules: (owner: Element) => string | undefined;
  /** A link's asset cannot be had: its rules must be read from the sheet. */
  readonly unreadable: (url: string) => void;
  /** The sheets that changed since the last call. */
  readonly changed: () => readonly CSSStyleSheet[];
  readonly stop: Stop;
}

/** The rules as CSS, with asset URLs replaced; undefined where the browser does not let them be read. */
export function sheetText(
  sheet: CSSStyleSheet,
  asset: (url: string) => string,
): string | undefined {
  if (sheet.disabled) return "";
  try {
    const text = Array.from(sheet.cssRules, (rule) => rule.cssText).join("\n");
    return rewriteCss(text, asset);
  } catch {
    return undefined;
  }
}

const ignore = () => {};

export function createSheets(
  guard: Guard,
  asset: (url: string, base: string) => string,
  onChange: () => void,
): Sheets {
  const scripted = new WeakSet<CSSStyleSheet>();
  const unreadable = new Set<string>();
  let changed = new Set<CSSStyleSheet>();

  const note = (sheet: StyleSheet | null) => {
    if (!sheet) return;
    scripted.add(sheet as CSSStyleSheet);
    changed.add(sheet as CSSStyleSheet);
    onChange();
  };

  const noted = (sheet: CSSStyleSheet, result: unknown) => {
    note(sheet);
    // `replace` has its rules later.
    if (result instanceof Promise) result.then(() => note(sheet), ignore);
  };
  const stops = [
    after(StyleSheet.prototype, "disabled", guard(note)),
    after(
      HTMLStyleElement.prototype,
      "disabled",
      guard((style) => note(style.sheet)),
    ),
    ...(["insertRule", "deleteRule", "replaceSync", "replace"] as const).map((name) =>
      after(CSSStyleSheet.prototype, name, guard(noted)),
    ),
    ...(["insertRule", "deleteRule"] as const).map((name) =>
      after(
        CSSGroupingRule.prototype,
        name,
        guard((rule: CSSRule) => note(rule.parentStyleSheet)),
      ),
    ),
  ];

  return {
    ownRules(owner) {
      const { sheet } = owner as HTMLStyleElement | HTMLLinkElement;
      if (!sheet) return undefined;
      const isLink = owner.localName === "link";
      const isTold = isLink ? !unreadable.has(sheet.href ?? "") : owner.textContent?.trim();
      if (isTold && !scripted.has(sheet)) return undefined;
      const text = sheetText(sheet, (url) => asset(url, sheet.href ?? owner.baseURI));
      return text || (scripted.has(sheet) ? text : undefined);
    },
    unreadable(url) {
      unreadable.add(url);
      for (const sheet of document.styleSheets) if (sheet.href === url) note(sheet);
    },
    changed() {
      const all = [...changed];
      changed = new Set();
      return all;
    },
    stop: () => stopAll(stops),
  };
}
