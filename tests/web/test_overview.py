"""The overview: its figures against sessions that were made by hand, and what a person does on it."""

import asyncio
import re
from html import unescape

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.common import now_ms
from footfall.web.keys import DETECTOR, PAGE_RULES
from footfall.wire.facts import Field, Submit, Vital
from footfall.wire.schema import Fact, Input, Scroll, Visibility
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.wire import chunks

DAY = 86_400_000


@pytest.fixture
async def project(site: Site) -> Project:
    """Two sessions of one visitor this week, one bounced; one of another's the week before."""
    made, now = site.project(), now_ms()
    thanks = chunks.page_view(9_000, number=2, url="https://shop.example/thanks")
    lcp = [Vital(800, "LCP", value, "load", 0, "", "") for value in (2_000.0, 3_000.0)]
    long = [chunks.page_view(), *lcp, *presses(3), Visibility(4_000, False, False), thanks]
    await site.remember(made, "a", long, now - 2 * DAY)
    await site.remember(made, "b", [chunks.page_view(width=400)], now - 3 * DAY)
    other = chunks.ident("visitor-2")
    await site.remember(made, "c", [chunks.page_view()], now - 10 * DAY, visitor=other)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


async def test_figures(site: Site, project: Project) -> None:
    told = await site.json(f"/api/p/{project.id}/overview?goal=page:/thanks")
    now = told["now"]
    assert (now["sessions"], now["visitors"], now["page_views"]) == (2, 1, 3)
    assert (now["bounced"], now["converted"], now["conversion"]) == (1, 1, 0.5)
    assert told["before"]["sessions"] == 1
    assert sum(part["sessions"] for part in told["trend"]) == 2
    assert sum(part["before"] for part in told["trend"]) == 1
    assert sum(map(sum, told["hours"])) == 2
    [lcp] = told["vitals"]
    assert (lcp["value"], lcp["rating"], lcp["samples"]) == ("3,000 ms", "needs improvement", 1)
    pages = {one["name"]: one for one in told["groups"]}
    assert (pages["/"]["views"], pages["/"]["sessions"], pages["/"]["exit_rate"]) == (2, 2, 0.5)
    assert (pages["/thanks"]["views"], pages["/thanks"]["exit_rate"]) == (1, 1.0)
    by_device = await site.json(f"/api/p/{project.id}/overview?by=device")
    assert {one["name"]: one["sessions"] for one in by_device["groups"]} == {
        "desktop": 1,
        "mobile": 1,
    }
    by_source = await site.json(f"/api/p/{project.id}/overview?by=source&time=all")
    assert [(one["name"], one["sessions"]) for one in by_source["groups"]] == [("direct", 3)]
    assert by_source["before"] is None
    mobile = await site.json(f"/api/p/{project.id}/overview?device=mobile&time=30d")
    assert mobile["now"]["sessions"] == 1
    nothing = await site.json(f"/api/p/{project.id}/overview?from=2001-01-01&to=2001-01-02")
    assert (nothing["now"]["sessions"], nothing["now"]["engagement"]) == (0, None)


async def test_web_vitals_lead_to_who_waited_longest(site: Site) -> None:
    made, now = site.project(), now_ms()
    for number, (value, shift) in enumerate(
        ((900.5, 0.0), (1_000.0, 0.01), (2_000.25, 0.3), (3_000.0, 0.125))
    ):
        told = [
            Vital(800, "LCP", value, "load", 0, "", ""),
            Vital(900, "CLS", shift, "load", 0, "", ""),
        ]
        await site.remember(made, f"s{number}", [chunks.page_view(), *told], now - DAY)
    page = unescape(await site.text(f"/p/{made.id}/overview"))
    links = re.findall(r'href="([^"]+steps=vital[^"]+)"', page)
    lists = [await site.json(f"/api{link}") for link in links]
    assert [one["total"] for one in lists] == [2, 4, 2, 4]  # from the 75th percentile on, and all
    assert {one["session"] for one in lists[0]["sessions"]} == {
        chunks.ident("s2"),
        chunks.ident("s3"),
    }


async def test_engagement_is_what_was_visible_and_focused(site: Site, project: Project) -> None:
    told = await site.json(f"/api/p/{project.id}/overview?device=desktop")
    # 4 s until the tab was hidden; the second page view began at 9 s and is shown again until its end.
    assert told["now"]["engagement"] is not None
    assert 4_000 <= told["now"]["engagement"] <= 6_000


