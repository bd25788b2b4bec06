"""Going through sessions by keyboard, and where a replay opens, in a real browser."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.keys import WATCHED
from footfall.wire.facts import Failure
from footfall.wire.schema import FLAG_KEYFRAME, Fact
from tests.web.conftest import Site
from tests.web.test_in_browser import keyframe
from tests.wire.chunks import T0, click, ident, page_view


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    for number in range(4):
        late = Failure(30_000 + number, "error", "TypeError *1*", "x", "", 0, 0, "", 1, 0)
        facts: list[Fact] = [page_view()]
        if number < 3:
            facts += [click(t=100), late, click(t=40_000)]
        start = T0 + number * 60_000
        await site.remember(
            made, f"s{number}", facts, start, flags=FLAG_KEYFRAME, frames=keyframe()
        )
    return made


def at(site: Site, path: str) -> str:
    return str(site.client.make_url(path))


async def focused(page: Page) -> str | None:
    found: str | None = await page.evaluate(
        "document.activeElement.closest('[data-session]')?.dataset.session.slice(0, 2)"
    )
    return found


async def test_keys_go_from_row_to_row_and_from_session_to_session(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/sessions?did=click"))
    await expect(page.locator("[data-session]")).to_have_count(3)
    for key, row in (("j", "s2"), ("ArrowDown", "s1"), ("j", "s0"), ("j", "s0"), ("k", "s1")):
        await page.keyboard.press(key)
        assert await focused(page) == row, key
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/{ident('s1')}?did=click*")
    await expect(page.get_by_role("button", name="Play (Space)")).to_be_visible()
    await page.keyboard.press("j")
    await page.wait_for_url(f"**/{ident('s0')}?did=click*")
    await expect(page.get_by_role("link", name="Next")).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.wait_for_url(f"**/{ident('s1')}?did=click*")
    await page.get_by_role("link", name="Back to the sessions").click()
    await page.wait_for_url("**/sessions?did=click")


async def test_a_replay_opens_at_its_error_and_0_leads_to_the_start(
    page: Page, site: Site, project: Project
) -> None:
    base = f"/p/{project.id}/sessions/{ident('s0')}"
    await page.goto(at(site, base))
    said = page.get_by_text("Opened at 0:28: an error: TypeError *1*", exact=False)
    await expect(said).to_be_visible()
    await page.evaluate("footfallPlayer.ready")
    assert await page.evaluate("footfallPlayer.time()") == 28_000
    await page.keyboard.press("0")
    await expect(said).to_have_count(0)
    assert await page.evaluate("footfallPlayer.time()") == 0
    # Who names a time gets that time.
    await page.goto(at(site, f"{base}?t=5000"))
    await page.evaluate("footfallPlayer.ready")
    assert await page.evaluate("footfallPlayer.time()") == 5_000
    await expect(page.get_by_text("Opened at")).to_have_count(0)


async def test_a_session_is_marked_as_watched_by_itself_and_by_hand(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/sessions/{ident('s3')}"))
    button = page.get_by_role("button", name="Not watched")
    await expect(button).to_be_visible()
    mark = page.get_by_role("button", name="Watched", exact=True)
    await expect(mark).to_have_attribute("aria-pressed", "true", timeout=20_000)
    marks = site.app[WATCHED]
    assert await asyncio.to_thread(marks.by, project.id, "") == {ident("s3")}
    await mark.click()
    await expect(button).to_be_visible()
    assert await asyncio.to_thread(marks.by, project.id, "") == set()


async def test_a_list_is_kept_as_a_view_and_a_chip_is_taken_away(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/sessions"))
    await page.get_by_text("More filters").click()
    await page.get_by_label("Text of what was clicked").fill("buy")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sessions?text=buy")
    await expect(page.locator("[data-session]")).to_have_count(3)
    await page.get_by_text("Saved views").click()
    await page.get_by_label("Keep this list as").fill("Buyers")
    await page.get_by_role("button", name="Save").click()
    await page.wait_for_url("**/sessions?text=buy")
    await page.get_by_role("link", name="Remove the filter Clicked “buy”").click()
    await expect(page.locator("[data-session]")).to_have_count(4)
    await page.get_by_text("Saved views").click()
    await page.get_by_role("link", name="Buyers", exact=True).click()
    await page.wait_for_url("**/sessions?text=buy")
    await page.get_by_text("Saved views").click()
    await page.get_by_role("button", name="Remove the view Buyers").click()
    await page.get_by_text("Saved views").click()
    await expect(page.get_by_text("None yet.", exact=False)).to_be_visible()
