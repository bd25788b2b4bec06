// Drives the animations of the rebuilt page: at every time they stand where they stood for the visitor.

import type { AnimateOp } from "../wire/read-frames.ts";
import { rewriteCss } from "./css.ts";
import { assetsFor, type Mirror } from "./mirror.ts";
import { isOver, motionKey, positionAt } from "./motion.ts";
import * as dom from "./safe-dom.ts";
import { type Motion, NO_STATE, type TreeNode } from "./tree.ts";

export interface Motions {
  /**
   * Puts all animations where they stood at a time. @param rebuilt the page was built as it stands: what runs there and
   * is not told of began long ago
   */
  sync(time: number, rebuilt: boolean): void;
  /** How fast they run by themselves between two calls; 0 while the player is paused. */
  pace(rate: number): void;
}

const MAX_DRIFT_MS = 40;
const DIRECTIONS: readonly PlaybackDirection[] = [
  "normal",
  "reverse",
  "alternate",
  "alternate-reverse",
];
const FILLS: readonly FillMode[] = ["none", "forwards", "backwards", "both"];
const COMPOSITES: readonly CompositeOperation[] = ["replace", "add", "accumulate"];
const MAX_KEYFRAMES = 1000;

const NONE: ReadonlySet<string> = new Set();

type Natives = Map<TreeNode, Set<string>>;

interface Native {
  readonly effect: KeyframeEffect;
  readonly target: Element;
  readonly node: TreeNode;
  readonly key: string;
}

interface Made {
  readonly script: AnimateOp;
  readonly animation: Animation;
}

export function createMotions(mirror: Mirror): Motions {
  /** Of animations that the recording does not tell of. */
  const guessed = new WeakMap<Animation, Motion>();
  const made = new WeakMap<Node, Map<string, Made>>();
  const ours = new WeakSet<Animation>();
  const described = new WeakMap<Animation, AnimateOp>();
  /** The last time that it was not there yet. */
  const begun = new WeakMap<Animation, number>();
  let lastSync = Number.NEGATIVE_INFINITY;
  /** Outside of their time: the browser lists them no more. */
  const parked = new Set<Animation>();
  let pace = 0;

  /** CSS animations and transitions begin by themselves; returned are those that the recording tells of. */
  function syncNatives(time: number, rebuilt: boolean): Natives {
    const found: Natives = new Map();
    const natives = new Set(parked);
    parked.clear();
    for (const { node: root } of mirror.containers.values()) {
      for (const animation of dom.animationsOf(root)) natives.add(animation);
    }
    for (const animation of natives) syncNative(animation, time, rebuilt, found);
    return found;
  }

  function syncNative(animation: Animation, time: number, rebuilt: boolean, found: Natives): void {
    const native = nativeOf(animation);
    if (native === undefined) return;
    const { node, effect, key } = native;
    if (made.get(native.target)?.has(key)) {
      // What was recorded of the transition is shown already.
      animation.cancel();
      return;
    }
    const told = toldOf(animation, node.state.motions?.get(key), rebuilt);
    if (told !== undefined) found.set(node, (found.get(node) ?? new Set()).add(key));
    if (told?.script !== undefined) describe(animation, effect, node, told.script);
    const motion = told ?? guess(animation, node, time, rebuilt);
    if (motion.gone !== true) place(animation, motion, time);
  }

  /** A CSS animation or transition of a recorded element; its position goes with time. */
  function nativeOf(animation: Animation): Native | undefined {
    const effect = animation.effect as KeyframeEffect | null;
    const target = effect?.target;
    const name = ours.has(animation) ? "" : nativeName(animation);
    if (!effect || !target || name === "") return undefined;
    const node = mirror.meant.get(target);
    if (node === undefined || mirror.built.get(node.id) !== target) return undefined;
    return { effect, target, node, key: motionKey(effect.pseudoElement ?? "", name) };
  }

  /** What is told of an animation, unless it was told of an earlier one of that name. */
  function toldOf(
    animation: Animation,
    motion: Motion | undefined,
    rebuilt: boolean,
  ): Motion | undefined {
    const since = begun.get(animation) ?? (rebuilt ? Number.NEGATIVE_INFINITY : lastSync);
    begun.set(animation, since);
    return motion !== undefined && motion.at > since ? motion : undefined;
  }

  /** A transition begins here from where it is here: not always from where it was recorded. */
  function describe(
    animation: Animation,
    effect: KeyframeEffect,
    node: TreeNode,
    script: AnimateOp,
  ): void {
    if (described.get(animation) === script) return;
    described.set(animation, script);
    dom.attempt(() => {
      effect.setKeyframes(keyframesOf(mirror, node, script));
      effect.updateTiming(timingOf(script));
    });
  }

  function guess(animation: Animation, node: TreeNode, time: number, rebuilt: boolean): Motion {
    const known = guessed.get(animation);
    if (known !== undefined) return known;
    const current = Number(animation.currentTime);
    const rate = animation.playState === "running" ? animation.playbackRate : 0;
    let motion: Motion = { at: time, current, rate };
    if (rebuilt) {
      const isOld = node.born <= mirror.keyframeTime() && Number.isFinite(endOf(animation));
      motion = isOld
        ? { at: time, current: Number.POSITIVE_INFINITY, rate: 0 }
        : { at: node.born, current: 0, rate };
    }
    guessed.set(animation, motion);
    return motion;
  }

  function place(animation: Animation, motion: Motion, time: number): void {
    const end = endOf(animation);
    const expected = Math.min(positionAt(motion, time), Number.isFinite(end) ? end : 1e9);
    const rate = motion.rate * pace;
    const isOutside = expected < 0 || expected >= end;
    if (isOutside) parked.add(animation);
    const isHeld = rate === 0 || isOutside;
    dom.attempt(() => (isHeld ? hold(animation, expected) : run(animation, expected, rate)));
  }

  function hold(animation: Animation, at: number): void {
    if (animation.playState !== "paused") animation.pause();
    if (Math.abs(Number(animation.currentTime) - at) > 0.5) animation.currentTime = at;
  }

  function run(animation: Animation, at: number, rate: number): void {
    if (animation.playbackRate !== rate) animation.playbackRate = rate;
    const drift = Math.abs(Number(animation.currentTime) - at);
    const runs = animation.playState === "running";
    if (!runs || drift > MAX_DRIFT_MS * Math.max(1, pace)) animation.currentTime = at;
    if (!runs) animation.play();
  }

  /** Scripted animations, and transitions of which only a part is to be seen. */
  function syncMade(time: number, natives: Natives): void {
    for (const node of mirror.moving) {
      const element = mirror.built.get(node.id) as Element | undefined;
      if (element === undefined || mirror.origin.get(node.id) !== node) mirror.moving.delete(node);
      else syncElement(node, element, time, natives.get(node) ?? NONE);
    }
  }

  function syncElement(
    node: TreeNode,
    element: Element,
    time: number,
    natives: ReadonlySet<string>,
  ): void {
    for (const [key, motion] of node.state.motions ?? []) {
      if (motion.script === undefined || natives.has(key)) continue;
      const animation = animationFor(node, element, key, motion, isOver(motion, time));
      if (animation !== undefined) place(animation, motion, time);
    }
  }

  function animationFor(
    node: TreeNode,
    element: Element,
    key: string,
    { script }: Motion,
    over: boolean,
  ): Animation | undefined {
    const known = made.get(element) ?? new Map<string, Made>();
    made.set(element, known);
    const before = known.get(key);
    if (before !== undefined && before.script === script && !over) return before.animation;
    before?.animation.cancel();
    known.delete(key);
    const animation =
      script === undefined || over ? undefined : make(mirror, node, element, script);
    if (script === undefined || animation === undefined) return undefined;
    ours.add(animation);
    known.set(key, { script, animation });
    return animation;
  }

  /** SVG's own animations cannot run faster, so they stand still and are moved on. */
  function syncSvgs(time: number): void {
    for (const node of mirror.timed) {
      const element = mirror.built.get(node.id);
      const svg = element === undefined ? undefined : dom.outermostSvg(element);
      const owner = svg === undefined ? undefined : mirror.meant.get(svg);
      if (svg !== undefined && owner !== undefined) dom.setSvgTime(svg, svgTimeAt(owner, time));
    }
  }

  return {
    sync(time, rebuilt) {
      syncMade(time, syncNatives(time, rebuilt));
      lastSync = time;
      syncSvgs(time);
    },
    pace(rate) {
      pace = rate;
    },
  };
}

