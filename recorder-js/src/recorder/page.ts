// The page's look: keyframes, and between them batches of changes, folded after each task. What is large is written
// in slices, between which the page has its turn.

import { FLAG_KEYFRAME, FLAG_KEYFRAME_PART, Op } from "../wire/wire.gen.ts";
import type { Writer } from "../wire/write.ts";
import type { Assets } from "./assets.ts";
import { gather, rewrite, writeBatch, writeShown } from "./fold.ts";
import { type Guard, type Stop, stopAll } from "./guard.ts";
import { createListeners } from "./listeners.ts";
import { ELEMENT } from "./node-types.ts";
import type { Realm, Scope } from "./scope.ts";
import { findScrolled } from "./scrolled.ts";
import {
  abandon,
  beginKeyframe,
  createWalk,
  descend,
  isBusy,
  openLateRoot,
  proceed,
  resume,
} from "./serialise.ts";
import type { Settings } from "./settings.ts";
import { watchShadowRoots } from "./shadow.ts";
import { createSheets } from "./sheets.ts";
import { writeField, writeScroll } from "./state.ts";
import type { Stream } from "./stream.ts";
import { createTree, forget, innerDocument, type Root, type Tree } from "./tree.ts";

/** Uncompressed frames of a chunk: pages compress to a fifth or less. */
const BOUND = 128 * 1024;
/** With this bound a chunk stays small enough whatever it holds. */
const SAFE_BOUND = 40 * 1024;
/** Sent at once from here on, so that what is left at page hide always fits a beacon. */
const SEAL_BYTES = 40 * 1024;
/** A player applies so much in a blink; a keyframe costs the page more. */
const MIN_CHANGES = 512 * 1024;
/** Of the main thread, at a time. */
const SLICE_MS = 12;
/** For the page, before the next slice. */
const REST_MS = 4;
const KEYFRAME_MS = 1000;
const REPAIR_MS = 2000;
const TICK_MS = 1000;

export interface Page {
  readonly tree: Tree;
  readonly listen: Scope["listen"];
  readonly changed: Scope["changed"];
  readonly idOf: (node: Node) => number;
  readonly operate: Scope["operate"];
  readonly thin: Thin;
  readonly watching: Scope["watching"];
  /** Takes a keyframe when the browser has time, in a second at the latest. */
  readonly keyframeSoon: () => void;
  /** A chunk was too large to be sent. */
  readonly shrink: () => void;
  /** Stops watching until the next keyframe. */
  readonly pause: () => void;
  /** A style sheet cannot be had as an asset. */
  readonly unreadable: (url: string) => void;
  readonly sheets: Scope["sheets"];
  readonly afterKeyframe: Scope["afterKeyframe"];
  readonly afterBatch: Scope["afterBatch"];
  readonly watchRealms: Scope["watchRealms"];
  readonly stop: Stop;
}

/** What a recording over its budget gives up. */
export interface Thin {
  /** Changes are gathered for so many ms before they are written. */
  readonly pace: (ms: number) => void;
  /** A box stands for this element from now on. */
  readonly freeze: (element: Element) => void;
  /** The page's look is recorded no more. */
  readonly blind: () => void;
}

const WATCHED = { childList: true, attributes: true, characterData: true, subtree: true };

