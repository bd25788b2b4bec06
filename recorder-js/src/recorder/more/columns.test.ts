import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_POINTS } from "../../wire/wire.gen.ts";
import { createColumns } from "./columns.ts";

test("points come back from differences; a point like the last is left out", () => {
  const columns = createColumns();
  const points = [
    [1000.4, 10.2, 20],
    [1050, 10, 20],
    [1049, 12, 5.6],
    [1200, -3, 5],
  ] as const;
  for (const [clock, x, y] of points) columns.add(clock, x, y);
  const stretch = columns.take();
  assert.deepEqual(stretch, {
    start: 1000,
    times: [0, 49, 151],
    xs: [10, 2, -15],
    ys: [20, -14, -1],
  });
  assert.equal(columns.take(), undefined);
});

test("a full stretch says so, and the next begins anew", () => {
  const columns = createColumns();
  let full = 0;
  for (let i = 0; i < MAX_POINTS; i++) full += Number(columns.add(i, i, 0));
  assert.equal(full, 1);
  assert.equal(columns.take()?.times.length, MAX_POINTS);
  columns.add(9999, 7, 8);
  assert.deepEqual(columns.take(), { start: 9999, times: [0], xs: [7], ys: [8] });
});
