// The page's look: keyframes, and between them batches of changes, folded after each task. What is large is written
// in slices, between which the page has its turn.

import { FLAG_KEYFRAME, FLAG_KEYFRAME_PART, Op } from "../wire/wire.gen.ts";
import type { Writer } from "../wire/write.ts";
import { gather, rewrite, thinned, writeBatch } from "./fold.ts";
import { type Guard, type Stop, stopAll } from "./guard.ts";
import { whenIdle } from "./idle.ts";
import type { Listeners } from "./listeners.ts";
import { ELEMENT } from "./node-types.ts";
import { createPending, writePending } from "./pending.ts";
import { createRealms } from "./realms.ts";
import type { Scope, Thin } from "./scope.ts";
import { findScrolled } from "./scrolled.ts";
import { join } from "./sets.ts";
import type { Settings } from "./settings.ts";
import { shadowOf, watchShadowRoots } from "./shadow.ts";
import { createSheets } from "./sheets.ts";
import { writeFields, writeScroll } from "./state.ts";
import type { Stream } from "./stream.ts";
import { createTree, type Root } from "./tree.ts";
import { abandon, beginKeyframe, createWalk, isBusy, proceed, resume } from "./walk.ts";

/** Uncompressed frames of a chunk: pages compress to a fifth or less. */
const BOUND = 128 * 1024;
/** With this bound a chunk stays small enough whatever it holds. */
const SAFE_BOUND = 40 * 1024;
/** Sent at once from here on, so that what is left at page hide always fits a beacon. */
const SEAL_BYTES = 40 * 1024;
/** A player applies so much in a blink; a keyframe costs the page more. */
const MIN_CHANGES = 512 * 1024;
/** Of the main thread at a time, and for the page before the next. */
const SLICE_MS = 12;
const REST_MS = 4;
const KEYFRAME_MS = 1000;
const REPAIR_MS = 2000;
const TICK_MS = 1000;
/** What is typed between two frames is written at once. */
const FIELD_MS = 10;

type Offered =
  | "tree"
  | "changed"
  | "idOf"
  | "operate"
  | "mutations"
  | "watching"
  | "sheets"
  | "afterKeyframe"
  | "afterBatch"
  | "watchRealms";

export interface Page extends Pick<Scope, Offered> {
  readonly thin: Thin;
  /** Takes a keyframe when the browser has time, in a second at the latest. */
  readonly keyframeSoon: () => void;
  /** A chunk was too large to be sent. */
  readonly shrink: () => void;
  /** Stops watching until the next keyframe. */
  readonly pause: () => void;
  readonly unreadable: Scope["unreadable"];
  readonly stop: Stop;
}

const WATCHED = { childList: true, attributes: true, characterData: true, subtree: true };

