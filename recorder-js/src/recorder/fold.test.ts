import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "./fold.ts";

test("a difference applied to the old text gives the new one, and parts no surrogate pair", () => {
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const letters = [..."abü😀😁"];
  const text = (length: number) =>
    Array.from({ length }, () => letters[random(letters.length)]).join("");
  let patched = 0;
  for (let round = 0; round < 2000; round++) {
    const head = text(random(60));
    const tail = text(random(60));
    const old = head + text(random(8)) + tail;
    const now = head + text(random(8)) + tail;
    const patch = difference(old, now);
    if (!patch) continue;
    patched++;
    const { start, deleted, text: inserted } = patch;
    assert.equal(old.slice(0, start) + inserted + old.slice(start + deleted), now);
    assert.doesNotThrow(() => encodeURIComponent(inserted));
  }
  assert.ok(patched > 500);
});

test("texts with little in common are not patched", () => {
  assert.equal(difference("x".repeat(100), "y".repeat(100)), undefined);
});
