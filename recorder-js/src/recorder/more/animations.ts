// Where animations stand: CSS animations, transitions and scripted ones. Each is told once, and again only when it
// does anything but go on.

import { Op } from "../../wire/wire.gen.ts";
import type { Writer } from "../../wire/write.ts";
import { after, type Stop, stopAll } from "../guard.ts";
import type { Realm, Scope } from "../scope.ts";
import { rewriteCss } from "../url.ts";

const MAX_LIVE = 500;
const LOOK_MS = 1000;
const DRIFT_MS = 40;
/** What may have set something going, or stopped it, is looked after so soon. No frame is asked for: that would cost one. */
const SOON_MS = 50;
const GONE = 2;
const CONTROLS = ["play", "pause", "reverse", "finish", "cancel", "updatePlaybackRate"] as const;
const POSITIONS = ["currentTime", "startTime", "playbackRate", "effect"] as const;
const DIRECTIONS = ["normal", "reverse", "alternate", "alternate-reverse"];
const FILLS = ["none", "forwards", "backwards", "both"];
const COMPOSITES = ["replace", "add", "accumulate"];
const OWN = /^(offset|computedOffset|easing|composite)$/;

interface Told {
  readonly at: number;
  readonly current: number;
  readonly rate: number;
  readonly state: number;
}

export function trackAnimations(scope: Scope): Stop {
  const { guard, tree, listen, operate } = scope;
  const numbers = new WeakMap<Animation, number>();
  const animationOf = new WeakMap<AnimationEffect, Animation>();
  const live = new Map<Animation, Told>();
  const touched = new Set<Animation>();
  /** Elements on which something began; pseudo-elements in them too, where that is true. */
  const begun = new Map<Element, boolean>();
  /** Their elements are not in the page yet. */
  const away = new Set<Animation>();
  let described = new WeakSet<Animation>();
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;

  const nameOf = (animation: Animation) => {
    const { animationName, transitionProperty } = animation as Partial<
      CSSAnimation & CSSTransition
    >;
    if (animationName !== undefined) return `a:${animationName}`;
    if (transitionProperty !== undefined) return `t:${transitionProperty}`;
    const number = numbers.get(animation) ?? ++count;
    numbers.set(animation, number);
    return `w:${number}`;
  };

  /** The document's timeline stands still between two frames. */
  const standing = (animation: Animation): Told => {
    const { currentTime, playbackRate, playState, timeline, replaceState } = animation;
    const now = timeline?.currentTime;
    const running = playState === "running";
    // One that has yet to start does so in the next frame.
    const lag =
      running && !animation.pending && typeof now === "number" ? performance.now() - now : 0;
    // Frames have clocks of their own that may be far apart.
    const late = lag > 0 && lag < LOOK_MS ? lag * playbackRate : 0;
    const gone = currentTime === null || replaceState === "removed";
    return {
      at: performance.now(),
      current: Math.round(Number(currentTime) + late),
      rate: Math.round(playbackRate * 1000),
      state: gone ? GONE : Number(running),
    };
  };

  const write = (frames: Writer, animation: Animation) => {
    const effect = animation.effect as KeyframeEffect | null;
    const target = effect?.target;
    // Those that scrolling drives are driven by it in the replay, too.
    if (!effect || !target || typeof (animation.currentTime ?? 0) !== "number") return;
    const id = tree.ids.get(target);
    if (id) writeMotion(frames, animation, effect, id);
    else if (away.size < MAX_LIVE) away.add(animation);
  };

  /** Whether another animation has taken the place of one that is gone. */
  const hasHeir = ({ target, pseudoElement }: KeyframeEffect, name: string) =>
    [...live.keys()].some((other) => {
      const effect = other.effect as KeyframeEffect | null;
      const isThere = effect?.target === target && effect?.pseudoElement === pseudoElement;
      return isThere && nameOf(other) === name;
    });

  const writeMotion = (
    frames: Writer,
    animation: Animation,
    effect: KeyframeEffect,
    id: number,
  ) => {
    const told = standing(animation);
    const isGone = told.state === GONE;
    if (animation.pending) lookSoon();
    if (isGone) live.delete(animation);
    else if (live.size >= MAX_LIVE && !live.has(animation)) return;
    else live.set(animation, told);
    animationOf.set(effect, animation);
    const name = nameOf(animation);
    if (isGone && hasHeir(effect, name)) return;
    if (name[0] !== "a" && !isGone && !described.has(animation)) {
      described.add(animation);
      head(frames, Op.Animate, id, effect, name);
      const base = (effect.target as Element).baseURI;
      describe(frames, effect, (css) => rewriteCss(css, (url) => tree.asset(url, base)));
    }
    head(frames, Op.Motion, id, effect, name);
    for (const value of [told.current, told.rate, told.state]) frames.int(value);
  };

  const flush = guard(() => {
    clearTimeout(timer);
    timer = undefined;
    begun.forEach(findIn);
    begun.clear();
    const all = [...touched];
    touched.clear();
    if (!all.length) return;
    operate((frames) => {
      for (const animation of all) write(frames, animation);
    });
  });

  const touch = (animation: Animation | undefined) => {
    if (!animation) return;
    touched.add(animation);
    timer ??= setTimeout(flush);
  };

  const findIn = (subtree: boolean, target: Element) => {
    for (const animation of target.getAnimations({ subtree })) {
      const effect = animation.effect as KeyframeEffect | null;
      if (effect?.target === target && !live.has(animation)) touched.add(animation);
    }
  };

  /** Animations that ended are forgotten; those that style sheets stopped, or set going, are told. */
  const look = guard(() => {
    clearTimeout(looking);
    looking = undefined;
    for (const [animation, told] of live) {
      const now = standing(animation);
      const expected = told.current + ((now.at - told.at) * told.rate * told.state) / 1000;
      if (now.state !== GONE && animation.playState === "finished") {
        live.delete(animation);
      } else if (
        now.state !== told.state ||
        now.rate !== told.rate ||
        Math.abs(now.current - expected) > DRIFT_MS
      ) {
        touch(animation);
      }
    }
  });

  const batched = () => {
    away.forEach(touch);
    away.clear();
    lookSoon();
  };

  const lookSoon = () => {
    if (live.size) looking ??= setTimeout(look, SOON_MS);
  };

  const began = (event: AnimationEvent | TransitionEvent) => {
    const [target] = scope.pathOf(event) as Element[];
    if (!target?.getAnimations) return;
    // Once for all properties that began, when the frame's styles are known: to ask before would take another look at them.
    begun.set(target, begun.get(target) || event.pseudoElement !== "");
    timer ??= setTimeout(flush);
  };

  const watch = (view: Realm): Stop => {
    const changed = guard(touch);
    const redescribed = guard((effect: AnimationEffect) => {
      const animation = animationOf.get(effect);
      if (!animation) return;
      described.delete(animation);
      touch(animation);
    });
    const { Animation, AnimationEffect, KeyframeEffect, SVGSVGElement } = view;
    const stops = [
      after(
        view.Element.prototype,
        "animate",
        guard((_, animation) => touch(animation as Animation)),
      ),
      ...[...CONTROLS, ...POSITIONS].map((name) => after(Animation.prototype, name, changed)),
      after(AnimationEffect.prototype, "updateTiming", redescribed),
      ...(["setKeyframes", "target", "pseudoElement", "composite"] as const).map((name) =>
        after(KeyframeEffect.prototype, name, redescribed as (effect: KeyframeEffect) => void),
      ),
      ...(["pauseAnimations", "unpauseAnimations", "setCurrentTime"] as const).map((name) =>
        after(
          SVGSVGElement.prototype,
          name,
          guard((svg) => operate((frames) => writeTimeline(frames, svg))),
        ),
      ),
    ];
    return () => stopAll(stops);
  };

  const writeTimeline = (frames: Writer, svg: SVGSVGElement) => {
    const id = tree.ids.get(svg);
    if (id === undefined) return;
    for (const value of [Op.SvgTime, id, Math.round(svg.getCurrentTime() * 1000)]) {
      frames.int(value);
    }
    frames.int(Number(svg.animationsPaused()));
  };

  /** Everything that moves is told after a keyframe. */
  const tellAll = guard(() => {
    described = new WeakSet();
    live.clear();
    away.clear();
    const svgs = new Set<SVGSVGElement>();
    for (const root of tree.roots) {
      for (const animation of root.getAnimations?.() ?? []) touched.add(animation);
      for (const each of root.querySelectorAll("animate,animateTransform,animateMotion,set")) {
        const svg = outermost(each);
        if (svg) svgs.add(svg);
      }
    }
    flush();
    if (!svgs.size) return;
    operate((frames) => {
      for (const svg of svgs) writeTimeline(frames, svg);
    });
  });

  const ticker = setInterval(look, LOOK_MS);
  const stops: Stop[] = [
    scope.watchRealms(watch),
    scope.afterKeyframe(tellAll),
    scope.afterBatch(batched),
    listen("animationstart", began, true),
    listen("transitionrun", began, true),
    listen("transitioncancel", lookSoon, true),
    listen("animationcancel", lookSoon, true),
    listen("pointerover", lookSoon),
    () => clearInterval(ticker),
    () => clearTimeout(timer),
    () => clearTimeout(looking),
    () => live.clear(),
  ];
  tellAll();
  return () => stopAll(stops);
}

