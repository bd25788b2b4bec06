# ruff: noqa: E501 - pages and scripts read best as they are written
"""What pseudo-classes draw and no attribute tells: hovered, pressed, focused, a target; done with real input."""

from collections.abc import Sequence
from typing import Final

from playwright.async_api import Page

from tests.browser.fidelity.feature import Feature, page

_STYLE: Final = r"""<style>
.card { padding: 6px; margin: 4px; border: 1px solid gray; width: 300px } .card:hover { background: #ffd }
.card:hover .inner { color: red } .card:not(:hover) b { color: green } .group:hover > .shown { display: block } .shown { display: none }
.hover\:blue:hover { color: blue } :is(.x:hover, .y) { text-decoration: underline } :where(.card:hover) { outline: 3px dotted teal }
.card::before { content: "«" } .card:hover::before { content: "»"; color: purple } .bar::-webkit-scrollbar-thumb:hover { background: red }
.card { &:hover i { font-size: 22px } } li:hover ~ li { color: orange } button { border: 1px solid; background: #eee; border-radius: 0 }
button:hover { background: #cce } button:active { background: #336; color: white } .held:active > b { color: red }
input { border: 1px solid; } input:focus { background: #eff } form:focus-within { outline: 2px dashed blue }
#ring:focus-visible { outline: 3px solid red } #ring:focus:not(:focus-visible) { outline: 3px solid green }
:target { background: gold } x-h:hover { background: #fee } x-h:not(:defined) { border: 2px solid red } x-h:defined { border: 2px solid blue }
x-d:not(:defined) { opacity: .3 } x-d:defined { color: teal } x-p { display: inline-block } x-p::part(tip) { color: gray } x-p::part(tip):hover { color: red }
@media (hover: hover) and (pointer: fine) { .card:hover em { color: fuchsia } }
@media (hover: none) { .card em { font-size: 40px } }
a:hover, a:focus-visible { color: crimson }
</style>"""

_BODY: Final = """<div class="card group" id="card"><span class="inner hover:blue" id="inner">inner</span> <b>b</b> <i>i</i> <em>em</em>
<p class="shown" id="menu">menu <span id="deep">deep</span></p></div><p class="x" id="x">x</p><p class="y">y</p><ul><li id="one">1<li>2<li>3</ul>
<button id="press" class="held">press <b>me</b></button> <label id="label">label <input id="named"></label> <a href="#there" id="link">link</a>
<form><input id="ring"><input id="plain"><button type="button" id="button">button</button><input type="checkbox" id="box"><select id="sel"><option>s</select>
<textarea id="area" rows="1"></textarea></form><div tabindex="0" id="div">div</div>
<x-h id="shadow"></x-h><x-d id="later">later</x-d><x-p id="parts"></x-p><iframe id="frame" width="200" height="60" srcdoc="<!doctype html><style>p:hover{background:lime} a:focus{color:red} p{margin:0}</style><p id=p>frame</p><a href=# id=a>a</a>"></iframe>
<p id="there">there</p><div class="bar" style="height:40px;width:100px;overflow:auto"><div style="height:90px"></div></div>"""

_SCRIPT: Final = """<script>
const inside = (id, mode, html) => { document.getElementById(id).attachShadow({ mode }).innerHTML = html; };
addEventListener("DOMContentLoaded", () => {
  inside("shadow", "open", "<style>:host(:hover) { color: green } p:hover { background: pink } p { margin: 0; padding: 8px } a:focus { color: red }</style><p id=q>in shadow <slot></slot></p><a href='#' id=r>r</a>");
  inside("parts", "open", "<span part=tip style='padding: 9px'>part</span>");
  customElements.define("x-h", class extends HTMLElement {});
});
</script>"""


async def _hover_deep(page: Page) -> None:
    await page.hover("#inner")
    await page.hover("#deep")
    await page.evaluate("document.querySelector('#menu').append(' and more')")


async def _hover_shadow(page: Page) -> None:
    await page.hover("#inner")
    await page.hover("#q")


async def _define_go_and_hover_part(page: Page) -> None:
    await page.evaluate("document.querySelector('#link').click()")
    await page.evaluate("customElements.define('x-d', class extends HTMLElement {})")
    await page.hover("#parts")


async def _hover_frame(page: Page) -> None:
    await page.frame_locator("#frame").locator("#p").hover()


async def _hover_left(page: Page) -> None:
    await page.hover("#inner")
    await page.wait_for_timeout(100)
    await page.mouse.move(790, 590)


async def _hover_label(page: Page) -> None:
    await page.hover("#label", position={"x": 5, "y": 5})


async def _press(page: Page) -> None:
    await page.hover("#press")
    await page.mouse.down()


async def _focus_by_mouse(page: Page) -> None:
    await page.click("#button")
    await page.mouse.move(790, 590)


async def _focus_field(page: Page) -> None:
    await page.click("#ring")
    await page.mouse.move(790, 590)


async def _focus_by_key(page: Page) -> None:
    await page.click("#plain")
    await page.mouse.move(790, 590)
    await page.keyboard.press("Tab")


async def _focus_div(page: Page) -> None:
    await page.click("#area")
    await page.keyboard.press("Tab")
    await page.mouse.move(790, 590)


async def _focus_shadow(page: Page) -> None:
    await _focus_div(page)
    await page.keyboard.press("Tab")


async def _focus_frame(page: Page) -> None:
    await page.frame_locator("#frame").locator("#a").focus()


_PAGE: Final = page(_BODY, _STYLE + _SCRIPT)

FEATURES: Final[Sequence[Feature]] = tuple(
    Feature(f"pointing-{name}", _PAGE, drive=drive)
    for name, drive in {
        "hover-deep": _hover_deep,
        "hover-shadow": _hover_shadow,
        "target-defined-part": _define_go_and_hover_part,
        "hover-frame": _hover_frame,
        "hover-left": _hover_left,
        "hover-label": _hover_label,
        "press": _press,
        "focus-by-mouse": _focus_by_mouse,
        "focus-field": _focus_field,
        "focus-by-key": _focus_by_key,
        "focus-div": _focus_div,
        "focus-shadow": _focus_shadow,
        "focus-frame": _focus_frame,
    }.items()
)
