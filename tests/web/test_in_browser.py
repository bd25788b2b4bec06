"""The pages in a real browser: nothing overflows, nothing is refused by the policy, the live parts live."""

import base64
from collections.abc import Iterator
from io import BytesIO
from itertools import chain

import msgpack
import numpy as np
import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect

from footfall.projects import Project
from footfall.wire.schema import FLAG_KEYFRAME, FRAME_OPS, NODE_TYPES
from tests.web.conftest import Site
from tests.wire import chunks
from tests.wire.chunks import T0, click, page_view, scroll

CELL = 4
BUTTON = (300, 900, 120, 50)
LONG = "/account/orders/" + "a-very-long-path-" * 12
STYLE = "position:absolute;left:{}px;top:{}px;width:{}px;height:{}px;padding:0;border:0".format(
    *BUTTON
)


def element(tag: str, attributes: dict[str, str], *children: list[object]) -> list[object]:
    flat = list(chain.from_iterable(attributes.items()))
    inner = list(chain.from_iterable(children))
    return [NODE_TYPES["Element"], tag, len(attributes), *flat, *inner, NODE_TYPES["End"]]


def keyframe() -> bytes:
    """Return frames of a page of 1280 × 3000 px with one button."""
    body = element(
        "body",
        {"style": "margin:0;height:3000px;background:#fff"},
        element("button", {"id": "buy", "style": STYLE}, [NODE_TYPES["Text"], "Buy"]),
    )
    html = element("html", {}, element("head", {}), body)
    document = [NODE_TYPES["Doctype"], "html", "", "", *html]
    operations = [
        *(FRAME_OPS["Keyframe"], 0, 1280, 800, False, "https://shop.example/"),
        *(NODE_TYPES["Document"], *document, NODE_TYPES["End"]),
        FRAME_OPS["KeyframeEnd"],
    ]
    return b"".join(msgpack.packb(value) for value in operations)


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project("A project with quite a long name, as people give them")
    for number in range(3):
        url = "https://shop.example/" if number else f"https://shop.example{LONG}"
        await site.remember(
            made,
            f"s{number}",
            [page_view(url=url, title="T" * 200), click(), scroll(200, (0, 900))],
            T0 + number * 60_000,
            url=url,
            flags=FLAG_KEYFRAME,
            frames=keyframe(),
        )
    return made


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of: errors of scripts, and what the policy refuses."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda message: (
            heard.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    yield heard
    # At the end of a test the server is gone before the page is.
    assert [text for text in heard if "ERR_CONNECTION_REFUSED" not in text] == []


def url(site: Site, path: str) -> str:
    return str(site.client.make_url(path))


