// Recorded CSS, made harmless: whatever could load something either names an asset of the vault or loads nothing.
// What is emitted parses again to exactly what was understood here.

import { type CssScanner, type CssToken, createCssScanner } from "./css-scan.ts";
import { type Environment, isDark, plainEnvironment, rewriteMedia } from "./environment.ts";
import { rewriteSelector } from "./pseudo.ts";

export interface CssAssets {
  /** The URL of an asset; undefined while, or because, it is not known. */
  url(ref: string): string | undefined;
  /** The text of a stylesheet asset; undefined while, or because, it is not known. */
  sheet(ref: string): string | undefined;
  /** What 1vh is to be, where the frame's own height must not count: a page shown at its full height. */
  readonly pixelsPerVh?: number | undefined;
  /** The visitor's device and settings; the viewer's own must not count. */
  readonly environment?: Environment | undefined;
}

/** Attributes that are kept only as data, so that selectors which name them still match. */
export const RENAMED: ReadonlySet<string> = new Set(["href", "target", "download", "action"]);

/** Loads nothing, and is no error that would invalidate the declaration. */
const NOTHING = "data:,";
const PLAIN = plainEnvironment(false);
const MAX_IMPORTS = 64;
const MAX_IMPORT_DEPTH = 8;
/** Functions in which a bare string is a URL. */
const STRING_IS_URL = /^(?:-[a-z]+-)?(?:image-set|image|src|filter|cross-fade)$/;
/** What may stand in one of those: a `var()` could bring in a string that was not seen here. */
const PLAIN_INSIDE = /^(?:type|calc|rgba?|hsla?|color|[a-z-]*gradient)$/;
const CONDITION = /^[\w\s(),.:<>=/%+*-]*$/;
const ASSET = /^ff:([0-9a-z]{1,20})(#[\w.-]*)?$/;

interface Context {
  readonly assets: CssAssets;
  importsLeft: number;
}

/** The URL to use in the rebuilt page for a recorded one; undefined where nothing may be loaded. */
export function safeUrl(recorded: string, assets: CssAssets): string | undefined {
  const url = recorded.trim();
  if (/^data:/i.test(url)) return url;
  const [, ref, fragment = ""] = ASSET.exec(url) ?? [];
  const known = ref === undefined ? undefined : assets.url(ref);
  return known === undefined ? undefined : known + fragment;
}

/** The asset that a recorded URL names. */
export function assetRef(recorded: string): string | undefined {
  return ASSET.exec(recorded.trim())?.[1];
}

/** A list of media queries, as attributes have it. */
export function rewriteQueries(queries: string, assets: CssAssets): string {
  return rewriteMedia(rewriteCss(queries, assets), assets.environment ?? PLAIN);
}

export function rewriteCss(css: string, assets: CssAssets): string {
  return rewrite(css, { assets, importsLeft: MAX_IMPORTS }, 0);
}

function rewrite(css: string, context: Context, depth: number): string {
  const scanner = createCssScanner(css);
  const out: string[] = [];
  let start = 0; // of the selector or condition that a block may follow
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    const edge = token.type === "other" && /^[{};]$/.test(token.written) ? token.written : "";
    if (edge === "{") {
      const text = prelude(out.splice(start).join(""), context.assets);
      out.push(text);
    }
    const fixed = fixedHeight(token, out, context.assets.pixelsPerVh);
    out.push(fixed ?? rewriteToken(token, scanner, context, depth));
    if (edge || (token.type === "at" && token.name === "import")) start = out.length;
  }
  return out.join("");
}

/** What stands before a block. */
function prelude(text: string, { environment = PLAIN }: CssAssets): string {
  const [at] = /^(?:\s|\/\*\*\/)*@[\w-]*/.exec(text) ?? [];
  const name = at?.slice(at.indexOf("@")).toLowerCase();
  if (name === "@media") return rewriteMedia(text, environment);
  return name === undefined || name === "@scope" ? rewriteSelector(text) : text;
}

function rewriteToken(
  token: CssToken,
  scanner: CssScanner,
  context: Context,
  depth: number,
): string {
  switch (token.type) {
    case "comment":
      return "/**/"; // not nothing: `url/**/(` must not become `url(`
    case "url":
      return url(token.content, context.assets);
    case "at":
      // A space, not nothing, where one was: `/@import x;*` must not become the `/*` that hides a closing quote.
      return token.name === "import" ? ` ${importedSheet(scanner, context, depth)}` : token.written;
    case "function":
      if (STRING_IS_URL.test(token.name)) return imageFunction(token.name, scanner, context);
      return token.name === "attr" ? `attr(${attributeName(scanner)}` : token.written;
    case "other":
      return token.written === "[" ? `[${attributeName(scanner)}` : token.written;
    case "word":
      return token.name === "color-scheme"
        ? schemeProperty(token.written, scanner, isDark(context.assets.environment))
        : token.written;
    default:
      return token.written;
  }
}

/** `50vh` in px. Takes the number back from what was written before. */
function fixedHeight(
  token: CssToken,
  out: string[],
  pixels: number | undefined,
): string | undefined {
  if (pixels === undefined || token.type !== "word") return undefined;
  if (!/^[sld]?vh$/.test(token.name)) return undefined;
  const before = out.splice(-2).join(""); // of "-50.5" the "-50" is a token of its own
  const [number] = /[0-9]*\.?[0-9]+$/.exec(before) ?? [];
  if (number === undefined) {
    out.push(before);
    return undefined;
  }
  return `${before.slice(0, before.length - number.length)}${(Number(number) * pixels).toFixed(3)}px`;
}

