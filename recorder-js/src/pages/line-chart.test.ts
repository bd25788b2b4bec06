import assert from "node:assert/strict";
import { test } from "node:test";
import { type LineChart, timeLabels, told } from "./line-chart.ts";

const at = (...parts: [number, number, number, number?]) => new Date(...parts).getTime();

const CHART: LineChart = {
  times: [at(2026, 11, 1), at(2026, 11, 2)],
  lines: [
    { name: "This time", values: [1234, null], faint: false },
    { name: "The time before", values: [2, 3], faint: true },
  ],
  links: [],
  marks: [],
  share: false,
};

test("a time is told with what is known of it", () => {
  const now = at(2026, 11, 3);
  assert.deepEqual(told(CHART, 0, now), ["1 Dec", "This time: 1,234", "The time before: 2"]);
  assert.deepEqual(told(CHART, 1, now), ["2 Dec", "The time before: 3"]);
  const share = { ...CHART, share: true, lines: [{ name: "C", values: [0.5], faint: false }] };
  assert.deepEqual(told(share, 0, now), ["1 Dec", "C: 50 %"]);
});

test("times that are days or hours long are told as such", () => {
  const now = at(2026, 11, 30);
  const date = (...times: number[]) => told({ ...CHART, times, lines: [] }, 0, now)[0];
  assert.match(date(at(2026, 11, 1), at(2026, 11, 4)) ?? "", /^1\s?–\s?3 Dec$/);
  assert.equal(date(at(2026, 11, 1, 14), at(2026, 11, 1, 15)), "1 Dec, 14:00");
  assert.equal(date(at(2025, 11, 31)), "31 Dec 2025");
});

test("days have a year where it is another, hours are hours", () => {
  const now = at(2026, 5, 1);
  const days = [at(2026, 11, 31), at(2027, 0, 1), at(2027, 0, 2)].map((ms) => ms / 1000);
  assert.deepEqual(timeLabels(days, 86_400, now), ["31 Dec", "1 Jan 2027", "2 Jan"]);
  assert.deepEqual(timeLabels(days.slice(1), 86_400, now), ["1 Jan 2027", "2 Jan"]);
  const hours = [at(2026, 11, 1, 8), at(2026, 11, 1, 14)].map((ms) => ms / 1000);
  assert.deepEqual(timeLabels(hours, 6 * 3600, now), ["08:00", "14:00"]);
});
