"""Naming an event by picking its element on a recorded page."""

import re

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.wire.schema import FLAG_KEYFRAME, Fact, PageHide
from tests.web.conftest import Site
from tests.web.heat_page import BUTTON, FIELD, keyframe
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import T0, click, ident, page_view

PAGE = "https://shop.example/product/kettle"


@pytest.fixture
async def project(site: Site) -> Project:
    """One session buys twice, on a page of which there is a picture."""
    made = site.project()
    view = page_view(url=PAGE, width=1280)
    buys = [click(at, key="#buy", text="Buy") for at in (1_000, 4_000)]
    options = {"url": PAGE, "flags": FLAG_KEYFRAME, "frames": keyframe(PAGE, 1280)}
    await site.remember(made, "a", [view, *buys, PageHide(9_000, False, 1280, 2000)], T0, **options)
    return made


@pytest.mark.parametrize("width", [1440, 390])
async def test_an_element_is_picked_and_named(
    page: Page, site: Site, project: Project, width: int
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(at(site, f"/p/{project.id}/events"))
    await page.get_by_role("link", name="Pick an element on a page").click()
    await page.locator("#pick[data-ready]").wait_for(timeout=60_000)
    assert await judged(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    recorded = page.locator("[data-page]")
    box = await recorded.bounding_box()
    assert box is not None
    scale = box["width"] / 1280
    x, y, wide, high = (side * scale for side in BUTTON)
    middle = {"x": x + wide / 2, "y": y + high / 2}
    await recorded.hover(position=middle)  # type: ignore[arg-type] # a plain dict is a Position
    await expect(page.locator(".mark-tip")).to_have_text("Buy")
    await recorded.click(position=middle)  # type: ignore[arg-type] # likewise
    await page.wait_for_url(re.compile("/events\\?"))
    step = page.get_by_label("What happens, as a step")
    await expect(step).to_have_value('click(page="/product/kettle", element="#buy")')
    await expect(page.locator("#name-name")).to_have_value("Clicked Buy")
    await page.get_by_role("button", name="Name it").click()
    row = page.get_by_role("row", name="Clicked Buy")
    await expect(row.get_by_role("cell").nth(1)).to_have_text("2")
    assert complaints == []


async def test_what_was_never_clicked_can_be_picked(
    page: Page, site: Site, project: Project
) -> None:
    await page.set_viewport_size({"width": 1600, "height": 1000})
    await page.goto(at(site, f"/p/{project.id}/events/pick?page=/product/kettle"))
    await page.locator("#pick[data-ready]").wait_for(timeout=60_000)
    recorded = page.locator("[data-page]")
    x, y = FIELD[:2]
    await recorded.click(position={"x": x + 10, "y": y + 10})
    await expect(page.get_by_label("What happens, as a step")).to_have_value(
        'click(page="/product/kettle", element="#mail")'
    )


async def test_where_ids_are_made_anew_what_is_picked_is_known_by_its_place(
    page: Page, site: Site, project: Project
) -> None:
    plain = "body>button"
    for number, word in enumerate(("amber", "birch", "cedar", "dune")):
        view = page_view(url=PAGE, width=1280)
        facts: list[Fact] = [view, click(1_000, key=f"#{word}", plain=plain, text="Buy")]
        start = T0 - (number + 1) * 3_600_000
        await site.remember(project, word, facts, start, url=PAGE, visitor=ident(word))
    await page.set_viewport_size({"width": 1600, "height": 1000})
    await page.goto(at(site, f"/p/{project.id}/events/pick?page=/product/kettle"))
    await page.locator("#pick[data-ready]").wait_for(timeout=60_000)
    x, y = BUTTON[:2]
    await page.locator("[data-page]").click(position={"x": x + 10, "y": y + 10})
    await expect(page.get_by_label("What happens, as a step")).to_have_value(
        f'click(page="/product/kettle", element="{plain}")'
    )


async def test_a_project_without_pages_says_what_to_do(site: Site) -> None:
    made = site.project("Empty")
    assert "It appears with the first visit" in await site.text(f"/p/{made.id}/events/pick")
    narrow = await site.text(f"/p/{made.id}/events/pick?device=mobile")
    assert "Choose a longer time" in narrow
