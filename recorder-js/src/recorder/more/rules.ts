// Edits of single rules. A declaration block can be changed by hundreds of properties, and elements have the same
// class of blocks: so not the changes are watched but who gets a rule's block, and the rule is looked at afterwards.

import { after, type Stop, stopAll } from "../guard.ts";
import type { Realm, Scope } from "../scope.ts";

/** Rules whose blocks the page may still hold. */
const MAX_HELD = 50;
const LOOK_MS = 1000;
const SLICE_MS = 4;
const IMPORT_RULE = 3;

export function trackRules(scope: Scope): Stop {
  const { guard, sheets, tree } = scope;
  /** The text of each rule that was handed out, as it was then or as it was told since. */
  const texts = new WeakMap<CSSRule, string>();
  const held = new Set<CSSRule>();
  const compared = new WeakSet<CSSStyleSheet>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = guard(() => {
    clearTimeout(timer);
    timer = undefined;
    let index = held.size;
    for (const rule of held) {
      const text = rule.cssText;
      if (text !== texts.get(rule)) {
        texts.set(rule, text);
        if (rule.parentStyleSheet) sheets.touch(rule.parentStyleSheet, rule);
      }
      // The latest are looked at for as long as they are among the latest.
      if (index-- > MAX_HELD || !rule.parentStyleSheet) held.delete(rule);
    }
  });

  const handedOut = (rule: CSSRule) => {
    if (!texts.has(rule)) texts.set(rule, rule.cssText);
    held.delete(rule);
    held.add(rule);
    timer ??= setTimeout(look);
  };

  const edited = guard((rule: CSSRule) => sheets.touch(rule.parentStyleSheet, rule));

  const watch = (view: Realm): Stop => {
    const stops: Stop[] = [];
    const prototypeOf = (name: string) =>
      (view as unknown as Record<string, { prototype: Record<string, unknown> } | undefined>)[name]
        ?.prototype;
    const each = (name: string, members: readonly string[]) => {
      const owner = prototypeOf(name);
      for (const member of members) {
        if (owner && member in owner) {
          stops.push(after(owner, member, (rule) => edited(rule as unknown as CSSRule)));
        }
      }
    };
    const given = (name: string, members: readonly string[], note: (self: never) => void) => {
      const owner = prototypeOf(name);
      if (owner) for (const member of members) stops.push(onGet(owner, member, note));
    };
    const out = guard(handedOut);
    for (const name of STYLED) given(name, ["style", "styleMap"], out);
    for (const name of ["CSSMediaRule", "CSSImportRule"]) given(name, ["media"], out);
    given(
      "StyleSheet",
      ["media"],
      guard((sheet: StyleSheet) => setTimeout(guard(() => mediaGiven(sheet)))),
    );
    each("CSSStyleRule", ["selectorText", "insertRule", "deleteRule"]);
    each("CSSKeyframesRule", ["name", "appendRule", "deleteRule"]);
    each("CSSKeyframeRule", ["keyText"]);
    each("CSSPageRule", ["selectorText"]);
    each("CSSCounterStyleRule", COUNTER);
    return () => stopAll(stops);
  };

  const mediaGiven = (sheet: StyleSheet) => sheets.touch(sheet, "media");

  /** Sheets that scripts changed before the recording: their rules differ from what their text says. */
  const compare = guard(() => {
    const end = performance.now() + SLICE_MS;
    const left = [...tree.roots]
      .flatMap(({ styleSheets }) => [...styleSheets])
      .filter((sheet) => !compared.has(sheet) && !sheets.isScripted(sheet));
    for (const sheet of left) {
      if (performance.now() > end) {
        idle(compare);
        return;
      }
      compared.add(sheet);
      if (differs(sheet)) sheets.touch(sheet);
    }
  });

  const differs = (sheet: CSSStyleSheet) => {
    const owner = sheet.ownerNode as Element | null;
    const text = owner?.localName === "style" ? owner.textContent : "";
    if (!text?.trim()) return false;
    const said = new CSSStyleSheet();
    said.replaceSync(text);
    const rules = Array.from(sheet.cssRules).filter(({ type }) => type !== IMPORT_RULE);
    return (
      rules.length !== said.cssRules.length ||
      rules.some(({ cssText }, index) => cssText !== said.cssRules[index]?.cssText)
    );
  };

  const idle = (work: () => void) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(work);
    else setTimeout(work, 50);
  };

  const ticker = setInterval(look, LOOK_MS);
  idle(compare);
  const stops = [
    scope.watchRealms(watch),
    scope.afterKeyframe(() => idle(compare)),
    () => clearInterval(ticker),
    () => clearTimeout(timer),
    () => held.clear(),
  ];
  return () => stopAll(stops);
}

const STYLED = [
  "CSSStyleRule",
  "CSSKeyframeRule",
  "CSSFontFaceRule",
  "CSSPageRule",
  "CSSNestedDeclarations",
  "CSSPositionTryRule",
];
const COUNTER =
  "name system symbols additiveSymbols negative prefix suffix range pad fallback".split(" ");

/** Calls `note` before the page gets the value of an accessor, or sets it. */
function onGet(owner: object, name: string, note: (self: never) => void): Stop {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const { get, set } = own ?? {};
  if (!own || !get) return () => {};
  let on = true;
  const mine: PropertyDescriptor = {
    ...own,
    get(this: never) {
      if (on) note(this);
      return get.call(this);
    },
  };
  if (set) {
    mine.set = function (this: never, value: unknown) {
      if (on) note(this);
      set.call(this, value);
    };
  }
  Object.defineProperty(owner, name, mine);
  return () => {
    on = false;
    if (Object.getOwnPropertyDescriptor(owner, name)?.get === mine.get) {
      Object.defineProperty(owner, name, own);
    }
  };
}
