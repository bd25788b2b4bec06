import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Policy } from "./policy.ts";
import { readSettings, type Settings } from "./settings.ts";

let said: Policy | undefined;
let asked = 0;
globalThis.fetch = () => {
  asked++;
  return said ? Promise.resolve(Response.json(said)) : Promise.reject(new TypeError("away"));
};
// policy.ts keeps the fetch that is there when it is loaded.
const { followPolicy } = await import("./follow.ts");

const given = readSettings({ project: "abcdefghijklmnop" }, "https://footfall.example/footfall.js");

/** Follows a policy that is known as `version`, from now on with a clock that stands. */
function follow(version: string) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  asked = 0;
  let kept: Policy | undefined = { version, at: Date.now() };
  const box = {
    get: () => kept,
    set(now: Policy | undefined) {
      kept = now;
    },
  };
  let changes = 0;
  const followed = followPolicy(
    given as Settings,
    box,
    () => true,
    () => void changes++,
  );
  return { ...followed, changes: () => changes, version: () => kept?.version };
}

/** Has everything happened that waits for no time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what an answer tells of is read once", async () => {
  const followed = follow("a");
  said = { version: "b", at: 0 };
  followed.hear("a");
  assert.equal(asked, 0);
  followed.hear("b");
  followed.hear("b");
  await settled();
  followed.hear("b");
  await settled();
  assert.deepEqual([asked, followed.changes(), followed.version()], [1, 1, "b"]);
});

test("what could not be read is read later", async () => {
  const followed = follow("a");
  said = undefined;
  followed.hear("b");
  await settled();
  said = { version: "b", at: 0 };
  followed.hear("b"); // at once: it would be asked with every answer
  await settled();
  assert.deepEqual([asked, followed.version()], [1, "a"]);
  mock.timers.tick(5_000);
  followed.hear("b");
  await settled();
  assert.deepEqual([asked, followed.changes(), followed.version()], [2, 1, "b"]);
});

test("a version that was taken back while it was asked for is followed when it comes again", async () => {
  const followed = follow("a");
  said = { version: "a", at: 0 };
  followed.hear("b");
  await settled();
  assert.deepEqual([asked, followed.changes()], [1, 0]);
  said = { version: "b", at: 0 };
  mock.timers.tick(5_000);
  followed.hear("b");
  await settled();
  assert.deepEqual([asked, followed.changes(), followed.version()], [2, 1, "b"]);
});

test("a version that is heard of while another is read is not missed", async () => {
  const followed = follow("a");
  said = { version: "b", at: 0 };
  followed.hear("b");
  followed.hear("c");
  await settled();
  said = { version: "c", at: 0 };
  followed.hear("c");
  await settled();
  assert.deepEqual([asked, followed.changes(), followed.version()], [2, 2, "c"]);
});
