import assert from "node:assert/strict";
import { test } from "node:test";
import { waitingText } from "./waiting.ts";

test("what waits is counted in words", () => {
  assert.equal(waitingText(null), "Sessions are still being looked at");
  assert.equal(waitingText(1), "1 session is still to be looked at");
  assert.equal(waitingText(1234), "1,234 sessions are still to be looked at");
});
