"""Figures of the time before, wherever now stands beside it: each leads to the sessions that it counts."""

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.common import now_ms
from footfall.wire.facts import Vital
from footfall.wire.schema import Visibility
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire import chunks
from tests.wire.chunks import page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

DAY = 86_400_000
GOAL = "page:/thanks"
NAMES = ("a", "b", "c", "d", "e", "f", "late", "long-ago")


@pytest.fixture
async def project(site: Site) -> Project:
    """Two of this week; four of the one before, and one of its last day who came later in it than it is now."""
    made, now = site.project(), now_ms()
    this_week = (now // DAY - 6) * DAY
    late = (now - 7 * DAY + this_week) // 2
    thanks = page_view(1_000, number=2, url="https://shop.example/thanks")
    slow = Vital(800, "LCP", 3_000.0, "load", 0, "", "")
    visits: dict[str, tuple[int, list[Fact]]] = {
        "a": (now - DAY, [page_view(), slow, thanks]),
        "b": (now - 2 * DAY, [page_view(width=400), Visibility(500, False, False)]),
        "c": (now - 8 * DAY, [page_view(), thanks]),
        "d": (now - 8 * DAY, [page_view(), thanks]),
        "e": (now - 9 * DAY, [page_view(), Visibility(500, False, False)]),
        "f": (now - 10 * DAY, [page_view(width=400), Visibility(500, False, False)]),
        "late": (late, [page_view(), thanks]),
        "long-ago": (now - 40 * DAY, [page_view(), thanks]),
    }
    for name, (start, facts) in visits.items():
        await site.remember(made, name, facts, start, visitor=chunks.ident(f"visitor-{name}"))
    return made


async def behind(site: Site, link: str) -> set[str]:
    """Return whose sessions a list has, by the first letters of their ids."""
    told = await site.json(f"/api{link}&limit=500")
    assert told["total"] == len(told["sessions"])
    return {one["session"].rstrip("-") for one in told["sessions"]}


async def test_the_overviews_figures_of_before(site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    told = await site.json(f"/api{base}/overview?goal={quote(GOAL)}")
    assert (told["before"]["sessions"], told["before"]["converted"]) == (4, 2)
    text = unescape(await site.text(f"{base}/overview?goal={quote(GOAL)}"))
    tiles = re.findall(r'<a class="before" href="([^"]+)"[^>]+aria-label="([\w ]+) before', text)
    found = {name: await behind(site, link) for link, name in tiles}
    everybody = {"c", "d", "e", "f"}
    assert found == {
        **dict.fromkeys(
            ("Sessions", "Visitors", "Page views", "Engagement", "Frustration", "Scroll depth"),
            everybody,
        ),
        "Bounce rate": {"e", "f"},
        "Conversion": {"c", "d"},
    }
    mobile = unescape(await site.text(f"{base}/overview?device=mobile"))
    links = re.findall(r'<a class="before" href="([^"]+)"', mobile)
    assert await behind(site, next(link for link in links if "sort" not in link)) == {"f"}
    assert 'class="before"' not in await site.text(f"{base}/overview?time=all")


async def test_each_part_of_the_time_and_of_the_time_before(site: Site, project: Project) -> None:
    """By days, and by hours."""
    base = f"/p/{project.id}"
    for query in ("", "?time=today", "?time=30d", f"?goal={quote(GOAL)}"):
        text = unescape(await site.text(f"{base}/overview{query}"))
        table = text.split('id="over-time"')[1].split("<tbody>")[1].split("</tbody>")[0]
        told: list[set[str]] = [set(), set()]
        for row in table.split("<tr>")[1:]:
            cells = row.split('<td class="number">')[1:3]
            for column, cell in enumerate(cells):
                linked = re.match(r'<a href="([^"]+)">(\d+)</a>', cell)
                if linked is None:
                    assert cell.startswith("0"), cell
                    continue
                names = await behind(site, linked[1])
                assert len(names) == int(linked[2]), cell
                assert not names & told[column], "no session is in two parts"
                told[column] |= names
        if not query:
            assert told == [{"a", "b"}, {"c", "d", "e", "f"}]


async def test_kept_goals_before(page: Page, site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    await page.goto(at(site, f"{base}/overview"))
    goals = page.get_by_role("region", name="Goals")
    await goals.get_by_text("Keep a goal").click()
    await goals.get_by_label("Name").fill("Thanked")
    await goals.get_by_label("What counts").select_option(GOAL)
    await goals.get_by_role("button", name="Keep").click()
    await goals.get_by_role("link", name="Before, 50 %: Thanked").click()
    await expect(page.locator("[data-session]")).to_have_count(2)
    await expect(page.get_by_role("list", name="Filters that hold")).to_contain_text("Began ")
    assert await judged(page) == []
    # Another filter leaves the time as it is.
    await page.get_by_label("Device").select_option("mobile")
    await page.wait_for_url("**device=mobile*")
    assert "began=" in page.url
    await page.get_by_role("link", name=re.compile("Remove the filter Began")).click()
    await page.wait_for_url(lambda url: "began=" not in url)


async def test_the_digests_figures(site: Site, project: Project) -> None:
    text = unescape(await site.text(f"/p/{project.id}/digest.html?goal={quote(GOAL)}"))
    here = str(site.client.make_url("")).rstrip("/")
    found = {}
    for name, now, before in re.findall(
        r'class="soft">([\w ]+)[^<]*</span><b><a href="([^"]+)">.*?<span class="soft"><a href="([^"]+)">',
        text,
    ):
        found[name] = [await behind(site, link.removeprefix(here)) for link in (now, before)]
    # A digest's weeks begin at its hour, not with the day.
    everybody = [{"a", "b", "late"}, {"c", "d", "e", "f"}]
    assert found["Sessions"] == found["Page views"] == found["Engagement"] == everybody
    assert found["Bounce rate"] == [{"b"}, {"e", "f"}]
    assert found["Conversion"] == [{"a", "late"}, {"c", "d"}]
    rows = re.findall(
        r'<td>(/|direct|3,000 ms)?</td><td class="number"><a href="([^"]+)">(\d+)</a>', text
    )
    assert [one[0] for one in rows] == ["/", "direct"]
    for _, link, count in rows:
        assert len(await behind(site, link.removeprefix(here))) == int(count) == 3
    [vital] = re.findall(r'<a href="([^"]+)">3,000 ms</a>', text)
    assert await behind(site, vital.removeprefix(here)) == {"a"}


async def test_a_funnel_compared_with_the_time_before(site: Site, project: Project) -> None:
    steps = quote("page(page=/) > page(page=/thanks)")
    text = unescape(
        await site.text(f"/p/{project.id}/funnels?steps={steps}&time=7d&versus=previous")
    )
    compared = text.split('<p class="compared">')[1].split("</p>")[0]
    found = []
    for link, count in re.findall(r'<a href="([^"]+)">(\d+)</a>', compared):
        page = await site.text(link)
        names = {one for one in NAMES if f"/sessions/{chunks.ident(one)}" in page}
        assert len(names) == int(count)
        found.append(names)
    # Here a time is as long as the one before, to the ms, so that the one who came late is in it.
    assert found == [{"a"}, {"a", "b"}, {"c", "d", "late"}, {"c", "d", "e", "f", "late"}]
