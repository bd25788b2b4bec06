"""Funnels and paths as a person uses them, in a real browser, and as axe-core judges them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour import visit

LOOKS = [("light", 1280), ("dark", 390)]


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    await visit(site, made, "buyer", "/", "/cart", bought=True)
    await visit(site, made, "looker", "/", "/cart", "/help")
    await visit(site, made, "leaver", "/")
    return made


def at(site: Site, path: str) -> str:
    return str(site.client.make_url(path))


def steps(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("steps", [""])[0]


async def add(page: Page, number: int, kind: str, field: str, value: str) -> None:
    await page.get_by_label(f"What happens in step {number}").select_option(kind)
    await page.get_by_label(f"Field of step {number}").select_option(field)
    await page.get_by_label(f"Value of step {number}").fill(value)


async def test_a_funnel_is_built_changed_and_followed_to_a_session(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/funnels"))
    await add(page, 1, "page", "page", "/")
    await add(page, 2, "page", "page", "/cart")
    await page.get_by_role("button", name="Add step").click()
    await expect(page.get_by_role("heading", name="67 % convert")).to_be_visible()
    assert steps(page) == "page(page=/) > page(page=/cart)"

    await add(page, 3, "event", "property", "10..50")
    await page.get_by_label("How step 3 compares").select_option("between")
    await expect(page.get_by_label("Property of step 2")).to_be_hidden()
    await page.get_by_label("Property of step 3").fill("price")
    await page.get_by_role("button", name="Show funnel").click()
    await expect(page.get_by_role("heading", name="33 % convert")).to_be_visible()
    assert steps(page) == "page(page=/) > page(page=/cart) > event(price:10..50)"

    await page.get_by_role("button", name="Move step 3 up").click()
    await page.wait_for_url("**price**")
    assert steps(page) == "page(page=/) > event(price:10..50) > page(page=/cart)"
    await page.get_by_role("button", name="Remove step 2").click()
    await expect(page.get_by_role("heading", name="67 % convert")).to_be_visible()
    assert steps(page) == "page(page=/) > page(page=/cart)"

    # Enter shows the funnel: it moves nothing.
    await page.get_by_label("Value of step 2").press("Enter")
    await expect(page.get_by_role("heading", name="67 % convert")).to_be_visible()
    assert steps(page) == "page(page=/) > page(page=/cart)"

    await page.get_by_role("row", name="2. Saw a page: /cart").get_by_role("link").first.click()
    await page.get_by_role("link", name="Explain").first.click()
    await expect(page.get_by_text("Converted: every step was reached in time.")).to_be_visible()


async def test_a_band_of_the_paths_leads_to_its_sessions(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(at(site, f"/p/{project.id}/paths"))
    bands = page.locator("[data-sankey] a:has(.band)")
    await expect(bands.first).to_be_visible()
    await page.get_by_role("row", name="1 / /cart").get_by_role("link").click()
    await expect(page.locator("tbody tr")).to_have_count(2)


@pytest.mark.parametrize(("look", "width"), LOOKS)
async def test_pages_of_behaviour_as_axe_judges_them(
    page: Page, site: Site, project: Project, look: str, width: int
) -> None:
    asked = (
        "?steps=page(page=/)+>+page(page=/cart)&by=device&versus=segment&segment=page(page=/help)"
    )
    await page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 900})
    base = f"/p/{project.id}"
    for path in (f"/funnels{asked}", f"/funnels/sessions{asked}&step=1", "/paths", "/templates"):
        await page.goto(at(site, base + path))
        assert await judged(page) == [], path
