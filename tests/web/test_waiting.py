"""Nothing is told as found or as fine before it was looked at: pages say how many sessions wait, and count down."""

import asyncio

from playwright.async_api import Page, expect

from footfall.web.common import now_ms
from footfall.web.keys import DETECTOR
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.wire import chunks


async def test_pages_say_what_is_still_to_be_looked_at(page: Page, site: Site) -> None:
    detector = site.app[DETECTOR]
    await asyncio.to_thread(detector.stop)  # from here on it looks when it is told
    await asyncio.to_thread(detector.catch_up)
    project = site.project()
    base = f"/p/{project.id}"
    await site.remember(project, "a", [chunks.page_view(), *presses(3)], now_ms() - 60_000)
    for path in ("status", "moments", "problems", "overview"):
        assert (await site.json(f"/api{base}/{path}"))["waiting"] == 1, path
    session = chunks.ident("a")
    assert (await site.json(f"/api{base}/moments?session={session}"))["waiting"] == 1
    assert "1 session is still to be looked at" in await site.text(f"{base}/moments")
    problems = await site.text(f"{base}/problems")
    assert "No problems found until now" in problems
    assert "1 session is still to be looked at" in problems

    await page.goto(str(site.client.make_url(f"{base}/overview")))
    wrong = page.get_by_role("region", name="What is wrong")
    await expect(wrong.get_by_role("status")).to_have_text("1 session is still to be looked at")
    await expect(wrong).to_contain_text("Nothing found until now")
    await expect(wrong).not_to_contain_text("Nothing went wrong")
    await asyncio.to_thread(detector.catch_up)
    found = wrong.get_by_role("link", name="All looked at: show what was found")
    await expect(found).to_be_visible()
    assert await judged(page) == []
    await found.click()
    await expect(wrong.get_by_role("listitem").filter(has_text="Rage click")).to_have_count(1)
    await expect(wrong.get_by_role("status")).to_have_count(0)
    assert (await site.json(f"/api{base}/moments?session={session}"))["waiting"] == 0


async def test_the_card_beside_a_replay_waits_for_what_is_found(page: Page, site: Site) -> None:
    detector = site.app[DETECTOR]
    await asyncio.to_thread(detector.stop)
    await asyncio.to_thread(detector.catch_up)
    project = site.project()
    await site.remember(project, "a", [chunks.page_view(), *presses(3)], now_ms() - 60_000)
    await page.goto(str(site.client.make_url(f"/p/{project.id}/sessions/{chunks.ident('a')}")))
    card = page.locator(".card", has=page.get_by_role("heading", name="What was found"))
    await expect(card).to_contain_text("Not looked at to its end yet")
    await asyncio.to_thread(detector.catch_up)
    await expect(card.get_by_role("listitem").filter(has_text="Rage click")).to_have_count(1)
    await expect(card).not_to_contain_text("Not looked at")


async def test_nothing_went_wrong_only_where_all_was_looked_at(site: Site) -> None:
    project = site.project()
    await site.remember(project, "a", [chunks.page_view()], now_ms() - 60_000)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    assert "Nothing went wrong in this time." in await site.text(f"/p/{project.id}/overview")
    problems = await site.text(f"/p/{project.id}/problems")
    assert "No problems found</h2>" in problems
