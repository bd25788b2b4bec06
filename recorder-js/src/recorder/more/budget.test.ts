import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Scope } from "../scope.ts";
import { keepBudget } from "./budget.ts";
import { CALM, WINDOW } from "./ladder.ts";

class NoObserver {
  observe() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

/** A recording of which every second costs so much; `told` is what was said, and what was done about it. */
function recording(
  settings: { budget: number; budgetKb: number },
  t: { after(f: () => void): void },
) {
  let now = 0;
  mock.timers.enable({ apis: ["setInterval"] });
  const clock = mock.method(performance, "now", () => now);
  Object.assign(globalThis, { MutationObserver: NoObserver });
  t.after(() => {
    mock.timers.reset();
    clock.mock.restore();
    Reflect.deleteProperty(globalThis, "MutationObserver");
  });
  const state = { meter: { time: 0, bytes: 0 }, watching: true, session: "a" };
  const told: string[] = [];
  const scope = {
    settings,
    meter: state.meter,
    session: { session: () => state.session },
    tree: { roots: new Set([{}]), ids: new Map(), opaque: new Set() },
    guard: (work: unknown) => work,
    now: () => now,
    emit: (_: number, [, name, reason, amount]: [number, string, string, number]) =>
      told.push(`${name} ${reason} ${amount}`),
    seal: () => told.push("seal"),
    watching: () => state.watching,
    thin: {
      pace: (ms: number) => told.push(`pace ${ms}`),
      freeze: () => told.push("freeze"),
      blind: () => told.push("blind"),
    },
    end: () => told.push("end"),
  };
  const stop = keepBudget(scope as unknown as Scope);
  const pass = (seconds: number, cost: number, bytes = 0, asleep = 1) => {
    for (let second = 0; second < seconds; second++) {
      now += 1000 * asleep;
      state.meter.time += cost;
      state.meter.bytes += bytes;
      mock.timers.tick(1000);
    }
  };
  return { state, told, pass, stop };
}

test("down to the end, a step at a time, each told", (t) => {
  const { told, pass } = recording({ budget: 100, budgetKb: 0 }, t);
  pass(WINDOW, 101, 1e9);
  assert.deepEqual(told.splice(0), ["budget sampled 101", "pace 250"]);
  pass(WINDOW, 102);
  assert.deepEqual(told, [], "which part changes most takes a second to see");
  pass(1, 0);
  assert.deepEqual(told.splice(0), ["budget facts 102", "seal", "blind"]);
  pass(WINDOW, 103);
  assert.deepEqual(told.splice(0), ["budget off 103", "end"]);
});

test("calm brings everything back, and a new session hears how it is", (t) => {
  const { state, told, pass } = recording({ budget: 100, budgetKb: 0 }, t);
  pass(WINDOW, 200);
  told.length = 0;
  state.session = "b";
  pass(1, 0);
  assert.deepEqual(told.splice(0), ["budget sampled 200"]);
  pass(CALM - 1, 0);
  assert.deepEqual(told.splice(0), ["budget full 0", "pace 0"]);
  state.session = "c";
  pass(1, 0);
  assert.deepEqual(told, []);
});

test("a tab that sleeps, or rests, is not over its budget", (t) => {
  const { state, told, pass } = recording({ budget: 100, budgetKb: 0 }, t);
  pass(10, 3000, 0, 60);
  assert.deepEqual(told, []);
  state.watching = false;
  pass(10, 3000);
  assert.deepEqual(told, []);
  state.watching = true;
  pass(1, 700, 0, 6);
  assert.deepEqual(told.splice(0), ["budget sampled 103", "pace 250"], "it took too much in each");
});

test("bytes have a budget of their own; without any nothing is looked at; an end is an end", (t) => {
  const { told, pass, stop } = recording({ budget: 0, budgetKb: 60 }, t);
  pass(30, 1000, 1024);
  assert.deepEqual(told, []);
  pass(31, 1000, 2048);
  assert.equal(told[0], "budget sampled 1000");
  stop();
  told.length = 0;
  pass(100, 1000, 1e6);
  assert.deepEqual(told, []);
});