@pytest.mark.parametrize("width", [390, 800, 1440])
async def test_no_page_is_wider_than_the_window(
    site: Site, project: Project, page: Page, complaints: list[str], width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    base = f"/p/{project.id}"
    for path in (
        "/projects",
        base,
        f"{base}/sessions",
        f"{base}/sessions?page={LONG}&time=custom&from=2023-11-14",
        f"{base}/pages",
        f"{base}/heatmap",
        f"{base}/heatmap?page={LONG}&kind=scroll",
        f"{base}/sessions/{chunks.ident('s0')}",
    ):
        await page.goto(url(site, path), wait_until="networkidle")
        over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, path


async def test_a_new_session_appears_by_itself(
    site: Site, project: Project, page: Page, complaints: list[str]
) -> None:
    await page.goto(url(site, f"/p/{project.id}/sessions"))
    rows = page.locator("tr[data-session]")
    await expect(rows).to_have_count(3)
    await expect(page.locator("[data-live]")).to_be_visible()
    await site.record(project, "fresh", [page_view(), click()])
    await expect(rows).to_have_count(4)
    await expect(rows.first).to_have_class("is-new")
    await expect(rows.first.locator("time").first).to_have_text("just now")


async def test_the_setup_page_sees_the_first_chunk(
    site: Site, page: Page, complaints: list[str]
) -> None:
    project = site.project()
    await page.goto(url(site, f"/p/{project.id}"))
    await expect(page.locator("[data-waiting]")).to_be_visible()
    await site.record(project, "first", [page_view()])
    await expect(page.locator("[data-arrived]")).to_be_visible()
    await expect(page.locator("[data-waiting]")).to_be_hidden()


async def test_the_theme_is_remembered(
    site: Site, project: Project, page: Page, complaints: list[str]
) -> None:
    await page.goto(url(site, f"/p/{project.id}/pages"))
    background = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(background)
    await page.click("[data-theme-toggle]")
    dark = await page.evaluate(background)
    assert dark != light
    await page.goto(url(site, "/projects"))
    assert await page.evaluate(background) == dark


async def test_a_filter_applies_when_it_is_chosen(
    site: Site, project: Project, page: Page, complaints: list[str]
) -> None:
    await page.goto(url(site, f"/p/{project.id}/sessions"))
    await page.select_option("#filter-page", "/")
    await expect(page.locator("tr[data-session]")).to_have_count(2)
    assert page.url.endswith("/sessions?page=%2F")
    await page.select_option("#filter-time", "custom")
    await page.fill("#filter-from", "2024-01-01")
    await expect(page.get_by_text("No session matches")).to_be_visible()
    await page.click("text=Show all sessions")
    await expect(page.locator("tr[data-session]")).to_have_count(3)


async def test_a_filter_applies_before_other_scripts_have_come(
    site: Site, project: Project, page: Page
) -> None:
    async def never(route: Route) -> None:
        pass

    await page.route("**/static/build/s*.js", never)
    await page.goto(url(site, f"/p/{project.id}/sessions"), wait_until="commit")
    for _ in range(2):  # the page that it leads to is like that, too
        await page.select_option("#filter-page", "/")
        await expect(page.locator("tr[data-session]")).to_have_count(2)
        assert page.url.endswith("/sessions?page=%2F")
        await page.select_option("#filter-page", "")
        await expect(page.locator("tr[data-session]")).to_have_count(3)
        assert page.url.endswith("/sessions?")
    await page.unroute_all(behavior="ignoreErrors")


async def test_clicks_lie_on_their_button(
    site: Site, project: Project, page: Page, complaints: list[str]
) -> None:
    await page.set_viewport_size({"width": 1440, "height": 900})
    async with page.expect_response(lambda one: "/heatmap/click" in one.url) as answered:
        await page.goto(url(site, f"/p/{project.id}/heatmap?page=/"))
    told = await (await answered.value).json()
    assert (told["clicks"], told["by_element"]) == (2, 2)
    with Image.open(BytesIO(base64.b64decode(told["png"]))) as image:
        levels = np.asarray(image)
    row, column = np.unravel_index(int(levels.argmax()), levels.shape)
    x, y, width, height = BUTTON
    assert x <= column * CELL <= x + width
    assert y <= row * CELL <= y + height

    await expect(page.locator("[data-overlay]")).to_be_visible()
    await expect(page.locator("[data-headline]")).to_have_text("2 clicks in 2 views")
    await page.hover("[data-ranking] button")
    box = await page.locator(".mark-box").bounding_box()
    stage = await page.locator("[data-page]").bounding_box()
    assert box is not None
    assert stage is not None
    scale = stage["width"] / 1280
    assert (box["x"] - stage["x"]) / scale == pytest.approx(x, abs=3)
    assert (box["y"] - stage["y"]) / scale == pytest.approx(y, abs=3)


async def test_the_view_of_a_heatmap_is_in_its_address(
    site: Site, project: Project, page: Page, complaints: list[str]
) -> None:
    await page.goto(url(site, f"/p/{project.id}/heatmap?page=/&device="))
    await expect(page.locator("[data-overlay]")).to_be_visible()
    await page.click('[data-colours="blue-yellow"]')
    await page.locator("[data-opacity]").fill("35")
    await page.click("text=Scroll")
    await expect(page.locator(".mark-line.fold")).to_be_visible()
    assert "colours=blue-yellow" in page.url
    assert "opacity=35" in page.url
    assert "kind=scroll" in page.url
    await expect(page.locator("[data-overlay]")).to_have_css("opacity", "0.35")


async def test_another_time_and_kind_are_looked_at_in_the_same_way(
    site: Site, project: Project, page: Page, complaints: list[str]
) -> None:
    await page.goto(url(site, f"/p/{project.id}/heatmap?page=/&device="))
    await expect(page.locator("[data-overlay]")).to_be_visible()
    await page.click('[data-colours="blue-yellow"]')
    async with page.expect_response(lambda one: "radius=40" in one.url) as answered:
        await page.locator("[data-radius]").fill("40")
    assert (await answered.value).ok
    await page.select_option("#filter-time", "7d")
    await expect(page.locator("[data-state]")).to_contain_text("Nobody saw this page then")
    assert "colours=blue-yellow" in page.url
    assert "radius=40" in page.url
    await page.select_option("#filter-time", "")
    await expect(page.locator("[data-overlay]")).to_be_visible()
    await page.click("text=Attention")
    await expect(page.locator("[data-legend-text]")).to_contain_text("Time in sight")
    assert "radius=40" in page.url
    await page.click("text=Moves")
    await expect(page.locator("[data-headline]")).to_have_text("0 rests of the pointer in 2 views")
    await page.click("summary:has-text('Who')")
    await page.fill("#filter-source", "find.example")
    await page.press("#filter-source", "Enter")
    await expect(page.locator("[data-headline]")).to_have_text("0 rests of the pointer in 0 views")
    assert "source=find.example" in page.url
    assert "kind=move" in page.url
