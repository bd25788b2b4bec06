import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../wire/read.ts";
import { Kind } from "../wire/wire.gen.ts";
import type { TimedFact } from "./chunk.ts";
import {
  activeTab,
  buildTimeline,
  inactiveStretches,
  lastAtOrBefore,
  pointerAt,
  scrollsBetween,
} from "./timeline.ts";

const at = (time: number, fact: Fact, document = 1): TimedFact => ({ time, document, fact });
const pointer = (times: number[], xs: number[], ys: number[]): Fact => ({
  kind: Kind.Pointer,
  fields: [0, "mouse", times, xs, ys, "", 0, false],
});
const scroll = (node: number, times: number[], ys: number[]): Fact => ({
  kind: Kind.Scroll,
  fields: [0, node, "", 1, 1, times, ys.map(() => 0), ys],
});
const input = (action: string, key = "#k"): Fact => ({
  kind: Kind.Input,
  fields: [0, 1, key, "text", action, 3],
});

test("columns become values, and the pointer moves on the line between samples", () => {
  const timeline = buildTimeline([at(1000, pointer([0, 100, 1000], [10, 20, -5], [0, 40, 0]))]);
  assert.deepEqual(timeline.pointer.times, [1000, 1100, 2100]);
  assert.deepEqual(timeline.pointer.xs, [10, 30, 25]);
  assert.deepEqual(pointerAt(timeline.pointer, 1050), { x: 20, y: 20, touch: false });
  assert.equal(pointerAt(timeline.pointer, 999), undefined);
  // Samples far apart are not joined: it rested, and then it was elsewhere.
  assert.deepEqual(pointerAt(timeline.pointer, 2000), { x: 30, y: 40, touch: false });
  assert.deepEqual(pointerAt(timeline.pointer, 9999), { x: 25, y: 40, touch: false });
});

test("of scrolling, the last position of each container counts, within its document", () => {
  const { scrolls } = buildTimeline([
    at(0, scroll(0, [0, 10, 10], [5, 5, 5])),
    at(12, scroll(7, [0], [99])),
    at(15, scroll(0, [0], [1]), 2),
  ]);
  const ys = (from: number, to: number) =>
    Object.fromEntries(Array.from(scrollsBetween(scrolls, 1, from, to), ([id, { y }]) => [id, y]));
  assert.deepEqual(ys(-1, 100), { 0: 15, 7: 99 });
  assert.deepEqual(ys(-1, 11), { 0: 10 });
  assert.deepEqual(ys(0, 11), { 0: 10 });
  assert.deepEqual(ys(10, 15), { 7: 99 });
});

test("typing is one line, and another field another", () => {
  const { events } = buildTimeline([
    at(1, input("focus")),
    at(2, input("input")),
    at(3, input("input")),
    at(4, input("input", "#other")),
    at(5, input("submit", "form")),
  ]);
  assert.deepEqual(
    events.map((event) => [event.time, event.title]),
    [
      [2, "Typed (text)"],
      [4, "Typed (text)"],
      [5, "Submitted a form"],
    ],
  );
});

test("inactive is more than ten seconds, at the start and the end too", () => {
  assert.deepEqual(inactiveStretches([], 0, 10_000), []);
  assert.deepEqual(inactiveStretches([], 0, 10_001), [{ start: 0, end: 10_001 }]);
  assert.deepEqual(inactiveStretches([11_000, 12_000, 30_000, 99_000], 0, 45_000), [
    { start: 0, end: 11_000 },
    { start: 12_000, end: 30_000 },
    { start: 30_000, end: 45_000 },
  ]);
});

test("inactive stretches against a walk by the millisecond", () => {
  const times = [3, 3, 10_500, 20_499, 20_500, 30_501, 52_000];
  const stretches = inactiveStretches(times, 0, 60_000);
  const bounds = [0, ...times, 60_000];
  for (let ms = 0; ms < 60_000; ms += 250) {
    const before = Math.max(...bounds.filter((time) => time <= ms));
    const after = Math.min(...bounds.filter((time) => time > ms));
    const inside = stretches.some(({ start, end }) => start <= ms && ms < end);
    assert.equal(inside, after - before > 10_000, `at ${ms}`);
  }
});

test("the tab in the foreground is the one that was active last", () => {
  const tabs = [
    { tab: "a", activity: [10, 20, 50] },
    { tab: "b", activity: [30, 40] },
  ];
  const found = [5, 10, 29, 30, 45, 50].map((time) => activeTab(tabs, time));
  assert.deepEqual(found, ["a", "a", "a", "b", "b", "a"]);
});

test("searching against a plain search", () => {
  const times = [1, 3, 3, 7, 7, 7, 12];
  for (let time = 0; time < 14; time++) {
    assert.equal(
      lastAtOrBefore(times, time),
      times.findLastIndex((value) => value <= time),
    );
  }
});
