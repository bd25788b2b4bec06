// What a recording may cost, and what is given up when it costs more. Pure: called once a second with what that
// second cost, it says on which step the recording stands.

/** Everything · changes of the page less often · the noisiest part of the page left out · facts only · nothing. */
export type Step = 0 | 1 | 2 | 3 | 4;
export const STEPS = ["full", "sampled", "frozen", "facts", "off"] as const;

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

export interface Ladder {
  /** A second has passed. */
  readonly second: (milliseconds: number, bytes: number) => Step;
  readonly step: () => Step;
}

export function createLadder(budget: Budget): Ladder {
  let step: Step = 0;
  let times: number[] = [];
  let sizes: number[] = [];
  let calm = 0;

  const isOver = () =>
    (times.length >= WINDOW && sum(times) > budget.milliseconds * WINDOW) ||
    sum(sizes) > budget.bytes;

  return {
    second(milliseconds, bytes) {
      times = [...times, milliseconds].slice(-WINDOW);
      sizes = [...sizes, bytes].slice(-MINUTE);
      calm = milliseconds * 4 < budget.milliseconds ? calm + 1 : 0;
      if (isOver() && step < 4) {
        step = (step + 1) as Step;
        times = [];
        sizes = [];
      } else if (step === 1 && calm >= CALM) {
        // What was left out further down comes back with the next page only.
        step = 0;
      }
      return step;
    },
    step: () => step,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
