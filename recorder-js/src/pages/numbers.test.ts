import assert from "node:assert/strict";
import { test } from "node:test";
import type { Backdrop, ClickPicture } from "./heatmap-api.ts";
import { backdropName, backdropText, clickNotes, count, percent, scrollNotes } from "./numbers.ts";

const NOW = Date.UTC(2025, 10, 12, 14, 5);

const PICTURE: ClickPicture = {
  png: "",
  width: 1280,
  height: 2000,
  max: 4,
  legend: [],
  clicks: 1000,
  by_element: 845,
  scaled: 120,
  not_placed: 35,
  reasons: {
    other_state: 0,
    not_on_page: 0,
    scrolled_away: 0,
    element_hidden: 30,
    fixed_unknown: 0,
    not_finite: 0,
    outside: 5,
  },
  elements: [],
};

test("every click is told of, and only what there is", () => {
  assert.deepEqual(clickNotes(PICTURE), [
    "85 % stand on the element that was clicked",
    "12 % by position only: their element is not on this recorded page",
    "3 % not shown: their element is hidden on this recorded page: choose Show, below",
    "< 1 % not shown: outside this recorded page",
  ]);
  assert.deepEqual(clickNotes({ ...PICTURE, clicks: 0 }), [
    "Nobody clicked here in this time and on this device",
  ]);
});

test("a scroll map tells its fold and its middle", () => {
  const empty = { png: "", width: 1, height: 1, views: 0, shares: [], legend: [] };
  assert.deepEqual(scrollNotes({ ...empty, fold: null, lines: {} }), []);
  assert.deepEqual(scrollNotes({ ...empty, views: 2, fold: 799.6, lines: { "50": 1500 } }), [
    "Average fold at 800 px: seen without scrolling",
    "Half of the views got 1500 px down",
  ]);
});

test("shares are never rounded to nothing or to all", () => {
  assert.deepEqual([0, 0.001, 0.5, 0.999, 1].map(percent), [
    "0 %",
    "< 1 %",
    "50 %",
    "> 99 %",
    "100 %",
  ]);
});

test("one is not many", () => {
  assert.equal(count(1, "click", "clicks"), "1 click");
  assert.equal(count(1234, "click", "clicks"), "1,234 clicks");
});

test("a backdrop is told by width, time and title, and named in the address", () => {
  const backdrop: Backdrop = {
    session: "s",
    tab: "t",
    document: 2,
    page_view: 3,
    sequence: 4,
    width: 1440,
    height: 900,
    started: NOW,
    time: NOW,
    title: "Lamps",
  };
  assert.match(backdropText(backdrop, NOW), /^1440 px, 12 Nov, \d\d:\d\d, Lamps$/);
  assert.equal(backdropName(backdrop), "s.t.2.4");
});
