import assert from "node:assert/strict";
import { test } from "node:test";
import { areAlike, joinNumbers, splitNumbers } from "./numbers.ts";

let state = 11;
const random = (below: number) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

test("what is split and joined again is the same text", () => {
  const pieces = ["-", "0", ".", "1", "05", "-0", "9.50", "1e-7", "px", "#0a1", "12.345678", " "];
  let split = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random(9) }, () => pieces[random(pieces.length)]).join("");
    const numbers = splitNumbers(text);
    if (!numbers) continue;
    split++;
    assert.equal(joinNumbers(numbers), text);
    const wider = {
      ...numbers,
      scales: numbers.scales.map((scale) => Math.min(6, scale + random(4))),
    };
    const again = splitNumbers(text, wider);
    assert.ok(again);
    assert.deepEqual(again.scales, wider.scales);
    assert.equal(joinNumbers(again), text);
  }
  assert.ok(split > 10_000);
});

test("differences of alike texts lead from one to the other", () => {
  const style = () =>
    `transform: translate(${Number((random(40_000) / 100 - 200).toFixed(2))}px, ${random(9)}px) rotate(${random(360)}deg); opacity: ${random(50) / 50};`;
  let before = splitNumbers(style());
  let alike = 0;
  for (let round = 0; round < 500; round++) {
    const text = style();
    const now = splitNumbers(text, before);
    assert.ok(before && now);
    if (areAlike(before, now)) {
      alike++;
      const moves = now.values.map((value, index) => value - (before?.values[index] ?? 0));
      const values = before.values.map((value, index) => value + (moves[index] ?? 0));
      assert.equal(joinNumbers({ ...before, values }), text);
    }
    before = now;
  }
  assert.ok(alike > 450, `${alike} of 500`);
});

test("a text without numbers, or with a hole of its own, is not split", () => {
  assert.equal(splitNumbers("color: red"), undefined);
  assert.equal(splitNumbers("\0 1"), undefined);
});
