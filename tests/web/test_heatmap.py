"""The heatmap API: the hottest spot lies in the clicked element's box; what it is sent is checked."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from footfall.projects import Project
from footfall.wire.schema import FLAG_KEYFRAME, Fact
from tests.web.conftest import SAME_ORIGIN, Site
from tests.wire.chunks import T0, click, page_view, scroll

CELL = 4
BOX = [600, 1200, 80, 40]


def levels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(png)) as image:
        assert image.mode == "P"
        return np.asarray(image)


def hottest(png: bytes) -> tuple[float, float]:
    """Return the middle of the hottest cell, CSS px."""
    picture = levels(png)
    row, column = np.unravel_index(int(picture.argmax()), picture.shape)
    return float(column) * CELL + CELL / 2, float(row) * CELL + CELL / 2


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    for number in range(3):
        facts: list[Fact] = [
            page_view(),
            click(10),
            click(20, place_x=2_000),
            click(30, key="#gone", page_x=50, page_y=60, text="Gone"),
            scroll(40, (0, 700)),
        ]
        start = T0 + number * 60_000
        await site.remember(made, f"s{number}", facts, start, flags=FLAG_KEYFRAME)
    return made


async def post(site: Site, path: str, body: Any, status: int = 200) -> Any:
    async with site.client.post(path, json=body, headers=SAME_ORIGIN) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_facts_name_the_elements_and_the_backdrops(site: Site, project: Project) -> None:
    told = await site.json(f"/api/p/{project.id}/heatmap?page=/")
    assert (told["views"], told["clicks"]) == (3, 9)
    assert sorted(told["keys"]) == ["#buy", "#gone"]
    backdrop = told["backdrops"][0]
    assert (backdrop["sequence"], backdrop["document"], backdrop["width"]) == (0, 1, 1280)
    assert len(told["backdrops"]) == 3


async def test_the_hottest_spot_lies_in_the_box(site: Site, project: Project) -> None:
    told = await post(
        site,
        f"/api/p/{project.id}/heatmap/click?page=/",
        {"width": 1280, "height": 2000, "boxes": {"#buy": BOX}, "radius": 12},
    )
    x, y = hottest(base64.b64decode(told["png"]))
    assert BOX[0] <= x <= BOX[0] + BOX[2]
    assert BOX[1] <= y <= BOX[1] + BOX[3]
    assert (told["clicks"], told["by_element"], told["scaled"], told["not_placed"]) == (9, 6, 3, 0)
    assert [(one["key"], one["text"], one["clicks"]) for one in told["elements"]] == [
        ("#buy", "Buy", 6),
        ("#gone", "Gone", 3),
    ]
    assert told["elements"][0]["share"] == pytest.approx(2 / 3)
    assert told["legend"][-1]["value"] == pytest.approx(told["max"])


async def test_scroll_map(site: Site, project: Project) -> None:
    told = await post(
        site, f"/api/p/{project.id}/heatmap/scroll?page=/", {"width": 1280, "height": 3000}
    )
    assert told["views"] == 3
    assert told["fold"] == 800
    assert told["lines"]["50"] == 1500  # 700 + 800
    assert (told["shares"][150], told["shares"][151]) == (1, 0)
    assert levels(base64.b64decode(told["png"])).shape[0] == len(told["shares"]) == 300


async def test_empty_results_are_no_errors(site: Site, project: Project) -> None:
    body = {"width": 400, "height": 600, "boxes": {}}
    base = f"/api/p/{project.id}/heatmap"
    none = await post(site, f"{base}/click?page=/nowhere", body)
    assert (none["clicks"], none["elements"], none["legend"]) == (0, [], [])
    scrolled = await post(site, f"{base}/scroll?page=/nowhere", body)
    assert (scrolled["views"], scrolled["fold"], scrolled["lines"]) == (0, None, {})


async def test_sizes_are_clamped(site: Site, project: Project) -> None:
    told = await post(
        site,
        f"/api/p/{project.id}/heatmap/click?page=/",
        {"width": 10**8, "height": 10**8, "boxes": {}},
    )
    assert levels(base64.b64decode(told["png"])).shape == (65536 // 8, 4096 // 8)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"height": 5},
        {"width": "5", "height": 5},
        {"width": True, "height": 5},
        {"width": float("nan"), "height": 5},
        {"width": 10**400, "height": 5},
        {"width": 5, "height": 5, "boxes": []},
        {"width": 5, "height": 5, "boxes": {"#a": [1, 2, 3]}},
        {"width": 5, "height": 5, "boxes": {"#a": [1, 2, 3, float("inf")]}},
        {"width": 5, "height": 5, "radius": 0},
        {"width": 5, "height": 5, "radius": 1e6},
        {"width": 5, "height": 5, "colours": "red; }"},
        {"width": 5, "height": 5, "colours": ["heat"]},
    ],
)
async def test_nonsense_is_refused(site: Site, project: Project, body: Any) -> None:
    told = await post(site, f"/api/p/{project.id}/heatmap/click?page=/", body, 400)
    assert told["error"] == "bad_request"


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff\xfe{}"])
async def test_what_is_no_json_is_refused(site: Site, project: Project, data: bytes) -> None:
    path = f"/api/p/{project.id}/heatmap/click?page=/"
    async with site.client.post(path, data=data, headers=SAME_ORIGIN) as answer:
        assert answer.status == 400


async def test_a_page_must_be_named(site: Site, project: Project) -> None:
    await site.text(f"/api/p/{project.id}/heatmap", 400)


async def test_a_page_of_50_000_px_comes_in_tiles(site: Site, project: Project) -> None:
    asked = f"/api/p/{project.id}/heatmap.png?page=/&width=320&height=50000&cell=2"

    async def picture(tile: int) -> NDArray[np.uint8]:
        async with site.client.get(f"{asked}&tile={tile}") as answer:
            assert answer.status == 200
            return levels(await answer.read())

    tiles = [await picture(number) for number in range(7)]
    assert {len(tile) for tile in tiles[:-1]} == {4_096}
    async with site.client.get(asked) as answer:
        assert (np.vstack(tiles) == levels(await answer.read())).all()
    assert "7 tiles" in (await site.json(f"{asked}&tile=7", 404))["message"]
    await site.json(f"{asked.replace('cell=2', 'kind=scroll')}&tile=0", 400)


async def test_png_without_a_browser(site: Site, project: Project) -> None:
    base = f"/api/p/{project.id}/heatmap.png?page=/"
    async with site.client.get(f"{base}&width=640&height=3000") as answer:
        assert answer.status == 200
        assert answer.content_type == "image/png"
        assert answer.headers["X-Footfall-Placement"] == "page-coordinates"
        assert answer.headers["X-Footfall-Page-Size"] == "640x3000"
        x, y = hottest(await answer.read())
    assert (x, y) == pytest.approx((50, 200), abs=CELL)  # 100, 200 at 1280 px
    async with site.client.get(f"{base}&kind=scroll") as answer:
        assert answer.headers["X-Footfall-Page-Size"] == "1280x3000"
        assert levels(await answer.read()).shape[0] == 300


async def test_a_page_as_it_was_when_an_element_was_clicked(site: Site, project: Project) -> None:
    path = f"/api/p/{project.id}/heatmap?page=/"
    first = (await site.json(path))["backdrops"][0]
    seen = (await site.json(f"{path}&seen=%23gone"))["backdrops"][0]
    assert (first["time"] - first["started"], seen["time"] - seen["started"]) == (9, 29)
    unknown = (await site.json(f"{path}&seen=%23nothing"))["backdrops"][0]
    assert unknown["time"] - unknown["started"] == 9
