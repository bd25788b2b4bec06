"""The picture on the time line: the page at the hovered time, contained like the player's own, gone afterwards."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from footfall.wire.schema import FLAG_KEYFRAME
from tests.browser.test_player import opened, until
from tests.player.site import Site, serving
from tests.player.writer import Frames, chunk, el
from tests.player.writer import page as html


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as running:
        first = Frames().keyframe(10, html(el("p", {}, "0"))).end()
        running.chunks = [chunk(0, first.bytes(), flags=FLAG_KEYFRAME)]
        for second in range(1, 10):
            text = Frames().op("Time", 0).op("Text", 7, str(second))
            running.chunks.append(chunk(second, text.bytes(), at=second * 1000))
        yield running


async def hover(page: Page, ms: int) -> None:
    box = await page.locator(".ff-scrubber").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * ms / 10_000, box["y"] + box["height"] / 2)


async def test_the_page_at_the_hovered_time_is_seen(page: Page, site: Site) -> None:
    await opened(page, site)
    picture = page.locator(".ff-preview iframe")
    seen = page.frame_locator(".ff-preview iframe").locator("p")
    for ms, text in ((7500, "7"), (2500, "2"), (8500, "8")):
        await hover(page, ms)
        await expect(seen).to_have_text(text)
        await expect(picture).to_be_visible()
    await expect(picture).to_have_attribute("sandbox", "allow-same-origin")
    box = await page.locator(".ff-preview").bounding_box()
    assert box is not None
    assert box["width"] <= 208.5
    assert box["height"] <= 140.5
    assert await page.evaluate("footfallPlayer.time()") == 0
    assert await page.evaluate("footfallPlayer.document().body.textContent") == "0"
    await page.mouse.move(10, 10)
    await expect(picture).to_be_hidden()
    assert not site.outside()


async def test_it_can_be_switched_off(page: Page, site: Site) -> None:
    await opened(page, site)
    await page.keyboard.press("v")
    await hover(page, 5000)
    await expect(page.locator(".ff-hint")).to_contain_text("0:05")
    await asyncio.sleep(0.5)
    await expect(page.locator(".ff-preview iframe")).to_have_count(0)
    await page.keyboard.press("v")
    await hover(page, 6500)
    await until(page, "document.querySelector('.ff-preview iframe') !== null")
