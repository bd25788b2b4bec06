import assert from "node:assert/strict";
import { test } from "node:test";
import { CALM, createLadder, WINDOW } from "./ladder.ts";

const BUDGET = { milliseconds: 100, bytes: 1000 };

test("a recording within its budget stays whole, one second above it notwithstanding", () => {
  const ladder = createLadder(BUDGET);
  for (let second = 0; second < 200; second++) {
    assert.equal(ladder.second(second % WINDOW ? 20 : 400, 10), 0);
  }
});

test("one above it loses a step every few seconds until it is off", () => {
  const ladder = createLadder(BUDGET);
  const steps = Array.from({ length: WINDOW * 6 }, () => ladder.second(101, 0));
  for (const step of [0, 1, 2, 3, 4] as const) {
    const first = steps.indexOf(step);
    assert.equal(first, step === 0 ? 0 : step * WINDOW - 1);
  }
  assert.equal(steps.at(-1), 4);
});

test("bytes count over a minute", () => {
  const ladder = createLadder(BUDGET);
  const steps = Array.from({ length: 60 }, () => ladder.second(0, 17));
  assert.equal(steps.indexOf(1), 58);
});

test("calm brings back what was sampled, and no more than that", () => {
  const sampled = createLadder(BUDGET);
  for (let second = 0; second < WINDOW; second++) sampled.second(200, 0);
  assert.equal(sampled.step(), 1);
  for (let second = 1; second < CALM; second++) assert.equal(sampled.second(0, 0), 1);
  assert.equal(sampled.second(0, 0), 0);

  const frozen = createLadder(BUDGET);
  for (let second = 0; second < 2 * WINDOW; second++) frozen.second(200, 0);
  for (let second = 0; second < 5 * CALM; second++) assert.equal(frozen.second(0, 0), 2);
});
