// The web vitals of a session: for each page view the last value of each, graded as web.dev does. Pure.

import { Kind } from "../../wire/wire.gen.ts";
import type { SessionFact } from "../session-facts.ts";
import { GRADES, seconds } from "../told.ts";

export type Grade = "good" | "needs improvement" | "poor";

export interface Vital {
  readonly time: number;
  readonly short: string;
  readonly name: string;
  readonly value: string;
  readonly grade: Grade;
  /** Where the value stands on a scale from 0 to 1 whose thirds are the grades. */
  readonly place: number;
  /** Up to which value it is good, and above which it is poor. */
  readonly limits: readonly [good: string, poor: string];
  /** Element key; "" for none. */
  readonly key: string;
  readonly detail: string;
}

export interface DocumentVitals {
  readonly tab: string;
  readonly document: number;
  /** "load", or "restore" from the back/forward cache. */
  readonly cause: string;
  /** Of the first of them. */
  readonly time: number;
  readonly vitals: readonly Vital[];
}

const ORDER = ["LCP", "INP", "CLS", "FCP", "TTFB"];

export function documentVitals(facts: readonly SessionFact[]): readonly DocumentVitals[] {
  const found = new Map<string, { first: SessionFact; last: Map<string, Vital> }>();
  for (const each of facts) {
    if (each.fact.kind !== Kind.Vital) continue;
    const vital = vitalOf(each.time, each.fact.fields);
    if (vital === undefined) continue;
    const place = [each.tab, each.document, each.fact.fields[3]].join(" ");
    const known = found.get(place) ?? { first: each, last: new Map() };
    known.last.set(vital.short, vital);
    found.set(place, known);
  }
  return Array.from(found.values(), ({ first, last }) => ({
    tab: first.tab,
    document: first.document,
    cause: first.fact.kind === Kind.Vital ? first.fact.fields[3] : "",
    time: first.time,
    vitals: ORDER.flatMap((short) => last.get(short) ?? []),
  })).sort((a, b) => a.time - b.time);
}

type VitalFields = Extract<SessionFact["fact"], { readonly kind: typeof Kind.Vital }>["fields"];

function vitalOf(time: number, fields: VitalFields): Vital | undefined {
  const [, short, value, , , key, detail] = fields;
  const known = GRADES[short];
  if (known === undefined) return undefined;
  const [name, good, poor] = known;
  const say = (amount: number) =>
    short === "CLS" ? String(Math.round(amount * 1000) / 1000) : seconds(amount);
  const grade = value <= good ? "good" : value <= poor ? "needs improvement" : "poor";
  const limits = [say(good), say(poor)] as const;
  const place = placeOf(value, good, poor);
  return { time, short, name, value: say(value), grade, place, limits, key, detail };
}

/** Beyond poor the scale goes on as long again as it is between good and poor, and ends. */
function placeOf(value: number, good: number, poor: number): number {
  if (value <= good) return Math.max(0, value) / good / 3;
  const beyond = (value - (value <= poor ? good : poor)) / (poor - good);
  return value <= poor ? (1 + beyond) / 3 : Math.min(1, (2 + beyond) / 3);
}
