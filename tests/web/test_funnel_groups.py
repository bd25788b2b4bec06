"""Funnels by property and segment, compared, with moments near the drops, and explained."""

import asyncio
import json
import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

from footfall.projects import Project
from footfall.web.keys import DETECTOR
from footfall.wire.facts import Event, Identify
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

DAY = 86_400_000
STEPS = quote("page(page=/) > page(page=/cart)")


async def visits(site: Site) -> Project:
    project = site.project()
    root, cart = page_view(url="https://shop.example/"), "https://shop.example/cart"
    helped = page_view(500, number=2, url="https://shop.example/help")
    later = page_view(2_000, number=3, url=cart)
    free, paid = (Identify(0, "u", f'{{"plan": "{one}"}}') for one in ("free", "paid"))
    upgrade = Event(1_000, "upgrade", '{"plan": "paid"}')
    told: dict[str, list[Fact]] = {
        "a": [root, free, helped, upgrade, later],
        "b": [root, free, later],
        "c": [root, paid, helped],
        "d": [root],
    }
    for name, facts in told.items():
        await site.remember(project, name, facts, T0, visitor=chunks.ident(name))
    return project


async def groups(site: Site, project: Project, more: str) -> dict[str, list[int]]:
    told = await site.json(f"/api/p/{project.id}/funnel?steps={STEPS}&{more}")
    return {one["name"]: one["reached"] for one in told["groups"]}


async def test_a_property_counts_as_it_was_told_at_the_step(site: Site) -> None:
    project = await visits(site)
    first = await groups(site, project, "by=told&told=plan")
    assert first == {"free": [2, 2], "paid": [1, 0], "": [1, 0]}
    last = await groups(site, project, "by=told&told=plan&touch=last")
    assert last == {"free": [1, 1], "paid": [2, 1], "": [1, 0]}
    asked = f"{STEPS}&by=told&told=plan"
    text = await site.text(f"/p/{project.id}/funnels.csv?steps={asked}&table=groups")
    assert text.splitlines()[:2] == ["told,reached_1,reached_2,pending", "free,2,2,0"]
    text = await site.text(f"/p/{project.id}/funnels.csv?steps={asked}&table=instead")
    assert text.splitlines() == ["after_step,next_page,persons", "1,/help,1", "1,,1"]
    assert await groups(site, project, "by=told&told=never") == {"": [4, 2]}
    assert await groups(site, project, "by=told") == {}


async def test_a_segment_parts_the_funnel(site: Site) -> None:
    project = await visits(site)
    segment = quote("page(page=/help)")
    found = await groups(site, project, f"by=segment&segment={segment}")
    assert found == {"In the segment": [2, 1], "Not in it": [2, 1]}
    base = f"/p/{project.id}/funnels?steps={STEPS}"
    page = await site.text(f"{base}&versus=segment&by=segment&segment={segment}")
    assert "<strong>50 %</strong> in it (" in page
    links = re.findall(r'href="([^"]+group=[^"]+)">', page.split('aria-label="Comparison"')[1])
    assert [await _behind(site, project, unescape(one)) for one in links] == [
        {"a"}, {"a", "c"}, {"b"}, {"b", "d"},
    ]  # fmt: skip
    page = await site.text(f"{base}&versus=mobile")
    compared = page.split('aria-label="Comparison"')[1]
    links = re.findall(r'href="([^"]+outcome=reached)">', compared)
    assert [len(await _behind(site, project, unescape(one))) for one in links] == [2, 4]
    page = await site.text(f"{base}&versus=segment&by=segment&segment={segment}")
    assert "Too few to say" in page
    assert "Write above which steps" in await site.text(f"{base}&versus=segment&by=segment")
    assert "Name the property" in await site.text(f"{base}&by=told")
    assert "is no kind of event" in await site.text(f"{base}&by=segment&segment=foo", 400)


async def _behind(site: Site, project: Project, link: str) -> set[str]:
    """Return which of the sessions a list has."""
    text = await site.text(link)
    return {one for one in "abcd" if f"/p/{project.id}/sessions/{chunks.ident(one)}" in text}


