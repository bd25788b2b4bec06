// Now and then a few numbers tell how the page was: how many elements, how they are nested, where some of them stand.
// The player makes the same of the page that it rebuilt, and says where it differs.
//
// It costs next to nothing: boxes come from an IntersectionObserver, which the browser answers after a frame of its own,
// so that no layout is forced; and where nothing has changed since the last digest there is none.

import { createRootHash, type Outline } from "../../wire/digest.ts";
import { Op } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import { whenIdle } from "../idle.ts";
import { maskText, STRICT } from "../privacy.ts";
import { selectorOf } from "../rules.ts";
import type { Scope } from "../scope.ts";
import { type Root, recordedMask, type Tree } from "../tree.ts";

const AFTER_KEYFRAME_MS = 1500;
const EVERY_MS = 30_000;
const IDLE_WITHIN_MS = 5000;
/** A page that moves is asked again so soon, and so often; then it is told without boxes. */
const AGAIN_MS = 2000;
const TRIES = 4;
const STILL_MS = 600;
const CANDIDATES = 300;
const LANDMARKS = 20;
/** Without a box, with one that moves by itself, or with a stand-in of about its size. */
const PLAIN =
  /^(br|script|style|link|meta|title|head|source|track|area|option|template|slot|marquee|noscript|object|embed|col|colgroup|wbr)$/;

type Box = readonly [id: number, x: number, y: number, width: number, height: number];

export function trackDigests(scope: Scope): Stop {
  const { guard, tree, operate } = scope;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observer: IntersectionObserver | undefined;
  let tries = 0;
  let movedAt = 0;
  /** Changes of the page, and keyframes, up to the last digest. */
  let told = "";
  let keyframes = 0;
  let stopped = false;

  const state = () => `${keyframes} ${scope.mutations()} ${movedAt}`;

  const plan = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => whenIdle(look, IDLE_WITHIN_MS), ms);
  };

  const write = (boxes: readonly Box[]) => {
    tries = 0;
    plan(EVERY_MS);
    operate((frames) => {
      const outline = outlineOf(tree);
      // What is being written in slices is told when it is whole.
      if (!outline) return plan(AGAIN_MS);
      told = state();
      const values = [Op.Digest, outline.elements, outline.hash, boxes.length * 5, ...boxes.flat()];
      values.forEach(frames.int);
    });
  };

  const look = guard(() => {
    observer?.disconnect();
    observer = undefined;
    if (stopped) return;
    plan(EVERY_MS); // an answer may never come: the tab is hidden
    if (!scope.watching() || scope.thin.isPaced() || told === state()) return;
    const targets = typeof IntersectionObserver === "function" ? candidates(tree) : [];
    if (!targets.length) return write([]);
    const before = scope.mutations();
    observer = new IntersectionObserver(
      guard((entries: IntersectionObserverEntry[]) => {
        observer?.disconnect();
        // After a frame in which nothing happened, styles and boxes are known.
        const now = performance.now();
        const moves = scope.mutations() !== before || now - movedAt < STILL_MS || isMoving();
        if (!moves) write(chosen(tree, entries));
        else if (++tries < TRIES) plan(AGAIN_MS);
        else write([]);
      }),
    );
    for (const target of targets) observer.observe(target);
  });

  const moved = () => {
    movedAt = Math.round(performance.now());
  };

  const stops = [
    scope.listen("scroll", moved, true),
    scope.listen("resize", moved),
    scope.listen("load", moved, true),
    scope.afterKeyframe(() => {
      keyframes++;
      tries = 0;
      plan(AFTER_KEYFRAME_MS);
    }),
  ];
  return () => {
    stopped = true;
    clearTimeout(timer);
    observer?.disconnect();
    stopAll(stops);
  };
}

/** Something is on its way that will be over soon. */
function isMoving(): boolean {
  if (document.readyState !== "complete" || document.fonts?.status === "loading") return true;
  return (document.getAnimations?.() ?? []).some(
    ({ effect, playState }) =>
      playState === "running" && Number.isFinite(effect?.getComputedTiming().endTime),
  );
}

