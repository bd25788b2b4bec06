"""The page of problems: what a person finds there, judges and takes back, in a real browser."""

import asyncio
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.keys import DETECTOR
from footfall.wire.schema import FLAG_KEYFRAME, Click
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.web.test_in_browser import keyframe
from tests.wire import chunks


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    goal = chunks.page_view(9_000, number=2, url="https://shop.example/thanks")
    for name in ("a", "b"):
        visitor = chunks.ident(f"visitor-{name}")
        facts = [chunks.page_view(), *presses(3)]
        await site.remember(made, name, facts, chunks.T0, visitor=visitor)
    for name in ("c", "d"):
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(
            made, name, [chunks.page_view(), goal], chunks.T0 + 60_000, visitor=visitor
        )
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


def at(site: Site, path: str) -> str:
    return str(site.client.make_url(path))


async def test_from_a_problem_to_its_clip_and_its_sessions(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/problems"))
    rows = page.locator("table.problems tbody tr")
    await expect(rows).to_have_count(2)
    await expect(page.get_by_role("columnheader", name="Lost")).to_have_count(0)
    await page.get_by_label("Costs conversions of").select_option("page:/thanks")
    await page.wait_for_url("**goal=page*")
    rage = rows.filter(has_text="Rage click")
    await expect(rage).to_contain_text("0 %")
    await expect(rage).to_contain_text("100 %")
    await expect(rage).to_contain_text("may be chance")
    assert await judged(page) == []
    await page.get_by_label("Kind").select_option("rage")
    await page.wait_for_url("**kind=rage*")
    await expect(rows).to_have_count(1)
    await rows.get_by_title("Their sessions").click()
    await expect(page.locator("[data-session]")).to_have_count(2)
    await page.go_back()
    await rows.get_by_title("The shortest moment that shows it").click()
    await page.wait_for_url("**/sessions/*?t=*")


async def test_not_a_problem_and_back(page: Page, site: Site, project: Project) -> None:
    await page.goto(at(site, f"/p/{project.id}/problems?time=&kind=rage"))
    await page.get_by_role("button", name="Not a problem: Rage click").click()
    await expect(page.get_by_role("heading", name="No such problem")).to_be_visible()
    assert "kind=rage" in page.url
    kept = page.get_by_role("region", name="Not a problem")
    await expect(kept).to_contain_text("Rage click #buy on /")
    assert await judged(page) == []
    await kept.get_by_role("button", name="Take back").click()
    await expect(page.locator("table.problems tbody tr")).to_have_count(1)
    await expect(kept).to_have_count(0)


async def test_csv_and_bad_addresses(site: Site, project: Project) -> None:
    told = await site.text(f"/p/{project.id}/problems.csv?goal=page:/thanks")
    lines = told.splitlines()
    assert lines[0].startswith("kind,page,element,moments,visitors")
    assert "rage,/,#buy,2,2,2,0.0,1.0,2.0" in lines
    for query in ("kind=none", "goal=x", "goal=page:", "time=never", "since=-3"):
        assert "Rage click" in await site.text(f"/p/{project.id}/problems?{query}")
    empty = site.project("Other")
    assert "No problems found" in await site.text(f"/p/{empty.id}/problems")


async def test_each_problem_leads_to_its_own_sessions(site: Site) -> None:
    """Of one kind on one page, at two elements."""
    project = site.project()
    for name, element in (("a", "#buy"), ("b", "#buy"), ("c", "#other")):
        clicks = [
            one._replace(key=element) if isinstance(one, Click) else one for one in presses(3)
        ]
        facts = [chunks.page_view(), *clicks]
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(project, name, facts, chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    told = await site.text(f"/p/{project.id}/problems?kind=rage")
    links = re.findall(r'href="([^"]*moment=rage[^"]*)"', told)
    counts = []
    for link in dict.fromkeys(map(unescape, links)):
        found = await site.json(f"/api{link}")
        counts.append(found["total"])
    assert counts == [2, 1]


async def test_conversions_after_the_time_asked_for_do_not_count(site: Site) -> None:
    project = site.project()
    day = 86_400_000
    goal = chunks.page_view(number=2, url="https://shop.example/thanks")
    await site.remember(project, "a", [chunks.page_view(), *presses(3)], chunks.T0)
    await site.remember(project, "b", [goal], chunks.T0 + 5 * day)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    first = datetime.fromtimestamp(chunks.T0 / 1000, UTC).date()
    api = f"/api/p/{project.id}/problems?goal=/thanks&kind=rage"
    [then] = (await site.json(f"{api}&time=custom&from={first}&to={first}"))["problems"]
    [ever] = (await site.json(api))["problems"]
    assert (then["converted"], ever["converted"]) == (0.0, 1.0)


async def test_not_a_problem_in_the_replay(page: Page, site: Site) -> None:
    project = site.project()
    facts = [chunks.page_view(), *presses(3)]
    await site.remember(project, "a", facts, chunks.T0, flags=FLAG_KEYFRAME, frames=keyframe())
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    await page.goto(at(site, f"/p/{project.id}/sessions/{chunks.ident('a')}"))
    found = page.get_by_role("region", name="What was found")
    await expect(found.get_by_role("listitem")).to_have_count(4)
    await found.get_by_role("button", name="Not a problem here: Rage clicks #buy on /").click()
    back = found.get_by_role("button", name="Take back: Rage clicks #buy on /")
    await expect(back).to_be_visible()
    assert (await site.json(f"/api/p/{project.id}/moments?kind=rage"))["total"] == 0
    assert await judged(page) == []
    await back.click()
    await expect(back).to_have_count(0)
    assert (await site.json(f"/api/p/{project.id}/moments?kind=rage"))["total"] == 1
    await found.get_by_role("button", name="Go to Rage clicks").click()


async def test_others_are_who_saw_the_page_and_never_met_it(site: Site, project: Project) -> None:
    """Also in another session of theirs: a figure of visitors, and the sessions behind it."""
    returning = chunks.ident("visitor-a")
    await site.remember(
        project, "a2", [chunks.page_view()], chunks.T0 + 86_400_000, visitor=returning
    )
    elsewhere = [chunks.page_view(url="https://shop.example/help")]
    await site.remember(project, "e", elsewhere, chunks.T0, visitor=chunks.ident("visitor-e"))
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    path = f"/p/{project.id}/problems?goal=page:/thanks"
    problems = (await site.json(f"/api{path}"))["problems"]
    text = unescape(await site.text(path))
    links = re.findall(r'href="/p/[^/]+/sessions(\?[^"]*met=no)"', text)
    assert len(links) == len(problems) == 2
    for link, one in zip(links, problems, strict=True):
        told = await site.json(f"/api/p/{project.id}/sessions{link}")
        assert sorted(row["session"] for row in told["sessions"]) == sorted(
            [chunks.ident("c"), chunks.ident("d")]
        )
        assert len({row["visitor"] for row in told["sessions"]}) == one["others"]
    listed = await site.text(f"/p/{project.id}/sessions{links[0]}")
    assert "Never met: " in listed
    # Without a place nothing says which page they saw: it is left out, as what makes no sense is.
    alone = await site.json(f"/api/p/{project.id}/sessions?moment=rage&met=no")
    assert alone["total"] == 2
