"""What people do before the recorder's second part has come: kept and told rightly, or honestly missing."""

from typing import Final

from playwright.async_api import Page

from footfall.wire.facts import Reaction
from footfall.wire.schema import Click, Fact, Input, Pointer, Scroll, State
from tests.browser.recorder_site import Site, recorder

_MORE: Final = "/footfall-more.js"
_GATE: Final = "window.gate = new Promise((open) => { window.openGate = open; });"
_BODY: Final = """<main style="height:3000px"><button id="b" style="width:100px;height:40px">Buy</button>
  <input id="name"><div id="host"></div></main>
  <script>host.attachShadow({mode: "open"}).innerHTML = "<input type=checkbox id=box>";
  b.onclick = () => { b.textContent = "Bought"; };
  window.stamps = []; addEventListener("click", () => stamps.push(Date.now()));</script>"""


async def _open(page: Page, site: Site, attributes: str = "", before: str = "await gate;") -> None:
    """Open a page whose second part waits at a gate."""
    site.files[_MORE] = ("text/javascript", (before + recorder()[_MORE[1:]]).encode())
    site.pages["/"] = f"<!doctype html><head>{site.script(attributes)}</head><body>{_BODY}</body>"
    await page.add_init_script(_GATE)
    await page.goto(site.origin)
    await site.until_keyframe()


def _moments(site: Site, kind: type[Fact]) -> list[int]:
    """Return when the facts of a kind happened, ms since 1970."""
    return [
        chunk.header.base_time + fact.t
        for chunk in site.arrived
        for fact in chunk.facts
        if isinstance(fact, kind)
    ]


async def test_what_was_done_meanwhile_is_told_with_its_place_and_time(
    page: Page, site: Site
) -> None:
    await _open(page, site)
    await page.mouse.click(20, 20)
    await page.wait_for_timeout(300)
    await page.locator("#name").press_sequentially("Ann")
    await page.locator("#box").check()  # `change` does not leave its shadow root
    await page.mouse.wheel(0, 500)
    await page.wait_for_timeout(700)
    assert site.of(Click) + site.of(Input) + site.of(Pointer) == []
    await page.evaluate("() => openGate()")
    await site.until(lambda: len(site.of(Click)) == 2 and site.of(Scroll))
    first, second = site.of(Click)
    assert (first.key, first.page_x, first.page_y) == ("#b", 20, 20)
    box = await page.locator("#b").bounding_box()
    assert box
    assert first.place_y == round((20 - box["y"] - 500) / box["height"] * 10_000)
    assert second.key == "#host >>> #box"
    stamps = await page.evaluate("() => stamps")
    assert [abs(at - stamp) < 50 for at, stamp in zip(_moments(site, Click), stamps, strict=True)]
    assert _moments(site, Click)[1] - _moments(site, Click)[0] > 250
    told = [(fact.key, fact.action) for fact in site.of(Input)]
    assert told.count(("#name", "input")) == 1
    assert told.count(("#host >>> #box", "change")) == 1
    assert sum(len(fact.times) for fact in site.of(Pointer)) > 0
    # What those clicks caused was not watched; what the next one causes is.
    await page.mouse.wheel(0, -500)
    await page.wait_for_timeout(300)
    await page.mouse.click(30, 20)
    await site.until(lambda: len(site.of(Click)) == 3)
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))
    await page.wait_for_timeout(200)
    assert len(site.of(Click)) == 3
    assert {fact.stamp for fact in site.of(Reaction)} <= {site.of(Click)[2].stamp}


async def test_stopped_before_it_has_come_nothing_is_told(page: Page, site: Site) -> None:
    await _open(page, site)
    await page.mouse.click(20, 20)
    await page.evaluate("() => { footfall.stop(); openGate(); }")
    await page.wait_for_timeout(300)
    await page.mouse.click(20, 20)
    await page.wait_for_timeout(300)
    assert site.of(Click) == []
    assert [fact.state for fact in site.of(State)] == ["started", "stopped"]


async def test_without_it_the_look_is_recorded_and_the_lack_is_told(page: Page, site: Site) -> None:
    errors: list[Exception] = []
    page.on("pageerror", lambda error: errors.append(error))
    await _open(page, site, before="not a script {")
    await page.mouse.click(20, 20)
    await page.evaluate("() => { host.before('later text'); }")
    await site.until(lambda: any(fact.state == "missing" for fact in site.of(State)))
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))
    assert "later text" in [node.text for node in site.tree().nodes.values()]
    assert [fact.reason for fact in site.of(State) if fact.state == "missing"] == [
        "more: not loaded"
    ]
    assert site.of(Click) == []
    assert errors == []


async def test_state_that_it_alone_tells_is_told_when_it_comes_after_the_keyframe(
    page: Page, site: Site
) -> None:
    await _open(page, site)
    await page.evaluate(
        """() => {
          const late = document.createElement("late-one"); document.body.append(late);
          b.popover = "auto"; b.showPopover(); getSelection().selectAllChildren(document.body);
        }"""
    )
    await site.until(lambda: any(node.tag == "late-one" for node in site.tree().nodes.values()))
    assert "ff-undefined" in site.tree().find("late-one").attributes
    await page.evaluate(
        "() => { customElements.define('late-one', class extends HTMLElement {}); openGate(); }"
    )
    await page.wait_for_timeout(500)
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))
    names = [op.name for chunk in site.arrived for op in chunk.ops]
    assert {"Popover", "Selection", "Environment"} <= set(names)
    assert names.count("KeyframeEnd") == 1
    assert "ff-undefined" not in site.tree().find("late-one").attributes
