"""The heatmap viewer in a real browser: what a person does with each kind."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from footfall.projects import Project
from footfall.web.keys import DETECTOR, PAGE_RULES
from footfall.wire.facts import Event, Field, Submit
from footfall.wire.schema import FLAG_KEYFRAME, Fact, PageHide
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.web.heat_page import BUTTON, FIELD, LINK, keyframe
from tests.wire.chunks import T0, click, ident, page_view

WIDE = 12
NARROW = 9


def wide_visit(number: int) -> list[Fact]:
    """Return a visit on a desktop: a click on the link, and of the first ones rage, a form and what was bought."""
    facts: list[Fact] = [click(1_000, key="#more", page_x=700, page_y=420, text="More")]
    if number < 2:
        facts += presses(3, first=5_000)
    if number < 4:
        facts.append(Field(30_000, 4, "#mail", "text", 9_000, 6_000, 900, 3, 0, 3, 0, 0, False, ""))
    if number == 0:
        facts += [Submit(31_000, 5, "#form", 6, "#buy", "Buy", "post", "/", False)]
        facts += [Event(40_000, "bought", "{}")]
    return [*facts, PageHide(60_000, False, 1280, 2000)]


def narrow_visit() -> list[Fact]:
    """Return a visit on a phone: a click on the button."""
    touched = click(1_000, page_x=40, page_y=300, document_width=390, pointer="touch")
    return [touched, PageHide(9_000, False, 390, 2000)]


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    for number in range(WIDE + NARROW):
        width = 1280 if number < WIDE else 390
        name = "kettle" if number % 2 else "teapot"
        view = page_view(url=f"https://shop.example/product/{name}", width=width)
        facts = wide_visit(number) if number < WIDE else narrow_visit()
        options = {"url": view.url, "flags": FLAG_KEYFRAME, "frames": keyframe(view.url, width)}
        await site.remember(made, f"s{number}", [view, *facts], T0 + number * 600_000, **options)
    site.app[PAGE_RULES].change(made.id, add=["/product/:name"])
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


@pytest.fixture
async def page(browser: Browser, site: Site) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=str(site.client.make_url("/"))
    )
    page = await context.new_page()
    page.set_default_timeout(60_000)
    yield page
    await context.close()


@pytest.fixture(autouse=True)
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
    assert heard == []


def address(project: Project, kind: str, more: str = "") -> str:
    return f"/p/{project.id}/heatmap?page=/product/:name&device=desktop&kind={kind}{more}"


async def on_page(page: Page, mark: Locator) -> list[float]:
    """Return where a mark lies: x, y, width, height in CSS px of the recorded page."""
    box, whole = await mark.bounding_box(), await page.locator("[data-page]").bounding_box()
    assert box is not None
    assert whole is not None
    scale = whole["width"] / 1280
    place = (box["x"] - whole["x"], box["y"] - whole["y"], box["width"], box["height"])
    return [one / scale for one in place]


async def test_a_kind_is_chosen_and_keeps_the_page(project: Project, page: Page) -> None:
    await page.goto(f"/p/{project.id}/heatmap")
    await expect(page).to_have_url(re.compile("page=%2Fproduct%2F%3Aname|page=/product/:name"))
    await expect(page.locator("[data-headline]")).to_have_text("18 clicks in 12 views")
    await page.get_by_role("link", name="Rage", exact=True).click()
    await expect(page.locator("[data-headline]")).to_have_text("2 rage clicks in 2 views")
    await expect(page.locator("[data-notes]")).to_contain_text(
        "100 % stand on the element that was clicked"
    )
    await expect(page.locator("[data-ranking] button")).to_have_count(1)
    assert "device=desktop" in page.url
    await page.get_by_role("link", name="Errors").click()
    await expect(page.locator("[data-headline]")).to_have_text("0 error clicks in 0 views")
    await expect(page.locator("[data-notes]")).to_contain_text("No error click was found")
    await page.get_by_role("link", name="Hesitation").click()
    await expect(page.locator("[data-headline]")).to_have_text("4 hesitations in 4 views")
    await page.hover("[data-ranking] button")
    assert await on_page(page, page.locator(".mark-box")) == pytest.approx(FIELD, abs=4)


async def test_the_sessions_with_a_moment_are_a_link_away(project: Project, page: Page) -> None:
    await page.goto(f"/p/{project.id}/heatmap?page=/product/teapot&device=desktop&kind=rage")
    link = page.get_by_role("link", name="Watch sessions with rage clicks, here or on another page")
    await link.click()
    await expect(page.locator("tr[data-session]")).to_have_count(1)
    await page.goto(f"/p/{project.id}/heatmap?page=/product/:name&device=desktop&kind=rage")
    await expect(link).to_have_attribute("href", re.compile("[?&]page=%2Fproduct%2F%3Aname"))


async def test_a_page_alone_or_its_template(project: Project, page: Page) -> None:
    await page.goto(address(project, "click"))
    await expect(page.locator("[data-headline]")).to_have_text("18 clicks in 12 views")
    await page.get_by_label("Page", exact=True).select_option("/product/kettle")
    await expect(page.locator("[data-headline]")).to_have_text("9 clicks in 6 views")
    assert "device=desktop" in page.url


async def test_elements_and_their_rows_point_at_each_other(project: Project, page: Page) -> None:
    await page.goto(address(project, "elements"))
    rows = page.locator(".data-table tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("More")
    await expect(page.locator(".mark-zone")).to_have_text(["12", "6"])
    await rows.nth(1).hover()
    assert await on_page(page, page.locator(".mark-box")) == pytest.approx(BUTTON, abs=4)
    place = await page.locator(".mark-zone", has_text="6").bounding_box()
    assert place is not None
    await page.mouse.move(place["x"] + 5, place["y"] + 5)
    await expect(rows.nth(1)).to_have_class("is-pointed")

    # With the keyboard alone.
    await page.get_by_role("button", name="Click rate").focus()
    await page.keyboard.press("Enter")
    heading = page.get_by_role("columnheader", name="Click rate")
    await expect(heading).to_have_attribute("aria-sort", "descending")
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "ascending")
    await expect(page.get_by_role("button", name="Click rate")).to_be_focused()
    await expect(rows.first).to_contain_text("Buy")
    assert "sort=-rate" in page.url
    await expect(page.locator(".mark-zone")).to_have_text(["100 %", "17 %"])
    await page.reload()
    await expect(rows.first).to_contain_text("Buy")
    await rows.first.get_by_role("button").focus()
    assert await on_page(page, page.locator(".mark-box")) == pytest.approx(BUTTON, abs=4)


async def test_pointing_at_the_page_does_not_scroll_the_window(
    project: Project, page: Page
) -> None:
    await page.set_viewport_size({"width": 390, "height": 700})
    await page.goto(address(project, "elements"))
    zone = page.locator(".mark-zone", has_text="6")
    await zone.scroll_into_view_if_needed()
    before = await page.evaluate("scrollY")
    place = await zone.bounding_box()
    assert place is not None
    await page.mouse.move(place["x"] + 5, place["y"] + 3)
    await expect(page.locator("tr.is-pointed")).to_contain_text("Buy")
    assert await page.evaluate("scrollY") == before


async def test_the_element_table_is_downloaded_with_all_it_shows(
    project: Project, page: Page
) -> None:
    await page.goto(address(project, "elements"))
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="CSV").click()
    path = await (await downloading.value).path()
    text = await asyncio.to_thread(path.read_text, "utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["key"], row["clicks"]) for row in rows] == [("#more", "12"), ("#buy", "6")]
    assert all(row["exposure_rate"] == "1.0" for row in rows)


async def test_the_sessions_that_clicked_are_a_link_away(project: Project, page: Page) -> None:
    await page.goto(address(project, "elements"))
    await page.get_by_role("link", name="Sessions that clicked Buy").click()
    await expect(page.locator("tr[data-session]")).to_have_count(2)
    await expect(page.get_by_text("Clicked #buy")).to_be_visible()


async def test_an_element_is_named_as_an_event(project: Project, page: Page) -> None:
    await page.goto(address(project, "elements"))
    await page.get_by_role("link", name="Name clicks on Buy").click()
    step = await page.get_by_label("What happens, as a step").input_value()
    assert 'element="#buy"' in step
    await page.locator("#name-name").fill("Buys")
    await page.get_by_role("button", name="Name it").click()
    row = page.get_by_role("row", name="Buys")
    await expect(row.get_by_role("cell").nth(1)).to_have_text("6")


async def test_confetti_say_what_their_colours_mean(project: Project, page: Page) -> None:
    await page.goto(address(project, "confetti").replace("device=desktop", "device=all"))
    groups = page.locator("[data-groups] li")
    await expect(groups).to_contain_text(["desktop", "mobile"])
    await page.get_by_label("Coloured by").select_option("Converted or not")
    await expect(page.locator("[data-state]")).to_contain_text("Which goal?")
    await page.get_by_label("Goal").fill("event:bought")
    await page.keyboard.press("Enter")
    await expect(groups).to_contain_text(["not converted", "converted"])
    assert "by=converted" in page.url


async def test_form_fields_tell_times_returns_and_drops(project: Project, page: Page) -> None:
    await page.goto(address(project, "fields"))
    row = page.locator(".data-table tbody tr")
    await expect(row).to_have_text("#mail9 s0344")
    await expect(page.locator(".mark-zone")).to_have_text("9 s")
    assert await on_page(page, page.locator(".mark-zone")) == pytest.approx(FIELD, abs=4)
    await page.get_by_role("button", name="Drops").click()
    await expect(page.locator(".mark-zone")).to_have_text("3")


async def test_conversion_asks_for_a_goal_and_tells_what_came_later(
    project: Project, page: Page
) -> None:
    await page.goto(address(project, "conversion"))
    await expect(page.locator("[data-state]")).to_contain_text("Which goal?")
    await page.get_by_label("Goal").fill("event:bought")
    await page.keyboard.press("Enter")
    rows = page.locator(".data-table tbody tr")
    await expect(rows.first).to_contain_text("Buy")
    await expect(rows.first.locator("td")).to_contain_text(["2", "1", "50 %"])
    await expect(rows.nth(1).locator("td")).to_contain_text(["12", "1", "8 %"])


async def test_a_difference_marks_what_is_beyond_chance(project: Project, page: Page) -> None:
    await page.goto(address(project, "difference"))
    await expect(page.locator("[data-notes]")).to_contain_text("Both are the same")
    await page.locator("[name='b.device']").select_option("mobile")
    await expect(page.locator("[data-headline]")).to_have_text("12 sessions against 9")
    await expect(page.locator("[data-notes]")).to_contain_text("beyond chance")
    assert "b.device=mobile" in page.url
    places = page.locator("[data-ranking] button")
    await expect(places.first).to_contain_text("#")
    await places.first.focus()
    await expect(page.locator(".mark-box")).to_be_visible()
    whole = await page.locator("[data-page]").bounding_box()
    assert whole is not None
    x, y, width, height = BUTTON
    scale = whole["width"] / 1280
    await page.mouse.move(
        whole["x"] + (x + width / 2) * scale, whole["y"] + (y + height / 2) * scale
    )
    await expect(page.locator(".mark-tip")).to_have_text("+83.3 points of the sessions")


async def test_two_are_seen_side_by_side(project: Project, page: Page) -> None:
    await page.goto(address(project, "click", "&b.device=mobile"))
    await page.get_by_label("Side by side").check()
    heads = page.locator("[data-headline]")
    await expect(heads).to_have_text(["18 clicks in 12 views", "9 clicks in 9 views"])
    assert "beside=1" in page.url
    await expect(page.locator("[data-overlay]:visible")).to_have_count(2)
    async with page.expect_response(
        lambda one: "/heatmap/click" in one.url and "radius=40" in one.url and "mobile" in one.url
    ) as answered:
        await page.locator("[data-radius]").fill("40")
    assert (await answered.value).ok
    ends = page.locator("[data-legend-numbers] span:last-child")
    assert len(set(await ends.all_text_contents())) == 2
    await page.get_by_label("Same scale").check()
    await expect(ends).to_have_text(["12", "12"])
    assert "same=true" in page.url
    stages = page.locator("[data-stage]")
    await stages.first.evaluate("stage => { stage.scrollTop = stage.scrollHeight }")
    await page.wait_for_timeout(300)
    down = await stages.nth(1).evaluate(
        "stage => stage.scrollTop / (stage.scrollHeight - stage.clientHeight)"
    )
    assert down == pytest.approx(1, abs=0.01)
    await page.get_by_role("link", name="Scroll", exact=True).click()
    await expect(heads).to_have_text(["12 page views", "9 page views"])


async def test_a_period_is_compared_with_the_one_before(project: Project, page: Page) -> None:
    await page.goto(address(project, "difference", "&time=7d"))
    await page.locator("[name='b.time']").select_option("before")
    await expect(page.locator("[data-state]")).to_contain_text("Nobody saw this page then")
    assert "b.time=before" in page.url


async def test_what_nobody_did_is_said(project: Project, page: Page) -> None:
    for kind, text in (
        ("elements", "Nobody clicked an element here"),
        ("fields", "Nobody used a form field here"),
        ("confetti", "Nobody clicked here"),
        ("dead", "No dead click was found"),
    ):
        await page.goto(address(project, kind, "&clicks=middle&moment=thrash"))
        await expect(page.locator("[data-notes]")).to_contain_text(text)
    await page.goto(address(project, "elements", "&time=7d"))
    await expect(page.locator("[data-state]")).to_contain_text("Nobody saw this page then")


async def test_an_element_that_is_hidden_leads_to_a_page_that_shows_it(
    site: Site, project: Project, page: Page
) -> None:
    view = page_view(url="https://shop.example/product/teapot")
    clicks = [click(700, key="#later", text="Later"), click(2_000, key="#later", text="Later")]
    options = {"url": view.url, "flags": FLAG_KEYFRAME, "frames": keyframe(view.url, 1280)}
    await site.remember(project, "late", [view, *clicks], T0 + 90_000_000, **options)
    await page.goto(address(project, "click"))
    await page.get_by_role("link", name="Show Later").click()
    await expect(page).to_have_url(re.compile("seen=%23later"))
    await expect(page.locator("[data-notes]")).to_contain_text("when somebody clicked Later")
    # What is chosen above keeps it, and so do other kinds.
    await page.get_by_role("link", name="Moves", exact=True).click()
    await expect(page).to_have_url(re.compile("kind=move.*seen=%23later"))
    await page.go_back()
    await page.get_by_role("link", name="As it was at first").click()
    await expect(page).not_to_have_url(re.compile("seen="))
    await expect(page.locator("[data-notes]")).not_to_contain_text("when somebody clicked")


async def test_an_element_whose_id_is_made_anew_is_one_row_on_its_place(
    site: Site, page: Page
) -> None:
    made = site.project()
    for number, word in enumerate(("amber", "birch", "cedar", "dune", "elm")):
        view = page_view(url="https://shop.example/news", width=1280)
        facts: list[Fact] = [view, click(1_000, key=f"#{word}", plain="body>a@lz5cvd", text="More")]
        options = {"url": view.url, "flags": FLAG_KEYFRAME, "frames": keyframe(view.url, 1280)}
        at = T0 + number * 600_000
        await site.remember(made, f"n{number}", facts, at, visitor=ident(word), **options)
    await page.goto(f"/p/{made.id}/heatmap?page=/news&kind=click")
    await expect(page.locator("[data-notes]")).to_contain_text(
        "100 % stand on the element that was clicked"
    )
    await expect(page.locator("[data-ranking] button")).to_have_count(1)
    await page.hover("[data-ranking] button")
    assert await on_page(page, page.locator(".mark-box")) == pytest.approx(LINK, abs=4)
    await page.get_by_role("link", name="Elements", exact=True).click()
    await expect(page.locator("[data-table] tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="Sessions that clicked More").click()
    await expect(page.locator("main")).to_contain_text("5 sessions")
