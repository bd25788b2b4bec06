# ruff: noqa: E501 - pages and scripts read best as they are written
"""State that stands in no attribute: fields, dialogs, popovers, scroll positions, the viewport."""

from collections.abc import Sequence
from typing import Final

from playwright.async_api import Page

from tests.browser.fidelity.feature import Feature, page

_FIELDS: Final = """<style>input:checked + b { color: red } :indeterminate + b { color: blue } :placeholder-shown { background: #ffd }
:invalid { outline: 2px solid orange } form:has(:checked) { background: #efe } :disabled { opacity: .4 } :read-only { color: gray }
</style><form data-footfall="unmask">
<input id="text" value="attribute"><input id="typed" placeholder="shown"><input id="emptied" value="x" placeholder="p">
<input id="check" type="checkbox"><b>check</b><input id="un" type="checkbox" checked><b>un</b><input id="mid" type="checkbox"><b>mid</b>
<input type="radio" name="r" id="r1" checked><b>r1</b><input type="radio" name="r" id="r2"><b>r2</b>
<input type="range" id="range" data-footfall="unmask" min="0" max="10"><input type="color" id="color" data-footfall="unmask">
<input type="date" id="date"><input type="number" id="number"><input type="submit" value="go"><input type="hidden" value="h">
<textarea id="area">default</textarea><select id="one"><option>a<option>b<option>c</select>
<select id="many" multiple size="3"><option selected>a<option>b<optgroup label="g"><option>c</optgroup></select>
<fieldset disabled><legend>l</legend><input value="off"></fieldset><output>o</output><datalist id="d"><option>x</datalist>
<input required id="must"><button>button</button></form>"""

_FIELDS_ACT: Final = """
const $ = (id) => document.getElementById(id);
$("text").value = "by a script"; $("emptied").value = ""; $("check").checked = true; $("un").checked = false;
$("mid").indeterminate = true; $("r2").checked = true; $("range").value = 9; $("color").value = "#ff8800";
$("date").value = "2024-05-06"; $("number").value = "42"; $("area").value = "two\\nlines"; $("one").selectedIndex = 2;
$("many").options[2].selected = true; $("many").options[0].selected = false; $("must").required = false;
document.querySelector("fieldset").disabled = false;
for (const field of document.querySelector("form").elements) field.dispatchEvent(new Event("change", { bubbles: true }));
"""


async def _type(page: Page) -> None:
    await page.click("#typed")
    await page.keyboard.type("by hand")
    await page.select_option("#one", "b")
    await page.evaluate("document.activeElement.blur()")
    await page.mouse.move(700, 590)  # what is under the pointer is drawn otherwise


_TOP_LAYER: Final = """<style>dialog::backdrop { background: rgb(0 0 80 / .4) } [popover] { color: purple } details[open] { color: green }
dialog:modal { border: 4px solid teal }</style><p>under it all</p><details id="d1"><summary>s1</summary>inside</details>
<details id="d2" open><summary>s2</summary>inside</details><details name="g" open><summary>g1</summary>1</details>
<details name="g" id="g2"><summary>g2</summary>2</details><dialog id="plain" style="margin: 100px 0 0 500px">plain</dialog>
<dialog id="modal"><p>modal</p><button>b</button></dialog><dialog id="shut">was open</dialog>"""

_TOP_LAYER_ACT: Final = """
const $ = (id) => document.getElementById(id);
$("d1").open = true; $("d2").open = false; $("g2").open = true;
$("plain").show(); $("shut").showModal(); $("shut").close(); $("modal").showModal();
document.activeElement.blur();
"""

_SCROLLS: Final = """<style>.s { width: 150px; height: 80px; overflow: auto; border: 1px solid; display: inline-block }
.w { width: 400px; height: 300px; background: linear-gradient(45deg, red, blue) } .snap { scroll-snap-type: y mandatory }
.snap > * { height: 80px; scroll-snap-align: start } .sticky { position: sticky; top: 0; background: gold } #far { height: 1500px }</style>
<div class="s" id="plain"><div class="w"></div></div><div class="s" id="rtl" dir="rtl"><div class="w"></div></div>
<div class="s snap" id="snap"><p>1</p><p>2</p><p>3</p></div><div class="s" id="smooth" style="scroll-behavior: smooth"><div class="w"></div></div>
<div class="s" style="overflow: hidden" id="hidden"><div class="w"></div></div><div class="s" id="list"><p class="sticky">head</p>
<div class="w"></div></div><textarea id="area" rows="2" data-footfall="unmask">1
2
3
4
5</textarea><x-s id="host"></x-s><div id="far"></div><div style="width: 1200px">wide</div>"""

