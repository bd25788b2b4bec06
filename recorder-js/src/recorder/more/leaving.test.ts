import assert from "node:assert/strict";
import { test } from "node:test";
import { leavingBy, type Point } from "./leaving.ts";

const path = (...points: readonly (readonly [number, number, number])[]): Point[] =>
  points.map(([time, x, y]) => ({ time, x, y }));
const by = (points: Point[]) => leavingBy(points, 1280, 800);

test("the edge that it crossed, and how fast", () => {
  assert.deepEqual(by(path([0, 700, 130], [50, 700, 80], [100, 700, 30], [130, 700, 0])), {
    edge: "top",
    speed: 1000,
  });
  assert.deepEqual(by(path([0, 200, 400], [100, 0, 400])), { edge: "left", speed: 2000 });
  assert.deepEqual(by(path([0, 1200, 400], [100, 1280, 440])), { edge: "right", speed: 800 });
  assert.deepEqual(by(path([0, 700, 700], [100, 700, 800])), { edge: "bottom", speed: 1000 });
});

test("where it was seen last it may still have been inside", () => {
  assert.deepEqual(by(path([0, 700, 140], [50, 700, 90], [100, 700, 40])), {
    edge: "top",
    speed: 1000,
  });
  assert.equal(by(path([0, 700, 400], [50, 700, 380], [100, 700, 360])), undefined);
});

test("a corner is left by the edge that it is farther beyond", () => {
  assert.equal(by(path([0, 100, 300], [100, 10, 0]))?.edge, "top");
  assert.equal(by(path([0, 300, 100], [100, 0, 10]))?.edge, "left");
});

test("old samples say no speed, rare ones do", () => {
  assert.deepEqual(by(path([0, 700, 400], [2000, 700, 0])), { edge: "top", speed: 0 });
  assert.deepEqual(by(path([0, 700, 300], [300, 700, 0])), { edge: "top", speed: 1000 });
  assert.equal(by([]), undefined);
});
