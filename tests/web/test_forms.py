"""Forms on the pages and in the API, from recorded facts."""

import asyncio
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, expect

from footfall.annotations import FormEvents
from footfall.annotations.form_events import MAX_EVENTS
from footfall.detect import recompute
from footfall.errors import ConfigError
from footfall.index.found import Found
from footfall.projects import Project, Projects
from footfall.web.common import now_ms
from footfall.web.keys import DETECTOR, INDEX
from footfall.web.looking import finder_of
from footfall.wire.facts import Event, Field, Request, Submit
from footfall.wire.schema import Fact, Input
from tests.web.conftest import Site
from tests.web.test_accessibility import judged
from tests.wire import chunks
from tests.wire.chunks import page_view


def typed(
    key: str, ended: int, kind: str = "text", after: int = 5, before: int = 0, form: str = "?"
) -> list[Fact]:
    """One visit of two seconds to a field."""
    told = Field(ended, 7, key, kind, 2_000, 500, 200, 5, before, after, 0, 0, False, "", form)
    return [Input(ended - 1_000, 7, key, kind, "input", after), told]


def sent(time: int) -> Submit:
    return Submit(time, 9, "#form", 0, "", "Send", "post", "", True)


@pytest.fixture
async def project(site: Site) -> Project:
    """Four who come: one sends, one is refused, one gives up at the second field, one only searches."""
    made = site.project()
    both = [*typed("#name", 3_000), *typed("#mail", 6_000)]
    refused = Request(7_500, "fetch", "POST", "https://shop.example/order", 500, "status", 400, 1)
    visits: dict[str, list[Fact]] = {
        "a": [*both, sent(7_000)],
        "b": [*both, sent(7_000), refused],
        "c": [*typed("#name", 3_000), *typed("#mail", 6_000), *typed("#name", 9_000, after=2, before=5),
              *typed("#mail", 12_000)],
        "d": typed("#q", 3_000, "search"),
    }  # fmt: skip
    for name, facts in visits.items():
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(made, name, [chunks.page_view(), *facts], chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


async def test_a_request_that_the_pages_own_listener_began_first_is_the_submits(
    site: Site, project: Project
) -> None:
    """As in a shop whose script sends the order before the recorder hears of the submit."""
    own = Request(7_005, "fetch", "POST", "https://shop.example/order", 422, "status", 14, 1)
    facts = [*typed("#name", 3_000), *typed("#mail", 6_000), sent(7_000), own]
    visitor = chunks.ident("visitor-e")
    await site.remember(project, "e", [chunks.page_view(), *facts], chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    [form] = (await site.json(f"/api/p/{project.id}/forms"))["forms"]
    assert (form["starts"], form["completions"], form["failed"]) == (4, 1, 2)
    found = await site.json(f"/api/p/{project.id}/moments?session={chunks.ident('e')}")
    assert "form_abandon" in found["kinds"]


async def test_figures(site: Site, project: Project) -> None:
    [form] = (await site.json(f"/api/p/{project.id}/forms"))["forms"]
    assert (form["page"], form["views"], form["starts"], form["completions"]) == ("/", 3, 3, 1)
    assert (form["failed"], form["blank"], form["completion_rate"]) == (1, 0, 1 / 3)
    assert form["time"] == 6_000.0
    name, mail = form["fields"]
    assert (name["key"], mail["key"]) == ("#name", "#mail")
    assert (name["hesitation"], name["returns"], name["corrections"], name["drops"]) == (
        500,
        1,
        1,
        0,
    )
    assert (mail["views"], mail["starts"], mail["drops"]) == (3, 3, 2)
    assert (await site.json(f"/api/p/{project.id}/forms?page=/none"))["forms"] == []
    assert (await site.json(f"/api/p/{project.id}/forms?device=mobile"))["forms"] == []
    lines = (await site.text(f"/p/{project.id}/forms.csv")).splitlines()
    assert lines[1].startswith("/,?,3,3,1,2,#name,3,3,500.0")


async def test_from_the_list_to_a_field_and_its_sessions(
    page: Page, site: Site, project: Project
) -> None:
    await page.goto(str(site.client.make_url(f"/p/{project.id}/forms")))
    await page.get_by_role("link", name="/", exact=True).click()
    await page.wait_for_url("**page=*")
    rows = page.locator("table.forms tbody tr")
    await expect(rows).to_have_count(2)
    assert await judged(page) == []
    given_up = rows.filter(has_text="#mail").get_by_role("link", name="2", exact=True)
    assert await given_up.count() == 1  # the figure of those who gave up there
    await given_up.click()
    await expect(page.get_by_role("heading", name="Who gave up at “#mail”")).to_be_visible()
    opened = page.locator(".sessions-behind tbody tr")
    await expect(opened).to_have_count(2)
    assert await judged(page) == []
    await opened.first.get_by_role("link").click()
    await page.wait_for_url("**/sessions/*?t=*")
    empty = site.project("Other")
    assert "No forms yet" in await site.text(f"/p/{empty.id}/forms")
    assert "Nobody came to a field" in await site.text(f"/p/{project.id}/forms?page=/none")


async def test_each_figure_of_a_form_leads_to_who_is_behind_it(
    site: Site, project: Project, two: Project
) -> None:
    """One page view a session here, so that there are as many."""
    for made, forms in ((project, 1), (two, 2)):
        base = f"/p/{made.id}"
        told = (await site.json(f"/api{base}/forms"))["forms"]
        assert len(told) == forms
        pages = [await site.text(f"{base}/forms{query}") for query in ("", "?page=/")]
        links = {unescape(one) for page in pages for one in re.findall(r'"([^"]+did=\w+)"', page)}
        for form in told:
            for did in ("views", "starts", "completions", "drops", "failed", "blank"):
                link = f"{base}/forms/sessions?{urlencode({'page': '/', 'form': form['form'], 'did': did})}"
                behind = await site.text(link)
                found = {one for one in "abcd" if f"/sessions/{chunks.ident(one)}" in behind}
                assert len(found) == form[did], (form["form"], did)
                assert (link in links) == bool(form[did])
        for nothing in ("page=/none", "page=/&form=none", "page=/&did=none&device=mobile"):
            assert "No such session" in await site.text(f"{base}/forms/sessions?{nothing}")
    behind = await site.text(f"/p/{project.id}/forms/sessions?page=/&form=%3F&did=completions")
    assert f"/sessions/{chunks.ident('a')}" in behind


FIGURES = (
    "views",
    "starts",
    "returns",
    "corrections",
    "errors",
    "blanks",
    "pastes",
    "autofills",
    "drops",
)


@pytest.fixture
async def often(site: Site) -> Project:
    """One who does everything several times, in two page views; one who does it once and leaves; one in vain."""
    made = site.project("Often")
    began = Field(0, 7, "#name", "text", 1_000, 200, 200, 5, 5, 5, 0, 0, False, "", "#f")

    def visit(time: int, key: str = "#name", **told: Any) -> Fact:
        return began._replace(t=time, key=key, **told)

    def send(time: int) -> Submit:
        return sent(time)._replace(key="#f")

    again = [
        page_view(20_000, number=2),
        visit(22_000),
        visit(24_000, first=-1, edits=0),
        visit(26_000, "#mail", pasted=4),
        visit(28_000, "#mail", before=9, after=0),
        send(30_000),
        send(31_000),
    ]
    visits: dict[str, list[Fact]] = {
        "a": [visit(3_000, before=9, after=2), visit(5_000, before=2, after=1, invalid="tooShort"),
              visit(7_000, "#mail", autofilled=True), visit(9_000, "#mail", first=-1, edits=0, after=0), send(9_500),
              *again],
        "b": [visit(3_000), visit(5_000, "#mail", after=0, invalid="valueMissing")],
        "c": [visit(3_000, "#mail", first=-1, edits=0, before=0, after=0), send(4_000), visit(5_000), send(6_000)],
    }  # fmt: skip
    for name, facts in visits.items():
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(made, name, [page_view(), *facts], chunks.T0, visitor=visitor)
    return made


async def test_each_figure_of_a_field_leads_to_as_many_as_it_says(
    site: Site, project: Project, two: Project, often: Project
) -> None:
    """As many sessions as it counts, or with how many of them are each session's, where one has several."""
    several = 0
    for made in (project, two, often):
        base = f"/p/{made.id}"
        text = unescape(await site.text(f"{base}/forms?page=/"))
        for form in (await site.json(f"/api{base}/forms"))["forms"]:
            for field in form["fields"]:
                for did in FIGURES:
                    told = {"page": "/", "form": form["form"], "field": field["key"], "did": did}
                    link = f"{base}/forms/sessions?{urlencode(told)}"
                    assert (f'"{link}"' in text) == bool(field[did]), told
                    behind = await site.text(link)
                    sessions = sum(f"/sessions/{chunks.ident(one)}" in behind for one in "abcd")
                    times = [int(one) for one in re.findall(r'data-times="(\d+)"', behind)]
                    several += len(times)
                    assert sum(times or [1] * sessions) == field[did], told
                    assert len(times) in (0, sessions)
    assert several > 4


async def test_the_figures_of_fields_are_those_of_the_visits(site: Site, often: Project) -> None:
    [form] = (await site.json(f"/api/p/{often.id}/forms"))["forms"]
    assert {one["key"]: [one[name] for name in FIGURES] for one in form["fields"]} == {
        "#name": [4, 4, 2, 2, 1, 0, 0, 0, 0],
        "#mail": [4, 3, 2, 3, 1, 4, 1, 1, 1],
    }
    behind = f"/p/{often.id}/forms/sessions?page=/&form=%23f&field=%23mail&did=blanks"
    # Of whom, how often, and three seconds before the visit that left it so began.
    found = re.findall(
        r'href="[^"]+/sessions/([^"?]+)\?t=(\d+)".*?data-times="(\d)"',
        await site.text(behind),
        re.S,
    )
    assert sorted(found) == sorted(
        [(chunks.ident("a"), "5000", "3"), (chunks.ident("c"), "0", "1")]
    )
    nothing = f"/p/{often.id}/forms/sessions?page=/&form=%23f&field=%23none&did=blanks"
    assert "No such session" in await site.text(nothing)


@pytest.fixture
async def two(site: Site) -> Project:
    """A page with an order, a newsletter and a filter: one sends each form, one only the newsletter."""
    made = site.project("Two")
    order = [*typed("#name", 3_000, form="#order"), *typed("#size", 6_000, "select-one", form="")]
    news = typed("#mail", 9_000, form="#news")
    visits: dict[str, list[Fact]] = {
        "a": [*order, sent(7_000)._replace(key="#order"), *news, sent(10_000)._replace(key="#news")],
        "b": [*order, *news, sent(10_000)._replace(key="#news")],
    }  # fmt: skip
    for name, facts in visits.items():
        visitor = chunks.ident(f"visitor-{name}")
        await site.remember(made, name, [chunks.page_view(), *facts], chunks.T0, visitor=visitor)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    return made


async def test_forms_over_time(page: Page, site: Site) -> None:
    """Each attempt belongs to the part of the time in which it was begun, and leads to its session."""
    made, now = site.project("Days"), now_ms()
    for day, name in ((1, "a"), (1, "b"), (3, "c"), (3, "d"), (3, "e")):
        facts = [page_view(), *typed("#name", 3_000, form="#f")]
        if name in "abc":
            facts.append(sent(4_000)._replace(key="#f"))
        await site.remember(made, name, facts, now - day * 86_400_000, visitor=chunks.ident(name))
    base = f"/p/{made.id}"
    told = await site.json(f"/api{base}/forms?time=7d")
    parts = [(one["starts"], one["completions"], one["completion_rate"]) for one in told["trend"]]
    assert parts == [(0, 0, None)] * 3 + [(3, 1, 1 / 3), (0, 0, None), (2, 2, 1.0), (0, 0, None)]
    assert sum(one[0] for one in parts) == told["starts"]
    rows = (await site.text(f"{base}/forms.csv?table=trend&time=7d")).splitlines()
    assert [one.split(",", 3)[3] for one in rows[1:]] == [
        "0,0,", "0,0,", "0,0,", f"3,1,{1 / 3}", "0,0,", "2,2,1.0", "0,0,",
    ]  # fmt: skip
    for path in ("forms?time=7d", "forms?time=7d&page=/"):
        text = unescape(await site.text(f"{base}/{path}"))
        links = set(re.findall(r'href="([^"]+began=\d+-\d+)"', text))
        found = []
        for link in sorted(links):
            behind = await site.text(link)
            found.append(
                "".join(one for one in "abcde" if f"/sessions/{chunks.ident(one)}" in behind)
            )
        # Both days' attempts, and those of them that were sent; the points of the rate are the attempts.
        assert sorted(found) == ["ab", "ab", "c", "cde"], path
    await page.goto(str(site.client.make_url(f"{base}/forms?time=7d")))
    assert await judged(page) == []
    rate = page.get_by_role("img", name="Share of those begun that were sent, in the table below")
    await rate.locator(".u-over").hover(position={"x": 2, "y": 60})
    await expect(rate.locator(".line-chart-tip")).to_contain_text("Completion: 33 %")
    await rate.locator(".u-over").click(position={"x": 2, "y": 60})
    await expect(page.get_by_role("heading", name="Who began")).to_be_visible()
    await expect(page.locator(".sessions-behind tbody tr")).to_have_count(3)
    assert "Sent over time" not in await site.text(f"{base}/forms?time=today")


async def test_each_form_of_a_page_has_figures_of_its_own(site: Site, two: Project) -> None:
    forms = (await site.json(f"/api/p/{two.id}/forms"))["forms"]
    figures = [(one["form"], one["views"], one["completions"], one["drops"]) for one in forms]
    assert figures == [("#news", 2, 2, 0), ("#order", 2, 1, 1)]
    assert [[one["key"] for one in form["fields"]] for form in forms] == [["#mail"], ["#name"]]
    lines = (await site.text(f"/p/{two.id}/forms.csv")).splitlines()
    assert lines[0].startswith("page,form,form_views,form_starts,form_completions,form_drops,field")
    assert lines[2].startswith("/,#order,2,2,1,1,#name,2,2,500.0")


async def test_a_page_shows_a_table_of_each_form(page: Page, site: Site, two: Project) -> None:
    await page.goto(str(site.client.make_url(f"/p/{two.id}/forms")))
    await expect(page.locator("table.forms tbody tr")).to_have_count(2)
    await page.get_by_role("link", name="/", exact=True).first.click()
    await page.wait_for_url("**page=*")
    assert await judged(page) == []
    given_up = page.get_by_label("Table of the fields of #order").get_by_role("link", name="1")
    await expect(page.get_by_label("Table of the fields of #news")).to_be_visible()
    await given_up.click()
    await expect(page.locator(".sessions-behind tbody tr")).to_have_count(1)
    assert "did=drops" in page.url


async def test_an_event_that_people_name_completes_a_form(page: Page, site: Site) -> None:
    """On the page at once, and of what is recorded already, as soon as moments are looked for anew."""
    made, start = site.project("Script"), chunks.T0
    facts = [page_view(), *typed("#name", 3_000, form="#f"), Event(4_000, "signed_up", "{}")]
    await site.remember(made, "a", facts, start, visitor=chunks.ident("a"))
    await site.remember(made, "b", facts[:-1], start, visitor=chunks.ident("b"))
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    base = f"/p/{made.id}"

    async def told() -> tuple[int, int, int]:
        [form] = (await site.json(f"/api{base}/forms"))["forms"]
        given_up = await site.json(f"/api{base}/moments?kind=form_abandon")
        return form["completions"], form["drops"], given_up["total"]

    assert await told() == (0, 2, 2)
    await page.goto(str(site.client.make_url(f"{base}/forms?device=desktop")))
    events = page.get_by_role("region", name="Events that complete a form")
    assert await events.locator("option").evaluate_all("all => all.map(one => one.value)") == [
        "signed_up"
    ]
    await events.get_by_label("Event", exact=True).fill("signed_up")
    await events.get_by_role("button", name="Add").click()
    await expect(events.get_by_role("listitem")).to_have_text("signed_up Remove")
    assert "device=desktop" in page.url
    assert await judged(page) == []
    assert await told() == (1, 1, 2)
    found = Found(site.app[INDEX].path)
    await asyncio.to_thread(recompute, finder_of(site.app), found, now_ms(), lambda _n, _of: None)
    assert await told() == (1, 1, 1)
    behind = await site.text(f"{base}/forms/sessions?page=/&form=%23f&did=completions")
    assert f"/sessions/{chunks.ident('a')}?t=1000" in behind  # three seconds before the event
    await events.get_by_role("button", name="Remove signed_up").click()
    await expect(events.get_by_role("listitem")).to_have_count(0)
    assert await told() == (0, 2, 1)


def test_completing_events_are_kept_by_project(tmp_path: Path) -> None:
    Projects(tmp_path / "settings.db")
    book = FormEvents(tmp_path / "settings.db")
    book.add("one", "b")
    book.add("one", "a")
    book.add("one", "a")
    assert (book.all("one"), book.all("two")) == (("a", "b"), ())
    book.remove("one", "b")
    book.remove("one", "none")
    assert book.all("one") == ("a",)
    for name in ("", "x" * 201):
        with pytest.raises(ConfigError):
            book.add("one", name)
    for number in range(MAX_EVENTS - 1):
        book.add("one", f"e{number}")
    with pytest.raises(ConfigError, match="Remove one first"):
        book.add("one", "more")
