"""Moments through the API, and in the replay's manifest."""

import asyncio

from footfall.web.keys import DETECTOR
from tests.detect.test_detector import presses
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire import chunks

SESSION = chunks.ident("a")


async def test_moments_are_told_dismissed_and_taken_back(site: Site) -> None:
    project = site.project()
    await site.remember(project, "a", [chunks.page_view(), *presses(3)], chunks.T0)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    api = f"/api/p/{project.id}"

    found = await site.json(f"{api}/moments?kind=rage")
    assert found["total"] == 1
    assert found["kinds"] == {"rage": 1}
    rage = found["moments"][0]
    assert (rage["session"], rage["element"], rage["grade"]) == (SESSION, "#buy", "confirmed")
    assert rage["detail"]["clicks"] == 3
    assert rage["evidence"][0]["fact"] == "Click"

    replay = await site.json(f"{api}/sessions/{SESSION}")
    assert [one["kind"] for one in replay["moments"]] == ["dead", "rage", "dead", "dead"]
    assert set(replay["frustration"]["parts"]) == {"dead", "rage"}

    other = site.project("Other")
    assert (await site.json(f"/api/p/{other.id}/moments"))["total"] == 0

    said = {"kind": "rage", "page": "/", "element": "#buy", "problem": False}
    async with site.client.put(f"{api}/verdicts", json=said, headers=SAME_ORIGIN) as answer:
        assert await answer.json() == {"sessions": 1}
    assert (await site.json(f"{api}/moments?kind=rage"))["total"] == 0
    assert (await site.json(f"{api}/moments?kind=rage&dismissed=1"))["total"] == 1
    assert (await site.json(f"{api}/verdicts"))["verdicts"][0]["kind"] == "rage"
    back = {**said, "problem": True}
    async with site.client.put(f"{api}/verdicts", json=back, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200
    assert (await site.json(f"{api}/moments?kind=rage"))["total"] == 1


async def test_what_makes_no_sense_is_refused_in_words(site: Site) -> None:
    project = site.project()
    api = f"/api/p/{project.id}"
    assert "no such kind" in (await site.json(f"{api}/moments?kind=none", 400))["message"]
    for body in (
        "x",
        "[]",
        '{"kind": "rage"}',
        '{"kind":"no","page":"","element":"","problem":true}',
    ):
        async with site.client.put(f"{api}/verdicts", data=body, headers=SAME_ORIGIN) as answer:
            assert answer.status == 400, body


async def test_problems_are_ranked_by_what_they_cost(site: Site) -> None:
    project = site.project()
    goal = chunks.page_view(9_000, number=2, url="https://shop.example/thanks")
    await site.remember(project, "a", [chunks.page_view(), *presses(1)], chunks.T0)
    for name in ("b", "c"):
        facts = [chunks.page_view(), goal]
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(project, name, facts, chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    told = await site.json(f"/api/p/{project.id}/problems?goal=/thanks")
    assert told["total"] == 1
    one = told["problems"][0]
    assert (one["kind"], one["page"], one["element"]) == ("dead", "/", "#buy")
    assert (one["visitors"], one["others"], one["cost"]) == (1, 2, 1.0)
    assert (one["converted"], one["converted_others"]) == (0.0, 1.0)
    assert one["example"] == SESSION
    without = await site.json(f"/api/p/{project.id}/problems")
    assert without["problems"][0]["cost"] == 0
