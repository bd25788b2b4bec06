// Facts in plain words: what the list beside the replay says of each. Pure.

import type { Fact } from "../wire/read.ts";
import { HESITATION_MS, Kind } from "../wire/wire.gen.ts";

export interface Told {
  readonly kind:
    | "click"
    | "gesture"
    | "input"
    | "form"
    | "text"
    | "link"
    | "media"
    | "error"
    | "vital"
    | "slow";
  readonly title: string;
  readonly detail: string;
}

type FieldsOf<K extends Fact["kind"]> = Extract<Fact, { readonly kind: K }>["fields"];

/** So long before the first change of a field is worth telling. */
const SLOW_MS = 3000;
/** Stays on a field shorter than this are told by what was done in it. */
const LONG_PAUSE_MS = 5000;

/** What a fact says, or undefined where it is nothing to read. */
export function tell(fact: Fact): Told | undefined {
  switch (fact.kind) {
    case Kind.Gesture:
      return gesture(fact.fields);
    case Kind.Hover: {
      const [, , key, , duration, clicks, text] = fact.fields;
      return clicks || duration < HESITATION_MS ? undefined : hesitated(duration, text || key);
    }
    case Kind.Field:
      return visit(fact.fields);
    case Kind.Submit:
      return submit(fact.fields);
    case Kind.Invalid:
      return {
        kind: "form",
        title: `Not accepted: ${FLAGS[fact.fields[4]] ?? fact.fields[4]}`,
        detail: fact.fields[2],
      };
    case Kind.Excerpt:
      return excerpt(fact.fields);
    case Kind.Link:
      return link(fact.fields);
    case Kind.Media:
      return media(fact.fields);
    case Kind.Failure:
      return failure(fact.fields);
    case Kind.Request:
      return request(fact.fields);
    case Kind.Vital:
      return vital(fact.fields);
    case Kind.LongTasks:
      return longTasks(fact.fields);
    default:
      return undefined;
  }
}

const GESTURES: Readonly<Record<string, string>> = {
  double: "Double click",
  menu: "Opened the context menu",
  press: "Long press",
  swipe: "Swipe",
  pinch: "Pinch",
};

function gesture(fields: FieldsOf<typeof Kind.Gesture>): Told | undefined {
  const [, , key, action, , , , dx, dy, duration, scale, text] = fields;
  if (action === "hover") return hesitated(duration, text || key); // of older recorders
  const title = GESTURES[action];
  if (title === undefined) return undefined; // a tap is a click, too
  if (action === "pinch") {
    return { kind: "gesture", title: scale > 100 ? "Zoomed in" : "Zoomed out", detail: key };
  }
  if (action !== "swipe") return { kind: "gesture", title, detail: key };
  const isAcross = Math.abs(dx) > Math.abs(dy);
  const way = isAcross ? (dx < 0 ? "left" : "right") : dy < 0 ? "up" : "down";
  return { kind: "gesture", title: `Swiped ${way}`, detail: key };
}

function hesitated(duration: number, name: string): Told {
  return { kind: "gesture", title: `Hesitated ${seconds(duration)}`, detail: name };
}

function visit(fields: FieldsOf<typeof Kind.Field>): Told | undefined {
  const [, , key, , duration, first, pause, edits, , , , , autofilled, invalid] = fields;
  const about = [
    autofilled ? "filled in by the browser" : "",
    first >= SLOW_MS ? `${seconds(first)} before the first change` : "",
    pause >= LONG_PAUSE_MS ? `paused ${seconds(pause)}` : "",
    edits !== 0 && invalid ? (FLAGS[invalid] ?? invalid) : "",
  ].filter(Boolean);
  if (!about.length) return undefined;
  return {
    kind: "form",
    title: `Left a field after ${seconds(duration)}`,
    detail: `${about.join(", ")} · ${key}`,
  };
}

export const FLAGS: Readonly<Record<string, string>> = {
  valueMissing: "nothing filled in",
  typeMismatch: "not of the right kind",
  patternMismatch: "not of the right form",
  tooLong: "too long",
  tooShort: "too short",
  rangeUnderflow: "too small",
  rangeOverflow: "too large",
  stepMismatch: "not one of the steps",
  badInput: "not readable",
  customError: "the page's own rule",
};

function submit(fields: FieldsOf<typeof Kind.Submit>): Told {
  const [, , key, , submitter, text, , url, prevented] = fields;
  const button = text || submitter;
  return {
    kind: "form",
    title: prevented ? "A script took the form" : "The form was sent",
    detail: [button && `by “${button}”`, prevented ? key : url].filter(Boolean).join(" · "),
  };
}

