import assert from "node:assert/strict";
import { test } from "node:test";
import { Kind } from "../wire/wire.gen.ts";
import { technicalEvent } from "./technical.ts";

test("console lines and requests become lines of the list; a request stands where it began", () => {
  assert.deepEqual(technicalEvent(900, { kind: Kind.Console, fields: [0, "warn", "again", 3] }), {
    time: 900,
    kind: "console",
    title: "console.warn × 3",
    detail: "again",
  });
  const url = "https://shop.example/cart";
  const fields = [0, "POST", url, 503, "fetch", 350, 120, 34, 2048, 250] as const;
  assert.deepEqual(technicalEvent(1000, { kind: Kind.Network, fields: [...fields] }), {
    time: 650,
    kind: "network",
    title: "POST failed",
    detail: `503 · 120 ms · 2 KB · ${url}`,
  });
});
