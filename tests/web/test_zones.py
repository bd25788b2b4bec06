"""Days by the viewer's own clock: what a browser told once holds where an address names no zone."""

from itertools import pairwise

import pytest
from playwright.async_api import Browser, expect

from footfall.projects import Project
from footfall.web.zones import ZONE_COOKIE
from tests.web.conftest import Site
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import page_view

HALF_HOUR = 1_800_000
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
    for nonsense in ("x", "Mars/Base", "../zone", "0", "1.5"):
        assert await _first_part(site, project, nonsense) == utc


async def test_each_day_has_its_own_offset_where_a_clock_was_changed(site: Site) -> None:
    """In Berlin the clocks went back on 26 October 2025: both visits began half an hour after midnight."""
    made = site.project()
    summer, winter = 1_761_345_000_000, 1_761_521_400_000  # 24 Oct, 22:30 UTC; 26 Oct, 23:30 UTC
    for name, began in {"a": summer, "b": winter}.items():
        await site.remember(made, name, [page_view()], began)
    asked = "time=custom&from=2025-10-20&to=2025-10-31&zone=Europe/Berlin"
    told = await site.json(f"/api/p/{made.id}/overview?{asked}")
    starts = [part["start"] for part in told["trend"] if part["sessions"]]
    assert starts == [summer - HALF_HOUR, winter - HALF_HOUR]
    assert [row[0] for row in told["hours"]] == [1, 0, 0, 0, 0, 1, 0]  # Monday, Saturday
    lengths = {b["start"] - a["start"] for a, b in pairwise(told["trend"])}
    assert lengths == {DAY, DAY + 2 * HALF_HOUR}
    steps = "steps=page%20%3E%20page"
    funnel = await site.json(f"/api/p/{made.id}/funnel?{steps}&{asked}")
    assert [one["start"] for one in funnel["trend"] if one["entered"]] == starts
    for day, count in {"2025-10-24": 0, "2025-10-25": 1, "2025-10-26": 0, "2025-10-27": 1}.items():
        one = f"from={day}&to={day}&zone=Europe/Berlin"
        assert (await site.json(f"/api/p/{made.id}/sessions?{one}"))["total"] == count, day
    page = await site.text(f"/p/{made.id}/overview?{asked}")
    assert f"zone=Europe%2FBerlin&amp;began={starts[0]}-{starts[0] + DAY - 1}" in page
    before = await site.json(
        f"/api/p/{made.id}/overview?from=2025-10-27&to=2025-10-28&zone=Europe/Berlin"
    )
    assert [part["before"] for part in before["trend"]][0:1] == [1]


async def test_a_browser_tells_its_zone(browser: Browser, site: Site, project: Project) -> None:
    context = await browser.new_context(timezone_id="Africa/Lagos")
    page = await context.new_page()
    await page.goto(at(site, f"/p/{project.id}/overview?from=2025-07-28&to=2025-07-31"))
    await page.locator(".u-over").hover(position={"x": 1, "y": 60})
    await expect(page.locator(".line-chart-tip")).to_contain_text("28 Jul 2025")
    await page.get_by_text("As a table").click()
    row = page.get_by_role("row", name="29 Jul 2025, 00:00")
    await row.get_by_role("link").first.click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await context.close()
