// The session told in plain sentences, from facts and page views. Pure.
//
// Rules of this file:
// - Each teller takes the facts of one matter and gives lines with their times; `transcript` puts them in order.
// - What a line is about is emphasised: a part of a line that is an object, not a string.
// - Nothing is said that the facts do not say: "hesitated over X" needs a pointer that rested where X was clicked.

import { Kind } from "../../wire/wire.gen.ts";
import type { SessionFact } from "../session-facts.ts";
import { INACTIVE_MS, type Stretch } from "../timeline.ts";
import { FLAGS, seconds, tell } from "../told.ts";
import { clickLines, isHover } from "./transcript-clicks.ts";

export type Part = string | { readonly em: string };

export interface TranscriptLine {
  /** ms from the session's start. */
  readonly time: number;
  readonly parts: readonly Part[];
}

export interface TranscriptView {
  readonly tab: string;
  readonly number: number;
  readonly title: string;
  readonly page: string;
  /** ms from the session's start. */
  readonly started: number;
  readonly ended: number;
}

export interface TranscriptInput {
  readonly facts: readonly SessionFact[];
  /** Ascending by their start. */
  readonly views: readonly TranscriptView[];
  readonly gaps: readonly Stretch[];
  readonly duration: number;
}

const SCROLL_PAUSE_MS = 4000;
const HESITATION_MS = 3000;
const FIELD_PAUSE_MS = 5000;
/** Fields that are not written in. */
const CHOSEN = /^(?:checkbox|radio|select.*|range|file|color)$/;

export function transcript(input: TranscriptInput): readonly TranscriptLine[] {
  const { facts, views, gaps, duration } = input;
  const names = fieldNames(facts);
  const lines = [
    ...viewLines(facts, views),
    ...clickLines(facts, views),
    ...scrollLines(facts),
    ...facts.flatMap((each) => otherLine(each, names)),
    ...awayLines(facts),
    ...gaps.map(({ start, end }) => {
      return { time: start, parts: [`(${seconds(end - start)} of the recording never arrived)`] };
    }),
  ].sort((a, b) => a.time - b.time);
  return [...withPauses(lines), ...endLine(views, duration)];
}

/** As text, one line each: "0:42 clicked *Pay now*". */
export function plainTranscript(
  lines: readonly TranscriptLine[],
  clock: (ms: number) => string,
): string {
  const text = ({ time, parts }: TranscriptLine) => {
    const said = parts.map((part) => (typeof part === "string" ? part : `*${part.em}*`));
    return `${clock(time)} ${said.join("")}\n`;
  };
  return lines.map(text).join("");
}

function viewLines(
  facts: readonly SessionFact[],
  views: readonly TranscriptView[],
): readonly TranscriptLine[] {
  const began = new Map<string, SessionFact>();
  for (const each of facts) {
    if (each.fact.kind === Kind.PageView) began.set(`${each.tab} ${each.fact.fields[1]}`, each);
  }
  const seen = new Set<string>();
  return views.map((view, index) => {
    const fact = began.get(`${view.tab} ${view.number}`)?.fact;
    const cause = fact?.kind === Kind.PageView ? fact.fields[5] : "";
    const referrer = fact?.kind === Kind.PageView ? hostOf(fact.fields[3]) : "";
    const isKnown = seen.has(view.page);
    const isNewTab = index > 0 && !views.slice(0, index).some(({ tab }) => tab === view.tab);
    seen.add(view.page);
    const page = { em: view.title || view.page };
    const parts: Part[] =
      index === 0
        ? ["arrived at ", page, referrer === "" ? "" : `, from ${referrer}`]
        : [isNewTab ? "opened in another tab: " : verb(isKnown, cause), page];
    return { time: Math.max(0, view.started), parts: parts.filter((part) => part !== "") };
  });
}

function verb(isKnown: boolean, cause: string): string {
  if (cause === "restore") return "went back to ";
  return isKnown ? "came again to " : "went on to ";
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? "";
}

