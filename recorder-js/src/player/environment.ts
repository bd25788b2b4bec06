// The visitor's device and settings, and conditions of style sheets rewritten so that they hold as they did there:
// what the viewer's own browser would answer must not count.

import { MEDIA_FEATURES } from "../wire/wire.gen.ts";

export interface Environment {
  /** MEDIA_FEATURES bit by bit. */
  readonly bits: number;
  /** Device pixels a CSS pixel; 0 where it is not known. */
  readonly density: number;
  /** CSS px; 0 where it is not known. */
  readonly screen: readonly [width: number, height: number];
  /** Room that a scroll bar takes, CSS px; -1 where it is not known. */
  readonly bar: number;
}

const FEATURES = MEDIA_FEATURES.split(" ");
const SCRIPTING = bitOf("scripting:enabled");
const DARK = bitOf("prefers-color-scheme:dark");

export function isDark(environment: Environment | undefined): boolean {
  return ((environment?.bits ?? 0) & DARK) !== 0;
}

/** What a recording without an Environment tells: the colour scheme, and that there was a mouse. */
export function plainEnvironment(dark: boolean): Environment {
  const mouse = ["hover:hover", "any-hover:hover", "pointer:fine", "any-pointer:fine"].map(bitOf);
  const bits = [dark ? DARK : 0, SCRIPTING, ...mouse].reduce((sum, bit) => sum | bit, 0);
  return { bits, density: 0, screen: [0, 0], bar: -1 };
}

/** An Environment operation's values; what it leaves out stays as it was. */
export function environmentOf(
  values: readonly number[],
  before: Environment | undefined,
): Environment {
  const known = before ?? plainEnvironment(false);
  const [bits = known.bits, density, width, height, bar = known.bar] = values;
  return {
    bits,
    density: density === undefined ? known.density : density / 1000,
    screen: [width ?? known.screen[0], height ?? known.screen[1]],
    bar,
  };
}

function bitOf(feature: string): number {
  const index = FEATURES.indexOf(feature);
  return index < 0 ? 0 : 1 << index;
}

const YES = "min-width:0";
const NO = "min-width:9999999px";
const NEVER_MIND: ReadonlySet<string> = new Set(
  FEATURES.map((feature) => feature.split(":")[0] ?? ""),
);
/** A feature in its parentheses, with or without a value. */
const PLAIN = /\(\s*([a-z-]+)\s*(?::\s*([a-z0-9.+/ -]*?)\s*)?\)/gi;
/** The same as a comparison, the feature at its left or its right or between two values. */
const RANGE =
  /\(\s*(?:([\d.]+)([a-z]*)\s*([<>]=?|=)\s*)?(resolution|device-(?:width|height))(?:\s*([<>]=?|=)\s*([\d.]+)([a-z]*))?\s*\)/gi;

/** A media query list that is true where it was true for the visitor. */
export function rewriteMedia(text: string, environment: Environment): string {
  return text
    .replace(PLAIN, (whole, name: string, value: string | undefined) => {
      const held = holds(name.toLowerCase(), value?.toLowerCase(), environment);
      return held === undefined ? whole : `(${held ? YES : NO})`;
    })
    .replace(RANGE, (whole, ...parts: (string | undefined)[]) => {
      const held = holdsRange(parts, environment);
      return held === undefined ? whole : `(${held ? YES : NO})`;
    });
}

function holds(
  name: string,
  value: string | undefined,
  environment: Environment,
): boolean | undefined {
  if (NEVER_MIND.has(name)) return holdsFeature(name, value, environment.bits);
  const [, prefix, feature = ""] =
    /^(?:-webkit-)?(min-|max-)?(device-pixel-ratio|resolution|device-width|device-height)$/.exec(
      name,
    ) ?? [];
  const number = Number.parseFloat(value ?? "");
  const actual = measure(feature, environment);
  if (actual === undefined || Number.isNaN(number)) return undefined;
  const wanted = number * unitOf((value ?? "").replace(/^[\d.\s]+/, ""));
  return compare(actual, prefix === "min-" ? ">=" : prefix === "max-" ? "<=" : "=", wanted);
}

function holdsFeature(name: string, value: string | undefined, bits: number): boolean {
  const own = FEATURES.reduce(
    (sum, feature, bit) => (feature.startsWith(`${name}:`) ? sum | (1 << bit) : sum),
    0,
  );
  const exact = value === undefined ? own : bitOf(`${name}:${value}`);
  if (exact !== 0) {
    // `(prefers-color-scheme)` without a value is always true.
    return (bits & exact) !== 0 || (value === undefined && name === "prefers-color-scheme");
  }
  if (/^(?:display-mode|dynamic-range|color-gamut)$/.test(name)) {
    return value === "standard" || value === "srgb" || (value === "browser" && (bits & own) === 0);
  }
  return /^(?:none|no-preference|light)$/.test(value ?? "") && (bits & own) === 0;
}

function holdsRange(
  [low, lowUnit, lowSign, feature = "", highSign, high, highUnit]: readonly (string | undefined)[],
  environment: Environment,
): boolean | undefined {
  const actual = measure(feature.toLowerCase(), environment);
  if (actual === undefined || (low === undefined && high === undefined)) return undefined;
  const left =
    low === undefined || compare(Number(low) * unitOf(lowUnit ?? ""), lowSign ?? "=", actual);
  const right =
    high === undefined || compare(actual, highSign ?? "=", Number(high) * unitOf(highUnit ?? ""));
  return left && right;
}

/** In dots a CSS px, or CSS px. */
function measure(feature: string, { density, screen }: Environment): number | undefined {
  const known = feature.endsWith("width")
    ? screen[0]
    : feature.endsWith("height")
      ? screen[1]
      : density;
  return feature === "" || known === 0 ? undefined : known;
}

function unitOf(unit: string): number {
  switch (unit.toLowerCase()) {
    case "dpi":
      return 1 / 96;
    case "dpcm":
      return 2.54 / 96;
    case "em":
    case "rem":
      return 16;
    default:
      return 1;
  }
}

function compare(one: number, sign: string, other: number): boolean {
  const same = Math.abs(one - other) < 0.001;
  if (same) return sign.includes("=");
  return sign.startsWith("<") ? one < other : sign.startsWith(">") && one > other;
}