export function createPage(
  settings: Settings,
  stream: Stream,
  guard: Guard,
  { reference: asset, watch: watchLoads }: Pick<Assets, "reference" | "watch">,
): Page {
  const closedRoots = new WeakMap<Element, ShadowRoot>();
  const { frames } = stream;
  const listeners = createListeners(guard);
  let records: MutationRecord[][] = [];
  let changedAt = 0;
  let watching = false;
  let stopped = false;
  let isTaking = false;
  let bound = BOUND;
  let repairs = 0;
  let changes = 0;
  let keyframeBytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keyframeTimer: ReturnType<typeof setTimeout> | undefined;
  let sliceTimer: ReturnType<typeof setTimeout> | undefined;
  let keyframeOpen = false;
  let cuts = 0;
  let pace = 0;
  const images = new Set<Element>();
  const fields = new Set<Element>();
  const frameElements = new Set<Element>();
  const lateHosts = new Set<Element>();
  const unseen = new Set<Node>();
  const adopted = new WeakMap<Root, readonly CSSStyleSheet[]>();

  const schedule = () => {
    changedAt ||= stream.clock();
    if (timer !== undefined) return;
    // After the task that changed the page, not in the next animation frame: there a page that animates itself
    // would come first, and two states that were painted would be folded into one.
    timer = setTimeout(flush, pace);
  };

  const keyframed = new Set<(frames: Writer) => void>();
  const batched = new Set<() => void>();
  /** Frames have prototypes of their own to be watched. */
  const watchers: ((view: Realm) => Stop)[] = [(view) => sheets.watch(view)];
  const realms = new Map<Root, Stop>();
  const attached = (host: Element) => {
    lateHosts.add(host);
    if (watching) schedule();
  };

  /** The browser tells of changes in a removed node until now; from now on only if it is in a watched tree again. */
  const noteUnseen = (node: Node) => {
    const seen = node.isConnected && tree.roots.has(node.getRootNode() as Root);
    if (!seen && tree.ids.get(node) !== undefined) unseen.add(node);
  };

  const observer = new MutationObserver(
    guard((found: MutationRecord[]) => {
      records.push(found);
      for (const { removedNodes } of found) for (const node of removedNodes) noteUnseen(node);
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
    shadowOf: (host) => host.shadowRoot ?? closedRoots.get(host),
    joined(root) {
      const view = "host" in root ? null : root.defaultView;
      if (view && view !== window) {
        const stops = [
          watchShadowRoots(view, guard, closedRoots, attached),
          watchLoads(view),
          ...watchers.map((watch) => watch(view)),
        ];
        realms.set(root, () => stopAll(stops));
      }
      observer.observe(root, WATCHED);
      listeners.add(root);
      adopted.set(root, Array.from(root.adoptedStyleSheets ?? []));
    },
    left(root) {
      realms.get(root)?.();
      realms.delete(root);
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

  /** A failure amid frames spoils the chunk's frames: they are left out, and a keyframe follows. */
  const write = (work: () => void) => {
    try {
      work();
    } catch (error) {
      frames.take();
      abandon(walk);
      watching = false;
      repair();
      throw error;
    }
  };

  const takeRecords = () => {
    const found = [...records, observer.takeRecords()];
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
      writeBatch(walk, gather(found), unseen, until);
      unseen.clear();
      drain(lateHosts, (host) => writeShadow(host, until));
      drain(frameElements, (frame) => writeFrame(frame, until));
      drain(images, (image) => writeShown(tree, image));
      drain(fields, (field) => {
        tree.fields.add(field);
        writeField(tree, field);
      });
      if (everyField) writeFields();
      writeSheets();
      if (!resume(walk)) tree.untrue();
      if (until) proceed(walk, until);
    });
    if (cuts === cutsBefore && frames.size() === empty) frames.rewind(start);
    else for (const work of batched) work();
  };

  const writeFields = () => {
    for (const field of tree.fields) {
      if (tree.ids.get(field) === undefined) tree.fields.delete(field);
      else writeField(tree, field);
    }
  };

  const flush = guard((everyField?: unknown) => {
    writeChanges(deadline(), everyField === true);
    settle();
    if (keyframeOpen) return;
    changes += stream.framesWritten();
    if (changes > Math.max(MIN_CHANGES, 2 * keyframeBytes)) keyframe();
    else if (frames.size() > SEAL_BYTES) stream.seal();
  });

  const slice = () => {
    sliceTimer = undefined;
    if (watching && isBusy(walk)) flush();
  };

  /** What is left to write is written soon; a keyframe that is whole leaves the page. */
  const settle = () => {
    if (isBusy(walk)) sliceTimer ??= setTimeout(slice, REST_MS);
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

  const writeLate = (host: Element, root: Root, until: number) => {
    const floor = walk.stack.length;
    openLateRoot(walk, host, root);
    descend(walk, until, floor);
  };

  const writeShadow = (host: Element, until: number) => {
    const shadow = tree.shadowOf(host);
    const isNew = shadow && tree.ids.get(shadow) === undefined && !tree.opaque.has(host);
    if (isNew) writeLate(host, shadow, until);
  };

  const writeFrame = (frame: Element, until: number) => {
    if (tree.ids.get(frame) === undefined) return;
    const old = tree.documents.get(frame);
    const now = innerDocument(frame);
    const id = old && tree.ids.get(old);
    if (old && id !== undefined) {
      frames.int(Op.Remove);
      frames.int(1);
      frames.int(id);
      forget(tree, old);
    }
    if (now) writeLate(frame, now, until);
  };

  const writeSheets = () => {
    for (const root of tree.roots) {
      const now = Array.from(root.adoptedStyleSheets ?? []);
      const before = adopted.get(root) ?? [];
      const same = now.length === before.length && now.every((sheet, i) => sheet === before[i]);
      if (same) continue;
      adopted.set(root, now);
      sheets.adopt(tree, root);
    }
    sheets.writeChanges(tree);
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

  const idle = (work: () => void) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(work, { timeout: KEYFRAME_MS });
    } else setTimeout(work, 50);
  };

  const freeze = (element: Element) => {
    tree.frozen = (tree.frozen ?? new WeakSet()).add(element);
    operate(() => rewrite(walk, element));
  };

  const pause = () => {
    watching = false;
    clearTimeout(keyframeTimer);
    keyframeTimer = undefined;
    abandon(walk);
    observer.disconnect();
    records = [];
  };

  const noteLoad = (event: Event) => {
    const element = event.target as Element | null;
    if (element?.localName === "img") images.add(element);
    else if (element && /^i?frame$/.test(element.localName)) frameElements.add(element);
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
    sheets.stop,
    watchShadowRoots(window, guard, closedRoots, attached),
    () => stopAll(realms.values()),
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
    watchRealms(watch) {
      watchers.push(watch);
      for (const [root, stop] of realms) {
        const more = watch((root as Document).defaultView as Realm);
        realms.set(root, () => stopAll([stop, more]));
      }
      return watch(window);
    },
    listen: listeners.listen,
    unreadable: sheets.unreadable,
    changed(field) {
      if (/^(input|textarea|select)$/.test(field.localName)) fields.add(field);
      schedule();
    },
    idOf(node) {
      if (tree.ids.get(node) === undefined && watching) writeChanges(0);
      return tree.ids.get(node) ?? 0;
    },
    watching: () => watching,
    keyframeSoon() {
      if (keyframeTimer !== undefined) return;
      keyframeTimer = setTimeout(keyframe, KEYFRAME_MS * 2);
      idle(() => keyframeTimer !== undefined && keyframe());
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

function drain<T>(set: Set<T>, work: (item: T) => void): void {
  const all = [...set];
  set.clear();
  all.forEach(work);
}

function join<T>(set: Set<T>, item: T): Stop {
  set.add(item);
  return () => set.delete(item);
}