function url(recorded: string, assets: CssAssets): string {
  const local = /^#[^"'()\\]*$/.test(recorded);
  return `url(${quoted(local ? recorded : (safeUrl(recorded, assets) ?? NOTHING))})`;
}

function quoted(text: string): string {
  const hex = (char: string) => `\\${char.charCodeAt(0).toString(16)} `;
  return `"${text.replace(/["\\\n\r\f\0]/g, hex)}"`;
}

/** After `[` or `attr(`: an attribute that the rebuilt page has under another name. */
function attributeName(scanner: CssScanner): string {
  const space = skipSpace(scanner) ? " " : "";
  const token = scanner.peek();
  if (token?.type !== "word" || !RENAMED.has(token.name)) return space;
  scanner.next();
  return `${space}data-ff-${token.name}`;
}

/** `color-scheme: light dark` lets the reader's browser choose: written as what the visitor's had chosen. */
function schemeProperty(written: string, scanner: CssScanner, dark: boolean): string {
  const space = skipSpace(scanner) ? " " : "";
  const colon = scanner.peek();
  if (colon?.type !== "other" || colon.written !== ":") return written + space;
  scanner.next();
  const gap = skipSpace(scanner) ? " " : "";
  const names: string[] = [];
  for (;;) {
    const name = scanner.peek();
    if (name?.type !== "word" || !/^(?:light|dark|only|normal)$/.test(name.name)) break;
    names.push(name.name);
    scanner.next();
    skipSpace(scanner);
  }
  return `${written}${space}:${gap}${usedScheme(names, dark)}`;
}

/** The one colour scheme that a browser with this preference uses, of those that a page names. */
export function usedScheme(names: readonly string[], dark = false): string {
  if (dark && names.includes("dark")) return "dark";
  return names.includes("light") || names.includes("normal") ? "light" : names.join(" ");
}

function skipSpace(scanner: CssScanner): boolean {
  let skipped = false;
  for (;;) {
    const type = scanner.peek()?.type;
    if (type !== "space" && type !== "comment") return skipped;
    scanner.next();
    skipped = true;
  }
}

/** After `image-set(` and its like: written again up to its parenthesis, or replaced by nothing. */
function imageFunction(name: string, scanner: CssScanner, context: Context): string {
  const parts: string[] = [`${name}(`];
  const inside: string[] = [name];
  let plain = true;
  while (inside.length > 0) {
    const token = scanner.next();
    if (token === undefined) return url("", context.assets);
    if (token.type === "function") {
      plain &&= PLAIN_INSIDE.test(token.name) || STRING_IS_URL.test(token.name);
      inside.push(token.name);
    }
    if (token.type === "other") {
      plain &&= !/[{};@\\]/.test(token.written);
      nest(inside, token.written);
    }
    parts.push(imagePart(token, inside.at(-1) ?? "", context.assets));
  }
  return plain ? parts.join("") : url("", context.assets);
}

function nest(inside: string[], written: string): void {
  if (written === "(") inside.push("");
  else if (written === ")") inside.pop();
}

function imagePart(token: CssToken, inside: string, assets: CssAssets): string {
  if (token.type === "comment") return " ";
  if (token.type === "url") return url(token.content, assets);
  if (token.type === "string" && STRING_IS_URL.test(inside)) return url(token.content, assets);
  return token.written;
}

/** After `@import`: the sheet itself in its place, as style sheets cannot be loaded in the frame. */
function importedSheet(scanner: CssScanner, context: Context, depth: number): string {
  skipSpace(scanner);
  const target = scanner.next();
  if (target?.type !== "string" && target?.type !== "url") return "";
  const condition = importCondition(scanner);
  const ref = assetRef(target.content);
  if (ref === undefined || !CONDITION.test(condition)) return "";
  if (depth >= MAX_IMPORT_DEPTH || --context.importsLeft < 0) return "";
  const text = context.assets.sheet(ref);
  if (text === undefined) return "";
  const { environment = PLAIN } = context.assets;
  return wrapped(rewrite(text, context, depth + 1), rewriteMedia(condition.trim(), environment));
}

function importCondition(scanner: CssScanner): string {
  let condition = "";
  for (;;) {
    const token = scanner.peek();
    if (token === undefined) return condition;
    if (token.type === "other" && /[{}]/.test(token.written)) return condition;
    scanner.next();
    if (token.type === "other" && token.written === ";") return condition;
    // A string or url() fails the check of the condition.
    condition += "written" in token ? token.written : token.type === "comment" ? " " : '"';
  }
}

function wrapped(text: string, condition: string): string {
  const [, layer, layerName, supports, media = ""] =
    /^(layer\b(?:\(([^()]*)\))?)?\s*(?:supports\(((?:[^()]|\([^()]*\))*)\))?\s*([\s\S]*)$/i.exec(
      condition,
    ) ?? [];
  let whole = text;
  if (media !== "") whole = `@media ${media} {\n${whole}\n}`;
  if (supports !== undefined) whole = `@supports (${supports}) {\n${whole}\n}`;
  if (layer !== undefined) whole = `@layer ${layerName ?? ""} {\n${whole}\n}`;
  return `${whole}\n`;
}
