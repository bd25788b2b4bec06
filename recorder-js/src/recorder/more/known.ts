// What this browser remembers of the assets of earlier pages, so that they need not be read again: under the digest of
// the URL, never the URL itself. Kept beside the session and dropped with it.

import type { Box } from "../session.ts";

/** What an asset's bytes are; without a hash, the reason why they cannot be had. */
export interface Content {
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly type: string;
  readonly size: number;
  readonly reason: string;
  /** What a style sheet names: references, those to data: URLs with INLINE before them. */
  readonly inner: readonly string[];
}

/** How the page has loaded it. */
export interface Loaded {
  /** Bytes of its body, uncompressed; 0 unknown. */
  readonly body: number;
  /** From the network, not from the browser's cache. */
  readonly isFresh: boolean;
}

export const INLINE = "~";
/** A data: URL's digest is one of its content. */
export const OF_DATA: Loaded = { body: -1, isFresh: false };
export const OWED = 1;
export const REFUSED = 2;

const MAX_ENTRIES = 400;
const MAX_MARKS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;
const LASTING = /^(cors|type|size|status)$/;

export interface Known {
  /** What it held when it was read; undefined when it may hold something else by now. */
  readonly recall: (ref: string, loaded: Loaded) => Content | undefined;
  readonly note: (ref: string, loaded: Loaded, content: Content) => void;
  /** OWED: the server asked for it; REFUSED: and does not take it; 0. */
  readonly mark: (hash: string) => number;
  readonly setMark: (hash: string, mark: number) => void;
  readonly save: () => void;
}

type Entry = readonly [
  ref: string,
  hash: string,
  type: string,
  size: number,
  body: number,
  at: number,
  inner: string,
];

export function createKnown(box: Box<unknown>, clock: () => number): Known {
  let { entries, marks } = parse(box.get());
  const newEntries = new Map<string, Entry>();
  const newMarks = new Map<string, number>();
  const markOf = (hash: string) => newMarks.get(hash) ?? marks.get(hash) ?? 0;

  const recall: Known["recall"] = (ref, loaded) => {
    const entry = newEntries.get(ref) ?? entries.get(ref);
    if (!entry || !isStill(entry, loaded, clock())) return undefined;
    const [, hash, type, size, body, , names] = entry;
    const inner = names ? names.split(" ") : [];
    if (!hash) return { hash, type: "", size, reason: type, inner };
    // What stands in the page is not to be had from its URL, nor what stands in a style sheet.
    if (body === OF_DATA.body && markOf(hash) === OWED) return undefined;
    const isWhole = inner.every((name) => name[0] !== INLINE || recall(name.slice(1), OF_DATA));
    return isWhole ? { hash, type, size, reason: "", inner } : undefined;
  };

  return {
    recall,
    note(ref, { body }, { hash, type, size, reason, inner }) {
      if (hash ? !body : !LASTING.test(reason)) return;
      newEntries.set(ref, [ref, hash, type || reason, size, body, clock(), inner.join(" ")]);
    },
    mark: markOf,
    setMark(hash, mark) {
      if (markOf(hash) !== mark) newMarks.set(hash, mark);
    },
    save() {
      if (!newEntries.size && !newMarks.size) return;
      // Other tabs write, too.
      const kept = parse(box.get());
      entries = newest(kept.entries, newEntries, MAX_ENTRIES);
      marks = newest(kept.marks, newMarks, MAX_MARKS);
      newEntries.clear();
      newMarks.clear();
      box.set([[...entries.values()], [...marks].filter(([, mark]) => mark)]);
    },
  };
}

/** Whether what the page has loaded is what was read then. */
function isStill(
  [, hash, type, , before, at]: Entry,
  { body, isFresh }: Loaded,
  now: number,
): boolean {
  const age = now - at;
  if (age < 0 || age > DAY_MS * (hash ? 7 : 1) || body !== before) return false;
  // A text may be changed in place and keep its length.
  return !hash || (body !== 0 && !(isFresh && type === "text/css"));
}

function newest<T>(old: Map<string, T>, young: Map<string, T>, most: number): Map<string, T> {
  for (const name of young.keys()) old.delete(name);
  return new Map([...old, ...young].slice(-most));
}

/** Any script of the page may have written there. */
function parse(stored: unknown): { entries: Map<string, Entry>; marks: Map<string, number> } {
  const [entries, marks] = Array.isArray(stored) ? stored : [];
  return {
    entries: new Map(list(entries, isEntry).map((entry) => [entry[0], entry])),
    marks: new Map(list(marks, isMark)),
  };
}

function list<T>(value: unknown, isItem: (item: unknown) => item is T): T[] {
  return Array.isArray(value) ? value.filter(isItem) : [];
}

function isMark(item: unknown): item is [string, number] {
  return hasTypes(item, "sn");
}

function isEntry(item: unknown): item is Entry {
  return hasTypes(item, "sssnnns") && /^([0-9a-f]{64})?$/.test(String(item[1]));
}

function hasTypes(item: unknown, types: string): item is unknown[] {
  return (
    Array.isArray(item) &&
    item.length === types.length &&
    item.every((value, i) =>
      types[i] === "s" ? typeof value === "string" : Number.isSafeInteger(value),
    )
  );
}
