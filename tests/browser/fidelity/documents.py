# ruff: noqa: E501 - pages and scripts read best as they are written
"""Documents: modes, doctypes, namespaces, base addresses, languages and directions, what is never laid out."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_QUIRKS: Final = """<html><head>{script}<title>quirks</title></head>
<body><table><tr><td id="cell">inherits no size</td></tr></table><p style="font-size: 30px">
<table border><tr><td>cell<td>cell</table><img width=40 height=12><div style="width:100; background: #cde">unitless</div>
<form><input size=8><div style="height: 50%">half</div></form></body></html>"""

_LIMITED: Final = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html><head>{script}<title>almost</title>
<style>td { background: #fdc } img { background: #48c }</style></head>
<body><table cellpadding="0" cellspacing="0"><tr><td><img width="30" height="30" alt=""></td></tr></table>
<p>a line below</p></body></html>"""

_TREE: Final = """<!-- first --><p>one<!-- inside -->two</p><template id="t"><p>in a template</p></template>
<noscript><p>no script</p></noscript><p hidden>hidden</p><p inert>inert</p>
<pre>
  kept   spaces
	tab</pre><textarea rows="2" data-footfall="unmask">
 area</textarea><wbr><p>a&nbsp;b &lt;c&gt; &#128512; e\u0301 \U0001f469\u200d\U0001f680 \u202eback\u202c</p>
<dl><dt>term<dd>what it is</dl><ruby>漢<rt>kan</rt></ruby><blockquote cite="/x">quote</blockquote>
<table><caption>c</caption><colgroup><col style="background:#eef"><col></colgroup><thead><tr><th>h<th>i</thead>
<tbody><tr><td rowspan=2>a<td>b<tr><td>c</tbody></table><ol start="3" reversed type="a"><li>x<li value="9">y</ol>
<x-unknown flat dashed-one="1" role="note">unknown element</x-unknown><font color="red" size="5">font</font>
<center>centre</center><meter value="0.6"></meter><progress value="30" max="100"></progress>"""

_SVG: Final = """<svg width="200" height="120" viewBox="0 0 100 60" xmlns:xlink="http://www.w3.org/1999/xlink">
<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient>
<symbol id="s" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5"/></symbol><clipPath id="c"><rect width="20" height="20"/></clipPath>
<path id="p" d="M5 50 Q 50 20 95 50"/><filter id="f"><feGaussianBlur stdDeviation="1"/></filter></defs>
<rect width="30" height="20" fill="url(#g)"/><use href="#s" x="35" width="20" height="20" fill="green"/>
<use xlink:href="#s" x="60" width="20" height="20" fill="orange"/><rect width="40" height="40" x="10" y="25" clip-path="url(#c)"/>
<text font-size="8"><textPath href="#p">along the path</textPath></text>
<foreignObject x="60" y="22" width="40" height="20"><p style="margin:0;font-size:6px">html <b>inside</b></p></foreignObject>
<g transform="rotate(10)" style="fill: teal" filter="url(#f)"><polygon points="80,40 95,40 88,55"/></g></svg>
<math display="block"><mfrac><mi>a</mi><msqrt><mi>b</mi><mo>+</mo><mn>1</mn></msqrt></mfrac><msup><mi>x</mi><mn>2</mn></msup></math>
<math><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable></math>"""

_SVG_ACT: Final = """
const svg = document.querySelector("svg");
const ns = "http://www.w3.org/2000/svg";
const made = document.createElementNS(ns, "circle");
for (const [name, value] of Object.entries({ cx: 90, cy: 12, r: 8, fill: "url(#g)" })) made.setAttribute(name, value);
svg.append(made);
const use = document.createElementNS(ns, "use");
use.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", "#s");
use.setAttribute("width", 10); use.setAttribute("height", 10); use.setAttribute("y", 45);
svg.append(use);
svg.setAttribute("viewBox", "0 0 110 66");
document.querySelector("mi").textContent = "z";
document.querySelectorAll("use")[1].setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", "#none");
"""

_BASE: Final = """<!doctype html><html lang="ar" dir="rtl"><head><base href="/deep/down/">{script}<title>b</title>
<link rel="stylesheet" href="based.css"><style>:lang(ar) { color: navy } :dir(rtl) { border-right: 4px solid teal }
:lang(de) { color: maroon }</style></head><body><p>مرحبا <bdi>abc</bdi> <bdo dir="ltr">مرحبا</bdo></p>
<p lang="de" dir="ltr">deutsch „ja“ <q>q</q></p><ul><li>واحد</ul><img src="dot.svg" alt="">
<p dir="auto" id="auto">latin</p></body></html>"""

_DOT: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9" fill="red"/></svg>'

_HEAD_ACT: Final = """
document.title = "another";
document.documentElement.lang = "fr";
document.documentElement.className = "themed";
document.body.setAttribute("data-state", "open");
const style = document.createElement("style");
style.textContent = ".themed p { color: green } [data-state=open] b { font-size: 2em }";
document.head.append(style);
document.head.querySelector("style").remove();
document.querySelector("p").insertAdjacentHTML("afterend", "<p><b>after</b></p>");
"""

_WRITE_ACT: Final = """
document.open();
document.write("<!doctype html><html><head><style>p { color: crimson }</style></head><body><p id=w>written</p></body></html>");
document.close();
document.body.append("and appended");
"""

FEATURES: Final[Sequence[Feature]] = (
    Feature("quirks", _QUIRKS, act="document.querySelector('#cell').append(' more');"),
    Feature("almost-standard", _LIMITED),
    Feature("tree", page(_TREE)),
    Feature("namespaces", page(_SVG), act=_SVG_ACT),
    Feature(
        "base",
        _BASE,
        act="document.querySelector('#auto').textContent = 'مرحبا';",
        files={
            "/deep/down/based.css": ("text/css", b"ul { background: url(dot.svg) no-repeat }"),
            "/deep/down/dot.svg": ("image/svg+xml", _DOT),
        },
    ),
    Feature(
        "head",
        page("<p>first <b>bold</b></p>", "<style>@media print { p { display: none } }</style>"),
        act=_HEAD_ACT,
    ),
    Feature("written", page("<p>before</p>"), act=_WRITE_ACT),
)
