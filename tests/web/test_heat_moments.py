"""Heat of moments, pages by template, and what the second segment of a comparison is."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from footfall.cli import main
from footfall.projects import Project
from footfall.web.heat_query import second_fields, second_query
from footfall.web.keys import DETECTOR, PAGE_RULES
from footfall.wire.facts import Field
from footfall.wire.schema import FLAG_KEYFRAME, Fact
from tests.detect.test_detector import presses
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire.chunks import T0, click, page_view

MAIL = [400, 600, 100, 20]
BODY = {"width": 1280, "height": 3000, "boxes": {"#buy": [80, 180, 40, 40], "#mail": MAIL}}


def visits() -> list[tuple[str, list[Fact]]]:
    """Return the product and what was done there: twice somebody rages at #buy, one of them pauses in #mail."""
    pause = Field(30_000, 4, "#mail", "text", 20_000, 9_000, 6_000, 3, 0, 3, 0, 0, False, "")
    other = click(60_000, key="#other", page_x=9, page_y=9)
    return [
        ("kettle", [*presses(3), pause]),
        ("teapot", [*presses(3), other]),
        ("teapot", [other]),
    ]


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    for number, (product, facts) in enumerate(visits()):
        view = page_view(url=f"https://shop.example/product/{product}")
        start = T0 + number * 600_000
        await site.remember(made, f"s{number}", [view, *facts], start)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


