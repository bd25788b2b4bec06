"""Steps: said in the builder or as a text, who did them, and what they are kept as."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.async_api import Page, expect

from footfall.projects import Project
from footfall.web.keys import OWN_MOMENTS, VIEWS
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour import visit
from tests.web.test_behaviour_browser import add, at, steps
from tests.wire.chunks import T0, ident, page_view


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project()
    await visit(site, made, "buyer", "/", "/cart", bought=True)
    await visit(site, made, "looker", "/", "/cart", "/help")
    await visit(site, made, "leaver", "/")
    return made


async def test_steps_are_built_seen_and_kept(page: Page, site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    await page.goto(at(site, f"{base}/segments?time=all"))
    await page.get_by_role("link", name="Build it step by step").click()
    await expect(page.get_by_role("heading", name="Who did what?")).to_be_visible()
    await add(page, 1, "page", "page", "/cart")
    await page.get_by_role("button", name="Add step").click()
    await expect(page.get_by_role("heading", name="2 of 3 sessions did this")).to_be_visible()
    await add(page, 2, "event", "name", "purchase")
    await page.get_by_label("Whether step 2 happens").select_option("1")
    await page.get_by_label("Within what time step 2 happens").fill("10m")
    await page.get_by_role("button", name="Show who did it").click()
    await expect(page.get_by_role("heading", name="1 of 3 sessions did this")).to_be_visible()
    written = "page(page=/cart) > not event(name=purchase) within 10m"
    assert steps(page) == written
    assert await page.get_by_label("The same as a text").input_value() == written
    # Reload, back and forward keep what was asked.
    await page.reload()
    assert await page.get_by_label("Within what time step 2 happens").input_value() == "10m"
    await page.go_back()
    await expect(page.get_by_role("heading", name="2 of 3 sessions did this")).to_be_visible()
    await page.go_forward()
    await expect(page.locator("tbody tr")).to_have_count(1)
    opened = await page.locator("tbody a").get_attribute("href")
    assert opened is not None
    assert opened.startswith(f"{base}/sessions/{ident('looker')}?t=")

    await page.get_by_label("Name", exact=True).fill("Did not buy")
    await page.get_by_role("button", name="As a segment").click()
    row = page.get_by_role("row", name="Did not buy")
    await expect(row).to_be_visible()
    # The visits are old, and the segments are those of the last days.
    await expect(row.get_by_role("link", name="of Did not buy")).to_have_count(0)
    [view] = site.app[VIEWS].all(project.id)
    assert parse_qs(view.query)["steps"] == [written]
    await page.go_back()
    await page.get_by_label("Name", exact=True).fill("Left the cart")
    await page.get_by_role("button", name="As a moment").click()
    await expect(page.get_by_role("cell", name="Left the cart", exact=True)).to_be_visible()
    [moment] = site.app[OWN_MOMENTS].all(project.id)
    assert moment.steps == written


async def test_a_step_gets_and_loses_conditions(page: Page, site: Site, project: Project) -> None:
    await page.goto(at(site, f"/p/{project.id}/steps"))
    await add(page, 1, "event", "name", "purchase")
    await page.get_by_role("button", name="Show who did it").click()
    await expect(page.get_by_role("heading", name="1 of 3 sessions did this")).to_be_visible()
    await page.get_by_text("and …").click()
    await page.get_by_label("Field of one more condition of step 1").select_option("page")
    await page.get_by_label("Value of one more condition of step 1").fill("/help")
    await page.get_by_role("button", name="Show who did it").click()
    await expect(page.get_by_role("heading", name="0 of 3 sessions did this")).to_be_visible()
    assert steps(page) == "event(name=purchase, page=/help)"
    assert await page.get_by_label("Value of condition 2 of step 1").input_value() == "/help"
    await page.get_by_role("button", name="Remove condition 2 of step 1").click()
    await expect(page.get_by_role("heading", name="1 of 3 sessions did this")).to_be_visible()
    assert steps(page) == "event(name=purchase)"


async def test_one_step_may_become_an_event(page: Page, site: Site, project: Project) -> None:
    await page.goto(at(site, f"/p/{project.id}/steps?steps=page(page=/help)"))
    await page.get_by_label("Name", exact=True).fill("Asked for help")
    await page.get_by_role("button", name="As an event").click()
    row = page.get_by_role("row", name="Asked for help")
    await expect(row.get_by_role("link", name="1 session with Asked for help")).to_be_visible()


@pytest.mark.parametrize(("look", "width"), [("light", 1280), ("dark", 390)])
async def test_the_page_as_axe_judges_it(
    page: Page, site: Site, project: Project, look: str, width: int
) -> None:
    await page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 900})
    for asked in ("", "?steps=page(page=/cart,text*=x)+>+not+event+within+5m", "?steps=page("):
        await page.goto(at(site, f"/p/{project.id}/steps{asked}"))
        assert await judged(page) == [], asked
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), asked


async def test_the_steps_of_a_user_may_lie_in_two_sessions(site: Site) -> None:
    made = site.project()
    await site.remember(made, "monday", [page_view()], T0, visitor=ident("anna"))
    url = "https://shop.example/cart"
    day = 86_400_000
    await site.remember(
        made, "tuesday", [page_view(url=url)], T0 + day, url=url, visitor=ident("anna")
    )
    await site.remember(
        made, "other", [page_view(url=url)], T0 + day, url=url, visitor=ident("ben")
    )
    asked = quote("page(page=/) > page(page=/cart)")
    told = await site.json(f"/api/p/{made.id}/sessions?steps={asked}")
    assert told["total"] == 0
    told = await site.json(f"/api/p/{made.id}/sessions?steps={asked}{quote(' per user')}")
    assert [one["session"] for one in told["sessions"]] == [ident("tuesday")]
    page = await site.text(f"/p/{made.id}/steps?steps={asked}{quote(' per user')}")
    assert "1 of 3 sessions did this" in page
    assert "As a moment" not in page  # which is of one session


async def test_what_cannot_be_read_is_said_and_stays(site: Site, project: Project) -> None:
    base = f"/p/{project.id}/steps"
    for asked, told in (
        ("steps=page(", "The steps end"),
        ("steps=page+within+soon", "is no time"),
        ("steps=not+page", "The first step is something that happens"),
        ("steps=" + "a" * 3_000, "is no kind of event"),
    ):
        page = await site.text(f"{base}?{asked}", 400)
        assert told in page, asked
        assert 'role="alert"' in page
    async with site.client.get(
        f"{base}?kind=page&not=&field=page&operator=is&value=/&times=1&row=&within=soon",
        allow_redirects=False,
    ) as answer:
        assert answer.status == 303
        where = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert where["steps"] == ["page(page=/) in soon"]
