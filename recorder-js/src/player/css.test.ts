import assert from "node:assert/strict";
import { test } from "node:test";
import { type CssAssets, rewriteCss, rewriteQueries, safeUrl } from "./css.ts";
import { plainEnvironment } from "./environment.ts";

const sheets: Record<string, string> = {
  sheet: "b{background:url(ff:pic)} c{background:url(/leak)}",
  loop: "@import 'ff:loop'; x{}",
  open: 'y{content:"never closed',
};
const assets: CssAssets = {
  url: (ref) => (ref === "pic" ? "/vault/pic" : undefined),
  sheet: (ref) => sheets[ref],
};
const rewritten = (css: string) => rewriteCss(css, assets);
const NOTHING = 'url("data:,")';

test("harmless CSS stays as it is", () => {
  for (const css of [
    "a:link>b~c+d{color:red;margin:-1px 2e3px;content:'it\\'s';--x:{a:b}}",
    "@media (min-width:10px) and (max-width:5em){.a\\:b{width:calc(1px + 2%)}}",
    ".grid{grid-template-columns:[full-start] 1fr [main] 2fr [full-end]}",
    "@keyframes x{from{opacity:0}to{opacity:1}} a[data-x='url(/y)']{}",
    "i::before{content:'url(/x) @import'}",
    "@layer a,b;@container (width>1px){}@property --a{syntax:'*';inherits:false}",
  ]) {
    assert.equal(rewritten(css), css);
  }
});

test("URLs: assets, data and fragments are kept, all else is nothing", () => {
  assert.equal(rewritten("url(ff:pic)"), 'url("/vault/pic")');
  assert.equal(rewritten("url( 'ff:pic#f' )"), 'url("/vault/pic#f")');
  assert.equal(rewritten("url(#id)"), 'url("#id")');
  assert.equal(rewritten("url(data:image/gif;base64,AA==)"), 'url("data:image/gif;base64,AA==")');
  for (const bad of [
    "url(/x)",
    "URL(//x.example)",
    "u\\72l(/x)",
    "\\75 rl('/x')",
    "url(\\2f x)",
    "url(ff:unknown)",
    "url(ff:pic/../x)",
    "url(javascript:x)",
    "image-set('/x' 1x)",
    "image-set(var(--x) 1x)",
    "-webkit-image-set(attr(x) 1x)",
    "src(var(--x))",
  ]) {
    const text = rewritten(bad);
    assert.ok(!/\/x|var\(|attr\(|javascript|unknown/.test(text), `${bad} → ${text}`);
    assert.ok(text.includes(NOTHING), `${bad} → ${text}`);
  }
});

test("what is cut short draws nothing in", () => {
  assert.equal(rewritten("a{background:url(/x"), `a{background:${NOTHING}`);
  assert.equal(rewritten("a{background:url('/x"), `a{background:${NOTHING}`);
  assert.equal(rewritten("a{content:'x"), 'a{content:""');
  assert.equal(rewritten("a/* x"), "a/**/");
  assert.equal(rewritten("image-set('/x' 1x"), NOTHING);
  assert.equal(rewritten("url/**/(/x)"), "url/**/(/x)");
});

test("imports come in their place, with their conditions, once and no deeper", () => {
  const inlined = rewritten("@import url('ff:sheet') layer(l) supports(display:grid) print;z{}");
  assert.match(inlined, /^ @layer l \{\n@supports \(display:grid\) \{\n@media print \{\nb\{/);
  assert.ok(inlined.includes('url("/vault/pic")') && !inlined.includes("leak"));
  assert.equal(rewritten("@import '/x'; @\\69mport '//y'; z{}"), "    z{}");
  assert.equal(rewritten("@import 'ff:sheet' print} a{background:url(/x)}").includes("/x"), false);
  assert.ok(rewritten("@import 'ff:loop';").length < 1000);
  const mixed = rewritten('@import "ff:open"; z{content:"url(/x)"}');
  assert.ok(mixed.includes('content:""\n'), mixed);
});

test("selectors by attributes that were renamed follow them", () => {
  assert.equal(rewritten("a[href^='x'][ target ]{}"), "a[data-ff-href^='x'][ data-ff-target ]{}");
  assert.equal(rewritten("a::after{content:attr(href)}"), "a::after{content:attr(data-ff-href)}");
});

test("vh can be fixed", () => {
  const fixed = rewriteCss("a{height:100vh;top:-50.5vh;width:calc(10dvh + 5vw)} .vh{}", {
    ...assets,
    pixelsPerVh: 6,
  });
  assert.equal(fixed, "a{height:600.000px;top:-303.000px;width:calc(60.000px + 5vw)} .vh{}");
});

test("the viewer's own colour scheme does not count", () => {
  assert.equal(
    rewritten("@media (prefers-color-scheme: dark){}"),
    "@media (min-width:9999999px){}",
  );
  assert.equal(
    rewriteQueries("(PREFERS-color-scheme:light) and (x)", assets),
    "(min-width:0) and (x)",
  );
  assert.equal(rewriteQueries("not (prefers-color-scheme)", assets), "not (min-width:0)");
  assert.equal(rewritten(":root{color-scheme:light dark}"), ":root{color-scheme:light}");
});

test("the visitor's dark colour scheme does", () => {
  const dark = (css: string) => rewriteCss(css, { ...assets, environment: plainEnvironment(true) });
  assert.equal(dark("@media (prefers-color-scheme: dark){}"), "@media (min-width:0){}");
  assert.equal(dark("@media (prefers-color-scheme: light){}"), "@media (min-width:9999999px){}");
  assert.equal(dark(":root{color-scheme: light dark;x:y}"), ":root{color-scheme: dark;x:y}");
  assert.equal(dark("a{color-scheme:only light}"), "a{color-scheme:light}");
  assert.equal(dark("a{color-scheme:inherit}"), "a{color-scheme:inherit}");
  assert.equal(dark(".color-scheme:link{}"), ".color-scheme:link{}");
  assert.equal(dark("meta[name=color-scheme]{}"), "meta[name=color-scheme]{}");
});

test("safeUrl", () => {
  assert.equal(safeUrl(" ff:pic ", assets), "/vault/pic");
  assert.equal(safeUrl("DATA:text/plain,x", assets), "DATA:text/plain,x");
  for (const bad of ["", "x", "http://x", "ff:", "ff:PIC", "\tjavascript:1", "blob:x"]) {
    assert.equal(safeUrl(bad, assets), undefined);
  }
});

test("noise never leaves a live URL", () => {
  const pieces = [
    "url(",
    "/leak",
    "/",
    "*",
    ")",
    "'",
    '"',
    "\\",
    "\n",
    "/*",
    "*/",
    "@import ",
    "image-set(",
    "<!--",
    "-->",
    "{",
    "}",
    ";",
    "u\\72l(",
    "var(--x)",
    "[",
    "é",
    "#",
    "1",
    "src(",
    "-",
    " ",
  ];
  let state = 11;
  for (let round = 0; round < 20_000; round++) {
    let css = "";
    for (let length = 0; length < 9; length++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      css += pieces[state % pieces.length];
    }
    // Rewritten twice it is the same, comments and spaces apart: a reader of the output finds nothing new in it.
    const once = rewritten(css);
    const bare = (text: string) => text.replace(/\/\*\*\/|[ \n]/g, "");
    assert.equal(bare(rewritten(once)), bare(once), JSON.stringify(css));
  }
});