async def test_a_session_is_explained(site: Site) -> None:
    project = await visits(site)
    base = f"/p/{project.id}/funnels"
    asked = f"?steps={STEPS}&session="
    page = await site.text(f"{base}/explain{asked}{chunks.ident('a')}")
    assert "Converted: every step was reached in time." in page
    assert "step 2: Saw a page: /cart" in page
    page = await site.text(f"{base}/explain{asked}{chunks.ident('c')}")
    assert "Reached step 1 of 2; nothing that fits the next step came" in page
    left = quote("page(page=/) > not page(page=/help) > page(page=/cart)")
    page = await site.text(f"{base}/explain?steps={left}&session={chunks.ident('a')}")
    assert "something that is excluded came between" in page
    behind = await site.text(f"{base}/sessions?steps={STEPS}&step=2&outcome=reached")
    assert f"session={chunks.ident('a')}" in behind
    assert "no such session" in await site.text(f"{base}/explain{asked}nobody", 404)


async def test_moments_near_a_drop_are_counted_by_person(site: Site) -> None:
    project = site.project()
    root = page_view(url="https://shop.example/")
    await site.remember(project, "angry", [root, *presses(3)], T0)
    await site.remember(project, "late", [root], T0)
    await site.remember(project, "late", presses(3), T0 + 200_000, sequence=1)
    await site.remember(project, "calm", [root], T0)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    told = await site.json(f"/api/p/{project.id}/funnel?steps={STEPS}")
    assert told["steps"][0]["dropped"] == 3
    assert told["steps"][0]["moments"] == {"rage": 1, "dead": 1}
    page = await site.text(f"/p/{project.id}/funnels?steps={STEPS}")
    assert "Moments just before they left" in page
    text = await site.text(f"/p/{project.id}/funnels.csv?steps={STEPS}&table=moments")
    assert sorted(text.splitlines()[1:]) == ["1,dead,1", "1,rage,1"]
    assert "Rage click" in page
    assert "&amp;moment=rage" in page
    base = f"/p/{project.id}/funnels/sessions?steps={STEPS}&step=1&outcome=dropped"
    for kind, there in (("rage", {"angry"}), ("slow", set()), ("", set())):
        behind = await site.text(f"{base}&moment={kind}")
        found = {one for one in ("angry", "late", "calm") if chunks.ident(one) in behind}
        assert found == there, kind


async def test_points_of_the_trend_and_times_lead_to_their_sessions(site: Site) -> None:
    project = site.project()
    root, cart = page_view(), "https://shop.example/cart"
    waits = (1_000, 2_000, 60_000, 60_000, 0)
    for number, wait in enumerate(waits):
        facts: list[Fact] = [root]
        if wait:
            facts.append(page_view(wait, number=2, url=cart))
        await site.remember(project, f"s{number}", facts, T0 + number // 2 * DAY)
    asked = f"steps={STEPS}&zone=600"
    told = await site.json(f"/api/p/{project.id}/funnel?{asked}")
    page = unescape(await site.text(f"/p/{project.id}/funnels?{asked}"))

    async def behind(pattern: str) -> list[int]:
        links = re.findall(rf'(/p/[^"]*/sessions[^"]*{pattern})"', page)
        texts = [await site.text(link) for link in links]
        return [len(set(re.findall(rf"/p/{project.id}/sessions/([\w-]+)", one))) for one in texts]

    points = [(one["entered"], one["converted"]) for one in told["trend"]]
    assert points == [(2, 2), (2, 2), (1, 0)]
    # In the table: of the last day nobody converted.
    assert await behind("began=[0-9-]+") == [2, 2, 2, 2, 1]
    [chart] = re.findall(
        r'data-behind="([^"]+)" data-chart="([^"]+)"',
        await site.text(f"/p/{project.id}/funnels?{asked}"),
    )
    links = [f"{unescape(chart[0])}{link}" for link in json.loads(unescape(chart[1]))["links"]]
    drawn = [await site.text(link) for link in links]
    assert [sum(chunks.ident(f"s{at}") in one for at in range(5)) for one in drawn] == [2, 2, 1]
    times = [count for count in told["histogram"] if count]
    assert times == [2, 2]
    assert await behind("took=[0-9-]+") == times * 2
    for table, count in {"trend": "entered", "times": "converted"}.items():
        text = await site.text(f"/p/{project.id}/funnels.csv?{asked}&table={table}")
        rows = [row.split(",") for row in text.splitlines()]
        assert (
            sum(int(row[rows[0].index(count)]) for row in rows[1:])
            == {
                "trend": len(waits),
                "times": len(waits) - 1,
            }[table]
        )
        assert f"table={table}" in page
    everybody = await site.text(
        f"/p/{project.id}/funnels/sessions?{asked}&began=x-1&took=5&step=1&outcome=reached"
    )
    assert all(chunks.ident(f"s{number}") in everybody for number in range(len(waits)))
