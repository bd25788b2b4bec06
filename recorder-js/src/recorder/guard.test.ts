import assert from "node:assert/strict";
import { test } from "node:test";
import { createGuard } from "./guard.ts";

test("nothing is thrown, failures are counted by their class", () => {
  const failed: [number, string][] = [];
  const guard = createGuard((count, name) => failed.push([count, name]));
  const work = guard((error: unknown) => {
    throw error;
  });
  for (const error of [new TypeError("of the page"), "a text"]) work(error);
  assert.deepEqual(failed, [
    [1, "TypeError"],
    [2, "unknown"],
  ]);
});

test("the meter counts each work once, what lies inside another not again", () => {
  const real = performance.now;
  let now = 0;
  performance.now = () => now;
  const meter = { time: 0, bytes: 0 };
  const guard = createGuard(() => {}, meter);
  const inner = guard(() => {
    now += 5;
  });
  const outer = guard(() => {
    inner();
    now += 2;
    throw new Error("metered all the same");
  });
  outer();
  inner();
  assert.equal(meter.time, 12);
  const light = guard(() => {
    now += 1;
  }, 4);
  for (let call = 0; call < 40; call++) light();
  assert.equal(meter.time, 12 + 40);
  performance.now = real;
});
