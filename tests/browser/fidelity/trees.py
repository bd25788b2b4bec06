# ruff: noqa: E501 - pages and scripts read best as they are written
"""Trees within the tree: shadow roots of all kinds, slots, custom elements, frames of all kinds."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_SHADOWS: Final = """<style>x-card::part(title) { color: teal } x-card { --accent: orange } x-late:not(:defined) { opacity: .3 }
x-late:defined { border: 2px solid } x-card:has(b) { margin: 4px }</style>
<x-card id="open"><b slot="title">title</b>body text<i>default slot</i></x-card><x-card id="closed" class="c">closed body</x-card>
<div id="declared"><template shadowrootmode="open"><style>:host { display: block; background: #eef }
::slotted(em) { color: red }</style><slot></slot><p part="p">declared</p></template><em>slotted</em></div>
<x-late>late</x-late><x-never>never defined</x-never>"""

_SHADOWS_ACT: Final = """
const css = "<style>:host { display: block; padding: 6px; border: 3px solid var(--accent) } :host(.c) { background: #ffd }"
  + " :host-context(body) h3 { text-decoration: underline } ::slotted(i) { color: green }</style>";
const html = css + "<h3 part='title'><slot name='title'>fallback</slot></h3><slot></slot><x-inner></x-inner>";
for (const [id, mode] of [["open", "open"], ["closed", "closed"]]) {
  const root = document.getElementById(id).attachShadow({ mode });
  root.innerHTML = html;
  root.querySelector("x-inner").attachShadow({ mode }).innerHTML = "<em>inner</em>";
  await new Promise((done) => setTimeout(done, 40));
  root.querySelector("h3").append(" changed in " + mode);
  root.querySelector("x-inner").title = "t";
}
customElements.define("x-late", class extends HTMLElement { connectedCallback() { this.append(" upgraded"); } });
const moved = document.querySelector("#open i");
document.querySelector("#closed").append(moved);
moved.slot = "title";
const host = document.createElement("section");
host.attachShadow({ mode: "open", delegatesFocus: true }).innerHTML = "<slot name=x></slot>|<slot></slot>";
host.innerHTML = "<u>rest</u><span slot=x>named</span>";
document.body.append(host);
"""

_FRAMES: Final = """<style>iframe { border: 2px solid teal; width: 180px; height: 90px }</style>
<iframe src="/inner/static"></iframe><iframe srcdoc="&lt;!doctype html&gt;&lt;p style='color:red'&gt;srcdoc&lt;/p&gt;"></iframe>
<iframe id="blank"></iframe><iframe id="gone" src="/inner/static"></iframe><iframe id="nested" srcdoc="<p>quirks</p><iframe
srcdoc='<b>innermost</b>' width=100 height=40></iframe>"></iframe>"""

_FRAMES_ACT: Final = """
const loaded = (frame) => new Promise((done) => { frame.onload = done; });
const blank = document.querySelector("#blank").contentDocument;
blank.body.innerHTML = "<p>filled by a script</p>";
const style = blank.createElement("style");
style.textContent = "p { color: green }";
blank.head.append(style);
const written = document.createElement("iframe");
document.body.append(written);
written.contentDocument.open();
written.contentDocument.write("<!doctype html><body><i>written</i></body>");
written.contentDocument.close();
const later = document.createElement("iframe");
later.src = "/inner/static";
document.body.append(later);
await loaded(later);
later.contentDocument.querySelector("p").append(" and changed");
later.contentWindow.scrollTo(0, 40);
document.querySelector("#gone").remove();
const first = document.querySelector("iframe");
first.src = "/inner/other";
await loaded(first);
first.contentDocument.body.append("other, changed");
document.querySelector("#nested").contentDocument.querySelector("iframe").contentDocument.body.append(" deep");
"""

FEATURES: Final[Sequence[Feature]] = (
    # A closed root that was attached before the recording cannot be found again.
    Feature("shadow-roots", page(_SHADOWS), _SHADOWS_ACT, later=False),
    Feature(
        "frames",
        page(_FRAMES),
        _FRAMES_ACT,
        files={
            "/inner/static": (
                "text/html",
                b"<!doctype html><style>p { font: italic 20px serif }</style><p>static</p><div style='height:300px'></div>",
            ),
            "/inner/other": ("text/html", b"<!doctype html><h3>other</h3>"),
        },
    ),
)
