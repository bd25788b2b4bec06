"""Words around figures: of one thing no page speaks as of many, and no page shows what a program calls nothing."""

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Final

import pytest

from footfall.analysis.metrics import Totals
from footfall.web.common import now_ms
from footfall.web.keys import GOALS, VIEWS
from footfall.web.overview_show import tiles
from footfall.wire.facts import Event, Vital
from tests.web.conftest import Site
from tests.wire.chunks import click, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

_MANY: Final = r"sessions|visitors|paths|views|page views|clicks|pages|events|documents|points|times|problems|steps"
_WRONG: Final = re.compile(
    rf"(?<![\d.,:/–-])1 (?:{_MANY})\b|\b(?:nan|NaN|undefined)\b|(?<!\w)-0(?:\.0)?\b(?!\.)"
)
_FUNNEL: Final = "/funnels?steps=page+%3E+click"
_ADDRESSES: Final = (
    "", "/pages", "/heatmap?page=/&kind=click&device=desktop", "/overview?goal=event:paid",
    "/segments?goal=event:paid", "/events", "/events?clicks=1", "/moments", "/paths", "/problems", "/forms",
    "/sessions", "/templates", "/digest.html", _FUNNEL, f"{_FUNNEL}&per=user", f"{_FUNNEL}&exclude=event",
    "/steps?steps=page",
)  # fmt: skip


@pytest.mark.parametrize("address", _ADDRESSES)
async def test_one_of_everything(site: Site, address: str) -> None:
    project = site.project()
    facts: list[Fact] = [
        page_view(),
        click(),
        Event(500, "paid", '{"plan":"pro"}'),
        Vital(600, "LCP", 900.0, "load", 0, "", ""),
    ]
    await site.remember(project, "one", facts, now_ms() - 600_000)
    site.app[GOALS].save(project.id, "Paid", "event:paid")
    site.app[VIEWS].save(project.id, "Payers", "event=paid")
    text = await site.text(f"/p/{project.id}{address}")
    told = re.sub(r"<(script|style|svg).*?</\1>", "", text, flags=re.S)
    attributes = " | ".join(re.findall(r'(?:title|aria-label)="([^"]*)"', told))
    shown = " ".join(re.sub(r"<[^>]*>", " ", told).split())
    for words in (shown, attributes):
        assert not (found := _WRONG.search(words)), words[max(0, found.start() - 80) :][:160]


def test_what_has_hardly_changed_has_no_sign() -> None:
    now, before = (
        Totals(sessions, 1_000, 1_000, 0, 0, 10_000.0 + sessions, 1.6 + sessions / 1e6)
        for sessions in (9_999, 10_000)
    )
    assert {one.change for one in tiles(now, before, "")} == {""}
    told = {one.name: one.change for one in tiles(replace(now, sessions=5_000), before, "")}
    assert told["Sessions"] == "-50 %"


@pytest.mark.parametrize("name", ["12\u00a0€ a\u200bmonth", " paid ", "two\nlines", "n" * 200])
async def test_an_event_leads_to_its_sessions_whatever_it_is_called(site: Site, name: str) -> None:
    project, now = site.project(), now_ms() - 600_000
    await site.remember(project, "one", [page_view(), Event(500, name, '{"plan":"a\u00a0b"}')], now)
    await site.remember(project, "two", [page_view()], now)
    page = await site.text(f"/p/{project.id}/events")
    row = page.split("Your own events", 1)[1].split("<tbody>")[1].split("</tbody>")[0]
    links = [unescape(one) for one in re.findall(r'href="([^"]*/sessions[^"]*)"', row)]
    assert len(links) == 3
    for link in links:
        assert (await site.json(f"/api{link}"))["total"] == 1, link


@pytest.mark.parametrize("name", ["overview", "segments", "events", "sessions", "forms", "moments"])
async def test_days_the_wrong_way_round_are_said(site: Site, name: str) -> None:
    project = site.project()
    await site.remember(project, "one", [page_view(), click()], now_ms() - 600_000)
    asked = f"/p/{project.id}/{name}?time=custom&from=2026-11-{{}}&to=2026-11-02"
    said = "The last day is before the first"
    assert said in await site.text(asked.format("03"))
    assert said not in await site.text(asked.format("02"))


async def test_lists_that_count_otherwise_say_so(site: Site) -> None:
    project = site.project()
    await site.remember(project, "one", [page_view(), click()], now_ms() - 600_000)
    assert "A session may have several" in await site.text(f"/p/{project.id}/moments")
    note = "began before this time"
    assert note in await site.text(f"/p/{project.id}/pages?time=7d")
    assert note not in await site.text(f"/p/{project.id}/pages")