async def told(site: Site, project: Project, kind: str, query: str) -> Any:
    path = f"/api/p/{project.id}/heatmap/{kind}?{query}"
    async with site.client.post(path, json=BODY, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_the_clicks_of_moments_are_drawn(site: Site, project: Project) -> None:
    rage = await told(site, project, "rage", "page=/product/teapot")
    assert (rage["moments"], rage["views"], rage["clicks"], rage["by_element"]) == (1, 1, 3, 3)
    assert [one["key"] for one in rage["elements"]] == ["#buy"]
    dead = await told(site, project, "dead", "page=/product/kettle")
    assert (dead["moments"], dead["clicks"]) == (3, 3)
    none = await told(site, project, "error", "page=/product/kettle")
    assert (none["moments"], none["clicks"], none["legend"]) == (0, 0, [])


async def test_a_pause_in_a_field_lies_in_its_middle(site: Site, project: Project) -> None:
    found = await told(site, project, "hesitation", "page=/product/kettle")
    assert (found["moments"], found["clicks"], found["by_element"]) == (1, 1, 1)
    assert [one["key"] for one in found["elements"]] == ["#mail"]
    facts = f"/api/p/{project.id}/heatmap?page=/product/kettle"
    assert "#mail" not in (await site.json(facts))["keys"]
    assert "#mail" in (await site.json(f"{facts}&kind=hesitation"))["keys"]
    assert "#mail" in (await site.json(f"{facts}&kind=fields"))["keys"]
    path = f"/api/p/{project.id}/heatmap.json?page=/product/kettle&kind=hesitation"
    assert (await site.json(path))["not_placed"] == 1  # without boxes


async def test_what_is_no_problem_is_not_drawn(site: Site, project: Project) -> None:
    said = {"kind": "rage", "page": "/product/teapot", "element": "#buy", "problem": False}
    path = f"/api/p/{project.id}/verdicts"
    async with site.client.put(path, json=said, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200
    assert (await told(site, project, "rage", "page=/product/teapot"))["moments"] == 0


async def test_a_template_takes_its_pages_together(site: Site, project: Project) -> None:
    base = f"/api/p/{project.id}/heatmap"
    assert (await site.json(f"{base}?page=/product/:name"))["views"] == 0
    site.app[PAGE_RULES].change(project.id, add=["/product/:name"])
    both = await site.json(f"{base}?page=/product/:name")
    assert (both["views"], both["clicks"]) == (3, 8)
    assert (await site.json(f"{base}?page=/product/teapot"))["views"] == 2
    exact = await site.json(f"{base}?page=/product/:name&path=/product/kettle")
    assert exact["views"] == 1
    assert (await told(site, project, "rage", "page=/product/:name"))["moments"] == 2
    assert (await told(site, project, "scroll", "page=/product/:name"))["views"] == 3
    few = await told(site, project, "difference", "page=/product/:name&b.moment=rage")
    assert few["sessions"] == [3, 2]


async def test_views_are_chosen_by_a_moment(site: Site, project: Project) -> None:
    facts = await site.json(f"/api/p/{project.id}/heatmap?page=/product/teapot&moment=rage")
    assert (facts["views"], facts["clicks"]) == (1, 4)
    nonsense = await site.json(f"/api/p/{project.id}/heatmap?page=/product/teapot&moment=no")
    assert nonsense["views"] == 2


def test_the_second_segment_is_the_first_but_for_what_is_said() -> None:
    query = {"page": "/", "device": "mobile", "from": "2026-01-01", "b.device": "any"}
    query |= {"b.source": "", "b.page": "/x", "b.user": "plan:pro"}
    assert second_fields(query) == {"device": "any", "user": "plan:pro"}
    same = {"page": "/", "from": "2026-01-01", "user": "plan:pro"}
    assert second_query(query, T0) == {**same, "device": ""}
    later = second_query({**query, "time": "7d", "b.from": "2026-02-01"}, T0)
    assert (later["time"], later["from"], "to" in later) == ("custom", "2026-02-01", False)


@pytest.mark.parametrize(
    ("time", "days"),
    [
        ({"time": "7d"}, ("2023-11-01", "2023-11-07")),
        ({"time": "today", "zone": "180"}, ("2023-11-14", "2023-11-14")),
        ({"from": "2023-11-14", "to": "9999-12-31", "zone": "-840"}, None),
        ({"from": "0001-01-01", "zone": "840"}, None),
        ({"time": "custom", "from": "2023-10-01", "to": "2023-10-10"}, ("2023-09-21", "2023-09-30")),
        ({"from": "2023-11-01"}, ("2023-10-18", "2023-10-31")),
        ({"time": "custom", "from": "0001-01-03"}, None),
        ({"from": "2023-10-09", "to": "2023-10-01"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_period_before(time: dict[str, str], days: tuple[str, str] | None) -> None:
    assert T0 == 1_700_000_000_000  # 14 November 2023, 22:13 UTC
    found = second_query({**time, "b.time": "before"}, T0)
    if days is None:
        assert found == time
    else:
        assert (found["time"], found["from"], found["to"]) == ("custom", *days)


async def test_sessions_that_clicked_an_element(site: Site, project: Project) -> None:
    base = f"/api/p/{project.id}/sessions"
    assert (await site.json(f"{base}?element=%23buy"))["total"] == 2
    assert (await site.json(f"{base}?element=%23buy&on=/product/kettle"))["total"] == 1
    assert (await site.json(f"{base}?element=%23bu"))["total"] == 0
    assert (await site.json(f"{base}?on=/product/kettle"))["total"] == 3
    page = await site.text(f"/p/{project.id}/sessions?element=%23buy&on=/product/kettle")
    assert "Clicked #buy on /product/kettle" in page


async def test_the_element_table_as_csv_with_what_needs_places(
    site: Site, project: Project
) -> None:
    path = f"/api/p/{project.id}/heatmap.csv?page=/product/teapot"
    form = {"canvas": json.dumps(BODY)}
    async with site.client.post(path, data=form, headers=SAME_ORIGIN) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        lines = {line["key"]: line for line in csv.DictReader(io.StringIO(await answer.text()))}
    assert (lines["#buy"]["clicks"], lines["#buy"]["exposure_rate"]) == ("3", "1.0")
    assert lines["#other"]["exposure_rate"] == ""
    for wrong in ("", "{", "[]", '{"width": 5}'):
        async with site.client.post(path, data={"canvas": wrong}, headers=SAME_ORIGIN) as answer:
            assert answer.status == 400
    async with site.client.post(path, data=form) as answer:
        assert answer.status == 403


async def test_recorded_pages_are_shown_before_they_are_changed(site: Site) -> None:
    project = site.project()
    plain: list[Fact] = [page_view()]
    late: list[Fact] = [page_view(), click(40_000)]
    rage: list[Fact] = [page_view(), click(500), *presses(3, first=20_000)]
    for number, facts in enumerate((rage, late, plain)):
        start = T0 + number * 600_000
        await site.remember(project, f"s{number}", facts, start, flags=FLAG_KEYFRAME)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    base = f"/api/p/{project.id}/heatmap?page=/"

    def after(facts: Any) -> list[int]:
        return [one["time"] - one["started"] for one in facts["backdrops"]]

    assert after(await site.json(base)) == [9_999, 9_999, 499]  # the newest first
    with_rage = await site.json(f"{base}&kind=rage")
    assert after(with_rage) == [19_999, 9_999, 9_999]
    # What is chosen of the views holds for their pages, too, where any of them is recorded.
    assert after(await site.json(f"{base}&moment=rage")) == [499]
    assert len(after(await site.json(f"{base}&source=find.example"))) == 3


async def test_moments_and_templates_by_command(
    site: Site, project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.app[PAGE_RULES].change(project.id, add=["/product/:name"])
    out, storage = tmp_path / "rage.json", ["--storage", str(tmp_path / "storage")]
    command = ["heatmap", "/product/:name", "-o", str(out), "--where", "kind=rage", *storage]
    assert await asyncio.to_thread(main, command) == 0
    assert "rage of /product/:name, 3 page views" in capsys.readouterr().out
    assert json.loads(out.read_text())["moments"] == 2
    command[3] = str(tmp_path / "rage.png")
    assert await asyncio.to_thread(main, command) == 0
