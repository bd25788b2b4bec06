import assert from "node:assert/strict";
import { test } from "node:test";
import { rewriteCss } from "./css.ts";
import { environmentOf, rewriteMedia } from "./environment.ts";
import { rewriteSelector } from "./pseudo.ts";

const is = (mark: string) => `[data-ff-is-${mark}]`;

test("pseudo-classes of the pointer and the keyboard become attributes", () => {
  for (const [selector, rewritten] of [
    ["a:hover", `a${is("hover")}`],
    [":is(a:hover,b):focus-visible c", `:is(a${is("hover")},b)${is("focus-visible")} c`],
    [".a\\:b:HOVER:active>*:focus", `.a\\:b${is("hover")}${is("active")}>*${is("focus")}`],
    [":host(:hover) ::slotted(i:focus)", `:host(${is("hover")}) ::slotted(i${is("focus")})`],
    ["x::part(y):hover,z:hover", `x::part(y ff-hover),z${is("hover")}`],
    ["a:not(:defined)", "a:not(:not([data-ff-undefined]))"],
    [
      "p::selection, p:hover::selection",
      `p::highlight(ff-selection), p${is("hover")}::highlight(ff-selection)`,
    ],
  ] as const) {
    assert.equal(rewriteSelector(selector), rewritten);
  }
});

test("behind a pseudo-element, in names and in strings they stay", () => {
  for (const selector of [
    "a::-webkit-scrollbar-thumb:hover",
    "a:before:hover",
    ".hover .focus:constructor",
    '[title=":hover"]',
    ".a\\:hover",
  ]) {
    assert.equal(rewriteSelector(selector), selector);
  }
});

test("they are selectors before a block only", () => {
  const assets = { url: () => undefined, sheet: () => undefined };
  const css = "a{animation:focus 1s;--x:hover}@media (x){b{color:red}}";
  assert.equal(rewriteCss(css, assets), css);
  assert.equal(
    rewriteCss("a{color:red;&:hover{x:y}}@layer b{c:focus{}}", assets),
    `a{color:red;&${is("hover")}{x:y}}@layer b{c${is("focus")}{}}`,
  );
});

test("media features answer as they did for the visitor", () => {
  // Reduced motion, a coarse pointer, two device pixels a CSS pixel, a screen of 400 × 800.
  const phone = environmentOf([0b1000000000010 | (1 << 20), 2000, 400, 800, 0], undefined);
  const holds = (query: string) =>
    rewriteMedia(query, phone).replaceAll("min-width:9999999px", "no");
  assert.equal(
    holds("(prefers-reduced-motion) and (hover: none)"),
    "(min-width:0) and (min-width:0)",
  );
  assert.equal(holds("(prefers-reduced-motion:no-preference)"), "(no)");
  assert.equal(holds("not ((pointer: fine) or (any-hover))"), "not ((no) or (no))");
  assert.equal(holds("(pointer: coarse)"), "(min-width:0)");
  assert.equal(holds("(min-resolution: 192dpi)"), "(min-width:0)");
  assert.equal(holds("(-webkit-min-device-pixel-ratio: 2.5)"), "(no)");
  assert.equal(holds("(1dppx <= resolution < 2dppx)"), "(no)");
  assert.equal(holds("(resolution > 1.5x)"), "(min-width:0)");
  assert.equal(holds("(max-device-width: 480px)"), "(min-width:0)");
  assert.equal(
    holds("(min-width: 1px) and (max-width: 2em)"),
    "(min-width: 1px) and (max-width: 2em)",
  );
  assert.equal(holds("(scripting: none)"), "(no)");
});
