"""The kinds of heatmaps through the API: numbers that can be told by hand from what was recorded."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from footfall.projects import Project
from footfall.wire.facts import Event, Field, Submit
from footfall.wire.schema import Fact, PageHide, Pointer, Visibility
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire.chunks import T0, click, page_view, scroll

BODY = {"width": 1280, "height": 3000, "boxes": {"#buy": [80, 180, 40, 40]}}
KINDS = ["click", "move", "scroll", "attention", "confetti", "difference"]


@pytest.fixture
async def project(site: Site) -> Project:
    """Six visits of 10 s: each clicks #buy after hovering over it; every other one scrolls away and buys."""
    made = site.project()
    for number in range(6):
        is_even = number % 2 == 0
        facts: list[Fact] = [
            page_view(width=1280 if is_even else 390, referrer="https://find.example/" * is_even),
            Pointer(500, "mouse", (0, 700, 500), (10, 90, 0), (20, 180, 2)),
            click(2_000, text="=Buy"),
            click(2_500, key="", button=2, page_x=700, page_y=900),
            Field(2_600, 4, "#mail", "text", 50, 10, -1, 3, 0, 3, 0, 0, False, ""),
        ]
        if is_even:
            facts += [
                scroll(3_000, (1_000,)),
                Visibility(7_000, False, False),
                Submit(7_100, 5, "#form", 6, "#send", "Send", "post", "/", False),
                Event(8_000, "bought", "{}"),
            ]
        facts.append(PageHide(10_000, False, 1280, 3000))
        await site.remember(made, f"s{number}", facts, T0 + number * 60_000)
    return made


async def told(site: Site, project: Project, kind: str, query: str = "") -> Any:
    path = f"/api/p/{project.id}/heatmap/{kind}?page=/{query}"
    async with site.client.post(path, json=BODY, headers=SAME_ORIGIN) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_clicks_by_button_and_first(site: Site, project: Project) -> None:
    assert (await told(site, project, "click"))["clicks"] == 12
    assert (await told(site, project, "click", "&clicks=right"))["clicks"] == 6
    first = await told(site, project, "click", "&clicks=first")
    assert (first["clicks"], first["by_element"]) == (6, 6)


async def test_moves(site: Site, project: Project) -> None:
    moved = await told(site, project, "move")
    # 700 ms at the first point, 500 at the second, 8.3 s at the last, until the page is left.
    assert (moved["views"], moved["rests"], moved["seconds"]) == (6, 18, 57.0)
    strong = await told(site, project, "move", "&intensity=4")
    assert strong["legend"][-1]["value"] == pytest.approx(moved["max"] / 4)


async def test_attention(site: Site, project: Project) -> None:
    seen = await told(site, project, "attention")
    # Odd visits look at the top for 10 s; even ones for 3 s, and at what is 1000 px down for 4 s.
    assert seen["bands"][0] == 3 * 10 + 3 * 3
    assert seen["bands"][150] == 3 * 4
    assert seen["bands"][-1] == 0
    assert np.mean(seen["relative"]) == pytest.approx(1, abs=1e-3)


async def test_the_element_table(site: Site, project: Project) -> None:
    lines = (await told(site, project, "elements", "&goal=event:bought"))["elements"]
    (buy,) = lines
    assert (buy["key"], buy["clicks"], buy["click_rate"], buy["recurrence"]) == ("#buy", 6, 1, 1)
    assert buy["click_rate_low"] == pytest.approx(0.6097, abs=1e-4)
    assert (buy["exposure_rate"], buy["attractiveness"]) == (1, 1)
    assert (buy["float_ms"], buy["hesitation_ms"]) == (8_800, 800)
    assert (buy["sessions"], buy["converted_later"]) == (6, 3)


async def test_the_element_table_as_csv(site: Site, project: Project) -> None:
    async with site.client.get(f"/api/p/{project.id}/heatmap.csv?page=/") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        (line,) = csv.DictReader(io.StringIO(await answer.text()))
    assert (line["key"], line["text"], line["clicks"]) == ("#buy", "'=Buy", "6")
    assert (line["exposure_rate"], line["converted_later"]) == ("", "")


async def test_confetti_say_what_their_colours_mean(site: Site, project: Project) -> None:
    by_device = await told(site, project, "confetti")
    assert [(one["name"], one["clicks"]) for one in by_device["groups"]] == [
        ("desktop", 6), ("mobile", 6),
    ]  # fmt: skip
    by_source = await told(site, project, "confetti", "&by=source")
    assert {one["name"] for one in by_source["groups"]} == {"find.example", "direct"}
    converted = await told(site, project, "confetti", "&by=converted&goal=event:bought")
    assert {one["name"] for one in converted["groups"]} == {"converted", "not converted"}


async def test_a_difference_of_few_is_none(site: Site, project: Project) -> None:
    found = await told(site, project, "difference", "&device=desktop&b.device=mobile")
    assert (found["sessions"], found["cells"], found["legend"]) == ([3, 3], [], [])


async def test_form_fields(site: Site, project: Project) -> None:
    (field,) = (await told(site, project, "fields"))["fields"]
    assert (field["key"], field["visits"], field["views"]) == ("#mail", 6, 6)
    assert (field["median_ms"], field["drops"]) == (50, 3)


@pytest.mark.parametrize(
    ("query", "views"),
    [
        ("&min=1000", 3),
        ("&max=1000", 3),
        ("&source=find.example", 3),
        ("&goal=event:bought&converted=no", 3),
        ("&goal=page:/&converted=yes", 6),
        ("&visitors=new", 1),
        ("&user=plan:pro", 0),
        ("&path=/else", 0),
        ("&converted=yes&min=x&visitors=some&goal=nothing&scale=-1&radius=1e9&cell=3&by=_", 6),
    ],
)
async def test_page_views_are_chosen(site: Site, project: Project, query: str, views: int) -> None:
    facts = await site.json(f"/api/p/{project.id}/heatmap?page=/{query}")
    assert facts["views"] == views


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_as_a_file(site: Site, project: Project, kind: str) -> None:
    base, query = f"/api/p/{project.id}/heatmap", f"?page=/&kind={kind}&b.device=mobile"
    async with site.client.get(f"{base}.png{query}") as answer:
        assert answer.content_type == "image/png"
        Image.open(io.BytesIO(await answer.read()), formats=["PNG"]).load()
    ElementTree.fromstring(await site.text(f"{base}.svg{query}"))
    assert "png" not in await site.json(f"{base}.json{query}")


async def test_files_that_there_are_not(site: Site, project: Project) -> None:
    base = f"/api/p/{project.id}/heatmap"
    assert len((await site.json(f"{base}.json?page=/&kind=elements"))["elements"]) == 1
    async with site.client.get(f"{base}.webp?page=/&cell=2") as answer:
        image = Image.open(io.BytesIO(await answer.read()), formats=["WEBP"])
        assert image.size == (640, 1500)
    assert "PNG" in await site.text(f"{base}.webp?page=/&kind=confetti", 400)
    assert "JSON" in await site.text(f"{base}.png?page=/&kind=fields", 400)
    await site.text(f"{base}.gif?page=/", 404)
