// Clicks as sentences: runs of them, what they caused, and how long the pointer rested before. Pure.

import { HESITATION_MS, Kind } from "../../wire/wire.gen.ts";
import type { SessionFact } from "../session-facts.ts";
import { lastAtOrBefore } from "../timeline.ts";
import { seconds } from "../told.ts";
import type { Part, TranscriptLine, TranscriptView } from "./transcript.ts";

interface Click {
  readonly time: number;
  readonly tab: string;
  readonly document: number;
  readonly key: string;
  readonly label: string;
  readonly reaction: string;
  /** Whether it went into a field, whose visit is told. */
  readonly intoField: boolean;
}

interface Rest {
  readonly start: number;
  readonly end: number;
}

/** TERMS: rage clicks, each at most so long after the one before. */
const RUN_MS = 1000;
const RAGE = 3;
const SLOW_MS = 3000;
/** A pointer that moves less than this stays where it is, CSS px. */
const NEAR_PX = 30;
const LEAVES_WITHIN_MS = 3000;
/** A pointer that rests longer was put aside. */
const PARKED_MS = 60_000;
const LEFT_WITH_MS = 1000;
const ANSWERS = /^(?:button|pointer)$/;
const FIELDS = /^(?:field|label|editable)$/;
const FOCUSES_WITHIN_MS = 1500;

export function clickLines(
  facts: readonly SessionFact[],
  views: readonly TranscriptView[],
): readonly TranscriptLine[] {
  const tabs = new Set(facts.map(({ tab }) => tab));
  return Array.from(tabs).flatMap((tab) => {
    const own = facts.filter((each) => each.tab === tab);
    const clicks = clicksOf(own);
    const rests = restsOf(own, clicks);
    const told = clicks.filter(({ intoField }) => !intoField);
    const runs = runsOf(told).map((run) => runLine(run, rests));
    const hovers = hoversOf(own, views);
    const left = leftWithout(own, clicks, views).filter(
      ({ time }) => !hovers.some((hover) => hover.start <= time && time < hover.end),
    );
    return [...runs, ...left, ...hovers];
  });
}

/** Older recorders told of a stay without a click as a gesture. */
export function isHover(fact: SessionFact["fact"]): boolean {
  return fact.kind === Kind.Gesture && fact.fields[3] === "hover";
}

/** A stay of the pointer that went on without a click. */
function hoverOf({ fact }: SessionFact): { readonly ms: number; readonly on: string } | undefined {
  if (fact.kind === Kind.Gesture && isHover(fact)) {
    const [, , key, , , , , , , ms, , text] = fact.fields;
    return { ms, on: text || key };
  }
  if (fact.kind !== Kind.Hover) return undefined;
  const [, , key, , ms, clicks, text] = fact.fields;
  return clicks || ms < HESITATION_MS ? undefined : { ms, on: text || key };
}

/** What the recorder told itself: a pointer that stayed over what looks interactive, and went on without a click. */
function hoversOf(
  facts: readonly SessionFact[],
  views: readonly TranscriptView[],
): readonly (TranscriptLine & Rest)[] {
  return facts.flatMap((each) => {
    const { time, tab } = each;
    const hover = hoverOf(each);
    if (hover === undefined || hover.ms > PARKED_MS) return [];
    const { ms, on } = hover;
    const leaves = views.some(
      (view) => view.tab === tab && Math.abs(view.ended - time) <= LEFT_WITH_MS,
    );
    const ending = leaves ? ", then left" : ", and did not click it";
    const start = Math.max(0, time - ms);
    const parts = [`hesitated ${seconds(ms)} over `, { em: on }, ending];
    return [{ time: start, start, end: time, parts }];
  });
}

function clicksOf(facts: readonly SessionFact[]): readonly Click[] {
  const reactions = new Map<string, string>();
  const fields = new Set<string>();
  for (const { document, fact } of facts) {
    if (fact.kind !== Kind.Reaction) continue;
    const [, stamp, key, target, effect, delay] = fact.fields;
    if (FIELDS.test(target)) fields.add(`${document} ${stamp} ${key}`);
    if (!ANSWERS.test(target)) continue;
    const said =
      effect === "nothing" ? "nothing" : delay >= SLOW_MS ? `answered after ${seconds(delay)}` : "";
    reactions.set(`${document} ${stamp} ${key}`, said);
  }
  const visits = facts.flatMap(({ time, fact }) =>
    fact.kind === Kind.Field ? [{ start: time - fact.fields[4], key: fact.fields[2] }] : [],
  );
  return facts.flatMap(({ time, tab, document, fact }) => {
    if (fact.kind !== Kind.Click) return [];
    const [, , key, , , , , , , , , , , text, stamp] = fact.fields;
    const place = `${document} ${stamp} ${key}`;
    const intoField = visits.some(
      (visit) =>
        Math.abs(visit.start - time) <= FOCUSES_WITHIN_MS &&
        (visit.key === key || fields.has(place)),
    );
    const label = text || key || "the page";
    return [{ time, tab, document, key, label, reaction: reactions.get(place) ?? "", intoField }];
  });
}

/** Clicks on one element with no more than RUN_MS between them. */
function runsOf(clicks: readonly Click[]): readonly (readonly Click[])[] {
  const runs: Click[][] = [];
  for (const click of clicks) {
    const last = runs.at(-1)?.at(-1);
    const isSame = last?.key === click.key && last.label === click.label;
    if (last !== undefined && isSame && click.time - last.time <= RUN_MS) runs.at(-1)?.push(click);
    else runs.push([click]);
  }
  return runs;
}

