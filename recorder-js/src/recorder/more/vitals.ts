// Layout shifts and interactions to their scores, as the web vitals define them. Pure.

const GAP_MS = 1000;
const WINDOW_MS = 5000;
/** Beyond this many, the slowest interaction of each 50 is left out. */
const EVERY = 50;
const MAX_KEPT = 10;

export interface Shifts<T> {
  readonly add: (time: number, value: number, about: T) => void;
  /** The largest sum in a window of shifts at most 1 s apart and 5 s long, and what its largest shift was about. */
  readonly score: () => { readonly value: number; readonly about: T | undefined };
}

export function createShifts<T>(): Shifts<T> {
  let best: { readonly value: number; readonly about: T | undefined } = {
    value: 0,
    about: undefined,
  };
  let [start, last, sum, largest] = [0, 0, 0, 0];
  let about: T | undefined;
  return {
    add(time, value, of) {
      if (!sum || time - last >= GAP_MS || time - start >= WINDOW_MS) {
        start = time;
        sum = 0;
        largest = 0;
      }
      last = time;
      sum += value;
      if (value > largest) {
        largest = value;
        about = of;
      }
      if (sum > best.value) best = { value: sum, about };
    },
    score: () => best,
  };
}

export interface Interactions<T> {
  /** An interaction has several events; its duration is the longest of theirs. */
  readonly add: (id: number, duration: number, about: T) => void;
  /** About the 98th percentile of `count` interactions; of fewer than 50 the longest. */
  readonly score: (count: number) => { readonly value: number; readonly about: T } | undefined;
  /** Interactions heard of. */
  readonly count: () => number;
}

export function createInteractions<T>(): Interactions<T> {
  let kept: { readonly id: number; value: number; about: T }[] = [];
  let count = 0;
  let newest = 0;
  return {
    add(id, duration, about) {
      if (id > newest) {
        newest = id;
        count++;
      }
      const known = kept.find((one) => one.id === id);
      if (known && duration > known.value) {
        known.value = duration;
        known.about = about;
      } else if (!known) kept.push({ id, value: duration, about });
      kept = kept.sort((a, b) => b.value - a.value).slice(0, MAX_KEPT);
    },
    score: (total) => kept[Math.min(kept.length - 1, Math.floor(total / EVERY))],
    count: () => count,
  };
}
