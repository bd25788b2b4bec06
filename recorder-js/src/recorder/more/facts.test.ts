// The pure parts of the facts, against slow and obvious oracles.

import assert from "node:assert/strict";
import { test } from "node:test";
import { REACTION_MS } from "../../wire/wire.gen.ts";
import { classify } from "./gesture.ts";
import { createRepeats } from "./repeats.ts";
import { callers } from "./stack.ts";
import { createInteractions, createShifts } from "./vitals.ts";
import { createWatches, type Outcome } from "./watches.ts";

/** A small generator with a seed, so that what fails fails again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

test("what fingers did", () => {
  const finger = (x: number, y: number, toX: number, toY: number) => ({ x, y, toX, toY });
  assert.deepEqual(classify([finger(5, 5, 8, 9)], 80), { action: "tap", scale: 100 });
  assert.deepEqual(classify([finger(5, 5, 5, 5)], 500), { action: "press", scale: 100 });
  assert.deepEqual(classify([finger(5, 5, 5, 16)], 900), { action: "swipe", scale: 100 });
  const apart = [finger(0, 0, -50, 0), finger(100, 0, 150, 0)];
  assert.deepEqual(classify(apart, 300), { action: "pinch", scale: 200 });
  const together = [finger(0, 0, 40, 0), finger(100, 0, 60, 0)];
  assert.deepEqual(classify(together, 300), { action: "pinch", scale: 20 });
  const side = [finger(0, 0, 0, 80), finger(100, 0, 100, 80)];
  assert.equal(classify(side, 300).action, "swipe");
  const same = [finger(7, 7, 7, 7), finger(7, 7, 7, 7)];
  assert.equal(classify(same, 20).action, "tap", "two fingers on one spot divide by nothing");
});

test("layout shifts: the worst window of at most 5 s without a gap of 1 s", () => {
  const next = random(7);
  for (let round = 0; round < 300; round++) {
    const shifts: { time: number; value: number }[] = [];
    for (let time = 0; shifts.length < 20; time += next(1400)) {
      shifts.push({ time, value: (1 + next(100)) / 1000 });
    }
    const windows: { time: number; value: number }[][] = [];
    for (const shift of shifts) {
      const window = windows.at(-1);
      const isIn =
        window?.[0] &&
        shift.time - (window.at(-1)?.time ?? 0) < 1000 &&
        shift.time - window[0].time < 5000;
      if (isIn) window.push(shift);
      else windows.push([shift]);
    }
    const sums = windows.map((window) => window.reduce((sum, { value }) => sum + value, 0));
    const scored = createShifts<number>();
    for (const { time, value } of shifts) scored.add(time, value, value);
    const { value, about } = scored.score();
    assert.ok(Math.abs(value - Math.max(...sums)) < 1e-9);
    const worst = windows[sums.indexOf(Math.max(...sums))] ?? [];
    assert.equal(about, Math.max(...worst.map((shift) => shift.value)));
  }
});

test("interactions: the longest, but one less of each 50", () => {
  const next = random(11);
  for (const count of [1, 2, 49, 50, 99, 100, 180, 400]) {
    const slow = createInteractions<number>();
    const durations = new Map<number, number>();
    for (let id = 1; id <= count; id++) {
      for (let event = 0; event < 3; event++) {
        const duration = next(1000);
        durations.set(id, Math.max(durations.get(id) ?? 0, duration));
        slow.add(id, duration, id);
      }
    }
    const sorted = [...durations.values()].sort((a, b) => b - a);
    assert.equal(slow.count(), count);
    assert.equal(slow.score(count)?.value, sorted[Math.floor(count / 50)], `of ${count}`);
    assert.equal(durations.get(slow.score(count)?.about ?? 0), slow.score(count)?.value);
  }
  assert.equal(createInteractions().score(0), undefined);
});

test("repeats: told at once, counted within a chunk, nothing lost", () => {
  const told: [string, number][] = [];
  const repeats = createRepeats<string>((item, count) => told.push([item, count]));
  for (const key of ["a", "b", "a", "a"]) repeats.add(key, key);
  assert.deepEqual(told, [
    ["a", 1],
    ["b", 1],
  ]);
  repeats.flush();
  repeats.flush();
  assert.deepEqual(told.slice(2), [["a", 2]]);
  repeats.add("a", "a");
  assert.deepEqual(told.slice(3), [["a", 1]]);
});

test("callers in the stacks of three browsers, names left out, URLs cleaned", () => {
  const clean = (url: string) => url.split("?")[0] ?? "";
  const chromium = `TypeError: secret at https://x.example/a.js?k=1:9:9 oh
    at buy (https://shop.example/app.js?v=secret:10:20)
    at https://shop.example/app.js:1:2
    at async Promise.all (index 0)
    at <anonymous>:1:1`;
  const firefox =
    "buy@https://shop.example/app.js?v=secret:10:20\n@https://shop.example/app.js:1:2\n";
  const safari =
    "buy@https://shop.example/app.js:10:20\nglobal code@https://shop.example/app.js:1:2";
  for (const stack of [chromium, firefox, safari]) {
    assert.deepEqual(callers(stack, clean), [
      "https://shop.example/app.js:10:20",
      "https://shop.example/app.js:1:2",
    ]);
  }
  assert.equal(callers("@https://a.example/x.js:1:1\n".repeat(40), clean).length, 10);
  assert.deepEqual(callers("a".repeat(100_000), clean), []);
});

interface Event {
  readonly at: number;
  readonly type: "press" | "click" | "effect" | "elsewhere" | "key";
  readonly on: number;
}

const EFFECTS = ["mutation", "request", "focus", "scroll"];

/** What a click caused, given what came after its press. */
function outcome(click: Event, after: readonly Event[]): Outcome<number> {
  const inTime = after.filter(({ at }) => at - click.at <= REACTION_MS);
  const delay = ({ at }: Event) => Math.max(0, at - click.at);
  const before = (event: Event) => inTime.slice(0, inTime.indexOf(event));
  const isOwn = (event: Event) => {
    const effect = EFFECTS[event.on] ?? "";
    const passed = before(event).some(
      (one) => /press|click/.test(one.type) && one !== click && one.on !== click.on,
    );
    const acted = before(event).some(({ type }) => type === "key");
    return !(passed && effect !== "mutation") && !(acted && /focus|scroll/.test(effect));
  };
  const first = inTime.find((event) => event.type === "effect" && isOwn(event));
  const other = inTime.find(({ type }) => type === "elsewhere");
  const isBefore = other && (!first || inTime.indexOf(other) < inTime.indexOf(first));
  return {
    click: click.at,
    effect: first ? (EFFECTS[first.on] ?? "") : "nothing",
    delay: first ? delay(first) : -1,
    elsewhere: isBefore ? delay(other) : -1,
  };
}

