// The page's look: keyframes, and between them batches of changes, folded once per animation frame.

import { FLAG_KEYFRAME, Op } from "../wire/wire.gen.ts";
import type { Assets } from "./assets.ts";
import { gather, writeBatch, writeShown } from "./fold.ts";
import { type Guard, type Stop, stopAll } from "./guard.ts";
import { createListeners } from "./listeners.ts";
import type { Realm, Scope } from "./scope.ts";
import { writeKeyframe, writeLateRoot } from "./serialise.ts";
import type { Settings } from "./settings.ts";
import { watchShadowRoots } from "./shadow.ts";
import { createSheets } from "./sheets.ts";
import { writeField } from "./state.ts";
import type { Stream } from "./stream.ts";
import { createTree, forget, innerDocument, type Root, type Tree } from "./tree.ts";

/** Uncompressed frames of a chunk: pages compress to a fifth or less. */
const BOUND = 128 * 1024;
/** With this bound a chunk stays small enough whatever it holds. */
const SAFE_BOUND = 40 * 1024;
/** Sent at once from here on, so that what is left at page hide always fits a beacon. */
const SEAL_BYTES = 40 * 1024;
const MIN_CHANGES = 100 * 1024;
const KEYFRAME_MS = 1000;
const REPAIR_MS = 2000;
const TICK_MS = 1000;

export interface Page {
  readonly tree: Tree;
  readonly listen: Scope["listen"];
  readonly changed: Scope["changed"];
  readonly idOf: (node: Node) => number;
  /** Takes a keyframe when the browser has time, in a second at the latest. */
  readonly keyframeSoon: () => void;
  /** A chunk was too large to be sent. */
  readonly shrink: () => void;
  /** Stops watching until the next keyframe. */
  readonly pause: () => void;
  /** A style sheet cannot be had as an asset. */
  readonly unreadable: (url: string) => void;
  /** Writes operations at this moment, after the mutations that wait. */
  readonly operate: Scope["operate"];
  readonly sheets: Scope["sheets"];
  readonly afterKeyframe: Scope["afterKeyframe"];
  readonly afterBatch: Scope["afterBatch"];
  readonly watchRealms: Scope["watchRealms"];
  readonly stop: Stop;
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
  let records: MutationRecord[] = [];
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
    timer = setTimeout(flush);
  };

  const keyframed = new Set<() => void>();
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
    const known = tree.ids.get(node) !== undefined;
    if (known && !tree.roots.has(node.getRootNode() as Root)) unseen.add(node);
  };

  const observer = new MutationObserver(
    guard((found: MutationRecord[]) => {
      records.push(...found);
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
    cut: stream.cut,
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
      watching = false;
      repair();
      throw error;
    }
  };

  const takeRecords = () => {
    const found = [...records, ...observer.takeRecords()];
    records = [];
    return found;
  };

  /** Writes everything that changed since the last time; what turns out to be nothing leaves no trace. */
  const writeChanges = (everyField = true) => {
    clearTimeout(timer);
    timer = undefined;
    const found = takeRecords();
    const t = stream.since(changedAt || stream.clock());
    changedAt = 0;
    if (!watching) return;
    const start = frames.size();
    frames.int(Op.Time);
    frames.int(t);
    const empty = frames.size();
    write(() => {
      if (found.length) writeBatch(tree, gather(found), unseen, t);
      unseen.clear();
      drain(lateHosts, (host) => writeShadow(host, t));
      drain(frameElements, (frame) => writeFrame(frame, t));
      drain(images, (image) => writeShown(tree, image));
      drain(fields, (field) => {
        tree.fields.add(field);
        writeField(tree, field);
      });
      if (everyField) for (const field of tree.fields) writeField(tree, field);
      writeSheets();
    });
    if (frames.size() === empty) frames.rewind(start);
    else for (const work of batched) work();
  };

  const flush = guard((everyField?: unknown) => {
    writeChanges(everyField === true);
    changes += stream.framesWritten();
    if (changes > Math.max(MIN_CHANGES, keyframeBytes)) keyframe();
    else if (frames.size() > SEAL_BYTES) stream.seal();
  });

  const writeShadow = (host: Element, t: number) => {
    const shadow = tree.shadowOf(host);
    const isNew = shadow && tree.ids.get(shadow) === undefined && !tree.opaque.has(host);
    if (isNew) writeLateRoot(tree, t, host, shadow);
  };

  const writeFrame = (frame: Element, t: number) => {
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
    if (now) writeLateRoot(tree, t, frame, now);
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
    write(() => writeKeyframe(tree, document, t));
    isTaking = true; // what is written now belongs to it
    for (const work of keyframed) guard(work)();
    isTaking = false;
    keyframeBytes = stream.framesWritten();
    changes = 0;
    stream.seal();
    stream.framesWritten();
  });

  const idle = (work: () => void) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(work, { timeout: KEYFRAME_MS });
    } else setTimeout(work, 50);
  };

  const noteLoad = (event: Event) => {
    const element = event.target as Element | null;
    if (element?.localName === "img") images.add(element);
    else if (element && /^i?frame$/.test(element.localName)) frameElements.add(element);
    else return;
    schedule();
  };

  listeners.add(document);
  // Fields that scripts change without an event, sheets that are adopted without a mutation.
  const ticker = setInterval(
    guard(() => watching && document.visibilityState === "visible" && flush(true)),
    TICK_MS,
  );
  const stops: Stop[] = [
    stream.beforeSeal(() => writeChanges()),
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
    operate(writeMore) {
      if (!watching) return;
      if (!isTaking) writeChanges();
      write(() => {
        if (!isTaking) {
          frames.int(Op.Time);
          frames.int(stream.now());
        }
        writeMore(frames);
      });
    },
    afterKeyframe: (work) => join(keyframed, work),
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
      if (tree.ids.get(node) === undefined && watching) writeChanges();
      return tree.ids.get(node) ?? 0;
    },
    keyframeSoon() {
      if (keyframeTimer !== undefined) return;
      keyframeTimer = setTimeout(keyframe, KEYFRAME_MS * 2);
      idle(() => keyframeTimer !== undefined && keyframe());
    },
    shrink() {
      bound = SAFE_BOUND;
      repair();
    },
    pause() {
      watching = false;
      observer.disconnect();
      records = [];
    },
    stop() {
      stopped = true;
      watching = false;
      clearTimeout(timer);
      clearTimeout(keyframeTimer);
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
