// Clicks that wait for what they cause, from their pointerdown on. Pure: times in, outcomes out.

import { REACTION_MS } from "../../wire/wire.gen.ts";

const MAX_OPEN = 30;
/** What keys and wheels do by themselves. */
const BY_HAND = /^(focus|input|scroll|selection)$/;

export interface Outcome<T> {
  readonly click: T;
  /** "nothing" when its time is over, "" when the watch ended before. */
  readonly effect: string;
  /** From the click on; 0 for what came between its pointerdown and it. */
  readonly delay: number;
  readonly elsewhere: number;
}

interface Watch<P, T> {
  readonly pressed: P;
  /** The click, and until that the pointerdown. */
  since: number;
  click: T | undefined;
  effect: string;
  delay: number;
  elsewhere: number;
  /** Another thing was pressed meanwhile: what is not near is that one's. */
  passed: boolean;
  /** A key was pressed, or a wheel turned, meanwhile. */
  acted: boolean;
}

export interface Watches<P, T> {
  /** The pointer went down; without a click after it, it is forgotten. */
  readonly press: (at: number, pressed: P) => void;
  /** A click; it belongs to the last press, if no other click took that. */
  readonly click: (at: number, click: T, pressed: P, byPointer: boolean) => void;
  /** A key or a wheel: what it does is nothing that a click caused. */
  readonly act: () => void;
  /** Something happened: `name` says what it is to each that waits; "" nothing, "elsewhere" nothing near. */
  readonly happen: (at: number, name: (pressed: P) => string) => void;
  /** Tells of those whose time is over. */
  readonly expire: (at: number) => void;
  /** Ends all. */
  readonly end: () => void;
  /** When the first of them is over; undefined when none waits. */
  readonly due: () => number | undefined;
}

export function createWatches<P, T>(
  isSame: (a: P, b: P) => boolean,
  tell: (outcome: Outcome<T>) => void,
): Watches<P, T> {
  let open: Watch<P, T>[] = [];

  const finish = (watch: Watch<P, T>, effect = watch.effect) => {
    open = open.filter((other) => other !== watch);
    const { click, delay, elsewhere } = watch;
    if (click !== undefined) tell({ click, effect, delay, elsewhere });
  };

  const press = (at: number, pressed: P) => {
    open = open.filter(({ click }) => click !== undefined);
    const [oldest] = open;
    if (oldest && open.length >= MAX_OPEN) finish(oldest);
    for (const watch of open) watch.passed ||= !isSame(watch.pressed, pressed);
    open.push({
      pressed,
      since: at,
      click: undefined,
      effect: "",
      delay: -1,
      elsewhere: -1,
      passed: false,
      acted: false,
    });
  };

  const expire = (at: number) => {
    for (const watch of open) if (at - watch.since > REACTION_MS) finish(watch, "nothing");
  };

  const take = (watch: Watch<P, T>, effect: string, delay: number) => {
    if (effect === "elsewhere") {
      if (watch.elsewhere < 0) watch.elsewhere = delay;
      return;
    }
    const isOthers = watch.passed && effect !== "mutation";
    if (!effect || isOthers || (watch.acted && BY_HAND.test(effect))) return;
    watch.effect = effect;
    watch.delay = delay;
    if (watch.click !== undefined) finish(watch);
  };

  return {
    press,
    click(at, click, pressed, byPointer) {
      expire(at);
      if (!byPointer || !open.length || open.at(-1)?.click !== undefined) press(at, pressed);
      const watch = open.at(-1);
      if (!watch) return;
      watch.click = click;
      watch.since = at;
      if (watch.effect) finish(watch);
    },
    act() {
      for (const watch of open) watch.acted = true;
    },
    happen(at, name) {
      expire(at);
      for (const watch of open) {
        const delay = watch.click === undefined ? 0 : at - watch.since;
        if (!watch.effect) take(watch, name(watch.pressed), delay);
      }
    },
    expire,
    end() {
      for (const watch of open) finish(watch);
    },
    due: () => (open[0] ? open[0].since + REACTION_MS + 1 : undefined),
  };
}