export function createPage(
  settings: Settings,
  stream: Stream,
  guard: Guard,
  listeners: Listeners,
  asset: (url: string, base: string) => string,
): Page {
  const { frames } = stream;
  let records: MutationRecord[][] = [];
  let changedAt = 0;
  let watching = false;
  let stopped = false;
  let isTaking = false;
  let bound = typeof CompressionStream === "undefined" ? SAFE_BOUND : BOUND;
  let repairs = 0;
  let changes = 0;
  let keyframeBytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keyframeTimer: ReturnType<typeof setTimeout> | undefined;
  let sliceTimer: ReturnType<typeof setTimeout> | undefined;
  let keyframeOpen = false;
  let cuts = 0;
  let mutations = 0;
  let pace = 0;
  let wait = 0;
  const pending = createPending();

  // After the task that changed the page, not in the next animation frame: there a page that animates itself
  // would come first, and two states that were painted would be folded into one.
  const schedule = (ms = pace) => {
    changedAt ||= listeners.clock();
    if (timer !== undefined && ms >= wait) return;
    clearTimeout(timer);
    wait = ms;
    timer = setTimeout(flush, ms);
  };

  const keyframed = new Set<(frames: Writer) => void>();
  const batched = new Set<() => void>();
  const realms = createRealms();
  const attached = (host: Element) => {
    if (!watching) return; // the next keyframe finds it
    pending.hosts.add(host);
    schedule();
  };

  /** The browser tells of changes in a removed node until now; from now on only if it is in a watched tree again. */
  const noteUnseen = (node: Node) => {
    const seen = node.isConnected && tree.roots.has(node.getRootNode() as Root);
    if (!seen && tree.ids.get(node) !== undefined) pending.unseen.add(node);
  };

  const observer = new MutationObserver(
    guard((found: MutationRecord[]) => {
      mutations++;
      for (const record of found) {
        if (record.type === "childList") record.removedNodes.forEach(noteUnseen);
      }
      const kept = thinned(tree, found);
      if (!kept.length) return;
      records.push(kept);
      schedule();
    }),
  );

  const sheets = createSheets(guard, asset, schedule);

  const tree = createTree({
    allowQuery: settings.allowQuery,
    asset,
    mask: settings.mask,
    frames,
    now: stream.now,
    cut(inKeyframe) {
      cuts++;
      stream.cut(inKeyframe);
    },
    bound: () => bound,
    shadowOf,
    joined(root) {
      realms.enter(root);
      observer.observe(root, WATCHED);
      listeners.add(root);
    },
    left(root) {
      realms.leave(root);
      listeners.remove(root);
    },
    untrue: () => repair(),
    sheets,
  });
  const walk = createWalk(tree);

  const repair = () => {
    if (keyframeTimer === undefined)
      keyframeTimer = setTimeout(keyframe, REPAIR_MS * 2 ** repairs++);
  };

  /** Writes no more until the next keyframe; one that is open stays unfinished. */
  const leave = () => {
    abandon(walk);
    keyframeOpen = false;
    watching = false;
  };

  /** A failure amid frames spoils the chunk's frames: they are left out, and a keyframe follows. */
  const write = (work: () => void) => {
    try {
      work();
    } catch (error) {
      frames.take();
      leave();
      repair();
      throw error;
    }
  };

  const takeRecords = () => {
    const found = [...records, thinned(tree, observer.takeRecords())];
    records = [];
    return found;
  };

  const deadline = () => performance.now() + SLICE_MS;

  /** Begins operations that belong to the time t. */
  const openTime = (t: number) => {
    // The chunk before may have been sealed amid the keyframe.
    if (walk.inKeyframe && !frames.size()) stream.addFlags(FLAG_KEYFRAME_PART);
    frames.int(Op.Time);
    frames.int(t);
  };

  /**
   * Writes everything that changed since the last time, and of what is left to write as much as the time allows.
   * What turns out to be nothing leaves no trace.
   */
  const writeChanges = (until = deadline(), everyField = true) => {
    clearTimeout(timer);
    timer = undefined;
    const found = takeRecords();
    const t = stream.since(changedAt || stream.clock());
    changedAt = 0;
    if (!watching) return;
    const start = frames.size();
    openTime(t);
    const empty = frames.size();
    const cutsBefore = cuts;
    write(() => {
      writeBatch(walk, gather(found), pending.unseen, until);
      writePending(walk, pending, until);
      if (everyField) writeFields(tree);
      sheets.writeChanges(tree);
      if (!resume(walk)) tree.untrue();
      if (until) proceed(walk, until);
    });
    if (cuts === cutsBefore && frames.size() === empty) frames.rewind(start);
    else for (const work of batched) work();
  };

  const flush = guard((everyField?: unknown) => {
    clearTimeout(sliceTimer);
    sliceTimer = undefined;
    writeChanges(deadline(), everyField === true);
    settle();
    if (keyframeOpen) return;
    changes += stream.framesWritten();
    if (changes > Math.max(MIN_CHANGES, 2 * keyframeBytes)) keyframe();
    else if (frames.size() > SEAL_BYTES) stream.seal();
  });

  /** What is left to write is written soon; a keyframe that is whole leaves the page. */
  const settle = () => {
    if (isBusy(walk)) sliceTimer ??= setTimeout(flush, REST_MS);
    if (walk.inKeyframe || !keyframeOpen) return;
    keyframeOpen = false;
    complete(keyframed);
    keyframeBytes = stream.framesWritten();
    changes = 0;
    stream.seal();
    stream.framesWritten();
    const others = walk.maybeScrolled ?? [];
    walk.maybeScrolled = undefined;
    if (others.length) stops.push(findScrolled(others, scrolled, guard));
  };

  /** What is written now belongs to the keyframe. */
  const complete = (works: Iterable<(frames: Writer) => void>) => {
    isTaking = true;
    for (const work of works) guard(() => write(() => work(frames)))();
    isTaking = false;
  };

  /** Who comes after the keyframe adds to it. */
  const completeLate = (work: (frames: Writer) => void) => {
    if (!keyframeOpen && keyframed.has(work)) operate(() => complete([work]));
  };

  const operate = (work: (frames: Writer) => void) => {
    if (!watching) return;
    if (!isTaking) {
      writeChanges(0, false);
      openTime(stream.now());
    }
    write(() => work(frames));
  };

  const scrolled = (element: Element) => {
    tree.scrolled.add(element);
    operate(() => writeScroll(tree, element));
  };

  const keyframe = guard(() => {
    clearTimeout(keyframeTimer);
    keyframeTimer = undefined;
    if (stopped) return;
    if (frames.size()) stream.seal();
    takeRecords();
    sheets.renew();
    watching = true;
    const t = stream.now();
    stream.addFlags(FLAG_KEYFRAME);
    stream.framesWritten();
    keyframeOpen = true;
    write(() => {
      beginKeyframe(walk, document, t);
      proceed(walk, deadline());
    });
    settle();
  });

  const freeze = (element: Element) => {
    tree.frozen = (tree.frozen ?? new WeakSet()).add(element);
    if (!isBusy(walk)) operate(() => rewrite(walk, element));
    if (watching && !tree.opaque.has(element)) repair(); // amid other work: with the next keyframe
  };

  const pause = () => {
    leave();
    clearTimeout(keyframeTimer);
    keyframeTimer = undefined;
    observer.disconnect();
    records = [];
  };

  const noteLoad = (event: Event) => {
    const element = event.target as Element | null;
    if (!watching) return; // the next keyframe finds it
    if (element?.localName === "img") pending.images.add(element);
    else if (element && /^i?frame$/.test(element.localName)) pending.frames.add(element);
    else return;
    schedule();
  };

  const noteScroll = (event: Event) => {
    const [target] = event.composedPath();
    if ((target as Node).nodeType === ELEMENT) tree.scrolled.add(target as Element);
  };

  listeners.add(document);
  // Fields that scripts change without an event, sheets that are adopted without a mutation.
  const ticker = setInterval(
    guard(() => watching && document.visibilityState === "visible" && flush(true)),
    TICK_MS,
  );
  const stops: Stop[] = [
    stream.beforeSeal((urgent) => {
      // The page is being left: there is no later.
      writeChanges(urgent ? Number.POSITIVE_INFINITY : deadline());
    }),
    listeners.listen("scroll", noteScroll, true),
    listeners.listen("load", noteLoad, true),
    realms.watch((view) => watchShadowRoots(view, guard, attached)),
    realms.watch(sheets.watch),
    realms.stop,
    () => clearInterval(ticker),
    () => observer.disconnect(),
  ];

  return {
    tree,
    sheets,
    afterKeyframe(work) {
      if (watching) queueMicrotask(guard(() => completeLate(work)));
      return join(keyframed, work);
    },
    afterBatch: (work) => join(batched, guard(work)),
    watchRealms: realms.watch,
    unreadable: sheets.unreadable,
    changed(field) {
      if (/^(input|textarea|select)$/.test(field.localName)) pending.fields.add(field);
      schedule(Math.max(pace, FIELD_MS));
    },
    idOf(node) {
      if (tree.ids.get(node) === undefined && watching) writeChanges(0);
      return tree.ids.get(node) ?? 0;
    },
    mutations: () => mutations,
    watching: () => watching,
    keyframeSoon() {
      if (keyframeTimer !== undefined) return;
      keyframeTimer = setTimeout(keyframe, KEYFRAME_MS * 2);
      whenIdle(() => keyframeTimer !== undefined && keyframe(), KEYFRAME_MS);
    },
    shrink() {
      bound = SAFE_BOUND;
      repair();
    },
    operate,
    pause,
    thin: {
      pace(ms) {
        pace = ms;
      },
      isPaced: () => pace > 0,
      freeze,
      blind() {
        stopped = true;
        pause();
      },
    },
    stop() {
      stopped = true;
      watching = false;
      clearTimeout(timer);
      clearTimeout(keyframeTimer);
      clearTimeout(sliceTimer);
      stopAll(stops);
      for (const root of [document, ...tree.roots]) listeners.remove(root);
    },
  };
}