/** Runs of scrolling of the window, told where they moved by more than half a screen. */
function scrollLines(facts: readonly SessionFact[]): readonly TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  const screens = new Map<string, number>();
  let run: Run | undefined;
  const close = () => {
    const said = run === undefined ? undefined : scrolled(run);
    if (said !== undefined) lines.push(said);
    run = undefined;
  };
  for (const each of facts) {
    const { fact, tab, document, time } = each;
    if (fact.kind === Kind.PageView) screens.set(tab, fact.fields[7]);
    if (fact.kind === Kind.Viewport) screens.set(tab, fact.fields[2]);
    if (fact.kind !== Kind.Scroll || fact.fields[1] !== 0) continue;
    const [, , , , height, times, , ys] = fact.fields;
    const first = ys[0] ?? 0;
    const last = ys.reduce((sum, y) => sum + y, 0);
    const end = time + times.reduce((sum, ms) => sum + ms, 0);
    const place = `${tab} ${document}`;
    if (run !== undefined && (run.place !== place || time - run.end > SCROLL_PAUSE_MS)) close();
    run ??= { place, time, end, from: first, to: last, height, screen: screens.get(tab) ?? 0 };
    run = { ...run, end, to: last, height };
  }
  close();
  return lines;
}

interface Run {
  readonly place: string;
  readonly time: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Of the content, CSS px. */
  readonly height: number;
  /** Height of the viewport; 0 when not known. */
  readonly screen: number;
}

function scrolled({ time, from, to, height, screen }: Run): TranscriptLine | undefined {
  if (Math.abs(to - from) < Math.max(200, screen / 2)) return undefined;
  const depth = height > 0 ? Math.min(100, Math.round((100 * (to + screen)) / height)) : 0;
  if (to <= 0) return { time, parts: ["scrolled back to the top"] };
  const way = to > from ? "down" : "up";
  return { time, parts: [`scrolled ${way}${depth > 0 ? ` to ${depth} % of the page` : ""}`] };
}

/** What is written beside a field, by its key, as the clicks on it say; the shortest, as hints may come with it. */
function fieldNames(facts: readonly SessionFact[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { fact } of facts) {
    if (fact.kind !== Kind.Click || fact.fields[13] === "") continue;
    const [, , key] = fact.fields;
    const known = names.get(key);
    if (known === undefined || fact.fields[13].length < known.length)
      names.set(key, fact.fields[13]);
  }
  return names;
}

function otherLine(
  { time, fact }: SessionFact,
  names: ReadonlyMap<string, string>,
): readonly TranscriptLine[] {
  const say = (...parts: readonly Part[]) => [{ time, parts }];
  switch (fact.kind) {
    case Kind.Field:
      return field(time, fact.fields, names);
    case Kind.Submit: {
      const [, , key, , , text, , , prevented] = fact.fields;
      const by: readonly Part[] = text === "" ? [] : [" with ", { em: text }];
      return say("sent the form ", { em: key }, ...by, prevented ? " (a script took it)" : "");
    }
    case Kind.Invalid: {
      const reason = FLAGS[fact.fields[4]] ?? fact.fields[4];
      const name = names.get(fact.fields[2]) ?? fact.fields[2];
      return say("was told that ", { em: name }, ` is not accepted: ${reason}`);
    }
    case Kind.Failure:
    case Kind.Request: {
      const told = tell(fact);
      const at = fact.kind === Kind.Failure ? time - fact.fields[9] : time;
      const parts = [`the page failed: ${told?.title} – ${told?.detail}`];
      return [{ time: at, parts }];
    }
    case Kind.Identify:
      return say("was named by the site: ", { em: fact.fields[1] });
    case Kind.Event:
      return say("the site noted ", { em: fact.fields[1] });
    case Kind.Gesture:
    case Kind.Excerpt:
    case Kind.Link:
    case Kind.Media:
    case Kind.LongTasks: {
      const told = isHover(fact) ? undefined : tell(fact); // hovers are told with the clicks
      if (told === undefined) return [];
      return say(lower(told.title), told.detail === "" ? "" : " – ", { em: told.detail });
    }
    default:
      return [];
  }
}

