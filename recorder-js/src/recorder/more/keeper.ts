// What becomes of the references that are found: told at once where their content is known from an earlier page, else
// read, one at a time; uploaded, one at a time, when the server asks. Nothing here touches the page.

import type { Stop } from "../guard.ts";
import { digest } from "../hash.ts";
import type { Keeper } from "../references.ts";
import type { Reference } from "../url.ts";
import { type Content, INLINE, type Known, type Loaded, OF_DATA, OWED, REFUSED } from "./known.ts";
import { createLane } from "./lane.ts";
import type { Asset } from "./read-asset.ts";

const MAX_HELD_BYTES = 20 * 1024 * 1024;
/** How long a content waits for the server to ask for it; after that it is read again. */
const HELD_MS = 5 * 60 * 1000;
/** Longer ones are data: what they hold is read again on the next page. */
const MAX_URL = 32 * 1024;
const RETRY_MS = 10_000;
const MAX_RETRIES = 5;

export interface KeeperContext {
  readonly known: Known;
  /** Resolves when there is time for more work. */
  readonly pause: () => Promise<unknown>;
  readonly read: (url: string) => Promise<Asset>;
  readonly hash: (type: string, body: Blob) => Promise<Content>;
  /** Resolves with the answer's status, 0 for no answer. */
  readonly upload: (hash: string, type: string, body: Blob) => Promise<number>;
  readonly tell: (ref: string, content: Content) => void;
  /** A style sheet cannot be had as an asset. */
  readonly unreadable: (url: string) => void;
  /** Whether it is known what the page loads. */
  readonly isWatched: boolean;
}

export interface AssetKeeper extends Pick<Keeper, "needed" | "renew" | "keep"> {
  readonly look: (reference: Reference) => void;
  /** The page has loaded this. */
  readonly heard: (url: string, loaded: Loaded) => void;
  readonly stop: Stop;
}

interface Source extends Reference {
  readonly loaded: Loaded;
}

export function createKeeper(context: KeeperContext): AssetKeeper {
  const { known, pause, tell } = context;
  const loaded = new Map<string, Source>();
  /** Undefined while it is not loaded, or read. */
  const told = new Map<string, Content | undefined>();
  const wanted = new Set<string>();
  const sources = new Map<string, Source>();
  const held = new Map<string, Blob>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const uploading = new Set<string>();
  let heldBytes = 0;
  let retries = 0;
  let stopped = false;

  const later = (work: () => void, ms: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };

  const hold = (hash: string, body: Blob) => {
    if (stopped || held.has(hash) || heldBytes + body.size > MAX_HELD_BYTES) return;
    heldBytes += body.size;
    held.set(hash, body);
    later(() => release(hash), HELD_MS);
  };

  const release = (hash: string) => {
    heldBytes -= held.get(hash)?.size ?? 0;
    held.delete(hash);
  };

  const settle = (source: Source, content: Content) => {
    if (stopped) return;
    const { hash, reason, inner } = content;
    told.set(source.ref, content);
    tell(source.ref, content);
    if (reason) context.unreadable(source.url);
    else if (source.url.length < MAX_URL) sources.set(hash, source);
    for (const name of inner) lookAt(name);
    if (known.mark(hash) === OWED) push(hash);
  };

  const lookAt = (name: string) => {
    const isData = name[0] === INLINE;
    const ref = isData ? name.slice(1) : name;
    // Its data: URL is not known here, and need not be.
    const content = isData ? known.recall(ref, OF_DATA) : undefined;
    if (!content) look({ url: "", ref });
    else if (!told.has(ref)) settle({ url: "", ref, loaded: OF_DATA }, content);
  };

  const capture = (source: Source) => {
    wanted.delete(source.ref);
    const content = known.recall(source.ref, source.loaded);
    if (content) settle(source, content);
    else reads.push(source);
  };

  const look = ({ url, ref }: Reference) => {
    // A style sheet may have named it before without its URL.
    if (stopped || (told.has(ref) && !(url && wanted.delete(ref)))) return;
    told.set(ref, undefined);
    const source = loaded.get(ref);
    if (source) capture(source);
    else if (/^data:/.test(url)) capture({ url, ref, loaded: OF_DATA });
    else if (/^blob:/.test(url) || (url && !context.isWatched)) {
      reads.push({ url, ref, loaded: { body: 0, isFresh: true } });
    } else wanted.add(ref);
  };

  /** It was read: that is remembered, and told. */
  const take = (source: Source, { body, ...content }: Asset) => {
    if (stopped) return;
    if (body) hold(content.hash, body);
    if (!/^blob:/.test(source.url)) known.note(source.ref, source.loaded, content);
    settle(source, content);
  };
  const reads = createLane(
    async (source: Source) => take(source, await context.read(source.url)),
    pause,
  );

  /** The bytes, read again where they are not held. */
  const bodyOf = async (hash: string): Promise<Blob | undefined> => {
    const source = sources.get(hash);
    const body = held.get(hash);
    if (body || !source?.url) return body;
    const asset = await context.read(source.url);
    if (asset.hash === hash) return asset.body;
    // It has changed, and the browser remembered what it was.
    sources.delete(hash);
    take(source, asset);
    return undefined;
  };

  const upload = async (hash: string) => {
    const body = await bodyOf(hash);
    const status = body && !stopped ? await context.upload(hash, typeOf(hash), body) : undefined;
    uploading.delete(hash);
    if (status === undefined) return;
    const isTaken = status >= 200 && status < 300;
    if (isTaken || [400, 413, 415].includes(status)) {
      known.setMark(hash, isTaken ? 0 : REFUSED);
      release(hash);
    } else if (retries++ < MAX_RETRIES) later(() => push(hash), RETRY_MS);
  };
  const uploads = createLane(upload, pause);

  const typeOf = (hash: string) => {
    for (const content of told.values()) if (content?.hash === hash) return content.type;
    return "";
  };

  const push = (hash: string) => {
    if (uploading.has(hash) || !(held.has(hash) || sources.has(hash))) return;
    uploading.add(hash);
    uploads.push(hash);
  };

  return {
    look,
    heard(url, how) {
      if (stopped) return;
      const ref = digest(url);
      const source = { url, ref, loaded: how };
      loaded.set(ref, source);
      if (wanted.has(ref)) capture(source);
    },
    needed(hashes) {
      for (const hash of hashes) {
        if (stopped || known.mark(hash) === REFUSED) continue;
        // Whatever becomes of it on this page: the next one that shows it goes on.
        known.setMark(hash, OWED);
        push(hash);
      }
    },
    async keep(type, bytes, instead) {
      const body = new Blob([bytes]);
      const content = await context.hash(type, body);
      const ref = digest(content.hash);
      if (stopped) return ref;
      if (instead !== ref) told.delete(instead);
      if (!told.has(ref)) {
        hold(content.hash, body);
        told.set(ref, content);
        tell(ref, content);
      }
      return ref;
    },
    renew() {
      for (const [ref, content] of told) if (content) tell(ref, content);
    },
    stop() {
      stopped = true;
      reads.stop();
      uploads.stop();
      for (const timer of timers) clearTimeout(timer);
      for (const kept of [loaded, told, wanted, sources, held]) kept.clear();
    },
  };
}
