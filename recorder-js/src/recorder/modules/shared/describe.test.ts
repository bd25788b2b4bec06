import assert from "node:assert/strict";
import { test } from "node:test";
import { describe, describeAll } from "./describe.ts";

test("values are shown in short", () => {
  assert.equal(
    describeAll(["a", 1, true, undefined, null, 10n], 100),
    "a 1 true undefined null 10",
  );
  assert.equal(describe([1, "b", [1, 2], { c: 3 }]), '[1, "b", [2], {…}]');
  assert.equal(describe([1, 2, 3, 4, 5, 6]), "[1, 2, 3, 4, 5, …]");
  assert.equal(
    describe({ a: 1, b: "x", c: {}, d: [], e: () => 1, f: 6 }),
    '{a: 1, b: "x", c: {…}, d: [0], e: function, …}',
  );
  assert.equal(describe(new TypeError("no")), "TypeError: no");
  assert.equal(describe({ error: new RangeError("deep") }), "{error: RangeError}");
  assert.equal(describe(Symbol("s")), "Symbol(s)");
  assert.equal(describe(Object.create(null)), "{}");
});

test("what is named like a secret is not shown, and no getter is called", () => {
  assert.equal(
    describe({ password: "hunter2", authToken: 7, apiKey: "k" }),
    "{password: •, authToken: •, apiKey: •}",
  );
  const trap = {
    get boom(): never {
      throw new Error("called");
    },
  };
  assert.equal(describe(trap), "{boom: …}");
});

test("texts are bounded", () => {
  assert.equal(describe("x".repeat(5000)).length, 501);
  assert.equal(describeAll(Array(100).fill("x".repeat(400)), 1000).length, 1001);
  assert.ok(describeAll(Array(100).fill(1), 1000).endsWith("1 …"));
});
