// What a recording may cost, and what is given up when it costs more. Pure: called once a second with what that
// second cost, it says which step is to be taken.

/** Everything · changes of the page less often · the noisiest part of the page left out · facts only · nothing. */
export type Step = 0 | 1 | 2 | 3 | 4;
export const STEPS = ["full", "sampled", "frozen", "facts", "off"] as const;
const FROZEN: Step = 2;

export interface Budget {
  /** Of the main thread, in a second, in the mean over `WINDOW` seconds. */
  readonly milliseconds: number;
  /** Of uploads, in a minute. */
  readonly bytes: number;
}

/** Seconds over which the mean is taken; and that a step has to show what it helps. */
export const WINDOW = 5;
const MINUTE = 60;
/** Seconds below a quarter of the budget after which everything is recorded again. */
export const CALM = 20;
/** So many parts of the page are left out before all of it is. */
export const MAX_FROZEN = 3;

export interface Ladder {
  /** A second has passed. Returns the step to be taken now, which may be the same again; else undefined. */
  readonly second: (milliseconds: number, bytes: number) => Step | undefined;
  /** The step that was to be taken cannot be: the next is taken instead, and returned. */
  readonly skip: () => Step;
  readonly step: () => Step;
  /** ms a second, in the mean over the last seconds that were looked at. */
  readonly mean: () => number;
}

export function createLadder(budget: Budget): Ladder {
  let step: Step = 0;
  let frozen = 1;
  let times: number[] = [];
  let sizes: number[] = [];
  let calm = 0;
  let mean = 0;

  const isOver = () =>
    (times.length >= WINDOW && sum(times) > budget.milliseconds * WINDOW) ||
    sum(sizes) > budget.bytes;

  const take = (next: Step) => {
    step = next;
    times = [];
    sizes = [];
    calm = 0;
    return step;
  };
  const down = () => {
    if (step === 4) return undefined;
    if (step !== FROZEN || frozen >= MAX_FROZEN) return skip();
    frozen++;
    return take(FROZEN);
  };
  const skip = () => take(Math.min(step + 1, 4) as Step);

  return {
    second(milliseconds, bytes) {
      times = [...times, milliseconds].slice(-WINDOW);
      sizes = [...sizes, bytes].slice(-MINUTE);
      mean = sum(times) / times.length;
      const isCalm = milliseconds * 4 < budget.milliseconds && sum(sizes) * 4 < budget.bytes;
      calm = isCalm ? calm + 1 : 0;
      if (isOver()) return down();
      // What was left out further down comes back with the next page only.
      return step === 1 && calm >= CALM ? take(0) : undefined;
    },
    skip,
    step: () => step,
    mean: () => mean,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
