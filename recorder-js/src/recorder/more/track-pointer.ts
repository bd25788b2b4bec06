import { Kind, POINTER_SAMPLE_MS } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { createColumns } from "./columns.ts";
import { frameOffset } from "./geometry.ts";

/** Where the recording is over its budget. */
const SPARSE_MS = 4 * POINTER_SAMPLE_MS;

/** Records the pointer's path in the top document's viewport. */
export function trackPointer(scope: Scope): Stop {
  const columns = createColumns();
  let kind = "";
  let sampled = 0;

  const flush = () => {
    const stretch = columns.take();
    if (!stretch) return;
    const { start, times, xs, ys } = stretch;
    scope.emit(Kind.Pointer, [scope.since(start), kind, times, xs, ys]);
  };

  const sample = (event: PointerEvent) => {
    const clock = scope.clock();
    const every = scope.thin.isPaced() ? SPARSE_MS : POINTER_SAMPLE_MS;
    if (event.type === "pointermove" && clock - sampled < every) return;
    sampled = clock;
    scope.active();
    if (event.pointerType !== kind) flush();
    kind = event.pointerType;
    scope.since(clock); // the chunk begins here, at the latest
    const inner = (event.target as Node | null)?.ownerDocument;
    const offset = inner && inner !== document ? frameOffset(inner) : { x: 0, y: 0 };
    if (columns.add(clock, event.clientX + offset.x, event.clientY + offset.y)) flush();
  };

  const stops = [
    scope.listen("pointermove", sample),
    scope.listen("pointerdown", sample),
    scope.beforeCut(flush),
  ];
  return () => stopAll(stops);
}
