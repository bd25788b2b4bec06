import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { beforeHidden } from "./about.ts";

const ATTRIBUTE = "data-footfall-zone";
const NAME = /^[\w-]{1,64}$/;
/** TERMS: exposed is what was there for so long. */
const EXPOSED_MS = 150;
/** A page that changes is looked through again so often. */
const LOOK_MS = 1000;
/** Shares of a zone, crossing which the browser tells: close to each other where a zone is many windows high. */
const SHARES = [
  0,
  0.01,
  0.02,
  0.03,
  0.05,
  0.07,
  ...Array.from({ length: 19 }, (_, n) => (n + 2) / 20),
];

interface Zone {
  readonly name: string;
  /** Since when it is in the viewport. */
  since: number | undefined;
}

/** Records for how long each marked zone was in the viewport; the browser itself watches where they are. */
export function trackZones(scope: Scope): Stop {
  if (typeof IntersectionObserver !== "function") return () => undefined;
  const zones = new Map<Element, Zone>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = -1;

  const end = (zone: Zone, next: number | undefined) => {
    const { name, since } = zone;
    zone.since = next;
    const duration = since === undefined ? 0 : scope.clock() - since;
    if (duration >= EXPOSED_MS) scope.emit(Kind.Exposure, [scope.now(), name, duration]);
  };

  const observer = new IntersectionObserver(
    scope.guard((entries: readonly IntersectionObserverEntry[]) => {
      for (const entry of entries) {
        const zone = zones.get(entry.target);
        if (!zone || shows(entry) === (zone.since !== undefined)) continue;
        if (zone.since === undefined) zone.since = scope.clock();
        else end(zone, undefined);
      }
    }),
    { threshold: SHARES },
  );

  const forget = () => {
    for (const [element, zone] of zones) {
      if (element.isConnected) continue;
      observer.unobserve(element);
      zones.delete(element);
      end(zone, undefined);
    }
  };

  const watch = (element: Element) => {
    const name = element.getAttribute(ATTRIBUTE) ?? "";
    const isHidden = hasRule(element, "ignore") || hasRule(element, "block");
    if (zones.has(element) || isHidden || !NAME.test(name)) return;
    zones.set(element, { name, since: undefined });
    observer.observe(element);
  };

  const look = scope.guard(() => {
    timer = undefined;
    seen = scope.mutations();
    forget();
    for (const root of scope.tree.roots) {
      root.querySelectorAll(`[${ATTRIBUTE}]`).forEach(watch);
    }
  });

  const soon = () => {
    if (scope.mutations() !== seen) timer ??= setTimeout(look, LOOK_MS);
  };

  /** A stretch is told in pieces: what the page is left with would be lost else. */
  const tell = () => {
    for (const zone of zones.values()) end(zone, zone.since && scope.clock());
  };

  const stops = [scope.afterKeyframe(look), scope.afterBatch(soon), beforeHidden(scope, tell)];
  return () => {
    tell();
    clearTimeout(timer);
    observer.disconnect();
    stopAll(stops);
  };
}

/** Whether a zone's middle is in the viewport, or enough of it to fill half of that. */
function shows({ boundingClientRect, intersectionRect, rootBounds }: IntersectionObserverEntry) {
  const { top, height } = boundingClientRect;
  const middle = top + height / 2;
  const inside = intersectionRect.top <= middle && middle <= intersectionRect.bottom;
  const half = (rootBounds?.height ?? innerHeight) / 2;
  return intersectionRect.height > 0 && (inside || intersectionRect.height >= half);
}