async def test_what_a_person_does(page: Page, site: Site, project: Project) -> None:
    await page.goto(str(site.client.make_url(f"/p/{project.id}/overview")))
    figures = page.get_by_role("region", name="Figures")
    await expect(figures.locator(".tile", has_text="Sessions").first).to_contain_text("+100 %")
    await page.get_by_label("Goal", exact=True).select_option("page:/thanks")
    await page.wait_for_url("**goal=page*")
    await expect(figures.locator(".tile", has_text="Conversion")).to_contain_text("50 %")
    await page.get_by_role("link", name="Device").click()
    await page.wait_for_url("**by=device*")
    assert "goal=page" in page.url
    await expect(page.get_by_role("cell", name="mobile", exact=True)).to_be_visible()
    await page.get_by_text("As a table").click()
    assert await judged(page) == []
    wrong = page.get_by_role("region", name="What is wrong")
    await expect(wrong.get_by_role("listitem")).not_to_have_count(0)
    await wrong.get_by_role("link", name="Watch: Rage click").click()
    await page.wait_for_url("**/sessions/*?t=*")


async def test_the_chart_tells_each_day_and_leads_to_its_sessions(
    page: Page, site: Site, project: Project
) -> None:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    await page.goto(str(site.client.make_url(f"/p/{project.id}/overview?time=7d")))
    chart = page.get_by_role("img", name="Sessions over time, in the table below")
    plot, tip = chart.locator(".u-over"), chart.locator(".line-chart-tip")
    await expect(chart.locator("canvas")).to_be_visible()
    await expect(tip).to_be_hidden()
    width = await plot.evaluate("element => element.clientWidth")
    # Of seven days the last is today; two days ago one session began, and one a week before.
    await plot.hover(position={"x": width * 4 / 6, "y": 60})
    await expect(tip).to_contain_text("Sessions: 1")
    await expect(tip).to_contain_text("The time before: ")
    assert await judged(page) == []
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 390, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    width = await plot.evaluate("element => element.clientWidth")
    await plot.click(position={"x": width * 4 / 6, "y": 60})
    await page.wait_for_url("**/sessions?*began=*")
    await expect(page.locator("[data-session]")).to_have_count(1)
    assert failures == []


async def test_scroll_depth_and_forms_sent(page: Page, site: Site) -> None:
    made, now = site.project(), now_ms()
    for name, (days, depth) in {
        "a": (1, 600),
        "b": (1, 900),
        "c": (1, 1_200),
        "d": (8, 300),
    }.items():
        seen = chunks.page_view(height=300, document_height=1_200)
        scrolled = Scroll(1_000, 0, "", 1_280, 1_200, (0,), (0,), (depth - 300,))
        await site.remember(made, name, [seen, scrolled], now - days * DAY)
    told = await site.json(f"/api/p/{made.id}/overview")
    assert told["scroll_depth"] == {"now": 0.75, "before": 0.25}
    key, form = "#name", "#order"
    typed: list[Fact] = [
        Input(1_000, 7, key, "text", "input", 3),
        Field(2_000, 7, key, "text", 1_000, 0, -1, 1, 0, 3, 0, 0, False, "", form),
    ]
    sent = Submit(3_000, 9, form, 0, "", "Send", "post", "", True)
    await site.remember(made, "e", [chunks.page_view(), *typed, sent], now - DAY)
    await site.remember(made, "f", [chunks.page_view(), *typed], now - DAY)
    await site.remember(made, "g", [chunks.page_view(), *typed, sent], now - 9 * DAY)
    depth = (await site.json(f"/api/p/{made.id}/overview"))["scroll_depth"]
    before = round(depth["before"] * 100)
    await page.goto(str(site.client.make_url(f"/p/{made.id}/overview")))
    figures = page.get_by_role("region", name="Figures")
    forms = figures.locator(".tile", has_text="Forms sent")
    await expect(forms).to_contain_text("50 %")
    await expect(forms).to_contain_text("-50 points before 100 %")
    assert await judged(page) == []
    await expect(figures.locator(".tile", has_text="Scroll depth")).to_contain_text(
        f"before {before} %"
    )
    await forms.get_by_role("link", name="Forms sent before, 100 %").click()
    await expect(page.locator(".sessions-behind tbody tr")).to_have_count(1)
    await page.go_back()
    await figures.get_by_role("link", name="Forms sent", exact=True).click()
    await page.wait_for_url("**/forms?time=7d*")


