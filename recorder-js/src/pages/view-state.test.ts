import assert from "node:assert/strict";
import { test } from "node:test";
import { readViewState, withViewState } from "./view-state.ts";

test("what the address says is read back", () => {
  const state = {
    opacity: 35,
    colours: "blue-yellow",
    radius: 40,
    intensity: 2.5,
    backdrop: "a.b.1.0",
    otherBackdrop: "c.d.2.0",
    same: true,
    sort: "-float",
  } as const;
  const query = withViewState(new URLSearchParams("page=/shop&kind=click"), state);
  assert.deepEqual(readViewState(query), state);
  assert.equal(query.get("page"), "/shop");
});

test("the plain state leaves the address as it is", () => {
  const plain = readViewState(new URLSearchParams());
  const query = new URLSearchParams("page=/shop&opacity=10&colours=heat");
  assert.equal(withViewState(query, plain).toString(), "page=%2Fshop");
});

test("nonsense is left out", () => {
  const query = new URLSearchParams("opacity=900&colours=<b>");
  assert.deepEqual(readViewState(query), readViewState(new URLSearchParams()));
  assert.equal(readViewState(new URLSearchParams("opacity=x")).opacity, 80);
});
