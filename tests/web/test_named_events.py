"""Events that people name, rename and hide: counted over all that was recorded, and shown as they say."""

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Page, expect

from footfall.annotations import EventName, EventNames
from footfall.annotations.event_names import MAX_EVENTS
from footfall.errors import ConfigError
from footfall.projects import Project, Projects
from footfall.web.keys import PAGE_RULES
from footfall.wire.facts import Event
from tests.web.conftest import SAME_ORIGIN, Site
from tests.web.test_accessibility import judged
from tests.web.test_behaviour_browser import at
from tests.wire.chunks import T0, click, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

CART = "https://shop.example/cart"


@pytest.fixture
async def project(site: Site) -> Project:
    """Two sessions click "Pay" on /cart, three times; one clicks "Help" on /."""
    made = site.project()
    pay = [click(t, key="pay", text="Pay") for t in (1_000, 2_000)]
    await site.remember(made, "a", [page_view(url=CART), *pay, Event(3_000, "paid", "{}")], T0)
    await site.remember(made, "b", [page_view(url=CART), pay[0]], T0 + 7_200_000)
    helped = click(1_000, key="help", text="Help")
    await site.remember(made, "c", [page_view(), helped], T0 + 14_400_000)
    return made


async def _post(site: Site, path: str, **form: str) -> int:
    async with site.client.post(
        path, data=form, headers=SAME_ORIGIN, allow_redirects=False
    ) as answer:
        return answer.status


async def _lines(site: Site, project: Project) -> dict[str, Any]:
    told = await site.json(f"/api/p/{project.id}/events")
    return {one["name"]: one for one in told["events"]}


async def test_what_is_named_later_stands_on_paths(site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    await _post(site, f"{base}/events/name", step="click(text=Pay)", name="Pays")
    await _post(site, f"{base}/events/name", step="event(name=paid)", name="Has paid")
    await _post(site, f"{base}/events/name", step="page(page=/)", name="Came home")
    await _post(site, f"{base}/events/name", step="click(text=Help)", name="Asks")
    await _post(site, f"{base}/events/hide", step="click(text=Help)", hidden="1")

    async def nodes(query: str) -> set[tuple[int, str, int]]:
        told = await site.json(f"/api{base}/paths?share=0&{query}")
        return {(one["position"], one["name"], one["paths"]) for one in told["nodes"]}

    assert await nodes("") == {(0, "/cart", 2), (0, "/", 1), (1, "Left", 3)}
    assert await nodes("events=1") == {
        (0, "/cart", 2), (0, "/", 1), (1, "Event Pays", 2), (1, "Event Came home", 1),
        (2, "Event Has paid", 1), (2, "Left", 2), (3, "Left", 1),
    }  # fmt: skip
    paying = quote("step:click(text=Pay)")
    assert await nodes(f"page={paying}") == {
        (0, "Event Pays", 2), (1, "Event Has paid", 1), (1, "Left", 1), (2, "Left", 1),
    }  # fmt: skip
    # What is hidden, or was never named, may be begun at, too; what is no event is met nowhere.
    assert (0, "Event Asks", 1) in await nodes(f"page={quote('step:click(text=Help)')}")
    assert await nodes(f"page={quote('step:click(')}") == set()
    catalogue = unescape(await site.text(f"{base}/events"))
    links = dict(re.findall(r'href="([^"]+)" aria-label="Paths from ([^"]+)"', catalogue))
    for link, name in links.items():
        if name in ("Pays", "Has paid", "Clicked"):
            assert f"Event {name}" in await site.text(link) or name == "Clicked"
            assert "No path goes here" not in await site.text(link)
    page = await site.text(f"{base}/paths?page={paying}")
    assert '<option value="step:click(text=Pay)" selected>Pays</option>' in page
    assert '<option value="event:paid">Has paid</option>' in page
    assert "step:click(text=Help)" not in page
    asked = f"page={paying}&position=1&source=event:paid"
    behind = await site.text(f"{base}/paths/sessions?{asked}")
    assert "Event Has paid" in behind
    assert ident("a") in behind
    assert ident("b") not in behind


async def test_what_is_named_later_counts_from_the_beginning(site: Site, project: Project) -> None:
    base = f"/p/{project.id}"
    assert (
        await _post(site, f"{base}/events/name", step='click( text = "Pay" )', name="Pays") == 303
    )
    line = (await _lines(site, project))["Pays"]
    assert (line["events"], line["sessions"], line["named"]) == (3, 2, True)
    assert line["step"] == "click(text=Pay)"
    behind = await site.json(f"/api{base}/sessions?steps={line['step']}")
    assert behind["total"] == 2
    assert await _post(site, f"{base}/events/name", step=line["step"], name="Pays now") == 303
    assert "Pays now" in await _lines(site, project)
    assert await _post(site, f"{base}/events/name", step=line["step"], name="") == 303
    assert "Pays now" not in await _lines(site, project)


async def test_what_is_recorded_is_renamed_and_hidden_in_the_catalogue_alone(
    site: Site, project: Project
) -> None:
    base = f"/p/{project.id}"
    assert await _post(site, f"{base}/events/name", step="event(name=paid)", name="Bought") == 303
    assert await _post(site, f"{base}/events/hide", step="copy(name=copy)", hidden="1") == 303
    lines = await _lines(site, project)
    assert (lines["Bought"]["recorded"], lines["Bought"]["custom"]) == ("paid", True)
    assert lines["Copied text"]["hidden"]
    page = await site.text(f"{base}/events")
    assert "Hidden (1)" in page
    assert "recorded as paid" in page
    assert (await site.json(f"/api{base}/sessions?event=paid"))["total"] == 1
    assert await _post(site, f"{base}/events/hide", step="copy(name=copy)", hidden="0") == 303
    assert "Hidden (" not in await site.text(f"{base}/events")


async def test_what_is_no_event_is_refused(site: Site, project: Project) -> None:
    path = f"/p/{project.id}/events/name"
    for step in ("", "click(", "page > click", "click x3", "not click", "click per user"):
        assert await _post(site, path, step=step, name="x") == 400, step
    assert await _post(site, path, step="click", name="x" * 81) == 400
    assert await _post(site, f"/p/{project.id}/events/hide", step="page > click") == 400


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["/", "/x"])), max_size=8))
async def test_clicks_are_counted_by_element_and_page(
    site: Site, clicks: list[tuple[str, str]]
) -> None:
    made = site.project("Any")
    for number, (key, path) in enumerate(clicks):
        url = f"https://shop.example{path}"
        facts: list[Fact] = [page_view(url=url), click(500, key=key, text=key.upper())]
        await site.remember(made, f"{made.id}-{number}", facts, T0 + number * 60_000, url=url)
    page = await site.text(f"/p/{made.id}/events?clicks=1")
    for key, path in {*clicks}:
        row = page.split(f'aria-label="Name clicks on {key.upper()} on {path}"', 1)[0]
        cells = row.rsplit("<tr>", 1)[1]
        expected = clicks.count((key, path))
        assert cells.count(f'<td class="number">{expected}</td>') == 2, (key, path)


