# ruff: noqa: E501 - pages and scripts read best as they are written
"""The CSS object model: rules edited one by one, sheets shared by many roots, sheets changed before a recording."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_PAUSE: Final = "await new Promise((done) => setTimeout(done, 60));"

_RULES: Final = """<style id=one>
p { color: red } b { color: red } i { color: red }
@media (min-width: 9999px) { u { background: gold } }
@media print { s { display: none } }
@keyframes k { to { opacity: .5 } }
.nest { color: gray; & em { color: red } }
@font-face { font-family: none-such; src: local("none-such") }
@counter-style dots { system: cyclic; symbols: "x"; suffix: " " }
ul { list-style: dots }
</style><style id=two>q { outline: 2px solid red }</style><style id=three media="(max-width: 10px)">q { color: teal }</style>"""

_EDITS: Final = f"""
const sheet = document.querySelector("#one").sheet;
const [p, b, i, media, print, frames, nest, , counter] = sheet.cssRules;
p.style.color = "green";
const held = b.style;
b.selectorText = "b, strong";
{_PAUSE}
held.setProperty("color", "blue", "important");
i.style.cssText = "color: purple; font-size: 24px";
media.media.mediaText = "(min-width: 10px)";
media.cssRules[0].style.setProperty("background", "silver");
print.media.appendMedium("screen");
print.media.deleteMedium("screen");
nest.cssRules[0].style.color = "olive";
nest.insertRule("& small {{ color: teal }}");
counter.symbols = '"+" "-"';
{_PAUSE}
document.querySelector("#two").sheet.media.mediaText = "print";
document.querySelector("#three").sheet.media.deleteMedium("(max-width: 10px)");
{_PAUSE}
sheet.insertRule("p {{ letter-spacing: 3px }}", 1);
p.style.textDecoration = "underline";
sheet.deleteRule(3);
{_PAUSE}
sheet.insertRule("b {{ padding-left: 20px }}", 2);
sheet.addRule("i", "margin-left: 9px");
held.setProperty("background-color", "yellow");
{_PAUSE}
p.attributeStyleMap ?? 0; p.styleMap.set("opacity", 0.8);
"""

_RULES_BODY: Final = (
    "<p>p <b>b</b> <strong>strong</strong> <i>i</i> <u>u</u> <s>s</s> <q>q</q></p>"
    "<div class=nest>nest <em>em</em> <small>small</small></div><ul><li>x<li>y</ul>"
)

_IN_JS: Final = f"""
const style = document.createElement("style");
document.head.append(style);
for (let n = 0; n < 300; n++) style.sheet.insertRule(`.c${{n}} {{ color: rgb(${{n}}, 0, 0); margin-left: ${{n % 40}}px }}`, n);
{_PAUSE}
for (let n = 300; n < 600; n++) style.sheet.insertRule(`.c${{n}} {{ color: rgb(0, ${{n % 255}}, 0); margin-left: ${{n % 50}}px }}`, n);
document.querySelector("#a").className = "c299";
{_PAUSE}
style.sheet.insertRule("@media (min-width: 1px) {{ #b {{ color: fuchsia }} }}", 0);
for (let n = 0; n < 100; n++) style.sheet.deleteRule(1);
document.querySelector("#b").className = "c451";
{_PAUSE}
style.sheet.cssRules[0].insertRule("#c {{ border: 3px solid }}", 1);
"""

_TEXT_AGAIN: Final = f"""
const style = document.querySelector("#one");
style.sheet.insertRule("p {{ font-size: 40px }}", 1);
{_PAUSE}
style.textContent = "p {{ color: teal }}";
{_PAUSE}
style.sheet.insertRule("b {{ color: orange }}", 1);
const moved = document.querySelector("#two");
moved.sheet.insertRule("i {{ font-size: 50px }}");
{_PAUSE}
document.body.append(moved);
const link = document.querySelector("link");
link.sheet.insertRule("u {{ font-size: 33px }}");
{_PAUSE}
link.sheet.disabled = true;
style.media = "print";
{_PAUSE}
style.media = "";
link.disabled = true;
{_PAUSE}
link.disabled = false;
await new Promise((done) => (link.sheet ? done() : (link.onload = done)));
"""

_SHARED: Final = f"""
const shared = new CSSStyleSheet();
shared.replaceSync("p {{ color: crimson }} :host {{ display: block; border: 1px solid }}");
const wide = new CSSStyleSheet({{ media: "(min-width: 9999px)" }});
wide.replaceSync("p {{ font-size: 40px }}");
const off = new CSSStyleSheet({{ disabled: true }});
off.replaceSync("p {{ letter-spacing: 9px }}");
customElements.define("x-cell", class extends HTMLElement {{
  connectedCallback() {{
    const root = this.attachShadow({{ mode: "open" }});
    root.innerHTML = "<p>cell</p>";
    root.adoptedStyleSheets = [shared, wide, off];
  }}
}});
for (let n = 0; n < 20; n++) document.body.append(document.createElement("x-cell"));
{_PAUSE}
shared.insertRule("p {{ background: #eef }}", 2);
shared.cssRules[0].style.color = "navy";
{_PAUSE}
shared.cssRules[2].style.padding = "2px";
wide.media.mediaText = "screen and (min-width: 10px)";
shared.deleteRule(1);
{_PAUSE}
off.disabled = false;
wide.disabled = true;
await shared.replace("p {{ color: teal; margin: 3px }}");
document.adoptedStyleSheets.push(shared);
const inner = document.querySelector("iframe").contentWindow;
const framed = new inner.CSSStyleSheet();
framed.replaceSync("p {{ color: red }} b {{ color: red }}");
inner.document.adoptedStyleSheets = [framed];
{_PAUSE}
framed.cssRules[0].style.color = "blue";
framed.insertRule("b {{ font-size: 30px }}", 2);
inner.document.querySelector("style").sheet.insertRule("i {{ color: green }}", 0);
{_PAUSE}
inner.document.querySelector("style").sheet.cssRules[1].style.color = "purple";
document.querySelector("x-cell").shadowRoot.adoptedStyleSheets = [wide];
"""

FEATURES: Final[Sequence[Feature]] = (
    Feature("rule-edits", page(_RULES_BODY, _RULES), _EDITS),
    Feature("css-in-js", page("<p id=a>a</p><p id=b>b</p><p id=c>c</p>"), _IN_JS),
    Feature(
        "sheets-made-again",
        page(
            "<p>p <b>b</b> <i>i</i> <u>u</u></p>",
            "<style id=one>p { color: red }</style><style id=two>i { color: gray }</style>"
            '<link rel=stylesheet href="/cssom/link.css">',
        ),
        _TEXT_AGAIN,
        files={"/cssom/link.css": ("text/css", b"u { color: maroon; font-style: italic }")},
    ),
    Feature(
        "shared-sheets",
        page(
            "<p>page</p><x-cell></x-cell>"
            '<iframe srcdoc="<!doctype html><style>i { color: gray }</style><p>p <b>b</b> <i>i</i>" height=80></iframe>'
        ),
        _SHARED,
    ),
    Feature(
        "changed-before",
        page(
            "<p>p <b>b</b> <i>i</i></p>",
            '<style id=one>p { color: red } b { color: red } i { color: red }</style><style id=two>@import "/cssom/link.css"; b { font-size: 30px }</style>'
            "<script>one.sheet.cssRules[1].style.color = 'blue'; one.sheet.insertRule('i { font-size: 22px }', 3);"
            "two.sheet.deleteRule(1); one.sheet.deleteRule(2)</script>",
        )
        .replace("{script}", "")
        .replace("</head>", "{script}</head>"),
        files={"/cssom/link.css": ("text/css", b"p { margin-left: 40px }")},
    ),
)
