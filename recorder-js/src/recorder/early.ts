// What people do before the part is there that tells of it: kept, and then told as if it had been there.

import type { Guard, Stop } from "./guard.ts";
import type { Moment } from "./listeners.ts";
import type { Listen } from "./scope.ts";

const TYPES =
  "click auxclick dblclick contextmenu pointerdown pointermove pointerup pointercancel touchstart touchend touchcancel " +
  "keydown focus blur input copy cut paste mouseover mouseout resize";
/** Those that do not leave the shadow root that they happen in. */
const INNER_TYPES = "change submit reset invalid scroll toggle play pause";
const FREQUENT = /move|mouse|scroll|resize/;
const MAX_KEPT = 200;
/** So that moves leave room for what is rare. */
const MAX_FREQUENT = 100;

interface Kept {
  readonly event: Event;
  readonly path: readonly EventTarget[];
  readonly at: number;
  /** Where the window was scrolled to. */
  readonly left: number;
  readonly top: number;
}

type Handler = Parameters<Listen>[1];

/** An event that was kept knows its path no more: it is kept, too, with the time. */
export interface Early extends Moment {
  /** Listeners that come while events are kept will hear of those, too. */
  readonly listen: Listen;
  /** Whether an event is told late just now. */
  readonly isLate: () => boolean;
  /** How far the window has been scrolled since such an event, px; frames move along, with the places in them. */
  readonly drift: (inner: Document) => readonly [x: number, y: number];
  /** Tells what was kept, and keeps no more. */
  readonly tell: () => void;
  /** Forgets what was kept, and keeps no more. */
  readonly stop: Stop;
}

/** `noted` hears the time of each event that is kept. */
export function createEarly(
  { listen, clock, pathOf }: Moment & { readonly listen: Listen },
  guard: Guard,
  noted: (at: number) => void,
): Early {
  let kept: Kept[] = [];
  let late: Kept | undefined;
  const waiting: (readonly [type: string, handler: Handler, everyRoot: boolean])[] = [];

  const keep = (event: Event) => {
    const most = FREQUENT.test(event.type) ? MAX_FREQUENT : MAX_KEPT;
    // One that is heard at a shadow root and at the window, too.
    if (kept.length >= most || kept.at(-1)?.event === event) return;
    const at = clock();
    kept.push({ event, path: pathOf(event), at, left: scrollX, top: scrollY });
    noted(at);
  };

  const listenTo = (types: string, everyRoot: boolean) =>
    types.split(" ").map((type) => listen(type as keyof WindowEventMap, keep, everyRoot));
  let stops = [...listenTo(TYPES, false), ...listenTo(INNER_TYPES, true)];

  const stop = () => {
    for (const end of stops) end();
    stops = [];
    kept = [];
    waiting.length = 0;
  };

  const tellOne = (one: Kept) => {
    late = one;
    const isInner = !one.path.some((target) => "window" in target && target.window === target);
    for (const [type, handler, everyRoot] of waiting) {
      if (type === one.event.type && (everyRoot || !isInner)) guard(handler)(one.event as never);
    }
    late = undefined;
  };

  return {
    listen(type, handler, everyRoot = false) {
      if (stops.length) waiting.push([type, handler as Handler, everyRoot]);
      return listen(type, handler, everyRoot);
    },
    pathOf: (event) => (late?.event === event ? late.path : pathOf(event)),
    clock: () => late?.at ?? clock(),
    isLate: () => late !== undefined,
    drift: (inner) =>
      late && inner === document ? [scrollX - late.left, scrollY - late.top] : [0, 0],
    tell() {
      for (const one of kept) tellOne(one);
      stop();
    },
    stop,
  };
}
