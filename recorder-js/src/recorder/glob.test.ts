import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, matchesPage } from "./glob.ts";

test("a star stands for any text, all else for itself", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["/a", "/a", true],
    ["/a", "/a/b", false],
    ["/a*", "/a/b", true],
    ["*", "", true],
    ["/*/edit", "/x/y/edit", true],
    ["/*/edit", "/x/y/edits", false],
    ["a*a", "a", false],
    ["a*b*c", "a-c-b-c", true],
    ["a*b*c", "acb", false],
    ["a.c", "abc", false],
    ["", "", true],
    ["", "x", false],
  ];
  for (const [pattern, text, expected] of cases) {
    assert.equal(matches(pattern, text), expected, `${pattern} on ${text}`);
  }
});

test("no pattern is slow", () => {
  assert.equal(matches("a*".repeat(2000), "a".repeat(100_000)), true);
  assert.equal(matches(`${"a*".repeat(2000)}b`, "a".repeat(100_000)), false);
});

test("paths, fragments and whole addresses", () => {
  const place = { origin: "https://x.example", pathname: "/admin/users", hash: "#/inbox/3" };
  for (const pattern of ["/admin/*", "*/users", "#/inbox/*", "https://x.example/*"]) {
    assert.equal(matchesPage(pattern, place), true, pattern);
  }
  for (const pattern of ["/admin", "#/admin/*", "https://y.example/*"]) {
    assert.equal(matchesPage(pattern, place), false, pattern);
  }
});
