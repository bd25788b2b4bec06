import { Kind, POINTER_SAMPLE_MS } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { createColumns } from "./columns.ts";
import { frameOffset } from "./geometry.ts";
import { type Leaving, leavingBy, type Point } from "./leaving.ts";

/** Where the recording is over its budget. */
const SPARSE_MS = 4 * POINTER_SAMPLE_MS;
/** The speed at which it leaves is told by so many points. */
const LAST_POINTS = 4;

/** Records the pointer's path in the top document's viewport, and by which edge it left that. */
export function trackPointer(scope: Scope): Stop {
  const columns = createColumns();
  let kind = "";
  let held = false;
  let sampled = 0;
  let last: readonly Point[] = [];

  const write = (leaving?: Leaving) => {
    const stretch = columns.take();
    if (!stretch) return;
    const { start, times, xs, ys } = stretch;
    const { edge = "", speed = 0 } = leaving ?? {};
    scope.emit(Kind.Pointer, [scope.since(start), kind, times, xs, ys, edge, speed, held]);
  };
  const flush = () => write();

  const sample = (event: PointerEvent) => {
    const clock = scope.clock();
    const every = scope.thin.isPaced() ? SPARSE_MS : POINTER_SAMPLE_MS;
    if (event.type === "pointermove" && clock - sampled < every) return;
    sampled = clock;
    scope.active();
    const isHeld = event.buttons > 0;
    const isPress = event.type === "pointerdown"; // of a finger nothing else tells where the last one ended
    if (isPress || event.pointerType !== kind || isHeld !== held) flush();
    kind = event.pointerType;
    held = isHeld;
    scope.since(clock); // the chunk begins here, at the latest
    const point = { time: clock, ...placeOf(event) };
    last = [...last.slice(1 - LAST_POINTS), point];
    if (columns.add(clock, point.x, point.y)) flush();
  };

  const out = (event: PointerEvent) => {
    if (event.relatedTarget !== null || event.pointerType !== "mouse" || kind !== "mouse") return;
    const clock = scope.clock();
    const { x, y } = placeOf(event);
    const leaving = leavingBy([...last, { time: clock, x, y }], innerWidth, innerHeight);
    if (!leaving) return;
    last = [];
    scope.since(clock);
    columns.add(clock, clamp(x, innerWidth), clamp(y, innerHeight));
    write(leaving);
  };

  const stops = [
    scope.listen("pointermove", sample),
    scope.listen("pointerdown", sample),
    scope.listen("pointerout", out),
    scope.beforeCut(flush),
  ];
  return () => stopAll(stops);
}

function placeOf({ target, clientX, clientY }: PointerEvent): Omit<Point, "time"> {
  const inner = (target as Node | null)?.ownerDocument;
  const offset = inner && inner !== document ? frameOffset(inner) : { x: 0, y: 0 };
  return { x: clientX + offset.x, y: clientY + offset.y };
}

/** What lies outside of the window is on none of the page's places. */
function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(value, size - 1));
}
