import assert from "node:assert/strict";
import { test } from "node:test";
import { fitGrowth, grown } from "./grow.ts";
import type { Manifest, ManifestChunk } from "./source.ts";

const chunk = (sequence: number, start: number): ManifestChunk => ({
  ...{ sequence, document: 1, page_view: 1, start, end: start + 10, flags: 0, bytes: 1, url: "" },
});

const manifest: Manifest = {
  session: "s",
  started: 0,
  ended: 20,
  clock_offset: 5,
  tabs: [{ tab: "a", chunks: [chunk(0, 0), chunk(1, 10)], gaps: [] }],
  page_views: [],
};

test("a growth brings only what is new, at the times that the viewer began with", () => {
  const gap = { after: 1, before: 3, start: 27, end: 37, reason: "missing" };
  const growth = {
    ended: 57,
    clock_offset: 12,
    tabs: [
      { tab: "a", chunks: [chunk(1, 17), chunk(3, 37)], gaps: [gap] },
      { tab: "b", chunks: [chunk(0, 47)], gaps: [] },
    ],
    page_views: [],
  };
  const fitted = fitGrowth(manifest, growth);
  assert.deepEqual(fitted.tabs[0]?.chunks, [chunk(3, 30)]);
  const after = grown(manifest, fitted);
  assert.equal(after.ended, 50);
  assert.deepEqual(
    after.tabs.map(({ tab, chunks }) => [tab, chunks.map(({ start }) => start)]),
    [
      ["a", [0, 10, 30]],
      ["b", [40]],
    ],
  );
  assert.deepEqual(after.tabs[0]?.gaps, [{ ...gap, start: 20, end: 30 }]);
  assert.deepEqual(fitGrowth(after, growth).tabs, []);
});
