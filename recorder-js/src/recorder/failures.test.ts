import assert from "node:assert/strict";
import { test } from "node:test";
import { createFailures } from "./failures.ts";
import type { Listen } from "./scope.ts";

test("errors wait, within a bound, for the part that tells of them, and then go straight to it", () => {
  const handlers = new Map<string, (event: Event) => void>();
  const listen = ((type: string, handler: (event: Event) => void) => {
    handlers.set(type, handler);
    return () => handlers.delete(type);
  }) as unknown as Listen; // of its many signatures only this is used
  let clock = 0;
  let uncaught = 0;
  const failures = createFailures(
    listen,
    () => ++clock,
    () => uncaught++,
  );
  for (let count = 0; count < 30; count++) handlers.get("error")?.(new Event(`early${count}`));
  const heard: [string, number][] = [];
  failures.failures((event, at) => heard.push([event.type, at]));
  assert.equal(uncaught, 30);
  assert.equal(heard.length, 20);
  assert.deepEqual(heard[0], ["early0", 1]);
  handlers.get("unhandledrejection")?.(new Event("late"));
  assert.deepEqual(heard.at(-1), ["late", 31]);
  failures.stop();
  assert.equal(handlers.size, 0);
});