async def test_csv_and_empty_projects(site: Site, project: Project) -> None:
    lines = (await site.text(f"/p/{project.id}/overview.csv?by=entry")).splitlines()
    assert lines[0].startswith("entry,views,exit_rate,sessions")
    assert lines[1].startswith("/,3,,2,1,0.5")
    for table, begins in {
        "hours": ("weekday,hour,sessions", "mon,0,"),
        "vitals": ("name,p75,rating,samples", "LCP,3000.0,needs improvement,1"),
        "trend": ("start_ms,sessions,before,visitors,conversion", ""),
        "goals": ("name,goal,sessions,conversion", ""),
    }.items():
        rows = (await site.text(f"/p/{project.id}/overview.csv?table={table}")).splitlines()
        assert rows[0] == begins[0]
        assert not rows[1:] or rows[1].startswith(begins[1])
        told = await site.json(f"/api/p/{project.id}/overview")
        if table in ("trend", "hours"):
            at = rows[0].split(",").index("sessions")
            assert sum(int(row.split(",")[at]) for row in rows[1:]) == told["now"]["sessions"]
    empty = site.project("Other")
    assert "Nothing recorded yet" in await site.text(f"/p/{empty.id}/overview")
    text = await site.text(f"/p/{project.id}/overview?from=2001-01-01&to=2001-01-02")
    assert "No session in this time" in text


async def test_what_to_watch_leads_to_the_same_list(site: Site, project: Project) -> None:
    text = await site.text(f"/p/{project.id}/overview?device=desktop")
    assert f"/p/{project.id}/sessions?device=desktop&amp;time=7d&amp;sort=frustration" in text


async def test_the_bounce_rate_leads_to_who_bounced(site: Site, project: Project) -> None:
    for goal in ("", "page:/thanks", "page:/"):
        asked = f"goal={goal}&time=30d"
        told = await site.json(f"/api/p/{project.id}/overview?{asked}")
        page = unescape(await site.text(f"/p/{project.id}/overview?{asked}"))
        tiles = page.split('aria-labelledby="over-time"')[0]
        [link] = re.findall(r'sessions(\?[^"]*bounced=yes[^"]*)"', tiles)
        behind = await site.json(f"/api/p/{project.id}/sessions{link}")
        assert behind["total"] == told["now"]["bounced"], goal
    others = await site.json(f"/api/p/{project.id}/sessions?time=30d&bounced=no")
    all_ = await site.json(f"/api/p/{project.id}/sessions?time=30d&bounced=perhaps")
    bounced = await site.json(f"/api/p/{project.id}/sessions?time=30d&bounced=yes")
    assert others["total"] + bounced["total"] == all_["total"] == 3


async def test_each_hour_leads_to_its_sessions(site: Site) -> None:
    made = site.project()
    begins = [chunks.T0 + hours * 3_600_000 for hours in (0, 1, 1, 24 * 7, 30, 200)]
    for number, began in enumerate(begins):
        await site.remember(made, f"s{number}", [chunks.page_view()], began)
    for zone in (0, 330, -600):
        asked = f"time=custom&from=2020-01-01&to=2030-01-01&zone={zone}"
        told = await site.json(f"/api/p/{made.id}/overview?{asked}")
        cells = [count for row in told["hours"] for count in row if count]
        text = unescape(await site.text(f"/p/{made.id}/overview?{asked}"))
        links = re.findall(r'sessions(\?[^"]*weekday=[^"]*)"', text)
        lists = [await site.json(f"/api/p/{made.id}/sessions{link}") for link in links]
        assert [one["total"] for one in lists] == cells
        assert sum(cells) == len(begins)
        assert all(f"zone={zone}" in link for link in links if zone)
    page = await site.text(f"/p/{made.id}/sessions?weekday=mon&hour=4&time=30d&zone=60")
    assert "Mondays" in page
    assert "4:00–4:59" in page
    assert (
        'href="?zone=60&amp;weekday=mon&amp;hour=4"' in page
    )  # without the time, by the same clock
    everybody = await site.json(f"/api/p/{made.id}/sessions?weekday=may&hour=24")
    assert everybody["total"] == len(begins)


