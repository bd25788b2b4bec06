// What the visitor did, in order of time: pure functions from facts to what the player draws and lists.

import { Kind } from "../wire/wire.gen.ts";
import { budgetEvent } from "./budget.ts";
import type { TimedFact } from "./chunk.ts";
import { momentEvents } from "./found.ts";
import type { Manifest } from "./source.ts";
import { technicalEvent } from "./technical.ts";
import { type Told, tell } from "./told.ts";

/** TERMS: over 10 s without activity. */
export const INACTIVE_MS = 10_000;
/** Beyond this two samples of the pointer are not joined by a line. */
const POINTER_JOIN_MS = 500;

export interface PointerPath {
  readonly times: readonly number[];
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly touch: readonly boolean[];
}

export interface ScrollSample {
  readonly time: number;
  readonly document: number;
  /** 0 is the window. */
  readonly node: number;
  readonly x: number;
  readonly y: number;
}

export interface ViewportSample {
  readonly time: number;
  readonly width: number;
  readonly height: number;
}

export interface ClickMark {
  readonly time: number;
  readonly document: number;
  readonly node: number;
  /** From the document's top left, CSS px. */
  readonly pageX: number;
  readonly pageY: number;
  readonly fixed: boolean;
  readonly text: string;
}

export interface TimelineEvent {
  readonly time: number;
  readonly kind:
    | "page"
    | "state"
    | "gap"
    | "inactive"
    | "console"
    | "network"
    | "budget"
    | "note"
    | "moment"
    | Told["kind"];
  readonly title: string;
  readonly detail: string;
}

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Timeline {
  readonly pointer: PointerPath;
  readonly scrolls: readonly ScrollSample[];
  readonly viewports: readonly ViewportSample[];
  readonly clicks: readonly ClickMark[];
  readonly events: readonly TimelineEvent[];
  /** Times of activity, ascending. */
  readonly activity: readonly number[];
}

/** @param facts of one tab, in the order of its chunks */
export function buildTimeline(facts: readonly TimedFact[]): Timeline {
  const path: { time: number; x: number; y: number; touch: boolean }[] = [];
  const scrolls: ScrollSample[] = [];
  const viewports: ViewportSample[] = [];
  const clicks: ClickMark[] = [];
  const events: TimelineEvent[] = [];
  const activity: number[] = [];
  for (const { time, document, fact } of facts) {
    switch (fact.kind) {
      case Kind.PageView:
        viewports.push({ time, width: fact.fields[6], height: fact.fields[7] });
        activity.push(time);
        break;
      case Kind.Viewport:
        viewports.push({ time, width: fact.fields[1], height: fact.fields[2] });
        break;
      case Kind.Click: {
        const [, node, , , , pageX, pageY, , , , , fixed, , text] = fact.fields;
        clicks.push({ time, document, node, pageX, pageY, fixed, text });
        events.push({ time, kind: "click", title: "Click", detail: text });
        activity.push(time);
        break;
      }
      case Kind.Pointer: {
        const [, pointer, times, xs, ys] = fact.fields;
        sum(times, xs, ys, (after, x, y) => {
          path.push({ time: time + after, x, y, touch: pointer === "touch" });
          activity.push(time + after);
        });
        break;
      }
      case Kind.Scroll: {
        const [, node, , , , times, xs, ys] = fact.fields;
        sum(times, xs, ys, (after, x, y) => {
          scrolls.push({ time: time + after, document, node, x, y });
          activity.push(time + after);
        });
        break;
      }
      case Kind.Input: {
        const [, , key, field, action] = fact.fields;
        activity.push(time);
        const told = inputEvent(time, field, action, key);
        if (told !== undefined && !repeats(events.at(-1), told)) events.push(told);
        break;
      }
      case Kind.State:
        if (fact.fields[1] === "budget") {
          events.push(budgetEvent(time, fact.fields[2], fact.fields[3]));
        } else if (!/^(started|consent|sampled)$/.test(fact.fields[1])) {
          const title = `Recorder ${fact.fields[1]}`;
          events.push({ time, kind: "state", title, detail: fact.fields[2] });
        }
        break;
      case Kind.Console:
      case Kind.Network:
        events.push(technicalEvent(time, fact));
        break;
      case Kind.Event:
        events.push({ time, kind: "state", title: fact.fields[1], detail: plain(fact.fields[2]) });
        break;
      case Kind.PageName:
        events.push({ time, kind: "state", title: "Page", detail: fact.fields[1] });
        break;
      case Kind.Identify:
        events.push({ time, kind: "state", title: "Identified", detail: fact.fields[1] });
        break;
      default:
        note(time, fact, events, activity);
    }
  }
  path.sort(byTime);
  return {
    pointer: {
      times: path.map((point) => point.time),
      xs: path.map((point) => point.x),
      ys: path.map((point) => point.y),
      touch: path.map((point) => point.touch),
    },
    scrolls: scrolls.sort(byTime),
    viewports: viewports.sort(byTime),
    clicks: clicks.sort(byTime),
    events: events.sort(byTime),
    activity: activity.sort((a, b) => a - b),
  };
}

