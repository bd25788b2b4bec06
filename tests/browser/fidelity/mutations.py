# ruff: noqa: E501 - pages and scripts read best as they are written
"""Mutations in their net effect, of many kinds in one task: what stands at the end is what the replay shows."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_REORDER: Final = """
const list = document.querySelector("ol");
const items = [...list.children];
for (const item of items.toReversed()) list.append(item);
list.prepend(items[4]);
items[2].before(items[7]);
items[5].remove();
list.insertBefore(items[5], list.children[3]);
items[0].replaceWith("text", items[0]);
list.append(...[...list.children].sort((a, b) => a.textContent.localeCompare(b.textContent)).slice(3));
"""

_MOVES: Final = """
const [a, b, c] = ["a", "b", "c"].map((id) => document.getElementById(id));
const child = a.firstElementChild;
b.append(child); c.append(child); child.append("in c");
const fresh = document.createElement("section");
fresh.append(a.lastElementChild, "fresh", b.firstElementChild);
c.before(fresh);
c.append(b);
const gone = document.createElement("p");
a.append(gone); gone.textContent = "never seen"; gone.remove();
const wrapper = document.createElement("div");
fresh.replaceWith(wrapper); wrapper.append(fresh, c);
child.remove(); child.title = "changed while away"; child.append("while away"); a.append(child);
const kept = c.querySelector("i");
kept.remove();
await new Promise((done) => setTimeout(done, 80));
kept.textContent = "changed while out of the page";
kept.className = "hot";
a.prepend(kept);
"""

_TEXTS: Final = """
const p = document.querySelector("#split");
const text = p.firstChild;
text.splitText(10).splitText(20);
text.data = "changed " + text.data;
p.normalize();
p.firstChild.splitText(5);
const long = document.querySelector("#long").firstChild;
long.insertData(40, "inserted \\u{1F600} ");
await new Promise((done) => setTimeout(done, 60));
long.deleteData(3, 20);
long.replaceData(0, 3, "THE\\u{1F680}");
await new Promise((done) => setTimeout(done, 60));
long.data = long.data.replace("\\u{1F680}", "\\u{1F681}");
document.querySelector("#empty").textContent = "";
document.querySelector("#filled").textContent = "filled";
document.querySelector("#nodes").append("", "a", "", "b");
"""

_STORM: Final = """
const box = document.querySelector("#storm");
for (let round = 0; round < 40; round++) {
  box.innerHTML = Array.from({ length: 20 }, (_, i) => `<div class="r${(i + round) % 3}"><b>${i}</b> round ${round}<i></i></div>`).join("");
  box.children[round % 20].outerHTML = "<p>replaced</p>";
  if (round % 10 === 9) await new Promise((done) => setTimeout(done, 20));
}
for (const row of box.querySelectorAll("div")) row.classList.toggle("r0");
"""

_ATTRIBUTES: Final = """
const e = document.querySelector("#e");
for (let i = 0; i < 30; i++) { e.style.width = `${100 + i}px`; e.setAttribute("data-i", i); }
e.style.setProperty("--c", "teal"); e.style.color = "var(--c)"; e.style.transform = "rotate(3deg)";
e.removeAttribute("title"); e.classList.add("one", "two"); e.classList.remove("one");
e.toggleAttribute("flag", true); e.setAttribute("aria-expanded", "true"); e.hidden = false;
document.querySelector("#f").attributeStyleMap.set("opacity", 0.5);
document.querySelector("#g").setAttribute("style", "");
document.querySelector("#h").removeAttribute("style");
"""

FEATURES: Final[Sequence[Feature]] = (
    Feature(
        "reorder", page("<ol>" + "".join(f"<li>{c}</li>" for c in "kdbgaecf") + "</ol>"), _REORDER
    ),
    Feature(
        "moves",
        page(
            "<div id=a><p>a1</p><p>a2</p></div><div id=b><p>b1</p>b</div><div id=c><i>c1</i></div>",
            "<style>.hot { color: red } section { background: #ffd } [title] { outline: 1px solid }</style>",
        ),
        _MOVES,
    ),
    Feature(
        "texts",
        page(
            f"<p id=split>one two three four five six seven eight</p><p id=long>{'words of a long text ' * 12}</p>"
            "<p id=empty>gone</p><p id=filled></p><p id=nodes></p>"
        ),
        _TEXTS,
    ),
    Feature(
        "storm",
        page(
            "<div id=storm></div>",
            "<style>.r0 { color: red } .r1 { color: green } #storm { font-size: 12px }</style>",
        ),
        _STORM,
    ),
    Feature(
        "attributes",
        page(
            "<div id=e title=t hidden>e</div><div id=f>f</div><div id=g style='color: red'>g</div>"
            "<div id=h style='color: red'>h</div>",
            "<style>#e { background: #def } #e[data-i='29'] { border: 2px solid } .two { font-weight: bold }"
            " [flag] { letter-spacing: 2px } [aria-expanded=true] { text-decoration: underline }</style>",
        ),
        _ATTRIBUTES,
    ),
)
