"""The replay page in Chromium: keys, the time line, notes, labels, star, share links, and the shared page."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.wire.facts import Failure
from footfall.wire.schema import FLAG_KEYFRAME, Fact
from tests.web.conftest import Site
from tests.web.test_in_browser import complaints, keyframe
from tests.wire.chunks import T0, click, ident, page_view

__all__ = ["complaints"]

DAY = 86_400_000
FAILURE = Failure(4000, "error", "TypeError", "x is not a function", "", 0, 0, "", 1, 0)


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    facts: list[Fact] = [page_view(title="The start"), click(2000), FAILURE]
    await site.remember(made, "s1", facts, T0, flags=FLAG_KEYFRAME, frames=keyframe())
    late: list[Fact] = [page_view(number=2), click(1000)]
    await site.remember(made, "s1", late, T0 + DAY, sequence=1)
    return made


async def until(page: Page, expression: str) -> None:
    """Wait for an expression to hold. Playwright's own waiting needs eval, which the page's policy forbids."""
    for _ in range(200):
        if await page.evaluate(expression):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"It never came true: {expression}")


async def opened(page: Page, site: Site, path: str) -> None:
    await page.goto(str(site.client.make_url(path)))
    await until(page, "window.footfallPlayer?.firstFrameMs() !== undefined")
    await until(
        page, "footfallPlayer.progress().loaded === 2 && !!document.querySelector('.ff-error-mark')"
    )


@pytest.mark.usefixtures("complaints")
async def test_moments_frames_and_a_gap_of_a_day(page: Page, site: Site, project: Project) -> None:
    await opened(page, site, f"/p/{project.id}/sessions/{ident('s1')}")
    await page.keyboard.press("n")
    await until(page, "footfallPlayer.time() === 4000")
    await page.keyboard.press(".")
    await until(page, "footfallPlayer.time() === 4040")
    await page.keyboard.press(",")
    await until(page, "footfallPlayer.time() === 4000")
    await until(page, "new URL(location.href).searchParams.get('t') === '4000'")
    await page.keyboard.press("n")
    await until(page, f"footfallPlayer.time() > {DAY - 1000}")
    await page.keyboard.press("p")
    await until(page, "footfallPlayer.time() === 4000")
    # Inactivity of a day is passed, and whoever skips it can still pause.
    await page.keyboard.press(" ")
    await until(page, f"footfallPlayer.time() > {DAY - 1000}")
    await page.keyboard.press("Home")
    await until(page, "footfallPlayer.time() < 60_000")
    await page.keyboard.press("f")
    await until(page, "document.fullscreenElement?.id === 'player'")
    await page.keyboard.press("f")
    await until(page, "document.fullscreenElement === null")


@pytest.mark.usefixtures("complaints")
async def test_the_time_line_tells_what_is_under_the_pointer(
    page: Page, site: Site, project: Project
) -> None:
    await opened(page, site, f"/p/{project.id}/sessions/{ident('s1')}")
    line = page.locator(".ff-scrubber")
    await line.hover(position={"x": 3, "y": 10})
    await expect(page.locator(".ff-hint-page")).to_have_text("The start")
    await expect(page.locator(".ff-hint-error")).to_contain_text("TypeError")
    box = await line.bounding_box()
    assert box is not None
    await line.hover(position={"x": box["width"] / 2, "y": 10})
    await expect(page.locator(".ff-hint")).to_contain_text("Inactive for 23:59:")


@pytest.mark.usefixtures("complaints")
async def test_what_a_person_adds(page: Page, site: Site, project: Project) -> None:
    address = f"/p/{project.id}/sessions/{ident('s1')}"
    await opened(page, site, f"{address}?t=2000")
    await until(page, "footfallPlayer.time() === 2000")
    await page.keyboard.press("m")
    await page.keyboard.type("Why <b>here</b>? n p f")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".note-list li")).to_have_count(1)
    await page.get_by_role("button", name="Star", exact=True).click()
    await page.get_by_label("Add a label", exact=True).fill("Bug")
    await page.keyboard.press("Enter")
    await expect(page.locator(".session-labels .label")).to_have_text("Bug×")
    await opened(page, site, address)
    await expect(page.locator(".note-text")).to_have_text("Why <b>here</b>? n p f")
    await expect(page.locator(".ff-note-mark")).to_have_count(1)
    star = page.get_by_role("button", name="Star", exact=True)
    await expect(star).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Go to 0:02").click()
    await until(page, "footfallPlayer.time() === 2000")
    await page.get_by_role("button", name="Remove the note at 0:02").click()
    await expect(page.locator(".ff-note-mark")).to_have_count(0)
    await page.get_by_role("button", name="Remove the label Bug").click()
    await expect(page.locator(".session-labels .label")).to_have_count(0)


@pytest.mark.usefixtures("complaints")
async def test_a_shared_page_shows_the_replay_alone(
    page: Page, site: Site, project: Project
) -> None:
    await opened(page, site, f"/p/{project.id}/sessions/{ident('s1')}")
    await page.get_by_role("button", name="Make a link").click()
    link = page.locator(".share-list a")
    await expect(link).to_have_attribute("href", re.compile("/shared/"))
    path = str(await link.get_attribute("href"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await opened(page, site, re.sub("^https?://[^/]+", "", path) + "?t=2000")
    await until(page, "footfallPlayer.time() === 2000")
    text = "footfallPlayer.document().querySelector('button').textContent"
    assert await page.evaluate(text) == "Buy"
    assert [url for url in asked if "/api/p/" in url] == []
    await expect(page.locator("#notes, .sidebar, [href^='/p/']")).to_have_count(0)