function head(
  frames: Writer,
  op: number,
  id: number,
  { pseudoElement }: KeyframeEffect,
  name: string,
): void {
  frames.int(op);
  frames.int(id);
  frames.text(pseudoElement ?? "");
  frames.text(name);
}

function describe(
  frames: Writer,
  effect: KeyframeEffect,
  rewritten: (css: string) => string,
): void {
  const timing = effect.getTiming();
  const iterations = timing.iterations ?? 1;
  frames.text(timing.easing ?? "linear");
  const texts = effect.getKeyframes().flatMap((keyframe) => [
    `@${keyframe.offset === null ? "" : Math.round(keyframe.offset * 1000)} ${keyframe.easing}`,
    ...Object.entries(keyframe)
      .filter(([name]) => !OWN.test(name))
      .flatMap(([name, value]) => [name, rewritten(String(value))]),
  ]);
  frames.int(texts.length);
  texts.forEach(frames.text);
  const numbers = [
    timing.delay ?? 0,
    timing.endDelay ?? 0,
    Number(timing.duration) || 0,
    Number.isFinite(iterations) ? iterations * 1000 : -1,
    (timing.iterationStart ?? 0) * 1000,
    DIRECTIONS.indexOf(timing.direction ?? "normal"),
    Math.max(0, FILLS.indexOf(timing.fill ?? "none")),
    COMPOSITES.indexOf(effect.composite),
  ];
  frames.int(numbers.length);
  for (const number of numbers) frames.int(Math.round(number));
}

function outermost(element: Element): SVGSVGElement | undefined {
  let svg = (element as SVGElement).ownerSVGElement;
  while (svg?.ownerSVGElement) svg = svg.ownerSVGElement;
  return svg ?? undefined;
}
