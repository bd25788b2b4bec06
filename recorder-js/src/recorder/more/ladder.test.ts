import assert from "node:assert/strict";
import { test } from "node:test";
import { CALM, createLadder, type Ladder, MAX_FROZEN, WINDOW } from "./ladder.ts";

const BUDGET = { milliseconds: 100, bytes: 1000 };

/** The steps that were taken, each with its second. */
function taken(ladder: Ladder, seconds: number, cost: (second: number) => [number, number]) {
  return Array.from({ length: seconds }, (_, second) => ladder.second(...cost(second)))
    .map((step, second) => [step, second] as const)
    .filter(([step]) => step !== undefined);
}

test("a recording within its budget stays whole, one second above it notwithstanding", () => {
  const ladder = createLadder(BUDGET);
  assert.deepEqual(
    taken(ladder, 200, (second) => [second % WINDOW ? 20 : 400, 10]),
    [],
  );
  assert.equal(ladder.step(), 0);
});

test("one above it loses a step every few seconds until it is off, and several parts before all", () => {
  const ladder = createLadder(BUDGET);
  const steps = [1, ...Array.from({ length: MAX_FROZEN }, () => 2), 3, 4];
  assert.deepEqual(
    taken(ladder, WINDOW * 20, () => [101, 0]),
    steps.map((step, index) => [step, (index + 1) * WINDOW - 1]),
  );
});

test("a step that cannot be taken is skipped, and the next has its time to show", () => {
  const ladder = createLadder(BUDGET);
  taken(ladder, 2 * WINDOW, () => [101, 0]);
  assert.equal(ladder.step(), 2);
  ladder.second(101, 0);
  assert.equal(ladder.skip(), 3);
  assert.deepEqual(
    taken(ladder, WINDOW, () => [101, 0]),
    [[4, WINDOW - 1]],
  );
  assert.equal(ladder.skip(), 4);
});

test("bytes count over a minute", () => {
  assert.deepEqual(
    taken(createLadder(BUDGET), 60, () => [0, 17]),
    [[1, 58]],
  );
});

test("calm brings back what was sampled, and no more than that", () => {
  const sampled = createLadder(BUDGET);
  for (let second = 0; second < WINDOW; second++) sampled.second(200, 0);
  assert.equal(sampled.step(), 1);
  assert.deepEqual(
    taken(sampled, CALM, () => [0, 0]),
    [[0, CALM - 1]],
  );

  const frozen = createLadder(BUDGET);
  for (let second = 0; second < 2 * WINDOW; second++) frozen.second(200, 0);
  assert.deepEqual(
    taken(frozen, 5 * CALM, () => [0, 0]),
    [],
  );
  assert.equal(frozen.step(), 2);
});

test("who sends much is not calm, however little time it takes", () => {
  const ladder = createLadder(BUDGET);
  const lumps = (second: number): [number, number] => [0, second % 5 ? 0 : 80];
  assert.deepEqual(
    taken(ladder, 300, lumps).map(([step]) => step),
    [],
  );
  const more = (second: number): [number, number] => [0, second % 5 ? 0 : 90];
  const steps = taken(createLadder(BUDGET), 400, more).map(([step]) => step);
  assert.ok(!steps.includes(0), String(steps));
});

test("no limit is never over, and any course of costs goes down one step at a time", () => {
  const none = createLadder({ milliseconds: Number.POSITIVE_INFINITY, bytes: Infinity });
  assert.deepEqual(
    taken(none, 300, () => [900, 1e9]),
    [],
  );
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 200; round++) {
    const ladder = createLadder(BUDGET);
    const scale = random() * 400;
    let before = 0;
    for (const [step] of taken(ladder, 200, () => [random() * scale, random() * 40])) {
      const allowed = before === 1 ? [0, 2] : before === 2 ? [2, 3] : [before + 1];
      assert.ok(allowed.includes(step ?? -1), `${before} → ${step}`);
      before = step ?? -1;
    }
    assert.equal(ladder.step(), before);
  }
});