/** Elements to be asked for their boxes, from the whole page. */
function candidates(tree: Tree): readonly Element[] {
  const all = document.getElementsByTagName("*");
  const step = Math.max(1, all.length / CANDIDATES);
  const found: Element[] = [];
  // In the replay an image is there at once, and what follows it stands below; through a blocked element no margins collapse.
  const pending = [...document.images].find((image) => !image.complete);
  const blocked = document.querySelector(selectorOf("block"));
  for (let at = 0; at < all.length; at += step) {
    const element = all[Math.floor(at)];
    if (!element) break;
    if (isMovedBy(pending, element) || isMovedBy(blocked, element)) continue;
    if (isLandmark(tree, element)) found.push(element);
  }
  return found;
}

/** Whether an element comes after another, or holds it. */
function isMovedBy(cause: Element | null | undefined, element: Element): boolean {
  const { DOCUMENT_POSITION_FOLLOWING, DOCUMENT_POSITION_CONTAINS } = Node;
  const bits = DOCUMENT_POSITION_FOLLOWING | DOCUMENT_POSITION_CONTAINS;
  return cause ? cause === element || (cause.compareDocumentPosition(element) & bits) > 0 : false;
}

/** A mask keeps a text's width only about. */
function isLandmark(tree: Tree, element: Element): boolean {
  if (tree.ids.get(element) === undefined || PLAIN.test(element.localName)) return false;
  if ((element as SVGElement).ownerSVGElement) return false;
  const mask = recordedMask(tree, element);
  if (mask >= STRICT) return false;
  const text = element.firstElementChild ? "" : (element.textContent ?? "");
  return maskText(text, mask) === text;
}

/** Those in the viewport first, evenly; what moves by itself for ever is left out. */
function chosen(tree: Tree, entries: readonly IntersectionObserverEntry[]): readonly Box[] {
  const moving = (document.getAnimations?.() ?? []).flatMap((animation) => {
    const target = (animation.effect as KeyframeEffect | null)?.target;
    return animation.playState === "running" && target ? [target] : [];
  });
  const boxes = entries.filter(({ target, boundingClientRect: { width, height } }) => {
    return width > 0 && height > 0 && !moving.some((one) => one.contains(target));
  });
  const seen = boxes.filter((entry) => entry.isIntersecting);
  const others = boxes.filter((entry) => !entry.isIntersecting);
  const some = evenly(seen, LANDMARKS);
  return [...some, ...evenly(others, LANDMARKS - some.length)].map((entry) => {
    const { left, top, width, height } = entry.boundingClientRect;
    const place = [left + scrollX, top + scrollY, width, height].map(Math.round);
    return [tree.ids.get(entry.target) ?? 0, ...place] as unknown as Box;
  });
}

function evenly<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, items.length / Math.max(1, count));
  const kept: T[] = [];
  for (let at = 0; at < items.length && kept.length < count; at += step) {
    const item = items[Math.floor(at)];
    if (item !== undefined) kept.push(item);
  }
  return kept;
}

/** The recorded elements; undefined while some that stand in the page are not written yet. */
function outlineOf(tree: Tree): Outline | undefined {
  const outline = { elements: 0, hash: 0 };
  for (const root of tree.roots) if (!addRoot(tree, root, outline)) return undefined;
  return outline;
}

function addRoot(tree: Tree, root: Root, outline: Outline): boolean {
  const hash = createRootHash();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
  let depth = 0;
  let isOpen = true;
  while (!hash.isFull()) {
    if (isOpen && walker.firstChild()) depth++;
    else {
      while (depth > 0 && !walker.nextSibling()) {
        walker.parentNode();
        depth--;
      }
      if (depth === 0) break;
    }
    const element = walker.currentNode as Element;
    if (tree.ids.get(element) === undefined) return false;
    hash.add(element.localName, depth);
    isOpen = !tree.opaque.has(element);
  }
  hash.into(outline);
  return true;
}