/** What is only listed, and whether it is activity. */
function note(
  time: number,
  fact: TimedFact["fact"],
  events: TimelineEvent[],
  activity: number[],
): void {
  const told = tell(fact);
  // Failures are told with their chunk; they may have been before it.
  const happened = fact.kind === Kind.Failure ? time - fact.fields[9] : time;
  if (told !== undefined) events.push({ time: happened, ...told });
  if (fact.kind === Kind.Gesture || fact.kind === Kind.Keys) activity.push(time);
}

/** Properties without the signs of JSON, as a line in a list. */
function plain(properties: string): string {
  return properties.replace(/[{}"]/g, "").replace(/[:,]/g, "$& ");
}

function byTime(a: { readonly time: number }, b: { readonly time: number }): number {
  return a.time - b.time;
}

/** Columns of differences to values. */
function sum(
  times: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
  each: (time: number, x: number, y: number) => void,
): void {
  let [time, x, y] = [0, 0, 0];
  for (let index = 0; index < times.length; index++) {
    time += times[index] ?? 0;
    x += xs[index] ?? 0;
    y += ys[index] ?? 0;
    each(time, x, y);
  }
}

function inputEvent(
  time: number,
  field: string,
  action: string,
  key: string,
): TimelineEvent | undefined {
  if (action === "submit") return { time, kind: "input", title: "Submitted a form", detail: key };
  if (action === "input") return { time, kind: "input", title: `Typed (${field})`, detail: key };
  if (action === "change") return { time, kind: "input", title: `Changed (${field})`, detail: key };
  if (action === "autofill") {
    return { time, kind: "input", title: `Filled in by the browser (${field})`, detail: key };
  }
  return undefined;
}

/** Keystrokes into one field are one line in a list. */
function repeats(before: TimelineEvent | undefined, event: TimelineEvent): boolean {
  return before?.kind === "input" && before.detail === event.detail && before.title === event.title;
}

/** The index of the last value ≤ `time` in ascending values; −1 where there is none. */
export function lastAtOrBefore(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where the pointer was, between samples on the line that joins them. */
export function pointerAt(
  path: PointerPath,
  time: number,
): { readonly x: number; readonly y: number; readonly touch: boolean } | undefined {
  const index = lastAtOrBefore(path.times, time);
  const [start, x, y] = [path.times[index], path.xs[index], path.ys[index]];
  if (start === undefined || x === undefined || y === undefined) return undefined;
  const touch = path.touch[index] ?? false;
  const [end, nextX, nextY] = [path.times[index + 1], path.xs[index + 1], path.ys[index + 1]];
  if (end === undefined || nextX === undefined || nextY === undefined) return { x, y, touch };
  if (end - start > POINTER_JOIN_MS || end <= start) return { x, y, touch };
  const share = (time - start) / (end - start);
  return { x: x + (nextX - x) * share, y: y + (nextY - y) * share, touch };
}

/** The last of each container's positions in (from, to]. */
export function scrollsBetween(
  scrolls: readonly ScrollSample[],
  document: number,
  from: number,
  to: number,
): ReadonlyMap<number, ScrollSample> {
  const last = new Map<number, ScrollSample>();
  for (let index = firstAfter(scrolls, from); index < scrolls.length; index++) {
    const sample = scrolls[index];
    if (sample === undefined || sample.time > to) break;
    if (sample.document === document) last.set(sample.node, sample);
  }
  return last;
}

/** The index of the first item after `time`, in items ascending by time. */
export function firstAfter(items: readonly { readonly time: number }[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Stretches of more than INACTIVE_MS without activity between `start` and `end`. */
export function inactiveStretches(
  activity: readonly number[],
  start: number,
  end: number,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let before = start;
  for (const time of [...activity, end]) {
    const until = Math.min(time, end);
    if (until - before > INACTIVE_MS) stretches.push({ start: before, end: until });
    before = Math.max(before, until);
  }
  return stretches;
}

/** Page views of the whole session as events, and the gaps of all tabs. */
export function manifestEvents(manifest: Manifest): readonly TimelineEvent[] {
  const pages = manifest.page_views.map((view): TimelineEvent => {
    return { time: view.started, kind: "page", title: view.title || view.page, detail: view.url };
  });
  const gaps = manifest.tabs.flatMap((tab) =>
    tab.gaps.map((gap): TimelineEvent => {
      const lost = gap.before - gap.after - 1;
      const detail = `${lost} ${lost === 1 ? "part" : "parts"} never arrived`;
      return { time: gap.start, kind: "gap", title: "Gap", detail };
    }),
  );
  return [...pages, ...gaps, ...momentEvents(manifest.moments ?? [])].sort(byTime);
}

/** The tab in the foreground: the one that was active last, at or before `time`. */
export function activeTab(
  tabs: readonly { readonly tab: string; readonly activity: readonly number[] }[],
  time: number,
): string | undefined {
  let best: string | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  for (const { tab, activity } of tabs) {
    const last = activity[lastAtOrBefore(activity, time)];
    if (last !== undefined && last > latest) {
      best = tab;
      latest = last;
    }
  }
  return best ?? tabs.reduce(earlier, undefined)?.tab;
}

type TabActivity = { readonly tab: string; readonly activity: readonly number[] };

function earlier(best: TabActivity | undefined, tab: TabActivity): TabActivity {
  const first = (of: TabActivity) => of.activity[0] ?? Number.POSITIVE_INFINITY;
  return best === undefined || first(tab) < first(best) ? tab : best;
}
