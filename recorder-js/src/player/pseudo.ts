// Selectors of the page rewritten: what the pointer, the keyboard and the browser did there stands here in attributes.
// `:hover` and `[data-ff-is-hover]` weigh the same, so that every rule keeps its place in the cascade.

import { createCssScanner } from "./css-scan.ts";

/** What the marks of a recording are called in the rebuilt page. */
export const MARK_ATTRIBUTE = "data-ff-is-";
/** What stands for a selection in the rebuilt page; it has no focus, and so none of its own. */
export const HIGHLIGHT = "ff-selection";

const WORDS: ReadonlyMap<string, string> = new Map([
  ...[
    "hover",
    "active",
    "focus",
    "focus-visible",
    "focus-within",
    "target",
    "fullscreen",
    "autofill",
  ].map((name) => [name, name] as const),
  ["-webkit-full-screen", "fullscreen"],
  ["-webkit-autofill", "autofill"],
  ["user-invalid", "user-invalid"],
  ["user-valid", "user-valid"],
]);
const WORTH_A_LOOK =
  /:\s*(?:hover|active|focus|target|-webkit-full|-webkit-autofill|fullscreen|autofill|user-|defined|selection|\\|-moz-selection)/i;
/** Pseudo-elements from before they had two colons. */
const OLD_ELEMENTS = /^(?:before|after|first-line|first-letter)$/;
const ENDS_COMPOUND = /[,>+~|]/;

interface Rewriting {
  readonly out: string[];
  /** By parenthesis: which pseudo-element stands before in the same compound. Behind one no attribute may stand: the rule, and all selectors beside it, would be lost. */
  readonly behind: ("" | "part" | "element")[];
  /** How many colons stand right before. */
  colons: number;
}

/** A selector list, or the condition of `@scope`. */
export function rewriteSelector(selector: string): string {
  if (!WORTH_A_LOOK.test(selector)) return selector;
  const scanner = createCssScanner(selector);
  const state: Rewriting = { out: [], behind: [""], colons: 0 };
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    if (!("written" in token)) state.out.push(token.type === "comment" ? "/**/" : "url()");
    else if (token.type === "word" && state.colons > 0) name(state, token.name, token.written);
    else if (token.type === "function") open(state, token.name, token.written);
    else other(state, token.written, token.type === "space");
    state.colons = "written" in token ? (/:*$/.exec(token.written)?.[0].length ?? 0) : 0;
  }
  return state.out.join("");
}

function open({ out, behind, colons }: Rewriting, functionName: string, written: string): void {
  if (colons === 2) behind[behind.length - 1] = functionName === "part" ? "part" : "element";
  behind.push("");
  out.push(written);
}

function other({ out, behind }: Rewriting, written: string, isSpace: boolean): void {
  if (written === "(" || written === "[") behind.push("");
  else if (written === ")" || written === "]") behind.length = Math.max(1, behind.length - 1);
  else if (isSpace || ENDS_COMPOUND.test(written)) behind[behind.length - 1] = "";
  out.push(written);
}

/** The name after one colon or two. */
function name({ out, behind, colons }: Rewriting, word: string, written: string): void {
  if (colons === 2 || OLD_ELEMENTS.test(word)) {
    behind[behind.length - 1] = "element";
    out.push(/^(?:-moz-)?selection$/.test(word) ? `highlight(${HIGHLIGHT})` : written);
    return;
  }
  const place = behind.at(-1);
  const mark = WORDS.get(word);
  if (place === "" && word === "defined") {
    dropColon(out);
    out.push(":not([data-ff-undefined])");
  } else if (place === "" && mark !== undefined) {
    dropColon(out);
    out.push(`[${MARK_ATTRIBUTE}${mark}]`);
  } else if (place === "part" && mark !== undefined) {
    markPart(mark, out);
  } else {
    out.push(written);
  }
}

function dropColon(out: string[]): void {
  out.push((out.pop() ?? "").slice(0, -1));
}

/** `::part(x):hover`: marked parts have their mark as a part name, too. */
function markPart(mark: string, out: string[]): void {
  out.pop();
  const closing = out.pop() ?? "";
  out.push(` ff-${mark}`, closing);
}
