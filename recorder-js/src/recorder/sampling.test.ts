import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { keepingRule, placeOf } from "./sampling.ts";

test("a share of the sessions is taken, the same ones each time", () => {
  const ids = Array.from({ length: 20_000 }, () => randomBytes(16).toString("base64url"));
  for (const share of [0, 0.01, 0.25, 0.5, 1]) {
    const taken = ids.filter((id) => placeOf(id) < share);
    assert.ok(Math.abs(taken.length / ids.length - share) < 0.015, String(share));
  }
  const [first = ""] = ids;
  assert.equal(placeOf(first), placeOf(first));
});

test("rules name an error, pages and events", () => {
  const rules = ["error", "page:/checkout*", "event:purchase"];
  assert.equal(keepingRule(rules, "error", ""), "error");
  assert.equal(keepingRule(rules, "page", "/checkout/pay"), "page:/checkout*");
  assert.equal(keepingRule(rules, "page", "/cart"), undefined);
  assert.equal(keepingRule(rules, "event", "purchase"), "event:purchase");
  assert.equal(keepingRule(rules, "event", "purchased"), undefined);
  assert.equal(keepingRule(["event"], "event", "any"), "event");
});
