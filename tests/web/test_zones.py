"""Days by the viewer's own clock: what a browser told once holds where an address names no zone."""

import pytest
from playwright.async_api import Browser, expect

from footfall.projects import Project
from footfall.web.zones import ZONE_COOKIE
from tests.web.conftest import Site
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import page_view

DAY = 86_400_000
NOON = 1_753_704_000_000  # 28 July 2025, 12:00 UTC
LATE = NOON + 11 * 3_600_000 + 1_800_000  # 23:30: the day after in Lagos, where no clock is changed


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    await site.remember(made, "a", [page_view()], LATE)
    return made


async def _first_part(site: Site, project: Project, zone: str, query: str = "") -> int:
    asked = f"/api/p/{project.id}/overview?time=custom&from=2025-07-01&to=2025-07-31{query}"
    headers = {"Cookie": f"{ZONE_COOKIE}={zone}"} if zone else {}
    async with site.client.get(asked, headers=headers) as answer:
        return int((await answer.json())["trend"][0]["start"])


async def test_days_begin_at_the_viewers_midnight(site: Site, project: Project) -> None:
    utc = await _first_part(site, project, "")
    assert await _first_part(site, project, "120") == utc - 120 * 60_000
    assert await _first_part(site, project, "120", "&zone=0") == utc
    for nonsense in ("x", "99999", "-99999", "0", "1.5"):
        assert await _first_part(site, project, nonsense) == utc


async def test_a_browser_tells_its_zone(browser: Browser, site: Site, project: Project) -> None:
    context = await browser.new_context(timezone_id="Africa/Lagos")
    page = await context.new_page()
    await page.goto(at(site, f"/p/{project.id}/overview?from=2025-07-28&to=2025-07-31"))
    await expect(page.locator(".over-time-ends time").first).to_have_text("28 Jul 2025, 00:00")
    await page.get_by_text("As a table").click()
    row = page.get_by_role("row", name="29 Jul 2025, 00:00")
    await row.get_by_role("link").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await context.close()
