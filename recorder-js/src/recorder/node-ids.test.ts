import assert from "node:assert/strict";
import { test } from "node:test";
import { createNodeIds } from "./node-ids.ts";

const node = () => ({}) as Node;

test("numbers count from 1, again after each clear, and are invisible", () => {
  const ids = createNodeIds();
  const [a, b] = [node(), node()];
  assert.equal(ids.give(a), 1);
  assert.equal(ids.give(b), 2);
  assert.equal(ids.next(), 3);
  assert.deepEqual([ids.get(a), ids.get(b)], [1, 2]);
  assert.deepEqual(Reflect.ownKeys(a), []);
  ids.clear();
  assert.deepEqual([ids.get(a), ids.get(b), ids.next()], [undefined, undefined, 1]);
  assert.equal(ids.give(b), 1);
});

test("a node that was forgotten has no number, one that is numbered anew has the new one", () => {
  const ids = createNodeIds();
  const a = node();
  ids.give(a);
  ids.delete(a);
  assert.equal(ids.get(a), undefined);
  assert.equal(ids.give(a), 2);
  assert.equal(ids.give(a), 3);
  assert.equal(ids.get(a), 3);
});

test("numbers of an earlier recording mean nothing in a later one", () => {
  const a = node();
  createNodeIds().give(a);
  assert.equal(createNodeIds().get(a), undefined);
});

test("a frozen node can be numbered", () => {
  const ids = createNodeIds();
  const frozen = Object.freeze(node());
  assert.equal(ids.give(frozen), 1);
  assert.equal(ids.get(frozen), 1);
});
