import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FLAG_KEYFRAME } from "../wire/wire.gen.ts";
import type { Draft } from "./chunk.ts";
import { createHold } from "./hold.ts";

function draft(baseTime: number, flags = 0, size = 10): Draft {
  const names = { project: "", session: "", tab: "", visitor: "", url: "" };
  const numbers = { sequence: 0, document: 1, pageView: 1, sentAt: 0 };
  const parts = { facts: new Uint8Array(1), frames: new Uint8Array(size) };
  return { ...names, ...numbers, ...parts, baseTime, flags };
}

function setUp() {
  mock.timers.enable({ apis: ["setInterval", "Date"] });
  const sent: Draft[] = [];
  const hold = createHold(
    (one) => sent.push(one),
    () => hold.send(draft(Date.now(), FLAG_KEYFRAME), false),
    Date.now,
  );
  hold.set(true);
  return { hold, sent };
}

test("what is held begins with a keyframe and is one to two minutes long", () => {
  const { hold, sent } = setUp();
  hold.send(draft(0, FLAG_KEYFRAME), false);
  for (let second = 1; second <= 200; second++) {
    mock.timers.tick(1000);
    hold.send(draft(second * 1000), false);
  }
  assert.equal(sent.length, 0);
  hold.release();
  assert.equal(sent[0]?.flags, FLAG_KEYFRAME);
  const span = 200_000 - (sent[0]?.baseTime ?? 0);
  assert.ok(span >= 60_000 && span <= 120_000, String(span));
  hold.send(draft(201_000), false);
  assert.equal(sent.at(-1)?.baseTime, 201_000);
  hold.stop();
  mock.timers.reset();
});

test("changes to a page that was dropped are not sent, facts are", () => {
  const { hold, sent } = setUp();
  hold.send(draft(1), false);
  hold.send(draft(2, FLAG_KEYFRAME), false);
  hold.release();
  assert.deepEqual(
    sent.map((one) => [one.facts.length, one.frames.length]),
    [
      [1, 0],
      [1, 10],
    ],
  );
  hold.stop();
  mock.timers.reset();
});

test("a page that changes fast is held within bounds", () => {
  const { hold, sent } = setUp();
  for (let i = 0; i < 100; i++) hold.send(draft(i, 0, 1024 * 1024), false);
  hold.release();
  const bytes = sent.reduce((sum, one) => sum + one.facts.length, 0);
  assert.ok(bytes < 10);
  hold.stop();
  mock.timers.reset();
});