type FieldFields = Extract<SessionFact["fact"], { readonly kind: typeof Kind.Field }>["fields"];

function field(
  time: number,
  fields: FieldFields,
  names: ReadonlyMap<string, string>,
): readonly TranscriptLine[] {
  const [, , key, type, duration, first, pause, edits, , , removed, pasted, autofilled] = fields;
  if (edits === 0 && duration < HESITATION_MS) return [];
  const about: readonly Part[] = [
    first >= HESITATION_MS ? `, after hesitating for ${seconds(first)}` : "",
    pause >= FIELD_PAUSE_MS ? `, with a pause of ${seconds(pause)}` : "",
    pasted > 0 ? ", pasting" : "",
    removed > 0 ? `, taking back ${removed} ${removed === 1 ? "character" : "characters"}` : "",
    autofilled ? ", with what the browser filled in" : "",
  ];
  const start = Math.max(0, time - duration);
  if (CHOSEN.test(type) && edits !== 0 && first < HESITATION_MS) {
    return [{ time: start, parts: ["chose ", { em: names.get(key) ?? key }] }];
  }
  const what = edits === 0 ? "stayed in " : "filled in ";
  const parts = [what, { em: names.get(key) ?? key }, ` for ${seconds(duration)}`, ...about];
  const ending = edits === 0 ? [" and wrote nothing"] : [];
  return [{ time: start, parts: [...parts, ...ending] }];
}

/** Times in which no tab of the session was in sight. */
function awayLines(facts: readonly SessionFact[]): readonly TranscriptLine[] {
  const visible = new Set<string>();
  const lines: TranscriptLine[] = [];
  let left: number | undefined;
  for (const each of facts) {
    const before = visible.size;
    if (shows(each)) visible.add(each.tab);
    else if (hides(each)) visible.delete(each.tab);
    if (before > 0 && visible.size === 0 && each.fact.kind === Kind.Visibility) left = each.time;
    if (visible.size === 0 || left === undefined) continue;
    const parts = [`was in another tab or program for ${seconds(each.time - left)}`];
    if (each.time - left >= 1000) lines.push({ time: left, parts });
    left = undefined;
  }
  return lines;
}

function shows({ fact }: SessionFact): boolean {
  return fact.kind === Kind.PageView || (fact.kind === Kind.Visibility && fact.fields[1]);
}

function hides({ fact }: SessionFact): boolean {
  return fact.kind === Kind.PageHide || (fact.kind === Kind.Visibility && !fact.fields[1]);
}

/** Where nothing is told for longer than TERMS calls inactive. */
function withPauses(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  return lines.flatMap((line, index) => {
    const before = lines[index - 1];
    const pause = before === undefined ? 0 : line.time - before.time;
    const isTold = before?.parts.some((part) => String(part).startsWith("was in another"));
    if (before === undefined || pause <= 3 * INACTIVE_MS || isTold) return [line];
    return [{ time: before.time, parts: [`(nothing to tell for ${duration(pause)})`] }, line];
  });
}

function endLine(views: readonly TranscriptView[], length: number): readonly TranscriptLine[] {
  const last = views.reduce<TranscriptView | undefined>(
    (best, view) => (best === undefined || view.ended >= best.ended ? view : best),
    undefined,
  );
  if (last === undefined) return [];
  const parts = ["left from ", { em: last.title || last.page }, `, after ${duration(length)}`];
  return [{ time: length, parts }];
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const rest = Math.round((ms % 60_000) / 1000);
  return minutes === 0 ? `${rest} s` : `${minutes} min${rest > 0 ? ` ${rest} s` : ""}`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