async def test_a_person_names_a_click(page: Page, site: Site, project: Project) -> None:
    await page.goto(at(site, f"/p/{project.id}/events"))
    await page.get_by_role("link", name="Choose from what was clicked").click()
    assert await judged(page) == []
    await page.get_by_role("link", name="Name clicks on Pay on /cart").click()
    await expect(page.get_by_label("What happens, as a step")).to_have_value(re.compile(r"click\("))
    await page.locator("#name-name").fill("Pays in the cart")
    await page.get_by_role("button", name="Name it").click()
    row = page.get_by_role("row", name="Pays in the cart")
    await expect(row.get_by_role("link", name="2 sessions with Pays in the cart")).to_have_count(1)
    await row.get_by_text("Change").click()
    assert await judged(page) == []
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_names_are_bounded_and_forgotten_when_empty(tmp_path: Any) -> None:
    project = Projects(tmp_path / "settings.db").create("Shop")
    book = EventNames(tmp_path / "settings.db")
    book.name(project.id, "click", " a  click ")
    assert book.all(project.id) == [EventName("click", "a click", hidden=False)]
    book.hide(project.id, "click", hidden=True)
    book.name(project.id, "click", "")
    assert book.all(project.id) == [EventName("click", "", hidden=True)]
    book.hide(project.id, "click", hidden=False)
    assert book.all(project.id) == []
    for number in range(MAX_EVENTS):
        book.name(project.id, f"event(name={number})", "x")
    with pytest.raises(ConfigError, match="at most"):
        book.name(project.id, "page", "x")
    book.name(project.id, "event(name=1)", "y")


async def test_clicks_on_pages_of_a_template_are_one_and_count(site: Site) -> None:
    made = site.project()
    for number, slug in enumerate(("red-shoe", "blue-shoe", "green-hat")):
        url = f"https://shop.example/product/{slug}"
        facts: list[Fact] = [page_view(url=url), click(500, key="buy", text="Buy")]
        await site.remember(made, f"t{number}", facts, T0 + number * 60_000, url=url)
    site.app[PAGE_RULES].change(made.id, add=["/product/:slug"])
    page = await site.text(f"/p/{made.id}/events?clicks=1")
    row = page.split('aria-label="Name clicks on Buy on /product/:slug"', 1)[0].rsplit("<tr>", 1)[1]
    assert row.count('<td class="number">3</td>') == 2
    step = unquote(row.rsplit("step=", 1)[1].split("#", 1)[0])
    assert await _post(site, f"/p/{made.id}/events/name", step=step, name="Buys") == 303
    assert (await _lines(site, made))["Buys"]["events"] == 3


async def test_a_renamed_event_stays_the_sites_own_where_there_is_none_of_it(
    site: Site, project: Project
) -> None:
    base = f"/p/{project.id}"
    assert await _post(site, f"{base}/events/name", step="event(name=paid)", name="Bought") == 303
    told = (await site.json(f"/api{base}/events?device=mobile"))["events"]
    [line] = [one for one in told if one["name"] == "Bought"]
    assert (line["custom"], line["named"], line["recorded"]) == (True, False, "paid")
    assert line["events"] == 0
