// Who is recorded: visitor and session over all tabs (localStorage), tab and its counters (sessionStorage).
// Where storage is refused, both live as long as the page.

import { SESSION_IDLE_MS, SESSION_MAX_MS } from "../wire/wire.gen.ts";
import type { Policy } from "./policy.ts";

const TOUCH_MS = 2000;

interface Shared {
  readonly visitor: string;
  readonly session: string;
  readonly started: number;
  readonly active: number;
  readonly token: string;
  /** The rule for which a session outside the sample is kept. */
  readonly kept?: string;
}

interface Tab {
  tab: string;
  document: number;
  view: number;
  session: string;
  sequence: number;
  /** A living page holds this entry. A tab that finds it so is a copy of another. */
  held: boolean;
}

export interface Session {
  readonly visitor: () => string;
  readonly session: () => string;
  readonly tab: () => string;
  readonly document: () => number;
  readonly view: () => number;
  readonly nextView: () => number;
  readonly nextSequence: () => number;
  readonly token: () => string;
  readonly setToken: (session: string, token: string) => void;
  /** A document begins (or comes back from the cache): counts it, makes sure that there is a session. */
  readonly open: () => void;
  /** The document is left: the tab's entry is free for the next. */
  readonly close: () => void;
  /** The visitor did something. True when that began, or was in, another session; `leaving` is called before. */
  readonly touch: (leaving?: () => void) => boolean;
  /** Ends the session; the next touch begins a new one. */
  readonly end: () => void;
  readonly forget: () => void;
  /** What is known of the site's assets; forgotten with the rest. */
  readonly assets: Box<unknown>;
  /** What was read of the project's policy; forgotten likewise. */
  readonly policy: Box<Policy>;
  /** When it began, ms since 1970. */
  readonly started: () => number;
  /** The rule for which it is kept, "" for none. */
  readonly kept: () => string;
  readonly keep: (rule: string) => void;
}

/** 128 random bits in base64url. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .slice(0, 22);
}

/** A value in the browser's storage. */
export interface Box<T> {
  readonly get: () => T | undefined;
  readonly set: (value: T | undefined) => void;
}

function createBox<T>(storage: () => Storage, key: string): Box<T> {
  let memory: T | undefined;
  return {
    get() {
      try {
        const text = storage().getItem(key);
        return text ? JSON.parse(text) : undefined;
      } catch {
        return memory;
      }
    },
    set(value) {
      memory = value;
      try {
        if (value) storage().setItem(key, JSON.stringify(value));
        else storage().removeItem(key);
      } catch {
        // Refused or full: the copy in memory serves.
      }
    },
  };
}

export function createSession(project: string): Session {
  const key = `footfall:${project}`;
  const sharedBox = createBox<Shared>(() => localStorage, key);
  const tabBox = createBox<Tab>(() => sessionStorage, key);
  const assets = createBox<unknown>(() => localStorage, `${key}:assets`);
  const policy = createBox<Policy>(() => localStorage, `${key}:policy`);
  let shared: Shared | undefined;
  let tab: Tab = { tab: "", document: 0, view: 0, session: "", sequence: 0, held: true };
  let touched = 0;

  const isOver = ({ started, active }: Shared, now: number) =>
    now - active > SESSION_IDLE_MS || now - started > SESSION_MAX_MS;

  /** What holds now: the session that goes on, or a new one for the same visitor. */
  const current = (now: number): Shared => {
    const kept = sharedBox.get() ?? shared;
    if (kept && !isOver(kept, now)) return { ...kept, active: now };
    const visitor = kept?.visitor ?? randomId();
    return { visitor, session: randomId(), started: now, active: now, token: "" };
  };

  const touch = (leaving?: () => void) => {
    const now = Date.now();
    if (shared && Math.abs(now - touched) < TOUCH_MS) return false;
    touched = now;
    const next = current(now);
    const isOther = shared?.session !== next.session;
    if (shared && isOther) leaving?.();
    shared = next;
    sharedBox.set(next);
    if (tab.session !== next.session) tab = { ...tab, session: next.session, sequence: 0 };
    return isOther;
  };

  const keep = <T>(value: T): T => {
    tabBox.set(tab);
    return value;
  };

  return {
    visitor: () => shared?.visitor ?? "",
    session: () => shared?.session ?? "",
    tab: () => tab.tab,
    document: () => tab.document,
    view: () => tab.view,
    nextView: () => keep(++tab.view),
    nextSequence: () => keep(tab.sequence++),
    token: () => sharedBox.get()?.token ?? shared?.token ?? "",
    setToken(session, token) {
      const kept = sharedBox.get() ?? shared;
      if (kept?.session !== session || kept.token === token) return;
      shared = { ...kept, token };
      sharedBox.set(shared);
    },
    open() {
      const kept = tabBox.get();
      if (kept && (!kept.held || kept.tab === tab.tab)) tab = kept;
      else tab = { ...tab, tab: randomId(), document: 0, view: 0, session: "" };
      tab.held = true;
      tab.document++;
      touched = 0;
      touch();
      keep(0);
    },
    close() {
      tab.held = false;
      keep(0);
    },
    assets,
    policy,
    touch,
    end() {
      const kept = sharedBox.get() ?? shared;
      if (kept) sharedBox.set({ ...kept, started: 0 });
      touched = 0;
    },
    started: () => shared?.started ?? 0,
    kept: () => shared?.kept ?? "",
    keep(rule) {
      if (!shared) return;
      shared = { ...shared, kept: rule };
      sharedBox.set(shared);
    },
    forget() {
      sharedBox.set(undefined);
      tabBox.set(undefined);
      assets.set(undefined);
      policy.set(undefined);
      shared = undefined;
      touched = 0;
    },
  };
}
