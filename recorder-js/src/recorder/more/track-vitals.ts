import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import { ELEMENT } from "../node-types.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { beforeHidden } from "./about.ts";
import { keyOf } from "./target.ts";
import { createInteractions, createShifts } from "./vitals.ts";

type Entry = PerformanceEntry & {
  readonly element?: Element | null;
  readonly target?: Node | null;
  readonly value?: number;
  readonly hadRecentInput?: boolean;
  readonly sources?: readonly { readonly node?: Node | null }[];
  readonly interactionId?: number;
};
interface Seen {
  readonly node: Node | undefined;
  readonly detail: string;
}

/** Events shorter than this need no looking at: none of them makes a page slow. */
const MIN_EVENT_MS = 40;

/** Records the web vitals of the document: each when it is final, and what may still change whenever the page is hidden. */
export function trackVitals(scope: Scope): Stop {
  let cause = "load";
  let shifts = createShifts<Node | undefined>();
  let interactions = createInteractions<Seen>();
  let before = interactionCount();
  let painted = false;
  let largest: Entry | undefined;
  let told = new Map<string, number>();

  const tell = (name: string, value: number, { node, detail }: Seen = NOTHING) => {
    const rounded = name === "CLS" ? Math.round(value * 1e4) / 1e4 : Math.max(0, Math.round(value));
    if (told.get(name) === rounded) return;
    told.set(name, rounded);
    const element = node?.nodeType === ELEMENT ? (node as Element) : (node?.parentElement ?? null);
    const isTold = element?.isConnected && !hasRule(element, "block");
    const id = isTold ? scope.idOf(element) : 0;
    const key = isTold ? keyOf(element, scope.tree) : "";
    scope.emit(Kind.Vital, [scope.now(), name, rounded, cause, id, key, detail]);
  };

  const started = activation();
  const hiddenAt = firstHidden();

  const observers = [
    observe(scope, "paint", (entry) => {
      if (entry.name !== "first-contentful-paint" || entry.startTime > hiddenAt) return;
      painted = true;
      tell("FCP", entry.startTime - started);
    }),
    observe(scope, "navigation", (entry) => {
      const { responseStart } = entry as PerformanceNavigationTiming;
      if (responseStart > 0) tell("TTFB", responseStart - started);
    }),
    observe(scope, "largest-contentful-paint", (entry) => {
      if (cause === "load" && entry.startTime < hiddenAt) largest = entry;
    }),
    observe(scope, "layout-shift", ({ hadRecentInput, startTime, value = 0, sources }) => {
      if (!hadRecentInput) shifts.add(startTime, value, sources?.[0]?.node ?? undefined);
    }),
    observe(scope, "event", noteEvent),
    observe(scope, "first-input", noteEvent),
  ];

  function noteEvent({ interactionId, duration, name, target }: Entry): void {
    if (interactionId)
      interactions.add(interactionId, duration, { node: target ?? undefined, detail: name });
  }

  /** The page's first answer to an input is later than what was painted before. */
  const settle = () => {
    for (const take of observers) take();
    if (largest)
      tell("LCP", largest.startTime - started, { ...NOTHING, node: largest.element ?? undefined });
    largest = undefined;
  };
  const input = (event: Event) => {
    if (event.isTrusted && largest) settle();
  };

  const report = () => {
    settle();
    const shift = shifts.score();
    if (painted || shift.value) tell("CLS", shift.value, { ...NOTHING, node: shift.about });
    const slow = interactions.score(Math.max(interactions.count(), interactionCount() - before));
    if (slow) tell("INP", slow.value, slow.about);
  };

  /** Back from the cache, it is a load that took no loading. */
  const restored = scope.guard(({ persisted, timeStamp }: PageTransitionEvent) => {
    if (!persisted) return;
    cause = "restore";
    shifts = createShifts();
    interactions = createInteractions();
    before = interactionCount();
    told = new Map();
    const show = scope.guard(() => {
      painted = true;
      const shown = performance.now() - timeStamp;
      tell("FCP", shown);
      tell("LCP", shown);
    });
    requestAnimationFrame(() => requestAnimationFrame(show));
  });

  addEventListener("pageshow", restored);
  const stops = [
    scope.listen("pointerdown", input),
    scope.listen("keydown", input),
    beforeHidden(scope, report),
    () => removeEventListener("pageshow", restored),
    ...observers.map((take) => () => take(true)),
  ];
  return () => {
    report();
    stopAll(stops);
  };
}

const NOTHING: Seen = { node: undefined, detail: "" };

/** Hears entries of a type, those before it too; returns what hands over those that wait. */
function observe(
  scope: Scope,
  type: string,
  hear: (entry: Entry) => void,
): (end?: boolean) => void {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes(type)) return () => {};
  const take = scope.guard((entries: readonly PerformanceEntry[]) => entries.forEach(hear));
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({
    type,
    buffered: true,
    durationThreshold: MIN_EVENT_MS,
  } as PerformanceObserverInit);
  return (end) => {
    take(observer.takeRecords());
    if (end) observer.disconnect();
  };
}

function interactionCount(): number {
  return "interactionCount" in performance ? Number(performance.interactionCount) : 0;
}

/** A page that was rendered ahead begins when it is shown. */
function activation(): number {
  const [entry] = performance.getEntriesByType("navigation");
  return Number((entry as { activationStart?: number } | undefined)?.activationStart ?? 0);
}

/** What is painted after the page was hidden once tells nothing of its speed. */
function firstHidden(): number {
  const states = performance.getEntriesByType("visibility-state");
  const hidden = states.find(
    ({ name, startTime }) => name === "hidden" && startTime > activation(),
  );
  if (hidden) return hidden.startTime;
  const isHidden = !states.length && document.visibilityState === "hidden";
  return isHidden ? 0 : Number.POSITIVE_INFINITY;
}
