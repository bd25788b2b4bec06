// Stretches of pointer movement and scrolling: three columns of differences.

import { MAX_POINTS } from "../../wire/wire.gen.ts";

export interface Stretch {
  /** By the visitor's clock, ms. */
  readonly start: number;
  readonly times: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

export interface Columns {
  /** Adds a point unless it equals the last; returns whether the columns are full. */
  readonly add: (clock: number, x: number, y: number) => boolean;
  /** The stretch so far, if any; the next point begins another. */
  readonly take: () => Stretch | undefined;
}

export function createColumns(): Columns {
  let start = 0;
  let last: readonly [number, number, number] = [0, 0, 0];
  let columns: readonly [number[], number[], number[]] = [[], [], []];
  return {
    add(clock, x, y) {
      const [times, xs, ys] = columns;
      const isFirst = !times.length;
      const point = [Math.max(Math.round(clock), last[0]), Math.round(x), Math.round(y)] as const;
      if (isFirst) start = point[0];
      else if (point[1] === last[1] && point[2] === last[2]) return false;
      times.push(isFirst ? 0 : point[0] - last[0]);
      xs.push(isFirst ? point[1] : point[1] - last[1]);
      ys.push(isFirst ? point[2] : point[2] - last[2]);
      last = point;
      return times.length >= MAX_POINTS;
    },
    take() {
      const [times, xs, ys] = columns;
      columns = [[], [], []];
      return times.length ? { start, times, xs, ys } : undefined;
    },
  };
}
