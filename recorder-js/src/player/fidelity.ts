// How true a replay is: what the visitor's browser told of its page, beside what was rebuilt of it. Pure.

import type { DigestOp } from "../wire/read-frames.ts";
import type { Sight } from "./sight.ts";
import type { Stretch } from "./timeline.ts";

/** One comparison. */
export interface Check {
  readonly tab: string;
  /** ms since 1970. */
  readonly time: number;
  /** 0 … 1. */
  readonly share: number;
  /** For people; empty where the page is as it was. */
  readonly reason: string;
}

/** From a comparison that found a difference to the next of that tab; ms from the session's start. */
export interface Differing extends Stretch {
  readonly tab: string;
  readonly reason: string;
}

export interface Fidelity {
  /** Mean share over all comparisons, 0 … 1; undefined before the first. */
  readonly score: number | undefined;
  readonly checked: number;
  /** Comparisons that are still to come. */
  readonly left: number;
  readonly differing: readonly Differing[];
}

/** CSS px: letters are some tenths wider on another system, and add up in a line. */
const TOLERANCE = 4;
const NUMBERS_OF_BOX = 5;
/** As many elements, nested differently. */
const ELSEWHERE = 0.95;

export function compare(told: DigestOp, found: Sight): Pick<Check, "share" | "reason"> {
  const here = new Map(boxes(found.boxes).map((box) => [box[0], box]));
  const landmarks = boxes(told.boxes);
  const moved = landmarks.filter((box) => !isSame(box, here.get(box[0])));
  const reasons = [structure(told, found), places(moved.length, landmarks.length)];
  const placed = landmarks.length === 0 ? 1 : 1 - moved.length / landmarks.length;
  return { share: placed * likeness(told, found), reason: reasons.filter(Boolean).join("; ") };
}

function boxes(numbers: readonly number[]): readonly (readonly number[])[] {
  const count = Math.floor(numbers.length / NUMBERS_OF_BOX);
  return Array.from({ length: count }, (_, at) =>
    numbers.slice(at * NUMBERS_OF_BOX, (at + 1) * NUMBERS_OF_BOX),
  );
}

function isSame(told: readonly number[], found: readonly number[] | undefined): boolean {
  return told.every((value, at) => Math.abs(value - (found?.[at] ?? Number.NaN)) <= TOLERANCE);
}

function likeness(told: DigestOp, found: Sight): number {
  if (told.hash === found.hash && told.elements === found.elements) return 1;
  const [less = 0, more = 0] = [told.elements, found.elements].sort((a, b) => a - b);
  return more <= 0 ? ELSEWHERE : (ELSEWHERE * Math.max(0, less)) / more;
}

function structure(told: DigestOp, found: Sight): string {
  if (told.elements !== found.elements) {
    return `the page had ${count(told.elements, "element")}, here ${found.elements === 1 ? "is" : "are"} ${found.elements}`;
  }
  return told.hash === found.hash ? "" : "elements are nested differently";
}

function places(moved: number, all: number): string {
  if (moved === 0) return "";
  return `${moved} of ${count(all, "landmark")} ${moved === 1 ? "is" : "are"} elsewhere`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/**
 * @param left comparisons still to come
 * @param session when it began and ended, ms since 1970
 */
export function summary(
  checks: readonly Check[],
  left: number,
  { started, ended }: { readonly started: number; readonly ended: number },
): Fidelity {
  const sorted = [...checks].sort((a, b) => a.time - b.time);
  const differing = sorted.flatMap(({ tab, time, reason }, index) => {
    if (reason === "") return [];
    const next = sorted.slice(index + 1).find((check) => check.tab === tab);
    return [{ tab, start: time - started, end: (next?.time ?? ended) - started, reason }];
  });
  const sum = checks.reduce((total, { share }) => total + share, 0);
  const score = checks.length === 0 ? undefined : sum / checks.length;
  return { score, checked: checks.length, left, differing };
}

/** Rounded down, so that 100 % means everything. */
export function percent(score: number): string {
  return `${Math.floor(score * 100 + 1e-9)} %`;
}