async def test_a_time_that_has_yet_to_come_has_nothing_in_it(site: Site, project: Project) -> None:
    for asked in ("from=9999-12-31", "from=9999-12-31&to=0001-01-01", "from=0001-01-01"):
        told = await site.json(f"/api/p/{project.id}/overview?time=custom&{asked}")
        assert told["trend"], asked
        assert "Sessions over time" in await site.text(
            f"/p/{project.id}/overview?time=custom&{asked}"
        )


async def test_each_figure_of_the_breakdown_leads_to_as_many_sessions(site: Site) -> None:
    made, now = site.project(), now_ms()
    walks = ["/ /a /b", "/a", "/a /thanks", "/b /a /thanks /a", "/b", "/ /b /b", "/a /a"]
    for at, walk in enumerate(walks):
        facts: list[Fact] = [
            chunks.page_view(n * 20_000, number=n + 1, url=f"https://shop.example{path}")
            for n, path in enumerate(walk.split())
        ]
        facts.append(Visibility(len(walk) * 20_000, True, True))
        await site.remember(made, f"s{at}", facts, now - (at + 1) * 3_600_000)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    for by in ("page", "entry", "device"):
        asked = f"time=7d&goal=page:/thanks&by={by}"
        groups = (await site.json(f"/api/p/{made.id}/overview?{asked}"))["groups"]
        text = unescape(await site.text(f"/p/{made.id}/overview?{asked}"))
        table = text.split('aria-labelledby="breakdown"')[1].split("</table>")[0]
        rows = [row for row in table.split("<tr>") if "o-name" in row]
        assert len(rows) == len(groups) > 0
        for row, one in zip(rows, groups, strict=True):
            sessions = one["sessions"]
            expected = [
                sessions,
                sessions,  # whose visitors are counted
                sessions,  # and views
                *([round(one["exit_rate"] * one["views"])] if by == "page" else []),
                round(one["bounce_rate"] * sessions),
                round(one["conversion"] * sessions),
                sessions,
            ]
            cells = row.split('<td class="number">')[1:]
            links = [re.search(r'href="([^"]+)"', cell) for cell in cells[: len(expected)]]
            found = [(await site.json(f"/api{link[1]}"))["total"] if link else 0 for link in links]
            assert found == expected, (by, one["name"])


async def test_who_left_at_a_page_is_found_though_a_template_takes_it_in(site: Site) -> None:
    made, now = site.project(), now_ms()
    for at, walk in enumerate(["/p/a /p/b", "/p/a", "/p/a /c"]):
        facts: list[Fact] = [
            chunks.page_view(n * 20_000, number=n + 1, url=f"https://shop.example{path}")
            for n, path in enumerate(walk.split())
        ]
        await site.remember(made, f"s{at}", facts, now - (at + 1) * 3_600_000)
    site.app[PAGE_RULES].change(made.id, add=["/p/:name"])
    text = unescape(await site.text(f"/p/{made.id}/overview"))
    row = text.split('<span class="ellipsis" title="/p/a">')[1].split("</tr>")[0]
    link = re.search(r'href="([^"]+)">33 %', row)
    assert link
    assert (await site.json(f"/api{link[1]}"))["total"] == 1


async def test_a_window_that_grows_in_a_visit_does_not_make_it_one_of_another_device(
    site: Site,
) -> None:
    made, now = site.project(), now_ms() - 3_600_000
    wide = chunks.page_view(2_000, number=2, url="https://shop.example/a", width=1280)
    await site.remember(made, "grows", [chunks.page_view(width=900), wide], now)
    await site.remember(made, "wide", [chunks.page_view(width=1280)], now)
    for device, views, bounced in (("tablet", 2, 0), ("desktop", 1, 1)):
        told = (await site.json(f"/api/p/{made.id}/overview?device={device}"))["now"]
        found = tuple(told[name] for name in ("sessions", "page_views", "bounced"))
        assert found == (1, views, bounced)
        listed = f"/api/p/{made.id}/sessions?time=7d&device={device}"
        assert (await site.json(listed))["total"] == 1
        assert (await site.json(f"{listed}&bounced=yes"))["total"] == bounced
