import assert from "node:assert/strict";
import { test } from "node:test";
import { addressAt, timeIn } from "./deep-link.ts";

const PAGE = "https://footfall.example/p/shop/sessions/abc";

test("an address keeps its time, and everything else", () => {
  assert.equal(addressAt(`${PAGE}?x=1#a`, 1234.6), `${PAGE}?x=1&t=1235#a`);
  assert.equal(addressAt(`${PAGE}?t=5000&x=1`, 0), `${PAGE}?x=1`);
  assert.equal(timeIn(addressAt(PAGE, 90_000)), 90_000);
});

test("a time that is none is the start", () => {
  for (const time of ["", "?t=", "?t=-5", "?t=abc", "?t=Infinity", "?t=NaN"]) {
    assert.equal(timeIn(PAGE + time), 0, time);
  }
});
