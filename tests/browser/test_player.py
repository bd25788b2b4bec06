"""The player in Chromium: what it shows at which time, over chunks made by hand."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from footfall.wire.schema import FLAG_KEYFRAME, FLAG_KEYFRAME_PART, Click, Pointer, Scroll, State
from tests.player.site import Site, serving
from tests.player.writer import Frames, chunk, doctype, el, frame, known, shadow
from tests.player.writer import page as html

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as running:
        yield running


async def until(page: Page, expression: str) -> None:
    """Wait for an expression to hold. Playwright's own waiting needs eval, which the page's policy forbids."""
    for _ in range(200):
        if await page.evaluate(expression):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"It never came true: {expression}")


async def opened(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/replay")
    await until(page, "window.footfallPlayer?.firstFrameMs() !== undefined")


async def seek(page: Page, ms: int) -> None:
    await page.evaluate("ms => window.footfallPlayer.seek(ms)", ms)


async def shown(page: Page, script: str) -> Any:
    """Evaluate an expression of `d`, the rebuilt document."""
    return await page.evaluate(
        f"(() => {{ const d = footfallPlayer.document(); return {script} }})()"
    )


def click(t: int, x: int, y: int, text: str) -> Click:
    return Click(t, 6, "#buy", 5000, 5000, x, y, 800, 2000, 0, "mouse", False, "", text)


async def test_it_plays_what_happened(page: Page, site: Site) -> None:
    # ids: 1 document, 2 doctype, 3 html, 4 head, 5 style, 6 its text, 7 body, 8 p, 9 text, 10 list
    style = el("style", {}, "p{color:rgb(1,2,3)} body{height:3000px}")
    first = (
        Frames()
        .keyframe(10, html(el("p", {}, "Hello"), el("ul", {}), head=[style]))
        .op("ScrollTo", 0, 0, 40)
        .end()
    )
    second = (
        Frames()
        .op("Time", 100).insert(10, 0, el("li", {"id": "a"}, "one"), el("li", {"id": "b"}, "two"))
        .op("Time", 200).op("Text", 9, "Hello again")
        .op("Time", 300).op("Attribute", 8, "class", "x").op("TextPatch", 9, 6, 5, "there")
        .op("Time", 400).op("Remove", [11]).insert(10, 13, known(11))
        .op("Time", 500).op("Remove", [13])
    )  # fmt: skip
    site.chunks = [
        chunk(0, first.bytes(), [click(900, 50, 60, "Buy <now>")], flags=FLAG_KEYFRAME),
        chunk(
            1, second.bytes(), [Scroll(50, 0, "", 800, 3000, (0, 100), (0, 0), (80, 120))], at=2000
        ),
    ]
    await opened(page, site)
    outline = "d.body.textContent + '|' + d.querySelector('p').className"
    assert await shown(page, outline) == "Hello|"
    assert await shown(page, "getComputedStyle(d.querySelector('p')).color") == "rgb(1, 2, 3)"
    assert await shown(page, "d.compatMode + d.scrollingElement.scrollTop") == "CSS1Compat40"
    for at, text in [
        (2150, "Helloonetwo|"),
        (2250, "Hello againonetwo|"),
        (2350, "Hello thereonetwo|x"),
        (2450, "Hello theretwoone|x"),
        (2600, "Hello thereone|x"),
        (2250, "Hello againonetwo|"),
        (0, "Hello|"),
        (9000, "Hello thereone|x"),
    ]:
        await seek(page, at)
        assert await shown(page, outline) == text, at
    assert await shown(page, "d.scrollingElement.scrollTop") == 200
    events = page.locator(".ff-event-title, .ff-event-detail")
    await expect(events.filter(has_text="Buy <now>")).to_have_count(1)
    await expect(events.filter(has_text="<b>Shop</b>")).to_have_count(1)
    assert not site.outside()


async def test_what_happened_is_listed_before_anything_is_played(page: Page, site: Site) -> None:
    first = Frames().keyframe(10, html(el("p", {}, "Hello"))).end()
    facts = [click(900, 50, 60, "Late")]
    site.chunks = [
        chunk(0, first.bytes(), flags=FLAG_KEYFRAME),
        chunk(1, b"", facts, at=2000),
    ]
    await opened(page, site)
    await expect(page.locator(".ff-event-detail").filter(has_text="Late")).to_have_count(1)


async def test_what_was_given_up_is_said(page: Page, site: Site) -> None:
    first = Frames().keyframe(10, html(el("p", {}, "Hello"), el("ul", {}, el("li", {}, "one"))))
    box = el("ul", {"ff-blocked": "120x40"})
    second = Frames().op("Time", 100).op("Remove", [8]).insert(5, 6, box)
    steps = ("sampled", "frozen", "facts", "off", "full", "later-step")
    facts = [State(100, "budget", step, 180) for step in steps]
    site.chunks = [
        chunk(0, first.end().bytes(), flags=FLAG_KEYFRAME),
        chunk(1, second.bytes(), facts, at=2000),
    ]
    await opened(page, site)
    lines = page.locator(".ff-event-budget")
    await expect(lines).to_have_count(6)
    await expect(lines.nth(1)).to_contain_text("Recorded less: the page changes too much")
    await expect(lines.nth(1)).to_contain_text("a box stands for the part that changes most")
    await expect(lines.nth(1)).to_contain_text("180 ms a second")
    await expect(lines.nth(3)).to_contain_text("Recording ended: the page changes too much")
    await expect(lines.nth(4)).to_contain_text("Recorded in full again")
    title = await page.locator(".ff-budget-mark").first.get_attribute("title")
    assert title is not None
    assert title.startswith("Recorded less: the page changes too much (changes and pointer")
    await seek(page, 2150)
    assert await shown(page, "d.querySelector('ul').offsetWidth") == 120
    assert await shown(page, "getComputedStyle(d.querySelector('ul')).backgroundImage") != "none"


async def test_it_plays_by_the_clock_and_by_keys(page: Page, site: Site) -> None:
    first = Frames().keyframe(0, html(el("p", {}, "Hello"))).end()
    first.op("Time", 700).insert(5, 0, el("b", {}, "new"))
    path = Pointer(0, "mouse", (0, 400, 400), (10, 90, 100), (20, 30, 40))
    site.chunks = [chunk(0, first.bytes(), [path, click(800, 50, 60, "x")], flags=FLAG_KEYFRAME)]
    site.duration = 1500
    await opened(page, site)
    await page.keyboard.press("+")
    await page.keyboard.press(" ")
    await until(page, "footfallPlayer.time() > 900")
    assert await shown(page, "d.querySelector('b').textContent") == "new"
    await expect(page.locator(".ff-pointer")).to_be_visible()
    await until(page, "!footfallPlayer.isPlaying() && footfallPlayer.time() === 1500")
    await page.keyboard.press("Home")
    await until(page, "footfallPlayer.time() === 0")
    assert await shown(page, "d.querySelector('b')") is None
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_everything_a_page_can_be(page: Page, site: Site) -> None:
    css = b"@import url('ff:inner'); .i{background:url(ff:pic)} a[href^='http']{color:rgb(9,9,9)}"
    link = el("link", {"rel": "stylesheet", "href": "ff:sheet"})
    body = [
        el("my-card", {}, shadow(el("slot", {}), el("i", {"id": "in"}, "dark")), "light"),
        el("iframe", {}, frame(doctype(), el("html", {}, el("body", {}, el("h1", {}, "Inside"))))),
        el("input", {"type": "checkbox", "id": "c"}),
        el("select", {"id": "s"}, el("option", {}, "1"), el("option", {}, "2")),
        el("dialog", {"id": "m", "open": ""}, "Modal"),
        el("img", {"src": "ff:pic", "class": "i", "id": "pic"}),
        el("a", {"href": "http://other.example/x"}, "link"),
        el("script", {}),
        el("div", {"ff-blocked": "120x40", "id": "blocked"}),
    ]
    frames = Frames().keyframe(0, html(*body, head=[link]))
    # 1 document 2 doctype 3 html 4 head 5 link 6 body 7 my-card 8 shadow 9 slot 10 i 11 12 13 iframe
    # 14 frame 15 doctype 16 html 17 body 18 h1 19 20 input 21 select 22 option 23 24 option 25 26 dialog
    frames.op("Checked", 20, 2).op("Selected", 21, [1]).op("Modal", 26, 1)
    frames.op("Adopted", 8, ["i{color:rgb(7,7,7)}"]).op("Adopted", 1, ["h6{color:red}"]).end()
    facts = [
        site.asset("sheet", "text/css", css),
        site.asset("inner", "text/css", b"a{outline:3px solid}"),
        site.asset("pic", "image/gif", PIXEL),
    ]
    site.chunks = [chunk(0, frames.bytes(), facts, flags=FLAG_KEYFRAME)]
    await opened(page, site)
    await until(page, "footfallPlayer.document().querySelector('#pic').complete")
    await until(
        page,
        "getComputedStyle(footfallPlayer.document().querySelector('a')).outlineWidth === '3px'",
    )
    inside = "d.querySelector('iframe').contentDocument"
    assert await shown(page, f"{inside}.querySelector('h1').textContent") == "Inside"
    assert await shown(page, f"{inside}.compatMode") == "CSS1Compat"
    root = "d.querySelector('my-card').shadowRoot"
    assert await shown(page, f"getComputedStyle({root}.querySelector('i')).color") == "rgb(7, 7, 7)"
    assert not await shown(page, "d.querySelector('my-card').hasAttribute('data-ff-undefined')")
    assert await shown(page, "d.querySelector('#c').indeterminate")
    assert await shown(page, "d.querySelector('#s').value") == "2"
    assert await shown(page, "d.querySelector('#m').matches(':modal')")
    assert await shown(page, "d.querySelector('#pic').naturalWidth") == 1
    assert "/assets/" in await shown(
        page, "getComputedStyle(d.querySelector('.i')).backgroundImage"
    )
    assert await shown(page, "getComputedStyle(d.querySelector('a')).color") == "rgb(9, 9, 9)"
    assert await shown(page, "d.querySelector('a').matches(':any-link')")
    assert await shown(page, "d.querySelector('#blocked').offsetWidth") == 120
    assert await shown(page, "d.querySelector('script')") is None
    assert await shown(page, "d.querySelector('#blocked').matches(':nth-child(9)')")
    assert not site.outside()


async def test_quirks_and_keyframes_in_parts(page: Page, site: Site) -> None:
    first = Frames().keyframe(0, html(el("p", {}, "a")), quirks=True)
    part = Frames().op("Time", 0).insert(5, 6, el("p", {}, "b")).end()
    again = Frames().keyframe(0, html(el("p", {}, "next page"))).end()
    site.chunks = [
        chunk(0, first.bytes(), flags=FLAG_KEYFRAME),
        chunk(1, part.bytes(), flags=FLAG_KEYFRAME_PART),
        chunk(2, again.bytes(), flags=FLAG_KEYFRAME, number=2, at=4000),
    ]
    await opened(page, site)
    assert await shown(page, "d.compatMode + d.body.textContent") == "BackCompatab"
    await seek(page, 5000)
    assert await shown(page, "d.compatMode + d.body.textContent") == "CSS1Compatnext page"
    await seek(page, 100)
    assert await shown(page, "d.compatMode + d.body.textContent") == "BackCompatab"


async def test_a_lost_chunk_is_a_gap_until_the_next_keyframe(page: Page, site: Site) -> None:
    first = Frames().keyframe(0, html(el("p", {}, "true"))).end()
    after = Frames().op("Time", 10).op("Text", 7, "made up")
    again = Frames().keyframe(0, html(el("p", {}, "true again"))).end()
    site.chunks = [
        chunk(0, first.bytes(), flags=FLAG_KEYFRAME),
        chunk(2, after.bytes(), at=2000),
        chunk(3, again.bytes(), flags=FLAG_KEYFRAME, at=4000),
    ]
    await opened(page, site)
    notice = page.locator(".ff-notice")
    await expect(notice).to_be_hidden()
    await seek(page, 3000)
    await expect(notice).to_contain_text("a part never arrived")
    assert await shown(page, "d.body.textContent") == "true"
    await expect(page.locator(".ff-gap")).to_have_count(1)
    await seek(page, 4500)
    await expect(notice).to_be_hidden()
    assert await shown(page, "d.body.textContent") == "true again"


async def test_damage_is_shown_and_nothing_to_play_is_said(page: Page, site: Site) -> None:
    good = Frames().keyframe(0, html(el("p", {}, "fine"))).end().bytes()
    site.chunks = [
        chunk(0, good, flags=FLAG_KEYFRAME),
        chunk(1, b"\x03\x0a\xc1\xff", at=2000),
    ]
    await opened(page, site)
    await seek(page, 3000)
    await expect(page.locator(".ff-notice")).to_contain_text("a part is damaged")
    assert await shown(page, "d.body.textContent") == "fine"

    site.chunks = [chunk(3, b"")]
    await page.goto(f"{site.url}/replay")
    await expect(page.get_by_role("alert")).to_contain_text("keyframe")
    site.chunks = []
    await page.goto(f"{site.url}/replay")
    await expect(page.get_by_role("alert")).to_contain_text("No part")


async def test_inactivity_is_skipped_and_never_locks(page: Page, site: Site) -> None:
    first = Frames().keyframe(0, html(el("p", {}, "Hello"))).end()
    path = Pointer(0, "mouse", (0, 100), (10, 90), (20, 30))
    late = Frames().op("Time", 0).op("Text", 7, "Later")
    site.duration = 600_000
    site.chunks = [
        chunk(0, first.bytes(), [path], flags=FLAG_KEYFRAME),
        chunk(1, late.bytes(), [path], at=590_000),
    ]
    await opened(page, site)
    await expect(page.locator(".ff-inactive")).to_have_count(1)
    await page.keyboard.press(" ")
    await until(page, "footfallPlayer.time() > 590_000")
    assert await shown(page, "d.body.textContent") == "Later"
    await page.keyboard.press("s")
    assert not await page.evaluate("footfallPlayer.skipsInactivity()")
    await seek(page, 60_000)
    await asyncio.sleep(0.3)
    assert await page.evaluate("footfallPlayer.isPlaying() && footfallPlayer.time() < 70_000")


async def test_the_tab_in_the_foreground_is_followed(page: Page, site: Site) -> None:
    other = "tab-11111111111111"
    here = Frames().keyframe(0, html(el("p", {}, "first tab"))).end().bytes()
    there = Frames().keyframe(0, html(el("p", {}, "second tab"))).end().bytes()
    path = Pointer(10, "mouse", (0, 100), (10, 90), (20, 30))
    site.chunks = [
        chunk(0, here, [path], flags=FLAG_KEYFRAME),
        chunk(0, there, [path], flags=FLAG_KEYFRAME, at=3000, tab=other),
        chunk(1, b"", [path], at=6000),
    ]
    await opened(page, site)
    await until(page, "footfallPlayer.progress().loaded === 3")
    for at, text in [(1000, "first tab"), (4000, "second tab"), (7000, "first tab")]:
        await seek(page, at)
        assert await shown(page, "d.body.textContent") == text, at
    await page.get_by_label("Tab", exact=True).select_option("Tab 2")
    await until(page, "footfallPlayer.document().body.textContent === 'second tab'")


async def test_a_page_does_not_follow_the_viewers_dark_setting(page: Page, site: Site) -> None:
    await page.emulate_media(color_scheme="dark")
    style = el("style", {}, "p{color:red}@media (prefers-color-scheme:dark){p{color:blue}}")
    frames = Frames().keyframe(0, html(el("p", {}, "x"), head=[style])).end()
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    assert await shown(page, "getComputedStyle(d.querySelector('p')).color") == "rgb(255, 0, 0)"
