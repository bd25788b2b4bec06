import assert from "node:assert/strict";
import { test } from "node:test";
import { density, isMoment, momentAfter, momentBefore, nearest } from "./moments.ts";

const at = (...times: readonly number[]) => times.map((time) => ({ time }));

test("moments are gone through one after the other, both ways", () => {
  const moments = at(0, 1000, 1050, 5000);
  assert.equal(momentAfter(moments, 0), 1000);
  assert.equal(momentAfter(moments, 1000), 5000); // 1050 is the same moment
  assert.equal(momentAfter(moments, 5000), undefined);
  assert.equal(momentBefore(moments, 5000, false), 1050);
  assert.equal(momentBefore(moments, 1050, false), 0);
  assert.equal(momentBefore(moments, 0, false), undefined);
});

test("while playing, going back twice goes past the moment just reached", () => {
  assert.equal(momentBefore(at(0, 1000, 5000), 5400, true), 1000);
  assert.equal(momentBefore(at(0, 1000, 5000), 5400, false), 5000);
});

test("clicks are marked but are no moments to go to", () => {
  const event = { time: 0, title: "", detail: "" };
  assert.equal(isMoment({ ...event, kind: "click" }), false);
  assert.equal(isMoment({ ...event, kind: "network" }), false);
  assert.equal(isMoment({ ...event, kind: "error" }), true);
  assert.equal(isMoment({ ...event, kind: "note" }), true);
});

test("density is a share of the busiest part, whatever lies outside", () => {
  assert.deepEqual(density([0, 1, 2, 3, 50, -5, 200], 100, 2), [1, Math.sqrt(2 / 5)]);
  assert.deepEqual(density([], 100, 3), [0, 0, 0]);
  assert.deepEqual(density([1, 2], 0, 2), [0, 0]);
});

test("what is nearest comes first", () => {
  assert.deepEqual(nearest(at(0, 90, 105, 300), 100, 50, 2), at(105, 90));
  assert.deepEqual(nearest(at(0, 300), 100, 50, 2), []);
});