function runLine(run: readonly Click[], rests: ReadonlyMap<number, Rest>): TranscriptLine {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return { time: 0, parts: [] };
  const rest = rests.get(first.time);
  const what = { em: first.label };
  const times = run.length > 1 ? ` ${run.length} times in ${seconds(last.time - first.time)}` : "";
  const all = run.every(({ reaction }) => reaction === "nothing");
  const late = run.find(({ reaction }) => reaction.startsWith("answered"))?.reaction;
  const ending: readonly Part[] = [
    run.length >= RAGE ? " (a rage click)" : "",
    all ? ", and nothing happened" : late === undefined ? "" : `, ${late}`,
  ];
  if (rest === undefined) {
    return { time: first.time, parts: trimmed(["clicked ", what, times, ...ending]) };
  }
  const waited = `hesitated ${seconds(rest.end - rest.start)} over `;
  return {
    time: rest.start,
    parts: trimmed([waited, what, `, then clicked it${times}`, ...ending]),
  };
}

function trimmed(parts: readonly Part[]): readonly Part[] {
  return parts.filter((part) => part !== "");
}

/** Ascending by time. */
interface Path {
  readonly points: readonly Point[];
  readonly times: readonly number[];
}

interface Point {
  readonly time: number;
  readonly document: number;
  readonly x: number;
  readonly y: number;
}

/** By the time of a click: how long the pointer had rested on its place, where that was long. */
function restsOf(
  facts: readonly SessionFact[],
  clicks: readonly Click[],
): ReadonlyMap<number, Rest> {
  const path = pathOf(facts);
  const starts = facts.filter(({ fact }) => fact.kind === Kind.PageView).map(({ time }) => time);
  const scrolls = scrollEnds(facts);
  const found = new Map<number, Rest>();
  let before = Number.NEGATIVE_INFINITY;
  for (const { time } of clicks) {
    const arrived = arrival(path, time);
    const since = Math.max(
      arrived ?? Number.POSITIVE_INFINITY,
      before,
      latest(starts, time),
      latest(scrolls, time),
    );
    if (time - since >= HESITATION_MS) found.set(time, { start: since, end: time });
    before = time;
  }
  return found;
}

/** A place that rested longest at the end of a page view, on what had been clicked there: then the visitor left. */
function leftWithout(
  facts: readonly SessionFact[],
  clicks: readonly Click[],
  views: readonly TranscriptView[],
): readonly TranscriptLine[] {
  const tab = facts[0]?.tab;
  const path = pathOf(facts);
  const places = clickPlaces(facts, path);
  return views.flatMap((view) => {
    if (view.tab !== tab) return [];
    const last = path.points[lastAtOrBefore(path.times, view.ended)];
    const lastClick = clicks.findLast(({ time }) => time <= view.ended)?.time ?? view.started;
    if (last === undefined || last.time < view.started) return [];
    if (view.ended - last.time > HESITATION_MS + 60_000) return [];
    const start = Math.max(arrival(path, view.ended) ?? view.ended, lastClick, view.started);
    const end = view.ended;
    const on = places.find((place) => place.document === last.document && isNear(place, last));
    const isLeaving = end - start >= HESITATION_MS && lastClick < end - LEAVES_WITHIN_MS;
    if (on === undefined || !isLeaving) return [];
    const parts = [`hesitated ${seconds(end - start)} over `, { em: on.label }, ", then left"];
    return [{ time: start, parts }];
  });
}

/** Where the pointer was, in the viewport, as things were clicked. */
function clickPlaces(
  facts: readonly SessionFact[],
  path: Path,
): readonly (Point & { readonly label: string })[] {
  return clicksOf(facts).flatMap(({ time, label }) => {
    const at = path.points[lastAtOrBefore(path.times, time)];
    return at === undefined ? [] : [{ ...at, label }];
  });
}

/** When the pointer came to where it is at `time`. */
function arrival(path: Path, time: number): number | undefined {
  let at = lastAtOrBefore(path.times, time);
  const last = path.points[at];
  if (last === undefined) return undefined;
  for (let before = path.points[at - 1]; before !== undefined && isNear(before, last); ) {
    at--;
    before = path.points[at - 1];
  }
  return path.points[at]?.time;
}

function isNear(a: Point, b: Point): boolean {
  return a.document === b.document && Math.hypot(a.x - b.x, a.y - b.y) <= NEAR_PX;
}

function pathOf(facts: readonly SessionFact[]): Path {
  const points = facts.flatMap(({ time, document, fact }) => {
    if (fact.kind !== Kind.Pointer || fact.fields[1] === "touch") return [];
    const [, , times, xs, ys] = fact.fields;
    let [at, x, y] = [time, 0, 0];
    return times.map((ms, index) => {
      at += ms;
      x += xs[index] ?? 0;
      y += ys[index] ?? 0;
      return { time: at, document, x, y };
    });
  });
  points.sort((a, b) => a.time - b.time);
  return { points, times: points.map(({ time }) => time) };
}

/** What moves under a pointer at rest is not hesitated over. */
function scrollEnds(facts: readonly SessionFact[]): readonly number[] {
  return facts.flatMap(({ time, fact }) =>
    fact.kind === Kind.Scroll ? [time + fact.fields[5].reduce((sum, ms) => sum + ms, 0)] : [],
  );
}

function latest(times: readonly number[], until: number): number {
  return times.reduce((best, time) => (time <= until && time > best ? time : best), 0);
}
