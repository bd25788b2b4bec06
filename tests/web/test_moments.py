"""Moments through the API, and in the replay's manifest."""

import asyncio
import re
import sqlite3
from html import unescape
from typing import TYPE_CHECKING

from footfall.web.keys import DETECTOR, INDEX
from tests.detect.test_detector import letter, presses
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire import chunks

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

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


async def test_a_form_that_was_given_up_is_one_problem(site: Site) -> None:
    """Found by each of its kinds, judged by any, and it leads to all of its sessions."""
    project = site.project()
    for name, mail in (("a", "#mail"), ("b", "#mail"), ("c", "#name")):
        facts: list[Fact] = [chunks.page_view(), letter(500, key=mail)]
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(project, name, facts, chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    api = f"/api/p/{project.id}"

    async def told(query: str = "") -> list[tuple[str, str, int, int]]:
        found = (await site.json(f"{api}/problems{query}"))["problems"]
        return [(one["kind"], one["element"], one["moments"], one["visitors"]) for one in found]

    assert await told() == [("form_abandon", "#mail", 2, 2), ("form_abandon", "#name", 1, 1)]
    assert await told("?kind=field_drop") == [
        ("field_drop", "#mail", 2, 2),
        ("field_drop", "#name", 1, 1),
    ]
    overview = await site.text(f"/p/{project.id}/overview?time=all")
    assert overview.count("Form abandoned</strong>") == 2
    assert "Left at a field</strong>" not in overview
    said = {"kind": "last_step", "page": "/", "element": "#mail", "problem": False}
    async with site.client.put(f"{api}/verdicts", json=said, headers=SAME_ORIGIN) as answer:
        assert await answer.json() == {"sessions": 2}
    assert await told() == [("form_abandon", "#name", 1, 1)]
    back = {"kind": "field_drop", "page": "/", "element": "#mail", "holds": ""}
    async with site.client.post(
        f"/p/{project.id}/problems", data=back, headers=SAME_ORIGIN
    ) as answer:
        assert answer.status == 200
    assert len(await told()) == 2


async def test_a_problem_at_the_last_step_leads_to_all_who_gave_up_there(site: Site) -> None:
    """Also to those of whom the last step is not told, as nobody knew the form then."""
    project = site.project()
    for name in ("a", "b"):
        facts: list[Fact] = [chunks.page_view(), letter(500)]
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(project, name, facts, chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    with sqlite3.connect(site.app[INDEX].path) as connection:
        connection.row_factory = sqlite3.Row
        sql = "SELECT * FROM moments WHERE kind = 'field_drop' AND session = ?"
        row = {**connection.execute(sql, [SESSION]).fetchone(), "kind": "last_step", "place": 9}
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(f"INSERT INTO moments ({', '.join(row)}) VALUES ({marks})", row)
    connection.close()
    page = await site.text(f"/p/{project.id}/problems")
    assert page.count("Form abandoned at its last step</strong>") == 1
    [link] = re.findall(r'href="([^"]+)" title="Their sessions">2<', page)
    assert (await site.json(f"/api{unescape(link)}"))["total"] == 2
    page = await site.text(f"/p/{project.id}/problems?kind=last_step")
    [link] = re.findall(r'href="([^"]+)" title="Their sessions">1<', page)
    assert (await site.json(f"/api{unescape(link)}"))["total"] == 1
