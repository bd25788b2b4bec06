import assert from "node:assert/strict";
import { test } from "node:test";
import { hostOf, outermost } from "./tabs.ts";

const OUTER = "dGFiLWdvbGRlbi0wMDE-_a";
const INNER = `${OUTER}--abcdefghijkl`;
const INMOST = `${INNER}--mnopqrstuvwx`;

test("a tab in a frame names the tab around it", () => {
  const tabs = new Set([OUTER, INNER, INMOST]);
  assert.equal(hostOf(INMOST, tabs), INNER);
  assert.equal(hostOf(OUTER, tabs), undefined);
  assert.equal(outermost(INMOST, tabs), OUTER);
  assert.equal(outermost(OUTER, tabs), OUTER);
});

test("a name that only looks so is a tab of its own", () => {
  assert.equal(hostOf(INNER, new Set([INNER])), undefined);
  assert.equal(hostOf(`${OUTER}--abc`, new Set([OUTER])), undefined);
});
