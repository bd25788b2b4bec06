# ruff: noqa: E501 - pages and scripts read best as they are written
"""Styles: where sheets come from, how scripts change them, and what their selectors and conditions see."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_DOT: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9" fill="purple"/></svg>'

_LINKED: Final = {
    "/css/main.css": (
        "text/css",
        b"@import 'more.css'; @import url(print.css) print; @import 'wide.css' (min-width: 300px);"
        b"@import 'layered.css' layer(base); p { color: teal; background: url(../img/dot.svg) no-repeat right }",
    ),
    "/css/more.css": ("text/css", b"@import 'deeper.css'; b { text-decoration: underline wavy }"),
    "/css/deeper.css": ("text/css", b"i { border: 2px dashed orange }"),
    "/css/print.css": ("text/css", b"p { display: none }"),
    "/css/wide.css": ("text/css", b"u { letter-spacing: 4px }"),
    "/css/layered.css": (
        "text/css",
        b"p { color: red !important; margin-left: 30px } s { color: green }",
    ),
    "/css/off.css": ("text/css", b"p { font-size: 50px }"),
    "/css/late.css": ("text/css", b"s { background: gold }"),
    "/css/media.css": ("text/css", b"b { color: fuchsia }"),
    "/img/dot.svg": ("image/svg+xml", _DOT),
}

_LINKS_ACT: Final = """
const link = document.createElement("link");
link.rel = "stylesheet"; link.href = "/css/late.css";
await new Promise((done) => { link.onload = done; document.head.append(link); });
document.querySelector("#media").media = "screen";
"""

_SCRIPTED_ACT: Final = """
const [first, second, third] = ["first", "second", "third"].map((id) => document.getElementById(id).sheet);
first.insertRule("p { color: green }", 0);
first.insertRule("@media (min-width: 100px) { b { color: red } }", 1);
first.cssRules[1].insertRule("i { color: blue }", 0);
first.deleteRule(2);
third.disabled = true;
document.querySelector("#fourth").disabled = true;
document.querySelector("#fifth").media = "print";
const empty = document.createElement("style");
document.head.append(empty);
for (let i = 0; i < 50; i++) empty.sheet.insertRule(`.css-${i} { padding-left: ${i}px }`, i);
document.querySelector("p").className = "css-20";
"""

_ADOPTED_ACT: Final = """
const shared = new CSSStyleSheet();
shared.replaceSync("p { color: crimson } :host { display: block; border: 1px solid }");
const own = new CSSStyleSheet({ media: "screen" });
await own.replace("p { font-weight: bold }");
document.adoptedStyleSheets = [shared];
for (const host of document.querySelectorAll("x-a, x-b")) {
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = "<p>in a shadow <slot></slot></p>";
  root.adoptedStyleSheets = host.localName === "x-a" ? [shared, own] : [shared];
}
await new Promise((done) => setTimeout(done, 80));
shared.insertRule("p { background: #eef }");
shared.cssRules[1].style.color = "teal";
const off = new CSSStyleSheet();
off.replaceSync("p { font-size: 40px }");
off.disabled = true;
document.adoptedStyleSheets.push(off);
"""

_MODERN: Final = """<style>
@layer low, high;
@layer high { .l { color: green } }
@layer low { .l { color: red } }
.card { container: card / inline-size; width: 300px; & > p { color: navy; &:hover { color: red } .deep & { color: teal } }
  @media (min-width: 10px) { & b { font-size: 22px } } }
@container card (min-width: 200px) { .card p { background: #dfd } }
@supports (display: grid) { .grid { display: grid; grid-template: [top] "a b" 40px [full-end] / [full-start] 1fr 2fr; gap: 4px } }
.grid > :nth-child(2) { grid-area: b; background: #fdd }
@property --turn { syntax: "<angle>"; inherits: false; initial-value: 5deg }
.turn { rotate: var(--turn); width: 90px; background: linear-gradient(var(--turn), #fff, #99f) }
:is(h1, h2):where(.x) { font-style: italic }
.has:has(> em) { outline: 2px solid orange }
@scope (.scope) to (.limit) { p { color: brown } }
.n { color: oklch(60% 0.2 300); inset-inline-start: 0; aspect-ratio: 4 / 1; width: min(50%, 200px); background: color-mix(in srgb, red 30%, white) }
@media (prefers-reduced-motion: no-preference) and (hover: hover) { .m { color: green } }
@media (orientation: landscape) { .m { text-indent: 10px } }
.anchor::before { content: "«" attr(data-label) "»"; color: gray } .anchor::after { content: counter(c) ; counter-increment: c }
::marker { color: red } ::selection { background: yellow } .q::first-letter { font-size: 30px } .q::first-line { color: green }
</style>"""

_MODERN_BODY: Final = """<p class="l">layers</p><div class="deep"><div class="card"><p>nested <b>bold</b></p></div></div>
<div class="grid"><div>1</div><div>2</div><div>3</div></div><div class="turn">turned</div><h2 class="x">x</h2>
<p class="has">has <span>nothing</span></p><div class="scope"><p>scoped</p><div class="limit"><p>beyond</p></div></div>
<div class="n">n</div><p class="m">media</p><p class="anchor" data-label="label">content</p><ul><li>marker</ul><p class="q">quoted text</p>"""

_CONDITIONS: Final = """<style>
:root { color-scheme: light dark }
body { background: Canvas; color: CanvasText }
@media (prefers-color-scheme: dark) { .d { color: orange } }
@media not (prefers-color-scheme: light) { .r { font-size: 30px } }
.ld { color: light-dark(red, cyan) }
</style>"""
_CONDITIONS_BODY: Final = (
    "<p class=d>dark</p><p class=r>not light</p><p class=ld>pair</p>"
    "<button>b</button><input type=checkbox><progress value=.4></progress>"
)

FEATURES: Final[Sequence[Feature]] = (
    Feature(
        "linked-sheets",
        page(
            "<p>p <b>b</b> <i>i</i> <u>u</u> <s>s</s></p>",
            '<link rel="stylesheet" href="/css/main.css"><link rel="alternate stylesheet" title="x" href="/css/off.css">'
            '<link id="media" rel="stylesheet" media="print" href="/css/media.css">'
            '<style>@import "/css/more.css";</style>',
        ),
        _LINKS_ACT,
        files=_LINKED,
    ),
    Feature(
        "scripted-sheets",
        page(
            "<p>p <b>b</b> <i>i</i> <u>u</u> <s>s</s></p>",
            "<style id=first>p { font-size: 30px }</style><style id=second>b { margin: var(--gap) } s { color: teal }"
            " @media print { i { font-size: 30px } }</style><style id=third>p { border: 5px solid }</style>"
            '<link id=fourth rel=stylesheet href="/css/off.css"><style id=fifth>u { font-size: 40px }</style>',
        ),
        _SCRIPTED_ACT,
        files={"/css/off.css": _LINKED["/css/off.css"]},
    ),
    Feature("adopted-sheets", page("<p>page</p><x-a>a</x-a><x-b>b</x-b>"), _ADOPTED_ACT),
    Feature(
        "modern-css",
        page(_MODERN_BODY, _MODERN),
        act="document.querySelector('.has span').outerHTML = '<em>it</em>';"
        "document.querySelector('.turn').style.setProperty('--turn', '20deg');",
    ),
    Feature(
        "dark",
        page(_CONDITIONS_BODY, _CONDITIONS),
        media={"color_scheme": "dark"},
    ),
)
