import assert from "node:assert/strict";
import { test } from "node:test";
import { FLAG_KEYFRAME } from "../wire/wire.gen.ts";
import { gapsOf } from "./gaps.ts";
import type { ManifestTab } from "./source.ts";

/** Chunks a second apart; those of `keyframes` begin with one. */
function tab(sequences: readonly number[], keyframes: readonly number[]): ManifestTab {
  const chunks = sequences.map((sequence) => ({
    sequence,
    document: 1,
    page_view: 1,
    start: sequence * 1000,
    end: sequence * 1000 + 900,
    flags: keyframes.includes(sequence) ? FLAG_KEYFRAME : 0,
    bytes: 1,
    url: "",
  }));
  const gaps = chunks.slice(1).flatMap((chunk, index) => {
    const before = chunks[index]?.sequence ?? 0;
    if (chunk.sequence === before + 1) return [];
    const end = chunk.start;
    return [{ after: before, before: chunk.sequence, start: before * 1000 + 900, end, reason: "" }];
  });
  return { tab: "t", chunks, gaps };
}

const spans = (info: ManifestTab, troubles: ReadonlyMap<number, string> = new Map()) =>
  gapsOf(info, troubles, 10_000).map(({ start, end }) => [start, end]);

test("a gap goes on to the next keyframe, and to the end without one", () => {
  assert.deepEqual(spans(tab([0, 1, 2], [0])), []);
  assert.deepEqual(spans(tab([0, 2, 3, 4], [0, 4])), [[900, 4000]]);
  assert.deepEqual(spans(tab([0, 3, 4], [0])), [[900, 10_000]]);
  assert.match(
    gapsOf(tab([0, 3], [0]), new Map(), 9)[0]?.reason ?? "",
    /^2 parts .* never arrived/,
  );
});

test("damage counts from its chunk on, and a damaged keyframe ends nothing", () => {
  const troubles = new Map([
    [1, "a part is damaged"],
    [2, "a part is damaged"],
  ]);
  const info = tab([0, 1, 2, 3, 4], [0, 2, 4]);
  assert.deepEqual(spans(info, troubles), [[1000, 4000]]);
  assert.match(gapsOf(info, troubles, 10_000)[0]?.reason ?? "", /is damaged/);
});

test("gaps never lie over one another", () => {
  const info = tab([0, 2, 3, 5, 6, 7], [0, 3, 7]);
  const troubles = new Map([
    [1, "a part is damaged"],
    [4, "a change does not fit the page"],
  ]);
  assert.deepEqual(spans(info, troubles), [
    [900, 3000],
    [3900, 7000],
  ]);
});
