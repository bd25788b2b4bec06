// Brings chunks to the server: in order, one at a time, again and again with the same bytes until each is
// acknowledged or refused. What is not acknowledged is kept for the next page.

import { ASSET_PATH, CHUNK_PATH, MAX_CHUNK_BYTES } from "../wire/wire.gen.ts";
import { type Chunk, createChunk, type Draft } from "./chunk.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { createStore, type StoredChunk } from "./store.ts";

const MAX_QUEUE_BYTES = 4 * 1024 * 1024;
/** What keepalive requests may hold together is 64 KiB; a little is left for the page's own. */
const KEEPALIVE_BYTES = 60 * 1024;
const TIMEOUT_MS = 30_000;
/** A chunk that is not acknowledged by then, or that failed once, is kept for the next page. */
const PUT_MS = 2000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A type that needs no CORS preflight. */
const TEXT = { "Content-Type": "text/plain" };
const TOKEN_TRIES = 4;
/** A stored chunk of another tab is taken over when that tab has had this long to send it. */
const TAKE_OVER_MS = 30_000;

/** As it was before any script of ours, or of the page later, put itself in between. */
const ownFetch = globalThis.fetch;

export interface Reports {
  /** The server lacks these assets. */
  readonly needed: (hashes: readonly string[]) => void;
  readonly sent: (bytes: number) => void;
  /** Of the main thread, ms, where no guard sees it. */
  readonly spent: (ms: number) => void;
  /** A chunk will never arrive. */
  readonly dropped: (reason: string) => void;
  /** The server does not know this project or page: sending more is useless. */
  readonly refused: () => void;
  /** The policy that the server has now. */
  readonly policy: (version: string) => void;
  /** The session's token is lost. */
  readonly tokenLost: () => void;
}

export interface Transport {
  readonly send: (draft: Draft, urgent: boolean) => void;
  /** Resolves with the answer's status, 0 for no answer. */
  readonly asset: (hash: string, type: string, body: Blob) => Promise<number>;
  /** Forgets everything unsent, here and in the store, and sends no more. */
  readonly drop: () => void;
}