/** A CSS animation or transition whose position goes with time; "" of others. */
function nativeName(animation: Animation): string {
  if (typeof animation.currentTime !== "number") return "";
  const { animationName, transitionProperty } = animation as Partial<CSSAnimation & CSSTransition>;
  if (animationName !== undefined) return `a:${animationName}`;
  return transitionProperty === undefined ? "" : `t:${transitionProperty}`;
}

function endOf(animation: Animation): number {
  return Number(animation.effect?.getComputedTiming().endTime ?? 0);
}

function make(
  mirror: Mirror,
  node: TreeNode,
  element: Element,
  script: AnimateOp,
): Animation | undefined {
  return dom.animate(element, keyframesOf(mirror, node, script), {
    ...timingOf(script),
    composite: COMPOSITES[script.timing[7] ?? 0] ?? "replace",
    pseudoElement: /^::[\w-]+$/.test(script.pseudo) ? script.pseudo : null,
  });
}

function timingOf({ timing, easing }: AnimateOp): OptionalEffectTiming {
  const [delay = 0, endDelay = 0, duration = 0, iterations = 1000, start = 0, ...names] = timing;
  const [direction = 0, fill = 0] = names;
  return {
    delay,
    endDelay,
    duration,
    easing,
    iterations: iterations < 0 ? Number.POSITIVE_INFINITY : iterations / 1000,
    iterationStart: start / 1000,
    direction: DIRECTIONS[direction] ?? "normal",
    fill: FILLS[fill] ?? "none",
  };
}

/** Plain pairs of property and value; what values name comes from the vault or not at all. */
function keyframesOf(mirror: Mirror, node: TreeNode, { keyframes }: AnimateOp): Keyframe[] {
  const assets = assetsFor(mirror, node);
  const result: Keyframe[] = [];
  for (let index = 0; index < keyframes.length && result.length < MAX_KEYFRAMES; index++) {
    const text = keyframes[index] ?? "";
    const [, offset, easing] = /^@(\d*) (.*)$/.exec(text) ?? [];
    if (easing !== undefined) {
      result.push({ offset: offset === "" ? null : Number(offset) / 1000, easing });
      continue;
    }
    const value = keyframes[++index] ?? "";
    const keyframe = result.at(-1);
    if (keyframe !== undefined && isProperty(text)) keyframe[text] = rewriteCss(value, assets);
  }
  return result;
}

function isProperty(name: string): boolean {
  return /^(?:--[\w-]+|[a-zA-Z]+)$/.test(name) && !/^(?:offset|easing|composite)$/.test(name);
}

function svgTimeAt({ state, born }: TreeNode, time: number): number {
  const { at, current, paused } = state.svgTime ?? { at: born, current: 0, paused: false };
  return current + (paused ? 0 : Math.max(0, time - at));
}

/** Whether a node has animations that must be looked after. */
export function isMoving(node: TreeNode): boolean {
  return node.state !== NO_STATE && node.state.motions !== undefined;
}