_SCROLLS_ACT: Final = """
const $ = (id) => document.getElementById(id);
const root = $("host").attachShadow({ mode: "open" });
root.innerHTML = "<div style='width:100px;height:50px;overflow:auto'><div style='height:300px;background:linear-gradient(red,blue)'></div></div>";
await new Promise((done) => setTimeout(done, 60));
root.firstChild.scrollTop = 70;
$("plain").scrollTo(60, 90); $("rtl").scrollTo(-70, 30); $("snap").scrollTop = 150; $("hidden").scrollTop = 55;
$("smooth").scrollTo({ left: 33, top: 44, behavior: "instant" }); $("list").scrollTop = 120; $("area").scrollTop = 30;
window.scrollTo({ left: 20, top: 35, behavior: "instant" });
await new Promise((done) => setTimeout(done, 250));
"""

_VIEWPORT: Final = """<style>p { width: 50vw; height: 20vh; background: teal } @media (max-width: 700px) { body { background: #ffd } }
b { position: fixed; right: 0; bottom: 0; background: red }</style><p>half</p><b>corner</b><div style="height: 900px"></div>"""


async def _resize(page: Page) -> None:
    await page.set_viewport_size({"width": 640, "height": 500})
    await page.wait_for_timeout(300)


_POPOVERS: Final = """<style>:popover-open { border: 3px solid teal } ::backdrop { background: rgb(0 80 0 / .2) } .t:popover-open { position: fixed; inset: auto; top: 90px; left: 300px }
</style><p>under it all</p><div popover id="auto">auto <b>one</b></div><div popover="manual" class="t" id="manual">manual</div><div popover="manual" id="shut">shut again</div>
<div style="transform: rotate(2deg); overflow: hidden; height: 40px"><div popover="manual" class="t" style="top: 200px" id="deep">deep</div></div>"""
_POPOVERS_ACT: Final = """
const $ = (id) => document.getElementById(id);
$("shut").showPopover(); await new Promise((done) => setTimeout(done, 60)); $("shut").hidePopover();
$("auto").showPopover(); $("manual").showPopover(); $("deep").showPopover();
await new Promise((done) => setTimeout(done, 100));
"""

_FULL: Final = """<style>#box { background: gold; width: 100px; height: 60px } #box:fullscreen { background: plum; padding: 20px } :fullscreen b { color: red }</style>
<p>around it</p><div style="transform: rotate(3deg); overflow: hidden; width: 90px"><div id="box">box <b>b</b></div></div>"""


async def _fullscreen(page: Page) -> None:
    await page.click("#box")
    await page.evaluate("document.querySelector('#box').requestFullscreen()")
    await page.wait_for_timeout(300)
    await page.mouse.move(1, 1)


_SELECTION: Final = """<style>.own::selection { background: rgb(200, 0, 0); color: white } p { line-height: 1.2 }</style>
<p>before <b id="from">from here</b> and on</p><p class="own" id="to">to there <i>own colours</i></p><input value="field" id="field" data-footfall="unmask">"""
_SELECTION_ACT: Final = """
const node = (id) => document.getElementById(id).firstChild;
getSelection().setBaseAndExtent(node("to"), 5, node("from"), 3);
await new Promise((done) => setTimeout(done, 200));
"""

_QUERIES: Final = """<style>p { padding: 4px } @media (prefers-reduced-motion: reduce) { .a { background: gold } } @media (prefers-contrast: more) { .b { background: plum } }
@media (prefers-contrast) { .b { border: 2px solid } } @media (prefers-color-scheme: dark) { .c { background: black; color: white } }
@media (prefers-reduced-motion: no-preference) { .d { background: red } } @media (pointer: fine) { .e { background: lime } } @media (min-resolution: 1.5dppx) { .f { background: red } }
@media (min-device-width: 100px) and (scripting: enabled) { .g { background: aqua } }</style><style media="(prefers-color-scheme: dark)">.h { color: orange }</style>
<p class=a>a<p class=b>b<p class=c>c<p class=d>d<p class=e>e<p class=f>f<p class=g>g<p class=h>h"""


async def _prefer(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce", contrast="more", color_scheme="dark")
    await page.wait_for_timeout(500)


FEATURES: Final[Sequence[Feature]] = (
    Feature("fields", page(_FIELDS), _FIELDS_ACT, drive=_type),
    Feature("top-layer", page(_TOP_LAYER), _TOP_LAYER_ACT),
    Feature("scrolls", page(_SCROLLS), _SCROLLS_ACT),
    Feature("viewport", page(_VIEWPORT), drive=_resize),
    Feature("popovers", page(_POPOVERS), _POPOVERS_ACT),
    Feature("fullscreen", page(_FULL), drive=_fullscreen),
    # Highlights are drawn a little smaller than selections, and not in the gaps between lines.
    Feature("selection", page(_SELECTION), _SELECTION_ACT, allowed=0.01),
    Feature("media-features", page(_QUERIES), drive=_prefer),
)
