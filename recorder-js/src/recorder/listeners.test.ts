import assert from "node:assert/strict";
import { test } from "node:test";
import { createGuard } from "./guard.ts";
import { createListeners } from "./listeners.ts";
import type { Root } from "./tree.ts";

function setup() {
  const time = { now: 0 };
  const failed: string[] = [];
  const guard = createGuard((_, message) => failed.push(message));
  const listeners = createListeners(guard, () => ++time.now);
  const root = new EventTarget();
  let added = 0;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  root.addEventListener = function (...given) {
    added++;
    addEventListener.apply(this, given);
  };
  root.removeEventListener = function (...given) {
    added--;
    removeEventListener.apply(this, given);
  };
  listeners.add(root as unknown as Root);
  return { listeners, root, failed, added: () => added };
}

test("handlers of a type are one listener of the browser's, called in order, each by itself", () => {
  const { listeners, root, failed, added } = setup();
  const heard: string[] = [];
  const stops = ["a", "b", "c"].map((name) =>
    listeners.listen("click", () => {
      heard.push(name);
      if (name === "a") throw new TypeError();
    }),
  );
  assert.equal(added(), 1);
  root.dispatchEvent(new Event("click"));
  assert.deepEqual(heard, ["a", "b", "c"]);
  assert.deepEqual(failed, ["TypeError"]);
  stops[1]?.();
  root.dispatchEvent(new Event("click"));
  assert.deepEqual(heard.slice(3), ["a", "c"]);
  for (const stop of stops) stop();
  assert.equal(added(), 0);
  stops[0]?.();
  listeners.listen("click", () => heard.push("again"));
  root.dispatchEvent(new Event("click"));
  assert.equal(heard.at(-1), "again");
});

test("one event has one time and one path", () => {
  const { listeners, root } = setup();
  const times: number[] = [];
  let asked = 0;
  for (const _ of [1, 2]) {
    listeners.listen("click", (event) => {
      times.push(listeners.clock(), listeners.clock());
      listeners.pathOf(event);
    });
  }
  const event = new Event("click");
  event.composedPath = () => {
    asked++;
    return [];
  };
  root.dispatchEvent(event);
  assert.deepEqual(times, [1, 1, 1, 1]);
  assert.equal(asked, 1);
  assert.equal(listeners.clock(), 2);
  root.dispatchEvent(new Event("click"));
  assert.deepEqual(times.slice(4), [3, 3, 3, 3]);
});
