// Style sheets that scripts change. The first change of a sheet sends all of its rules; after that single edits do,
// until the next keyframe.

import { Op } from "../wire/wire.gen.ts";
import { after, type Guard, type Stop, stopAll } from "./guard.ts";
import { maskCss } from "./privacy.ts";
import type { Root, SheetWriter, Tree } from "./tree.ts";
import { rewriteCss } from "./url.ts";

type Owner = HTMLStyleElement | HTMLLinkElement;
type Realm = Window & typeof globalThis;

export interface Sheets extends SheetWriter {
  /** Watches the sheets of a frame's window, too. */
  readonly watch: (view: Realm) => Stop;
  /** Something about a sheet changed: all its rules, one of them, or (`"media"`) whether it applies. */
  readonly touch: (sheet: StyleSheet | null, what?: CSSRule | "media") => void;
  /** Whether scripts are known to have changed the rules of a sheet. */
  readonly isScripted: (sheet: CSSStyleSheet) => boolean;
  /** A link's asset cannot be had: its rules must be read from the sheet. */
  readonly unreadable: (url: string) => void;
  /** Writes what changed since the last time. */
  readonly writeChanges: (tree: Tree) => void;
  /** A keyframe begins: nothing is told. */
  readonly renew: () => void;
}

interface Edit {
  readonly start: number;
  readonly deleted: number;
  readonly rule: CSSRule | undefined;
}

interface Changes {
  whole: boolean;
  media: boolean;
  readonly edits: Edit[];
  readonly rules: Set<CSSRule>;
}

const ignore = () => {};

