// Requests as bars of a waterfall: facts of all requests (opt-in) and of those that failed, joined. Pure.

import { Kind } from "../../wire/wire.gen.ts";
import type { SessionFact } from "../session-facts.ts";
import { CAUSES } from "../told.ts";

export interface RequestBar {
  /** ms from the session's start. */
  readonly start: number;
  readonly duration: number;
  readonly method: string;
  readonly url: string;
  /** 0: failed, or not told by the browser. */
  readonly status: number;
  readonly type: string;
  /** Bytes over the network; 0 from a cache, or not told; -1 not recorded. */
  readonly received: number;
  /** Bytes of the body that was sent; -1 when not known. */
  readonly sent: number;
  /** Bytes of the decoded body; 0 when not told. */
  readonly size: number;
  /** Why it failed; "" when it did not. */
  readonly failed: string;
  readonly count: number;
}

/** Requests without a pause between them: a page that loads, or what a click caused. */
export interface Burst {
  readonly start: number;
  readonly end: number;
  readonly bars: readonly RequestBar[];
}

/** The two facts of one request are told with their own clocks. */
const SAME_WITHIN_MS = 250;
const PAUSE_MS = 4000;

export function requestBars(facts: readonly SessionFact[]): readonly RequestBar[] {
  const bars: RequestBar[] = [];
  const failures: RequestBar[] = [];
  for (const { time, fact } of facts) {
    if (fact.kind === Kind.Network) {
      const [, method, url, status, type, age, duration, sent, received, size] = fact.fields;
      const failed = status >= 400 ? `answered ${status}` : "";
      const told = { method, url, status, type, sent, received, size, failed };
      bars.push({ start: time - age, duration, count: 1, ...told });
    } else if (fact.kind === Kind.Request) {
      const [, type, method, url, status, cause, duration, count] = fact.fields;
      const failed = CAUSES[cause] ?? `answered ${status}`;
      const told = { method, url, status, type, sent: -1, received: -1, size: 0, failed };
      failures.push({ start: time - duration, duration, count, ...told });
    }
  }
  for (const failure of failures) {
    const at = bars.findIndex((bar) => isSame(bar, failure));
    const bar = bars[at];
    if (bar === undefined) bars.push(failure);
    else bars[at] = { ...bar, failed: failure.failed, status: bar.status || failure.status };
  }
  return bars.sort((a, b) => a.start - b.start);
}

function isSame(bar: RequestBar, failure: RequestBar): boolean {
  return (
    bar.url === failure.url &&
    (bar.method === "" || bar.method === failure.method) &&
    bar.received >= 0 &&
    Math.abs(bar.start - failure.start) <= SAME_WITHIN_MS
  );
}

/** @param bars ascending by their start */
export function bursts(bars: readonly RequestBar[]): readonly Burst[] {
  const found: { start: number; end: number; bars: RequestBar[] }[] = [];
  for (const bar of bars) {
    const last = found.at(-1);
    const end = bar.start + bar.duration;
    if (last !== undefined && bar.start - last.end <= PAUSE_MS) {
      last.bars.push(bar);
      last.end = Math.max(last.end, end);
    } else found.push({ start: bar.start, end, bars: [bar] });
  }
  return found;
}

/** The last part of a URL's path, or its host where there is none. */
export function shortUrl(url: string): string {
  const path = url.split(/[?#]/)[0] ?? "";
  const parts = path.split("/").filter(Boolean);
  return parts.at(-1) ?? url;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(count < 10_240 ? 1 : 0)} KB`;
  return `${(count / 1024 / 1024).toFixed(1)} MB`;
}