const EXCERPTS: Readonly<Record<string, string>> = {
  select: "Selected",
  copy: "Copied",
  cut: "Cut",
  paste: "Pasted",
};

function excerpt(fields: FieldsOf<typeof Kind.Excerpt>): Told {
  const [, , key, action, length] = fields;
  const amount = length < 0 ? "text" : `${length} ${length === 1 ? "character" : "characters"}`;
  return { kind: "text", title: `${EXCERPTS[action] ?? action} ${amount}`, detail: key };
}

const LINKS: Readonly<Record<string, string>> = {
  download: "Download",
  outbound: "Link to another site",
  contact: "Mail or telephone link",
};

function link(fields: FieldsOf<typeof Kind.Link>): Told {
  const [, , , action, url, type, text] = fields;
  const title = LINKS[action] ?? action;
  const suffix = type && ` (${type})`;
  return { kind: "link", title: title + suffix, detail: [text, url].filter(Boolean).join(" · ") };
}

function media(fields: FieldsOf<typeof Kind.Media>): Told {
  const [, , key, name, action, position, , amount] = fields;
  const what = name === "audio" ? "audio" : "video";
  const titles: Readonly<Record<string, string>> = {
    play: `Played the ${what}`,
    pause: `Paused the ${what}`,
    seek: amount > position ? `Went back in the ${what}` : `Went on in the ${what}`,
    ended: `The ${what} ended`,
    rate: `Speed of the ${what}: ${amount / 100}×`,
    volume: amount ? `Volume of the ${what}: ${amount} %` : `Muted the ${what}`,
    error: `The ${what} failed`,
  };
  const from = action === "seek" ? `${seconds(amount)} → ` : "at ";
  return {
    kind: action === "error" ? "error" : "media",
    title: titles[action] ?? action,
    detail: `${from}${seconds(position)} · ${key}`,
  };
}

function failure(fields: FieldsOf<typeof Kind.Failure>): Told {
  const [, cause, name, message, url, line, , , count] = fields;
  const times = count > 1 ? ` × ${count}` : "";
  if (cause === "resource") {
    return { kind: "error", title: `Did not load: ${name}${times}`, detail: url };
  }
  const where = url && (line ? `${url}:${line}` : url);
  return {
    kind: "error",
    title: `${cause === "rejection" ? "Unhandled rejection" : "Error"}: ${name}${times}`,
    detail: [message, where].filter(Boolean).join(" · "),
  };
}

export const CAUSES: Readonly<Record<string, string>> = {
  network: "no answer",
  aborted: "aborted",
  timeout: "timed out",
};

function request(fields: FieldsOf<typeof Kind.Request>): Told {
  const [, , method, url, status, cause, duration, count] = fields;
  const times = count > 1 ? ` × ${count}` : "";
  return {
    kind: "error",
    title: `Request failed: ${CAUSES[cause] ?? status}${times}`,
    detail: `${method} ${url} · ${seconds(duration)}`,
  };
}

/** TERMS: up to the first good, above the second poor. */
export const GRADES: Readonly<Record<string, readonly [name: string, good: number, poor: number]>> =
  {
    LCP: ["Largest content painted", 2500, 4000],
    INP: ["Slowest answer to an input", 200, 500],
    CLS: ["Layout shifts", 0.1, 0.25],
    FCP: ["First content painted", 1800, 3000],
    TTFB: ["First byte", 800, 1800],
  };

function vital(fields: FieldsOf<typeof Kind.Vital>): Told | undefined {
  const [, short, value, , , key] = fields;
  const grade = GRADES[short];
  if (grade === undefined) return undefined;
  const [name, good, poor] = grade;
  const word = value <= good ? "good" : value <= poor ? "middling" : "poor";
  const amount = short === "CLS" ? String(value) : seconds(value);
  return {
    kind: value > poor ? "slow" : "vital",
    title: `${name} (${short}): ${amount}, ${word}`,
    detail: key,
  };
}

function longTasks(fields: FieldsOf<typeof Kind.LongTasks>): Told | undefined {
  const [, , count, total, longest] = fields;
  if (longest < 200) return undefined;
  const detail = `${count} long ${count === 1 ? "task" : "tasks"}, ${seconds(total)} in all`;
  return { kind: "slow", title: `The page was stuck for ${seconds(longest)}`, detail };
}

export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}
