# ruff: noqa: E501 - pages and scripts read best as they are written
"""Documents that are written again, addresses that change under them, and styles that only a living page has."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_PAUSE: Final = "await new Promise((done) => setTimeout(done, 80));"
_DOT: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9" fill="red"/></svg>'
_SQUARE: Final = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="18" height="18" fill="green"/></svg>'

_BASES: Final = f"""
const base = document.querySelector("base");
base.href = "/living/two/";
document.querySelector("img").src = "mark.svg";
const p = document.createElement("p");
p.style.background = "url(mark.svg) no-repeat"; p.textContent = "after";
document.body.append(p);
{_PAUSE}
base.remove();
const style = document.createElement("style");
style.textContent = "p {{ color: navy }}";
document.head.prepend(style, document.createElement("meta"));
document.documentElement.dir = "rtl"; document.documentElement.lang = "de";
document.title = "changed";
const link = document.createElement("link");
link.rel = "stylesheet"; link.href = "/living/late.css";
await new Promise((done) => {{ link.onload = done; document.head.append(link); }});
"""

_WRITTEN: Final = f"""
document.open();
document.write("<!doctype html><style>p {{ color: crimson }}</style><p>first</p>");
{_PAUSE}
document.write("<p>second <b id=b>b</b></p><iframe></iframe>");
document.close();
{_PAUSE}
document.querySelector("b").textContent = "changed";
const inner = document.querySelector("iframe").contentDocument;
inner.open(); inner.write("<!doctype html><style>i {{ color: teal }}</style><i>one</i>"); inner.close();
{_PAUSE}
inner.open(); inner.write("<p>quirks <i id=i>two</i>"); inner.close();
{_PAUSE}
inner.querySelector("#i").append(" three");
document.body.append("end");
"""

_TREE: Final = """<template id=t><p>in a template</p></template><noscript><p style="font-size: 60px">none</p></noscript>
<svg width=120 height=60 xmlns:xlink="http://www.w3.org/1999/xlink"><defs><g id=g><rect width=20 height=20 fill=red /></g></defs>
<use id=use xlink:href="#g"/><foreignObject x=30 width=80 height=60><div id=fo>html</div></foreignObject></svg>
<math><mrow id=row><mi>a</mi><mo>=</mo><mn>1</mn></mrow></math><div id=box></div>"""

_TREE_ACT: Final = f"""
const html = (text) => document.createRange().createContextualFragment(text);
box.append(t.content.cloneNode(true));
t.content.firstChild.textContent = "unseen";
t.append("also unseen");
document.querySelector("noscript").append("text");
box.append(html("<noscript>late</noscript><template><b>late</b></template>"));
fo.innerHTML = "<b>changed</b> <svg width=10 height=10><circle r=5 cx=5 cy=5 /></svg>";
row.append(document.createElementNS("http://www.w3.org/1998/Math/MathML", "msqrt"));
row.lastChild.innerHTML = "<mi>x</mi>";
g.firstChild.setAttribute("fill", "blue");
{_PAUSE}
use.removeAttributeNS("http://www.w3.org/1999/xlink", "href");
use.setAttribute("href", "#g"); use.setAttribute("y", "30");
document.querySelector("svg").append(document.importNode(new DOMParser().parseFromString(
  "<svg xmlns='http://www.w3.org/2000/svg'><text x='2' y='58' font-size='10'>t</text></svg>", "image/svg+xml").documentElement.firstChild, true));
"""

_MUTATIONS: Final = f"""
const list = document.querySelector("ul");
let items = Array.from({{ length: 30 }}, (_, n) => Object.assign(document.createElement("li"), {{ textContent: "item " + n, id: "k" + n }}));
list.replaceChildren(...items);
{_PAUSE}
const order = [7, 3, 21, 0, 29, 15, 8, 2, 28, 11];
list.replaceChildren(...order.map((n) => items[n]), Object.assign(document.createElement("li"), {{ textContent: "new" }}));
for (const n of [5, 6, 9]) list.insertBefore(items[n], list.children[n]);
{_PAUSE}
const [one, two] = document.querySelectorAll("section");
for (const n of order) (n % 2 ? one : two).prepend(items[n]);
one.append(two); document.body.append(one);
items[7].remove(); two.before(items[7]); items[7].append(items[3]); items[3].remove(); list.append(items[3]);
const text = document.querySelector("#text").firstChild;
text.splitText(3).splitText(4).before(document.createElement("i"), "x");
document.querySelector("#text i").remove();
document.querySelector("#text").normalize();
{_PAUSE}
document.querySelector("#text").firstChild.splitText(6).data = "tail";
for (let round = 0; round < 20; round++) {{ list.innerHTML = list.innerHTML.replace("item", "entry"); }}
list.firstChild.replaceWith(...list.lastChild.childNodes);
document.body.moveBefore?.(two, list);
"""

_REGISTERED: Final = f"""
CSS.registerProperty({{ name: "--wide", syntax: "<length>", inherits: true, initialValue: "40px" }});
CSS.registerProperty({{ name: "--tone", syntax: "<color>", inherits: false, initialValue: "teal" }});
const style = document.createElement("style");
style.textContent = "#reg {{ width: var(--wide); height: 20px; background: var(--tone) }} #reg.on {{ --wide: 120px }}";
document.head.append(style);
{_PAUSE}
reg.className = "on";
reg.style.setProperty("--tone", "not a colour");
"""

_VIEW: Final = f"""
const change = document.startViewTransition(() => {{ document.querySelector("p").className = "new"; document.body.append("appended"); }});
await change.finished;
const skipped = document.startViewTransition(() => {{ document.querySelector("p").append(" and more"); }});
skipped.skipTransition();
await skipped.finished.catch(() => {{}});
await skipped.updateCallbackDone;
{_PAUSE}
"""

FEATURES: Final[Sequence[Feature]] = (
    Feature(
        "bases",
        page(
            '<img src="mark.svg" alt=""><p style="background: url(mark.svg) no-repeat right">text</p>',
            '<base href="/living/one/">',
        ),
        _BASES,
        later=False,  # a style attribute's addresses stand as they were resolved under an earlier base
        files={
            "/living/one/mark.svg": ("image/svg+xml", _DOT),
            "/living/two/mark.svg": ("image/svg+xml", _SQUARE),
            "/living/late.css": (
                "text/css",
                b"p { font-size: 22px } @media print { p { display: none } }",
            ),
        },
    ),
    Feature("written-again", page("<p>before</p>"), _WRITTEN),
    Feature("odd-trees", page(_TREE), _TREE_ACT),
    Feature(
        "many-mutations",
        page(
            "<section>s1</section><section>s2</section><p id=text>one two three</p><ul></ul>",
            "<style>body { font-size: 11px } section { border: 1px solid } ul { columns: 3 }</style>",
        ),
        _MUTATIONS,
    ),
    Feature("registered", page("<div id=reg></div>"), _REGISTERED),
    Feature(
        "view-transition",
        page("<p>old</p>", "<style>p.new { color: green; margin-left: 50px }</style>"),
        _VIEW,
    ),
)
