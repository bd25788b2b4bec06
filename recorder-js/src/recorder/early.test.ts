import assert from "node:assert/strict";
import { test } from "node:test";
import { createEarly } from "./early.ts";
import { createGuard } from "./guard.ts";
import type { Listen } from "./scope.ts";

/** Listeners by type, and a clock that counts. */
function setup() {
  const handlers = new Map<string, Set<(event: Event) => void>>();
  const listen = ((type: string, handler: (event: Event) => void) => {
    const all = handlers.get(type) ?? new Set();
    handlers.set(type, all.add(handler));
    return () => all.delete(handler);
  }) as unknown as Listen; // of its many signatures only this is used
  const time = { now: 0 };
  const failed: string[] = [];
  const guard = createGuard((_, message) => failed.push(message));
  const early = createEarly(
    { listen, clock: () => time.now, pathOf: (event) => event.composedPath() },
    guard,
    () => {},
  );
  const happen = (type: string, path: readonly object[] = []) => {
    time.now++;
    const event = new Event(type);
    event.composedPath = () => path as EventTarget[];
    for (const handler of handlers.get(type) ?? []) handler(event);
    event.composedPath = () => [];
  };
  const listeners = () => [...handlers.values()].reduce((sum, { size }) => sum + size, 0);
  return { early, happen, listeners, failed, time };
}

Object.assign(globalThis, { scrollX: 0, scrollY: 0 });
const top: { window?: object } = {};
top.window = top;

test("what was kept is told once, in order, with its path and time, to who listened meanwhile", () => {
  const { early, happen, time, listeners } = setup();
  const node = {};
  happen("click", [node, top]);
  happen("input", [node, top]);
  happen("unknown", [node, top]);
  const heard: unknown[] = [];
  const note = (event: Event) =>
    heard.push([event.type, early.pathOf(event)[0] === node, early.clock(), early.isLate()]);
  early.listen("input", note);
  early.listen("click", note);
  time.now = 50;
  early.tell();
  assert.deepEqual(heard, [
    ["click", true, 1, true],
    ["input", true, 2, true],
  ]);
  assert.equal(listeners(), 2);
  happen("click", [node, top]);
  assert.deepEqual(heard.at(-1), ["click", true, 51, false]);
  early.tell();
  assert.equal(heard.length, 3);
});

test("an event that stays in its shadow root is told to those only who listen there", () => {
  const { early, happen } = setup();
  happen("change", [{}, {}]);
  const heard: string[] = [];
  early.listen("change", () => heard.push("window"));
  early.listen("change", () => heard.push("everywhere"), true);
  early.tell();
  assert.deepEqual(heard, ["everywhere"]);
});

test("it is bounded, moves leave room for the rest, and a listener that throws harms no other", () => {
  const { early, happen, failed } = setup();
  for (let count = 0; count < 500; count++) happen("pointermove", [top]);
  for (let count = 0; count < 500; count++) happen("click", [top]);
  const counts = { pointermove: 0, click: 0 };
  early.listen("click", () => {
    throw new TypeError("ours");
  });
  early.listen("click", () => counts.click++);
  early.listen("pointermove", () => counts.pointermove++);
  early.tell();
  assert.deepEqual(counts, { pointermove: 100, click: 100 });
  assert.equal(failed.length, 100);
});

test("stopped, it forgets and listens no more", () => {
  const { early, happen, listeners } = setup();
  happen("click", [top]);
  let heard = 0;
  const end = early.listen("click", () => heard++);
  early.stop();
  early.tell();
  assert.equal(heard, 0);
  end();
  assert.equal(listeners(), 0);
});
