// Style sheets, images, fonts and media: what the page has loaded is read again from the browser's cache, hashed,
// and told; the server asks for what it lacks. Never loads what the visitor's browser has not loaded itself.

import { type FactFields, type Kind, MAX_ASSET_BYTES } from "../wire/wire.gen.ts";
import type { Stop } from "./guard.ts";
import { digest } from "./hash.ts";
import { assetUrl, type Reference, rewriteCss } from "./url.ts";

/** Taken before anything patches it: to read an asset again is nothing that the page did. */
const ownFetch = globalThis.fetch;
const AT_ONCE = 2;
const TYPES = /^(image\/|font\/|video\/|audio\/|text\/css|application\/((x-)?font|octet-stream)|$)/;
const MAX_HELD_BYTES = 20 * 1024 * 1024;
/** How long a content waits for the server to ask for it. */
const HELD_MS = 5 * 60 * 1000;

type AssetFact = FactFields[typeof Kind.Asset];

export interface AssetsContext {
  /** Tells what a reference stands for; t is filled in. */
  readonly tell: (fact: (t: number) => AssetFact) => void;
  readonly upload: (hash: string, type: string, bytes: ArrayBuffer) => Promise<boolean>;
  /** A style sheet cannot be had as an asset. */
  readonly unreadable: (url: string) => void;
}

export interface Assets {
  /** What stands in the recording for an asset's URL. */
  readonly reference: (url: string, base: string) => string;
  /** What the document of a frame loads is known to the window of that frame only. */
  readonly watch: (view: Window & typeof globalThis) => Stop;
  readonly needed: (hashes: readonly string[]) => void;
  /** Keeps bytes that the page has made, in the place of those behind another reference; resolves with theirs. */
  readonly keep: (type: string, bytes: ArrayBuffer, instead: string) => Promise<string>;
  /** A document begins: its facts must name its assets again. */
  readonly renew: () => void;
  readonly stop: Stop;
}

interface Content {
  readonly hash: Uint8Array;
  readonly type: string;
  readonly size: number;
  readonly reason: string;
}

interface Held {
  readonly type: string;
  readonly bytes: ArrayBuffer;
}

export function createAssets(context: AssetsContext): Assets {
  const loaded = new Set<string>();
  const wanted = new Map<string, string>();
  const told = new Map<string, Content | undefined>();
  const held = new Map<string, Held>();
  const waiting: Reference[] = [];
  let running = 0;
  let heldBytes = 0;
  let stopped = false;

  const tell = (ref: string, { hash, type, size, reason }: Content) =>
    context.tell((t) => [t, ref, hash, type, size, reason]);

  const hold = (name: string, content: Held) => {
    if (held.has(name) || heldBytes + content.bytes.byteLength > MAX_HELD_BYTES) return;
    heldBytes += content.bytes.byteLength;
    held.set(name, content);
    setTimeout(release, HELD_MS, name);
  };

  const release = (name: string) => {
    heldBytes -= held.get(name)?.bytes.byteLength ?? 0;
    held.delete(name);
  };

  const read = async (url: string): Promise<Content> => {
    const answer = await load(url);
    if (typeof answer === "string") return failure(answer);
    const type = answer.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
    if (!TYPES.test(type)) return failure("type");
    if (Number(answer.headers.get("Content-Length")) > MAX_ASSET_BYTES) return failure("size");
    let bytes = await answer.arrayBuffer();
    if (type === "text/css") bytes = rewritten(bytes, answer.url || url);
    if (bytes.byteLength > MAX_ASSET_BYTES) return failure("size");
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    hold(hex(hash), { type, bytes });
    return { hash, type, size: bytes.byteLength, reason: "" };
  };

  const rewritten = (bytes: ArrayBuffer, base: string): ArrayBuffer => {
    const css = rewriteCss(new TextDecoder().decode(bytes), (url) => reference(url, base));
    return new TextEncoder().encode(css).buffer;
  };

  const work = () => {
    while (!stopped && running < AT_ONCE) {
      const next = waiting.shift();
      if (!next) return;
      running++;
      void read(next.url)
        .catch(() => failure("network"))
        .then((content) => {
          if (stopped) return;
          told.set(next.ref, content);
          tell(next.ref, content);
          if (content.reason) context.unreadable(next.url);
        })
        .finally(() => {
          running--;
          work();
        });
    }
  };

  const capture = (url: string, ref: string) => {
    wanted.delete(url);
    waiting.push({ url, ref });
    // Whatever the page itself loads comes first.
    if (document.readyState === "complete") idle(work);
    else addEventListener("load", () => idle(work), { once: true });
  };

  const found = ({ url, ref }: Reference) => {
    if (stopped || told.has(ref)) return;
    told.set(ref, undefined);
    if (!observer || loaded.has(url) || /^(data|blob):/.test(url)) capture(url, ref);
    else wanted.set(url, ref);
  };

  const reference = (url: string, base: string) => assetUrl(url, base, found);

  const heard = (url: string) => {
    loaded.add(url);
    const ref = wanted.get(url);
    if (ref) capture(url, ref);
  };
  const observer = observeLoads(window, heard);

  return {
    reference,
    watch(view) {
      const inner = observeLoads(view, heard);
      return () => inner?.disconnect();
    },
    needed(hashes) {
      for (const hash of hashes) {
        const content = held.get(hash);
        if (!content) continue;
        void context
          .upload(hash, content.type, content.bytes)
          .then((done) => done && release(hash));
      }
    },
    async keep(type, bytes, instead) {
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const name = hex(hash);
      const ref = digest(name);
      const content = { hash, type, size: bytes.byteLength, reason: "" };
      if (stopped) return ref;
      if (instead !== ref) told.delete(instead);
      if (!told.has(ref)) {
        told.set(ref, content);
        hold(name, { type, bytes });
        tell(ref, content);
      }
      return ref;
    },
    renew() {
      for (const [ref, content] of told) if (content) tell(ref, content);
    },
    stop() {
      stopped = true;
      observer?.disconnect();
      held.clear();
    },
  };
}

function failure(reason: string): Content {
  return { hash: new Uint8Array(), type: "", size: 0, reason };
}

/** The response, or why there is none. */
async function load(url: string): Promise<Response | string> {
  if (!crypto.subtle) return "insecure"; // a page without TLS cannot hash
  const isOwn = url.startsWith(`${location.origin}/`);
  const response = await ownFetch(url, {
    cache: "force-cache",
    credentials: isOwn ? "same-origin" : "omit",
    mode: "cors",
    priority: "low",
  }).catch(() => undefined);
  if (!response) return isOwn ? "network" : "cors";
  return response.ok ? response : "status";
}

function observeLoads(
  view: Window & typeof globalThis,
  loaded: (url: string) => void,
): PerformanceObserver | undefined {
  try {
    const observer = new view.PerformanceObserver((list) => {
      for (const { name } of list.getEntries()) loaded(name.split("#")[0] ?? "");
    });
    observer.observe({ type: "resource", buffered: true });
    return observer;
  } catch {
    return undefined;
  }
}

function idle(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 2000 });
  else setTimeout(work, 50);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
