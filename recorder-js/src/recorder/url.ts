// URLs and the CSS that holds them. Pure, but for the URL class that browsers and Node share.

import { digest } from "./hash.ts";
import { maskText, STRICT } from "./privacy.ts";

/** A data: URL at most this long stays in the page. */
const MAX_INLINE = 4096;

export interface Reference {
  /** Absolute, without fragment. */
  readonly url: string;
  readonly ref: string;
}

/** Absolute, without user, fragment and query but for allowed parameters; of other schemes only the scheme. */
export function cleanUrl(url: string, base: string, allowed: readonly string[]): string {
  // Parsing is dear. Most links of most pages are such paths, and parsing would leave them as they are.
  const origin = PLAIN_PATH.test(url) && originOf(base);
  if (origin) return origin + (url.length < 32 ? url : cleanPath(url));
  const key = `${base}\n${url}`;
  const known = cleaned.get(key);
  if (known !== undefined) return known;
  const result = clean(url, base, allowed);
  if (cleaned.size >= MAX_CLEANED) cleaned.clear();
  cleaned.set(key, result);
  return result;
}

const PLAIN_PATH = /^(?:\/[\w~-][\w~.-]*)+\/?$/;
let lastBase = "";
let lastOrigin = "";

function originOf(base: string): string {
  if (base !== lastBase) {
    lastBase = base;
    const parsed = parseUrl(base, base);
    lastOrigin = parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : "";
  }
  return lastOrigin;
}

/** Lists link to the same places again and again. The parameters allowed never change. */
const cleaned = new Map<string, string>();
const MAX_CLEANED = 500;

function clean(url: string, base: string, allowed: readonly string[]): string {
  const parsed = parseUrl(url, base);
  if (!parsed) return "";
  if (!/^https?:$/.test(parsed.protocol)) return parsed.protocol;
  const query = allowed.flatMap((name) =>
    parsed.searchParams.getAll(name).map((value) => `${name}=${encodeURIComponent(value)}`),
  );
  return parsed.origin + cleanPath(parsed.pathname) + (query.length ? `?${query.join("&")}` : "");
}

/** What opens a door: a long run of letters and digits, as in the link of a password reset. */
const TOKEN = /^(?=.*\d)(?=.*[a-z])[\w.~]{32,}$/i;

/** A path without parameters, e-mail addresses and long tokens masked. Long numbers are the site's own ids. */
export function cleanPath(path: string): string {
  return path.replace(/[^/]+/g, (part) => {
    const name = part.split(";")[0] ?? "";
    return /@|%40/i.test(name) || TOKEN.test(name) ? maskText(name, STRICT) : name;
  });
}

export function parseUrl(url: string, base: string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

/** What stands in the recording instead of an asset's URL; `found` hears of each that must be captured. */
export function assetUrl(url: string, base: string, found: (asset: Reference) => void): string {
  const trimmed = url.trim();
  const isData = /^data:/i.test(trimmed);
  if (!trimmed || trimmed[0] === "#" || (isData && trimmed.length <= MAX_INLINE)) return trimmed;
  // To parse what is long takes long.
  const parsed = isData ? { href: trimmed, hash: "", pathname: "" } : parseUrl(trimmed, base);
  if (!parsed) return "";
  let fragment = "";
  if (parsed.hash) {
    const { hash } = parsed;
    parsed.hash = "";
    if (parsed.href === base.split("#")[0]) return hash;
    // Elsewhere than in drawings it names no part of what is shown.
    if (/\.svg$/i.test(parsed.pathname)) fragment = hash;
  }
  const ref = digest(parsed.href);
  found({ url: parsed.href, ref });
  return `ff:${ref}${fragment}`;
}

const CSS_URL =
  /(url\(\s*|@import\s+)(?:"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'|((?:[^\s"'()\\]|\\[\s\S])+)(?=\s*\)))/gi;

const IMAGE_SET = /image-set\((?:[^()]|\([^()]*\))*\)/gi;
const BARE_URL = /(image-set\(\s*|,\s*)("[^"]*"|'[^']*')/gi;

/** CSS with every url() and @import passed through `replace`. */
export function rewriteCss(css: string, replace: (url: string) => string): string {
  if (!/url\(|@import|image-set\(/i.test(css)) return css;
  return css
    .replace(IMAGE_SET, (set) => set.replace(BARE_URL, "$1url($2)"))
    .replace(CSS_URL, (_, before: string, double?: string, single?: string, bare?: string) => {
      const url = (double ?? single ?? bare ?? "").replace(/\\(.)/g, "$1");
      return `${before}"${replace(url).replace(/["\\\n]/g, "\\$&")}"`;
    });
}
