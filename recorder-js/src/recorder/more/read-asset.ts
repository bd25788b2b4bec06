// The bytes of an asset that the page has loaded, from the browser's cache; hashed, and a style sheet's URLs replaced.

import { MAX_ASSET_BYTES } from "../../wire/wire.gen.ts";
import { digest } from "../hash.ts";
import { rewriteCss } from "../url.ts";
import { type Content, INLINE } from "./known.ts";

const TYPES = /^(image\/|font\/|video\/|audio\/|text\/css|application\/((x-)?font|octet-stream)|$)/;
const SLICE_MS = 8;

/** With its bytes, which the browser holds, not the page's memory. */
export interface Asset extends Content {
  readonly body?: Blob;
}

/** Never throws. */
export async function readAsset(
  url: string,
  reference: (url: string, base: string) => string,
  load: typeof fetch,
  pause: () => Promise<unknown>,
): Promise<Asset> {
  try {
    return await read(url, reference, load, pause);
  } catch {
    return failure("network");
  }
}

async function read(
  url: string,
  reference: (url: string, base: string) => string,
  load: typeof fetch,
  pause: () => Promise<unknown>,
): Promise<Asset> {
  if (!crypto.subtle) return failure("insecure"); // a page without TLS cannot hash
  const isOwn = url.startsWith(`${location.origin}/`);
  const answer = await load(url, {
    cache: "force-cache",
    credentials: isOwn ? "same-origin" : "omit",
    mode: "cors",
    priority: "low",
  }).catch(() => undefined);
  if (!answer) return failure(isOwn ? "network" : "cors");
  if (!answer.ok) return failure("status");
  const type = answer.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!TYPES.test(type)) return failure("type");
  if (Number(answer.headers.get("Content-Length")) > MAX_ASSET_BYTES) return failure("size");
  const body = await answer.blob();
  if (body.size > MAX_ASSET_BYTES) return failure("size");
  if (type !== "text/css") return { ...(await hashed(type, body)), body };
  const inner = new Set<string>();
  const base = answer.url || url;
  const note = (name: string) => {
    const told = reference(name, base);
    if (told.startsWith("ff:")) inner.add((/^\s*data:/i.test(name) ? INLINE : "") + refOf(told));
    return told;
  };
  const rewritten = new Blob([await rewriteSlowly(await body.text(), note, pause)]);
  return { ...(await hashed(type, rewritten, [...inner])), body: rewritten };
}

/** A large sheet may hold whole pictures, and to name those takes a while. */
async function rewriteSlowly(
  css: string,
  replace: (url: string) => string,
  pause: () => Promise<unknown>,
): Promise<string> {
  const names = new Map<string, string>();
  rewriteCss(css, (url) => {
    names.set(url, "");
    return "";
  });
  let start = performance.now();
  for (const url of names.keys()) {
    if (performance.now() - start > SLICE_MS) {
      await pause();
      start = performance.now();
    }
    names.set(url, replace(url));
  }
  return rewriteCss(css, (url) => names.get(url) ?? "");
}

/** What these bytes are. */
export async function hashed(
  type: string,
  body: Blob,
  inner: readonly string[] = [],
): Promise<Content> {
  const hash = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
  return { hash: hex(new Uint8Array(hash)), type, size: body.size, reason: "", inner };
}

/** The reference under which bytes go that the page has made. */
export function refOfHash(hash: string): string {
  return digest(hash);
}

function refOf(told: string): string {
  return told.slice(3).split("#")[0] ?? "";
}

function failure(reason: string): Content {
  return { hash: "", type: "", size: 0, reason, inner: [] };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