export function createSheets(
  guard: Guard,
  asset: (url: string, base: string) => string,
  onChange: () => void,
): Sheets {
  const scripted = new WeakSet<CSSStyleSheet>();
  const unreadable = new Set<string>();
  const numbers = new WeakMap<CSSStyleSheet, number>();
  let count = 0;
  let told = new WeakSet<CSSStyleSheet>();
  let adopted = new WeakMap<Root, readonly CSSStyleSheet[]>();
  let changed = new Map<CSSStyleSheet, Changes>();

  const changesOf = (sheet: CSSStyleSheet) => {
    const found = changed.get(sheet) ?? { whole: false, media: false, edits: [], rules: new Set() };
    changed.set(sheet, found);
    onChange();
    return found;
  };

  const touch: Sheets["touch"] = (styleSheet, what) => {
    if (!styleSheet) return;
    const sheet = styleSheet as CSSStyleSheet;
    const changes = changesOf(sheet);
    if (what === "media") changes.media = true;
    else {
      scripted.add(sheet);
      if (what) changes.rules.add(topOf(what));
      else changes.whole = true;
    }
  };

  /** A rule was put in or taken out at the top of a sheet. */
  const edit = (sheet: CSSStyleSheet, start: number, deleted: number) => {
    scripted.add(sheet);
    const changes = changesOf(sheet);
    // What is not told yet will be told as a whole.
    if (told.has(sheet))
      changes.edits.push({ start, deleted, rule: deleted ? undefined : sheet.cssRules[start] });
  };

  const replaced = guard((sheet: CSSStyleSheet, result: unknown) => {
    touch(sheet);
    // `replace` has its rules later. Promises of frames are of another class.
    (result as Promise<unknown> | undefined)?.then?.(() => touch(sheet), ignore);
  });

  const watch = (view: Realm): Stop => {
    const { CSSStyleSheet: Sheet, CSSGroupingRule: Group } = view;
    const media = guard((sheet: StyleSheet) => touch(sheet, "media"));
    const grouped = guard((rule: CSSRule) => touch(rule.parentStyleSheet, rule));
    const stops = [
      after(view.StyleSheet.prototype, "disabled", media),
      after(
        view.HTMLStyleElement.prototype,
        "disabled",
        guard((style) => touch(style.sheet, "media")),
      ),
      after(
        Sheet.prototype,
        "insertRule",
        guard((sheet, index) => edit(sheet, index as number, 0)),
      ),
      after(
        Sheet.prototype,
        "deleteRule",
        guard((sheet, _, [index]) => edit(sheet, Number(index), 1)),
      ),
      ...(["addRule", "removeRule", "replaceSync", "replace"] as const).map((name) =>
        after(Sheet.prototype, name, replaced),
      ),
      after(Group.prototype, "insertRule", grouped),
      after(Group.prototype, "deleteRule", grouped),
    ];
    return () => stopAll(stops);
  };

  const writeRules = (
    { frames, mask }: Tree,
    owner: number,
    [start, deleted]: readonly [number, number],
    rules: readonly CSSRule[],
    base: string,
  ) => {
    for (const value of [Op.Rules, owner, start, deleted, rules.length]) frames.int(value);
    for (const { cssText } of rules) {
      frames.text(
        maskCss(
          rewriteCss(cssText, (url) => asset(url, base)),
          mask,
        ),
      );
    }
  };

  const writeMedia = ({ frames }: Tree, owner: number, sheet: CSSStyleSheet) => {
    frames.int(Op.SheetMedia);
    frames.int(owner);
    frames.text(sheet.disabled ? "not all" : sheetMedia.call(sheet).mediaText);
  };

  const writeWhole = (tree: Tree, owner: number, sheet: CSSStyleSheet, base: string) => {
    changed.delete(sheet);
    const rules = rulesOf(sheet);
    if (!rules) return;
    told.add(sheet);
    writeRules(tree, owner, [0, -1], rules, base);
  };

  const writeSheetChanges = (
    tree: Tree,
    owner: number,
    sheet: CSSStyleSheet,
    changes: Changes,
    base: string,
  ) => {
    if (changes.media) writeMedia(tree, owner, sheet);
    const isPart = told.has(sheet) && !changes.whole;
    if (isPart) writeEdits(tree, owner, sheet, changes, base);
    else if (scripted.has(sheet)) writeWhole(tree, owner, sheet, base);
  };

  const writeEdits = (
    tree: Tree,
    owner: number,
    sheet: CSSStyleSheet,
    { edits, rules }: Changes,
    base: string,
  ) => {
    for (const { start, deleted, rule } of edits) {
      if (rule) rules.delete(rule);
      writeRules(tree, owner, [start, deleted], rule ? [rule] : [], base);
    }
    if (!rules.size) return;
    rulesOf(sheet)?.forEach((rule, index) => {
      if (rules.has(rule)) writeRules(tree, owner, [index, 1], [rule], base);
    });
  };

  const adopt = (tree: Tree, root: Root) => {
    const id = tree.ids.get(root);
    if (id === undefined) return;
    const sheets = Array.from(root.adoptedStyleSheets);
    adopted.set(root, sheets);
    const base = (root.ownerDocument ?? (root as Document)).baseURI;
    const used = sheets.map((sheet) => {
      const number = numbers.get(sheet) ?? ++count;
      numbers.set(sheet, number);
      if (!told.has(sheet)) {
        writeWhole(tree, -number, sheet, base);
        if (sheet.disabled || sheetMedia.call(sheet).length) writeMedia(tree, -number, sheet);
      }
      return number;
    });
    for (const value of [Op.Adopt, id, used.length, ...used]) tree.frames.int(value);
  };

  const writeChanged = (tree: Tree, sheet: CSSStyleSheet, changes: Changes) => {
    const owner = sheet.ownerNode as Element | null;
    const id = owner ? tree.ids.get(owner) : -(numbers.get(sheet) ?? 0);
    // Of a constructed sheet that no root has adopted nothing is known.
    if (!id || (!owner && !told.has(sheet))) return;
    const base = owner ? baseOf(sheet, owner) : document.baseURI;
    writeSheetChanges(tree, id, sheet, changes, base);
  };

  /** Roots are asked what they have adopted: nothing tells. */
  const isSame = (root: Root) => {
    const now = root.adoptedStyleSheets ?? [];
    const before = adopted.get(root) ?? [];
    return now.length === before.length && before.every((sheet, i) => sheet === now[i]);
  };

  return {
    watch,
    touch,
    isScripted: (sheet) => scripted.has(sheet),
    unreadable(url) {
      unreadable.add(url);
      for (const sheet of document.styleSheets) if (sheet.href === url) touch(sheet);
    },
    write(tree, owner) {
      const id = tree.ids.get(owner);
      const { sheet } = owner as Owner;
      if (!sheet || id === undefined) return;
      const ownMedia = owner.getAttribute("media") ?? "";
      if (sheet.disabled || sheetMedia.call(sheet).mediaText !== ownMedia) {
        writeMedia(tree, id, sheet);
      }
      const isTold =
        owner.localName === "link"
          ? !unreadable.has(sheet.href ?? "")
          : owner.textContent?.trim() || !rulesOf(sheet)?.length;
      if (!isTold || scripted.has(sheet)) writeWhole(tree, id, sheet, baseOf(sheet, owner));
    },
    adopt,
    writeChanges(tree) {
      for (const root of tree.roots) if (!isSame(root)) adopt(tree, root);
      for (const [sheet, changes] of changed) writeChanged(tree, sheet, changes);
      changed = new Map();
    },
    renew() {
      told = new WeakSet();
      adopted = new WeakMap();
      changed = new Map();
    },
  };
}

/** The page's own getter is watched, and this must not be heard. */
const sheetMedia = Object.getOwnPropertyDescriptor(StyleSheet.prototype, "media")
  ?.get as unknown as () => MediaList;

function baseOf(sheet: CSSStyleSheet, owner: Element): string {
  return sheet.href ?? owner.baseURI;
}

/** The rules, or undefined where the browser does not let them be read. */
function rulesOf(sheet: CSSStyleSheet): readonly CSSRule[] | undefined {
  try {
    return Array.from(sheet.cssRules);
  } catch {
    return undefined;
  }
}

function topOf(rule: CSSRule): CSSRule {
  let top = rule;
  while (top.parentRule) top = top.parentRule;
  return top;
}
