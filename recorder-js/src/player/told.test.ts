import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../wire/read.ts";
import { Kind } from "../wire/wire.gen.ts";
import { buildTimeline } from "./timeline.ts";
import { tell } from "./told.ts";

const said = (fact: Fact): string | undefined => {
  const told = tell(fact);
  return told && `${told.kind}: ${told.title} | ${told.detail}`;
};
const failure = (cause: string, count: number, ago = 0): Fact => ({
  kind: Kind.Failure,
  fields: [0, cause, "TypeError", "x is undefined", "https://a.example/b.js", 3, 9, "", count, ago],
});

test("what went wrong is said in plain words", () => {
  assert.equal(
    said(failure("error", 3)),
    "error: Error: TypeError × 3 | x is undefined · https://a.example/b.js:3",
  );
  assert.match(said(failure("rejection", 1)) ?? "", /^error: Unhandled rejection: TypeError \|/);
  assert.equal(
    said({
      kind: Kind.Request,
      fields: [0, "fetch", "POST", "https://a.example/cart", 503, "status", 1240, 1],
    }),
    "error: Request failed: 503 | POST https://a.example/cart · 1.2 s",
  );
  assert.equal(
    said({ kind: Kind.Invalid, fields: [0, 1, "#mail", "email", "valueMissing"] }),
    "form: Not accepted: nothing filled in | #mail",
  );
});

test("vitals have their grades, gestures their ways, visits what was remarkable", () => {
  const vital = (name: string, value: number): Fact => ({
    kind: Kind.Vital,
    fields: [0, name, value, "load", 0, "", ""],
  });
  assert.match(said(vital("LCP", 2500)) ?? "", /^vital: .*\(LCP\): 2.5 s, good/);
  assert.match(said(vital("CLS", 0.2)) ?? "", /^vital: .*\(CLS\): 0.2, middling/);
  assert.match(said(vital("INP", 501)) ?? "", /^slow: .*\(INP\): 501 ms, poor/);
  const swipe = (dx: number, dy: number): Fact => ({
    kind: Kind.Gesture,
    fields: [0, 1, "main", "swipe", "touch", 0, 0, dx, dy, 100, 100, ""],
  });
  assert.equal(said(swipe(-90, 20)), "gesture: Swiped left | main");
  const hover = (ms: number, clicks: number): Fact => ({
    kind: Kind.Hover,
    fields: [0, 1, "#pay", "mouse", ms, clicks, "Pay"],
  });
  assert.equal(said(hover(4000, 0)), "gesture: Hesitated 4.0 s | Pay");
  assert.equal(said(hover(4000, 1)), undefined);
  assert.equal(said(hover(400, 0)), undefined);
  assert.equal(said(swipe(9, 20)), "gesture: Swiped down | main");
  const visit = (first: number, edits: number, invalid: string): Fact => ({
    kind: Kind.Field,
    fields: [0, 1, "#a", "text", 9000, first, -1, edits, 0, 3, 0, 0, false, invalid, "?", "", ""],
  });
  assert.equal(said(visit(200, 3, "")), undefined);
  assert.match(said(visit(4000, 3, "tooShort")) ?? "", /4.0 s before the first change, too short/);
});

test("an error stands where it happened", () => {
  const { events } = buildTimeline([{ time: 5000, document: 1, fact: failure("error", 1, 1200) }]);
  assert.deepEqual(
    events.map(({ time, kind }) => [time, kind]),
    [[3800, "error"]],
  );
});
