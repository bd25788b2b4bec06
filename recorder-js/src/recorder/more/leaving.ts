// By which edge of the window a pointer left. Pure.

export interface Point {
  readonly time: number;
  readonly x: number;
  readonly y: number;
}

export interface Leaving {
  readonly edge: "top" | "right" | "bottom" | "left";
  /** px/s, outward. */
  readonly speed: number;
}

/** Samples are 50 ms apart: two or three tell the speed. */
const SPAN_MS = 150;
/** Where samples are rare, the last one tells it. */
const SPARSE_MS = 500;
/** Some browsers tell of the leaving where the pointer was seen last: by then it would be outside. */
const AHEAD_MS = 50;

/**
 * The edge that the pointer crossed, going on as it went; undefined where it would still be inside.
 * @param points in order, in the viewport; the last is where the leaving was told of
 */
export function leavingBy(
  points: readonly Point[],
  width: number,
  height: number,
): Leaving | undefined {
  const last = points.at(-1);
  if (!last) return undefined;
  const age = ({ time }: Point) => last.time - time;
  const known = points.filter((point) => age(point) > 0 && age(point) <= SPARSE_MS);
  const first = known.find((point) => age(point) <= SPAN_MS) ?? known.at(-1);
  const span = first ? age(first) : 1;
  const right = first ? (last.x - first.x) / span : 0;
  const down = first ? (last.y - first.y) / span : 0;
  const x = last.x + right * AHEAD_MS;
  const y = last.y + down * AHEAD_MS;
  const edges = [
    ["top", -y, -down],
    ["right", x - width, right],
    ["bottom", y - height, down],
    ["left", -x, -right],
  ] as const;
  const [edge, beyond, speed] = edges.reduce((a, b) => (b[1] > a[1] ? b : a));
  return beyond < 0 ? undefined : { edge, speed: Math.round(Math.max(0, speed) * 1000) };
}
