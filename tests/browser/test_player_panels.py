"""The panels beside the replay, as a person uses them, over chunks made by hand."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from footfall.wire.facts import Console, Failure, Network, Reaction, Request, Vital
from footfall.wire.schema import FLAG_KEYFRAME, Click, Fact
from tests.browser.test_player import opened, seek, until
from tests.player.site import Site, serving
from tests.player.writer import Frames, chunk, el, shadow
from tests.player.writer import page as html

TABS = ["Events", "Pages", "Console", "Network", "Vitals", "Visitor", "Inspector", "Transcript"]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as running:
        yield running


def recorded(site: Site, *facts: Fact) -> None:
    style = el(
        "style", {}, "#buy{color:rgb(1,2,3);position:absolute;left:0;top:0;width:300px;height:90px}"
    )
    body = [el("button", {"id": "buy", "class": "big"}, el("span", {}, "Buy")), el("p", {}, "Text")]
    frames = Frames().keyframe(0, html(*body, head=[style])).end()
    site.chunks = [
        chunk(0, frames.bytes(), flags=FLAG_KEYFRAME),
        chunk(1, b"", list(facts), at=2000),
    ]


def click(t: int, key: str, text: str) -> Click:
    return Click(t, 7, key, 5000, 5000, 20, 20, 800, 600, 0, "mouse", False, "", text, t)


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).click()


async def test_one_list_of_tabs_by_mouse_and_keyboard(page: Page, site: Site) -> None:
    recorded(site)
    await opened(page, site)
    tabs = page.get_by_role("tab")
    await expect(tabs).to_have_text(TABS)
    for name in TABS:
        await choose(page, name)
        panel = page.get_by_role("tabpanel")
        await expect(panel).to_have_count(1)
        await expect(panel).to_have_accessible_name(name)
        assert (await panel.inner_text()).strip(), name
    before = await page.evaluate("footfallPlayer.time()")
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", selected=True)).to_have_text("Events")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Home")
    await page.keyboard.press("End")
    await expect(page.get_by_role("tab", selected=True)).to_be_focused()
    await expect(page.get_by_role("tab", selected=True)).to_have_text("Transcript")
    assert await page.evaluate("footfallPlayer.time()") == before
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(tabs.last).to_be_visible()


async def test_every_panel_says_why_it_is_empty(page: Page, site: Site) -> None:
    recorded(site)
    await opened(page, site)
    await until(page, "footfallPlayer.progress().loaded === 2")
    why = {
        "Console": "data-console",
        "Network": "data-network",
        "Vitals": "No web vitals came",
        "Visitor": "cannot be shown",
        "Inspector": "Pick an element",
    }
    for name, words in why.items():
        await choose(page, name)
        await expect(page.get_by_role("tabpanel")).to_contain_text(words)


async def test_events_are_searched_and_followed(page: Page, site: Site) -> None:
    recorded(site, click(100, "#buy", "Buy now"), click(4000, "#other", "Other thing"))
    await opened(page, site)
    search = page.get_by_role("searchbox", name="Search what happened")
    lines = page.locator(".ff-events:visible .ff-event")
    await search.fill("other THING")
    await expect(lines).to_have_count(1)
    await expect(page.get_by_text("1 line found")).to_be_visible()
    await lines.first.click()
    await until(page, "footfallPlayer.time() === 6000")
    await search.fill("")
    await expect(page.locator(".ff-current:visible")).to_contain_text("Other thing")
    await seek(page, 3000)
    await expect(page.locator(".ff-current:visible")).to_contain_text("Buy now")


async def test_console_lines_are_grouped_and_filtered(page: Page, site: Site) -> None:
    stack = "https://a.example/a.js:1:2\nhttps://a.example/b.js:3:4"
    recorded(
        site,
        Console(100, "log", "ready", 1),
        Console(200, "log", "ready", 2),
        Failure(
            2000,
            "error",
            "TypeError",
            "x is undefined",
            "https://a.example/a.js",
            1,
            2,
            stack,
            1,
            500,
        ),
    )
    await opened(page, site)
    await choose(page, "Console")
    lines = page.locator(".ff-console .ff-line")
    await expect(lines).to_have_count(2)
    await expect(lines.first).to_contain_text("× 3")
    await expect(lines.last).to_contain_text("TypeError: x is undefined")
    await page.get_by_text("Called from 2").click()
    await expect(page.get_by_text("https://a.example/b.js:3:4")).to_be_visible()
    await page.get_by_role("button", name="Log", exact=True).click()
    await expect(lines).to_have_count(1)
    await lines.last.click()
    await until(page, "footfallPlayer.time() === 3500")


async def test_requests_are_a_waterfall(page: Page, site: Site) -> None:
    recorded(
        site,
        Network(
            1000, "GET", "https://a.example/api/items", 200, "fetch", 1000, 200, -1, 2048, 4096
        ),
        Network(1000, "POST", "https://a.example/api/cart", 503, "fetch", 500, 400, 10, 100, 90),
        Request(1005, "fetch", "POST", "https://a.example/api/cart", 503, "status", 500, 1),
    )
    await opened(page, site)
    await choose(page, "Network")
    rows = page.locator(".ff-request")
    await expect(rows).to_have_count(2)
    await expect(page.locator(".ff-burst")).to_contain_text(
        "2 requests · 900 ms · 2.1 KB · 1 failed"
    )
    bars = [await bar.bounding_box() for bar in await page.locator(".ff-bar").all()]
    first, second = bars
    assert first is not None
    assert second is not None
    assert second["x"] > first["x"] + first["width"]
    assert abs(second["width"] / first["width"] - 2) < 0.2
    await page.get_by_role("button", name="Only failed").click()
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("answered 503")


async def test_vitals_are_graded_and_lead_to_their_element(page: Page, site: Site) -> None:
    recorded(
        site,
        Vital(100, "LCP", 2600, "load", 7, "#buy", ""),
        Vital(100, "CLS", 0, "load", 0, "", ""),
    )
    await opened(page, site)
    await choose(page, "Vitals")
    await expect(page.locator(".ff-vital").first).to_contain_text("2.6 s, needs improvement")
    await expect(page.locator(".ff-vital").last).to_contain_text("0, good")
    await page.get_by_role("button", name="Show #buy").click()
    await expect(page.locator(".ff-highlight")).to_be_visible()
    await choose(page, "Pages")
    await expect(page.locator(".ff-highlight")).to_have_count(0)


async def test_the_inspector_finds_an_element_and_its_clicks(page: Page, site: Site) -> None:
    recorded(
        site, click(100, "#buy", "Buy"), click(1500, "#buy", "Buy"), click(1800, "body>p", "Text")
    )
    await opened(page, site)
    await until(page, "footfallPlayer.progress().loaded === 2")
    await choose(page, "Inspector")
    await page.get_by_role("button", name="Pick an element").click()
    layer = await page.locator(".ff-pick").bounding_box()
    assert layer is not None
    scale = layer["width"] / 800
    await page.mouse.click(layer["x"] + 290 * scale, layer["y"] + 80 * scale)
    selected = page.get_by_role("treeitem", selected=True)
    await expect(selected).to_contain_text("button#buy.big")
    details = page.locator(".ff-details")
    await expect(details).to_contain_text("2 clicks on it")
    await expect(details).to_contain_text("rgb(1, 2, 3)")
    await expect(details.locator(".ff-rule")).to_contain_text("#buy")
    await details.get_by_role("button", name="Click at 0:03").click()
    await until(page, "footfallPlayer.time() === 3500")
    await selected.click()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(selected).to_contain_text("span")
    await page.keyboard.press("ArrowLeft")
    await expect(selected).to_contain_text("button#buy")
    await seek(page, 0)
    await expect(selected).to_contain_text("button#buy")
    assert await page.evaluate("footfallPlayer.time()") == 0


async def test_the_transcript_is_told_and_copied(page: Page, site: Site) -> None:
    facts: list[Fact] = [
        click(100, "#buy", "Buy"),
        Reaction(1200, 100, "#buy", "button", "nothing", -1, -1),
    ]
    recorded(site, *facts)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await opened(page, site)
    await choose(page, "Transcript")
    await expect(page.locator(".ff-transcript")).to_contain_text(
        "clicked Buy, and nothing happened"
    )
    await page.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert "0:02 clicked *Buy*, and nothing happened\n" in copied


async def test_the_inspector_looks_into_closed_shadow_roots(page: Page, site: Site) -> None:
    inside = el("b", {"id": "deep"}, "Inside")
    frames = Frames().keyframe(0, html(el("x-card", {}, shadow(inside, mode=1)))).end()
    site.chunks = [chunk(0, frames.bytes(), flags=FLAG_KEYFRAME)]
    await opened(page, site)
    await choose(page, "Inspector")
    tree = page.get_by_role("tree")
    await tree.get_by_text("x-card").dblclick()
    await tree.get_by_text("x-card").press("ArrowRight")
    await expect(tree.get_by_text("shadow root (closed)")).to_be_visible()
    await page.get_by_role("button", name="Pick an element").click()
    box = await page.locator(".ff-page").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + 25 * box["width"] / 800, box["y"] + 20 * box["height"] / 600)
    await expect(page.locator(".ff-details h2")).to_have_text("b#deep")
    await expect(tree.get_by_text("b#deep")).to_be_visible()