/** Where the press of a click is, if it has one; something may have happened while it was held. */
function pressOf(events: readonly Event[], index: number): number | undefined {
  return [index - 1, index - 2].find(
    (at) =>
      events[at]?.type === "press" &&
      !events.slice(at + 1, index).some(({ type }) => type === "click"),
  );
}

/** For each click: the first effect from its press to 7 s after it that may be its own. */
function expected(events: readonly Event[]): Outcome<number>[] {
  return events.flatMap((event, index) => {
    if (event.type !== "click") return [];
    return [outcome(event, events.slice((pressOf(events, index) ?? index) + 1))];
  });
}

function visit(next: (below: number) => number): Event[] {
  const events: Event[] = [];
  for (let at = 1; events.length < 25; at += 2 + next(3000)) {
    const on = next(4);
    const types = ["press", "effect", "elsewhere", "key", "click", "effect"] as const;
    const type = types[next(6)] ?? "key";
    events.push({ at, type, on });
    if (type !== "press") continue;
    if (next(3) === 0) events.push({ at: ++at, type: "effect", on: next(4) });
    at += 1 + next(1500);
    events.push({ at, type: "click", on });
  }
  return events;
}

function play(events: readonly Event[]): Outcome<number>[] {
  const told: Outcome<number>[] = [];
  const watches = createWatches<number, number>(
    (a, b) => a === b,
    (one) => told.push(one),
  );
  for (const [index, { at, type, on }] of events.entries()) {
    if (type === "press") watches.press(at, on);
    else if (type === "click") watches.click(at, at, on, pressOf(events, index) !== undefined);
    else if (type === "key") watches.act();
    else watches.happen(at, () => (type === "elsewhere" ? type : (EFFECTS[on] ?? "")));
  }
  watches.expire(1e9);
  assert.equal(watches.due(), undefined);
  return told.sort((a, b) => a.click - b.click);
}

test("reactions: the first thing that a click can have caused", () => {
  const next = random(3);
  for (let round = 0; round < 400; round++) {
    const events = visit(next);
    assert.deepEqual(play(events), expected(events), JSON.stringify(events));
  }
});

test("reactions: a press without a click is forgotten, and what ends early is not known", () => {
  const told: Outcome<string>[] = [];
  const watches = createWatches<number, string>(
    (a, b) => a === b,
    (one) => told.push(one),
  );
  watches.press(0, 1);
  watches.happen(10, () => "mutation");
  watches.press(20, 1);
  watches.click(30, "second", 1, true);
  assert.deepEqual(told, []);
  watches.end();
  assert.deepEqual(told, [{ click: "second", effect: "", delay: -1, elsewhere: -1 }]);
  for (let click = 0; click < 40; click++) watches.click(100 + click, String(click), 1, false);
  watches.end();
  assert.equal(told.length, 41, "bounded, and each told");
});
