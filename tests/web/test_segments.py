"""Segments: what saved lists of sessions come to, against sessions made by hand; made by steps; removed."""

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.common import now_ms
from footfall.web.keys import VIEWS
from footfall.wire.facts import Event
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
async def project(site: Site) -> Project:
    """Ten sessions in two days: even ones are mobile, the last four paid; one is a month old and paid."""
    made, now = site.project(), now_ms()
    for number in range(10):
        view = page_view(width=400 if number % 2 == 0 else 1280)
        facts: list[Fact] = [view, *([Event(500, "paid", "{}")] if number >= 6 else [])]
        visitor = ident(f"v{number // 2}")
        await site.remember(
            made, f"s{number}", facts, now - (number + 1) * 4 * HOUR, visitor=visitor
        )
    await site.remember(made, "old", [page_view(), Event(500, "paid", "{}")], now - 30 * DAY)
    return made


async def _post(site: Site, path: str, **form: str) -> int:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        return answer.status


async def test_each_segment_is_counted_in_the_time_asked_for(site: Site, project: Project) -> None:
    views = site.app[VIEWS]
    views.save(project.id, "Mobile", "device=mobile&time=today")  # its own time does not count here
    views.save(project.id, "Buyers", "event=paid")
    views.save(project.id, "Longest", "sort=length")
    hour = (now_ms() - 4 * HOUR) // HOUR % 24
    views.save(project.id, "By hour", f"hour={hour}&zone=-240")  # the clock is this page's, too
    goal = "goal=event:paid"
    told = await site.json(f"/api/p/{project.id}/segments?time=7d&{goal}")
    assert (told["all"]["sessions"], told["all"]["converted"]) == (10, 4)
    found = {one["name"]: one for one in told["segments"]}
    mobile, buyers = found["Mobile"], found["Buyers"]
    assert (mobile["sessions"], mobile["converted"], mobile["share"]) == (5, 2, 0.5)
    assert (buyers["sessions"], buyers["visitors"], buyers["conversion"]) == (4, 2, 1.0)
    assert found["Longest"]["sessions"] == 10
    for path in (f"time=all&{goal}", "time=7d&device=mobile"):
        page = await site.text(f"/p/{project.id}/segments?{path}")
        for name in ("Mobile", "Buyers", "Longest", "By hour"):
            row = page.split(f"<strong>{name}</strong>", 1)[1].split("</tr>", 1)[0]
            links = re.findall(r'href="([^"]*/sessions[^"]*)"[^>]*>([^<]+)</a>', row)
            count = int(links[0][1])
            for link, text in links:
                asked = f"/api{unescape(link)}"
                figure = int(text[:-2]) / 100 * count if text.endswith("%") else count
                assert round(figure) == (await site.json(asked))["total"], (path, name, link)
            has_goal = any("converted=yes" in link for link, _ in links)
            assert has_goal == ("goal" in path), name
    lines = (await site.text(f"/p/{project.id}/segments.csv?time=7d&{goal}")).splitlines()
    assert lines[1].startswith("Buyers,0.4,4,2,")


async def test_one_is_made_by_steps_and_removed(site: Site, project: Project) -> None:
    path = f"/p/{project.id}/segments"
    assert await _post(site, path, name="No sale", steps="page > not event(name=paid)") == 303
    [one] = (await site.json(f"/api{path}?time=7d"))["segments"]
    assert (one["name"], one["sessions"]) == ("No sale", 6)
    for wrong in ({"name": "x", "steps": "page("}, {"name": "", "steps": "page"}, {"name": "x"}):
        assert await _post(site, path, **wrong) == 400, wrong
    assert await _post(site, f"{path}/{one['id']}/remove") == 303
    assert await _post(site, f"{path}/{one['id']}/remove") == 404
    assert (await site.json(f"/api{path}"))["segments"] == []


async def test_a_person_makes_one_and_watches_it(page: Page, site: Site, project: Project) -> None:
    for number in range(20):  # so many that it is no chance
        facts: list[Fact] = [page_view(), *([Event(500, "paid", "{}")] if number % 2 else [])]
        await site.remember(project, f"more{number}", facts, now_ms() - (number + 1) * HOUR)
    await page.goto(at(site, f"/p/{project.id}/segments"))
    assert await page.get_by_role("heading", name="No segments yet").count() == 1
    assert await judged(page) == []
    await page.get_by_label("Name").fill("Buyers")
    await page.get_by_label("What its sessions did, in order").fill("page > event(name=paid)")
    await page.get_by_role("button", name="Keep").click()
    await page.get_by_label("Goal").select_option("event:paid")
    await page.wait_for_url("**goal=event*")
    row = page.get_by_role("row", name="Buyers")
    await page.set_viewport_size({"width": 390, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await row.get_by_text("more than the others, beyond chance").wait_for(state="attached")
    assert await judged(page) == []
    await row.get_by_role("link", name="14 sessions of Buyers").click()
    await expect(page.get_by_role("list", name="Filters that hold")).to_have_count(1)
    await expect(page.locator("#sessions tbody tr")).to_have_count(14)


async def test_a_segment_of_another_device_has_nobody_behind_it(
    site: Site, project: Project
) -> None:
    site.app[VIEWS].save(project.id, "Mobile", "device=mobile")
    path = f"/p/{project.id}/segments?time=7d&device=desktop"
    row = (await site.text(path)).split("<strong>Mobile</strong>")[1].split("</tr>")[0]
    figures = re.findall(r'<td class="number">(.*?)</td>', row)
    assert figures[:2] == ["0", "0 %"]
    assert not [one for one in figures if "href" in one]
