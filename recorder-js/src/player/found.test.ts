import assert from "node:assert/strict";
import { test } from "node:test";
import { momentEvents } from "./found.ts";
import { isMoment } from "./moments.ts";

test("what the server found is told in words, and can be gone to", () => {
  const base = { time: 5, element: "#buy", grade: "confirmed" };
  const told = momentEvents([
    { ...base, kind: "rage", detail: { clicks: 4, failed: 4 } },
    { ...base, kind: "dead", grade: "possible", detail: { delay_ms: 2300 } },
    { ...base, kind: "dead", detail: { delay_ms: -1 } },
    { ...base, kind: "quick_back", element: "", detail: { ms: 900 } },
    { ...base, kind: "of_tomorrow", element: "", detail: {} },
  ]);
  assert.deepEqual(
    told.map(({ title, detail }) => `${title}: ${detail}`),
    [
      "Rage clicks: 4 clicks · #buy",
      "Dead click, possibly: after 2.3 s · #buy",
      "Dead click: nothing happened · #buy",
      "Quick back: ",
      "of_tomorrow: ",
    ],
  );
  assert.ok(told.every(isMoment));
});