export function createTransport(settings: Settings, current: Session, reports: Reports): Transport {
  const store = createStore();
  const queue: Chunk[] = [];
  const tokens = new Map<string, string>();
  const putting = new Map<Chunk, Uint8Array<ArrayBuffer>>();
  let putTimer: ReturnType<typeof setTimeout> | undefined;
  let queued = 0;
  let keptAlive = 0;
  let busy = false;
  let stopped = false;
  let failures = 0;
  let tokenFailures = 0;

  const tokenOf = (session: string) =>
    (session === current.session() && current.token()) || tokens.get(session) || "";

  const forget = (chunk: Chunk) => {
    const at = queue.indexOf(chunk);
    if (at < 0) return;
    queue.splice(at, 1);
    queued -= chunk.body()?.length ?? 0;
    if (!putting.delete(chunk)) store.delete(chunk.key);
  };

  const lose = (chunk: Chunk, reason: string) => {
    forget(chunk);
    reports.dropped(reason);
  };

  /** Puts into the store what waits for it: most chunks are acknowledged before, and need none. */
  const putAll = () => {
    clearTimeout(putTimer);
    putTimer = undefined;
    for (const [chunk, body] of putting) {
      store.put({
        key: chunk.key,
        project: settings.project,
        session: chunk.session,
        tab: chunk.tab,
        token: tokenOf(chunk.session),
        at: Date.now(),
        body,
      });
    }
    putting.clear();
  };

  const keep = (chunk: Chunk, body: Uint8Array<ArrayBuffer>) => {
    queued += body.length;
    putting.set(chunk, body);
    putTimer ??= setTimeout(putAll, PUT_MS);
    while (queued > MAX_QUEUE_BYTES && queue[0]) lose(queue[0], "queue");
  };

  const post = (path: string, body: BodyInit, keepalive: boolean) => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    const start = performance.now();
    const answer = ownFetch(settings.endpoint + path, {
      method: "POST",
      headers: TEXT,
      body,
      mode: "cors",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      keepalive,
      signal: abort.signal,
    }).finally(() => clearTimeout(timer));
    reports.spent(performance.now() - start);
    return answer;
  };

  const refuse = (chunk: Chunk, status: number, code: string) => {
    if (code === "token" && tokenFailures++ < TOKEN_TRIES) return wait();
    lose(chunk, code || String(status));
    if (code === "token" && chunk.session === current.session()) reports.tokenLost();
    if (code === "project" || code === "origin") reports.refused();
    return 0;
  };

  const wait = (after = 0) =>
    Math.max(after * 1000, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++)) *
    (1 + Math.random() / 2);

  /** Sends once; returns the ms to wait before the next, 0 when this chunk is done with. */
  const attempt = async (chunk: Chunk, body: Uint8Array<ArrayBuffer>, keepalive: boolean) => {
    if (body.length > MAX_CHUNK_BYTES) {
      lose(chunk, "size");
      return 0;
    }
    reports.sent(body.length);
    const token = tokenOf(chunk.session);
    const path = CHUNK_PATH + (token && `?token=${encodeURIComponent(token)}`);
    const response = await post(path, body, keepalive).catch(() => undefined);
    if (stopped) return 0;
    if (!response) return wait();
    const { status } = response;
    if (status >= 500 || [408, 425, 429].includes(status)) {
      return wait(Number(response.headers.get("Retry-After")) || 0);
    }
    const answer: Answer = await response.json().catch(() => ({}));
    if (status >= 300) return refuse(chunk, status, answer.error ?? "");
    acknowledge(chunk, answer);
    return 0;
  };

  const acknowledge = (chunk: Chunk, { token, need, policy = "" }: Answer) => {
    failures = tokenFailures = 0;
    forget(chunk);
    if (token) {
      tokens.set(chunk.session, token);
      current.setToken(chunk.session, token);
    }
    if (need?.length) reports.needed(need);
    if (token !== undefined) reports.policy(policy);
  };

  const pump = async () => {
    if (busy) return;
    busy = true;
    await takeOver;
    for (let chunk = queue[0]; chunk && !stopped; chunk = queue[0]) {
      const settled = chunk.body();
      const body = settled ?? (await chunk.compressed());
      if (stopped) break;
      if (!settled) keep(chunk, body);
      const pause = await attempt(chunk, body, false);
      if (!pause) continue;
      putAll();
      await new Promise((done) => setTimeout(done, pause));
    }
    busy = false;
  };

  /** The page is being left: everything at once, as far as keepalive reaches. */
  const sendAll = () => {
    for (const chunk of [...queue]) {
      const settled = chunk.body();
      if (!settled && chunk.rawBytes > KEEPALIVE_BYTES) continue; // still being compressed
      const body = settled ?? chunk.plain();
      if (!settled) keep(chunk, body);
      if (keptAlive + body.length > KEEPALIVE_BYTES) continue; // the store has it
      keptAlive += body.length;
      void attempt(chunk, body, true).finally(() => {
        keptAlive -= body.length;
      });
    }
    putAll();
  };

  const adopt = (stored: StoredChunk): Chunk => {
    if (stored.token) tokens.set(stored.session, stored.token);
    queued += stored.body.length;
    const body = () => stored.body;
    return {
      ...stored,
      rawBytes: stored.body.length,
      body,
      plain: body,
      compressed: async () => stored.body,
    };
  };

  const takeOver = store.all().then((found) => {
    const now = Date.now();
    const tab = current.tab();
    const own = found.filter(
      (chunk) =>
        chunk.project === settings.project &&
        !queue.some((waiting) => waiting.key === chunk.key) &&
        (chunk.tab === tab || now - chunk.at > TAKE_OVER_MS),
    );
    queue.unshift(...own.map(adopt));
    if (own.length) void pump();
  });

  return {
    send(draft, urgent) {
      if (stopped) return;
      queue.push(createChunk(draft, reports.spent));
      if (urgent) sendAll();
      void pump();
    },
    async asset(hash, type, body) {
      const query = new URLSearchParams({ project: settings.project, sha256: hash, type });
      try {
        return (await post(`${ASSET_PATH}?${query}`, body, false)).status;
      } catch {
        return 0;
      }
    },
    drop() {
      stopped = true;
      queue.length = 0;
      clearTimeout(putTimer);
      putting.clear();
      store.clear();
    },
  };
}

interface Answer {
  readonly token?: string;
  readonly need?: readonly string[];
  readonly policy?: string;
  readonly error?: string;
}
