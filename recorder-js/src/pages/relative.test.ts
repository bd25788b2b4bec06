import assert from "node:assert/strict";
import { test } from "node:test";
import { exactTime, relativeTime } from "./relative.ts";

const NOW = Date.UTC(2025, 10, 12, 14, 5);

test("a moment is told in the largest unit that has passed", () => {
  const told = [0, 9_999, 10_000, 59_999, 60_000, 3_599_999, 3_600_000, 86_400_000, 6 * 86_400_000];
  assert.deepEqual(
    told.map((passed) => relativeTime(NOW - passed, NOW)),
    [
      "just now",
      "just now",
      "10 seconds ago",
      "59 seconds ago",
      "1 minute ago",
      "59 minutes ago",
      "1 hour ago",
      "yesterday",
      "6 days ago",
    ],
  );
});

test("what is old, or in the future, is not told relatively", () => {
  assert.equal(relativeTime(NOW - 8 * 86_400_000, NOW), undefined);
  assert.equal(relativeTime(NOW + 61_000, NOW), undefined);
  assert.equal(relativeTime(NOW + 30_000, NOW), "just now");
});

test("the year stands only where it is another", () => {
  assert.equal(exactTime(NOW, NOW, "UTC"), "12 Nov, 14:05");
  assert.equal(exactTime(Date.UTC(2024, 0, 2, 3, 4), NOW, "UTC"), "2 Jan 2024, 03:04");
  assert.equal(exactTime(NOW, NOW, "Asia/Tokyo"), "12 Nov, 23:05");
});
