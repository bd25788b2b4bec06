"""Sessions: the list with its filters, as a page and as JSON."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from footfall.annotations import SavedView
from footfall.index import Order, SessionRow
from footfall.index.deeds import KINDS
from footfall.web.answers import json_answer
from footfall.web.books import books_of
from footfall.web.choice import DEVICES, PERIODS, Choice, whole_number
from footfall.web.common import account_of, page_answer, project_of, remembered, shell
from footfall.web.goals import saved_goals
from footfall.web.keys import ANNOTATIONS, INDEX, OWN_MOMENTS, VIEWS, WATCHED
from footfall.web.render import Shell
from footfall.web.replay import is_live
from footfall.web.session_choice import (
    CONVERTED,
    ENGAGED,
    HOURS,
    MOMENTS,
    ORDERS,
    VISITORS,
    WEEKDAYS,
    SessionChoice,
    read_session_choice,
)
from footfall.web.session_filter import filter_of
from footfall.web.show import duration
from footfall.web.template_pages import grouped, rules_of

PAGE_ROWS: Final = 50
_MAX_JSON_ROWS: Final = 500
_KNOWN_PAGES: Final = 200
_LENGTHS: Final = (5, 10, 30, 60, 180, 300, 600, 1800, 3600)
"""Visit durations to choose from, seconds."""


@dataclass(frozen=True)
class FilterBar:
    """What the filter form of a page offers."""

    choice: Choice  # what holds now
    pages: tuple[str, ...]  # that may be chosen
    devices: tuple[str, ...]  # likewise
    periods: dict[str, str]  # value to text


@dataclass(frozen=True)
class Offered:
    """What there is to choose from besides the bar."""

    labels: tuple[tuple[str, str], ...]  # value and text; empty where there are none
    browsers: tuple[tuple[str, str], ...]  # likewise
    countries: tuple[tuple[str, str], ...]  # likewise
    deeds: dict[str, str]  # kinds of events: value to text
    visitors: dict[str, str]  # likewise
    converted: dict[str, str]  # likewise
    engaged: dict[str, str]  # likewise
    weekdays: dict[str, str]  # likewise
    hours: dict[str, str]  # likewise
    goals: dict[str, str]  # the team's own, likewise
    moments: dict[str, str]  # kinds of moments, likewise
    orders: dict[str, str]  # likewise
    lengths: tuple[tuple[str, str], ...]  # visit durations: seconds to text


@dataclass(frozen=True)
class SessionsPage:
    """The context of sessions.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    asked: SessionChoice  # all that holds now, the bar's choice included
    offered: Offered
    query: str  # of this list, for the links to its sessions
    views: tuple[SavedView, ...]  # lists that the team has saved
    rows: tuple[SessionRow, ...]
    starred: frozenset[str]  # of the rows' sessions
    watched: frozenset[str]  # likewise
    scores: dict[str, float]  # frustration by session, of those that have any
    labels: dict[str, list[str]]  # by session, of those that have any
    total: int  # sessions that match, on all pages of the list
    first: int  # position of the first row shown, from 1
    newer: str  # query string of the page of the list before, "" at the start
    older: str  # and of the one after, "" at the end
    live: frozenset[str]  # of the rows' sessions, those that go on
    longest: int  # ms of the longest session shown, at least 1: the scale of the activity bars


async def sessions_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/sessions."""
    asked = read_session_choice(request.query)
    choice = asked.base

    def build() -> SessionsPage:
        project, index = project_of(request), request.app[INDEX]
        book = request.app[ANNOTATIONS]
        rows, total = _find(request, project.id, asked, PAGE_ROWS)
        shown = [row.session for row in rows]
        end = choice.offset + len(rows)
        return SessionsPage(
            shell=shell(request, f"Sessions · {project.name}", "sessions", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice, templates=True),
            asked=asked,
            offered=_offers(request, project.id, asked),
            query=asked.query(offset=0),
            views=tuple(request.app[VIEWS].all(project.id)),
            rows=rows,
            starred=frozenset(book.starred(project.id, shown)),
            watched=frozenset(request.app[WATCHED].by(project.id, account_of(request), shown)),
            scores=index.frustration(project.id, shown),
            labels=book.labels(project.id, shown),
            total=total,
            first=choice.offset + 1,
            newer=_other(asked, choice.offset - PAGE_ROWS) if choice.offset else "",
            older=_other(asked, end) if end < total and rows else "",
            live=frozenset(row.session for row in rows if is_live(row)),
            longest=max((row.duration for row in rows), default=0) or 1,
        )

    page = await asyncio.to_thread(build)
    return remembered(request, await page_answer(request, "sessions.html", page))


async def sessions_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/sessions: the same list, with `limit` up to 500."""
    asked = read_session_choice(request.query)
    limit = whole_number(request.query.get("limit", ""), 1, _MAX_JSON_ROWS, PAGE_ROWS)

    def build() -> dict[str, Any]:
        project, index = project_of(request), request.app[INDEX]
        rows, total = _find(request, project.id, asked, limit)
        shown = [row.session for row in rows]
        starred = request.app[ANNOTATIONS].starred(project.id, shown)
        watched = request.app[WATCHED].by(project.id, account_of(request), shown)
        scores = index.frustration(project.id, shown)
        told = [
            {
                **session_json(row),
                "starred": row.session in starred,
                "watched": row.session in watched,
                "frustration": scores.get(row.session, 0),
            }
            for row in rows
        ]
        return {"total": total, "sessions": told}

    return json_answer(await asyncio.to_thread(build))


def session_json(row: SessionRow) -> dict[str, Any]:
    """Return what the API tells of a session."""
    return {
        "session": row.session,
        "visitor": row.visitor,
        "started": row.started,
        "ended": row.ended,
        "duration": row.duration,
        "active": row.active,
        "page_views": row.page_views,
        "clicks": row.clicks,
        "device": row.device,
        "agent": row.agent,
        "entry_page": row.entry_page,
        "exit_page": row.exit_page,
        "tabs": row.tabs,
    }


def filter_bar(
    request: web.Request, project: str, choice: Choice, *, templates: bool = False
) -> FilterBar:
    """Return the filters a list offers; the page chosen is among them even when nobody saw it. Blocking.

    templates: a template stands for the pages that it takes together.
    """
    named = request.app[INDEX].page_names(project)
    pages = (grouped(rules_of(request, project), named) if templates else named)[:_KNOWN_PAGES]
    if choice.page and choice.page not in pages:
        pages.insert(0, choice.page)
    return FilterBar(choice, tuple(sorted(pages)), DEVICES, PERIODS)


def _find(
    request: web.Request, project: str, asked: SessionChoice, limit: int
) -> tuple[tuple[SessionRow, ...], int]:
    """Return the rows of a list from its offset on, and how many there are in all. Blocking."""
    index, found = request.app[INDEX], filter_of(books_of(request), project, asked)
    rows, total = index.listed(project, found, limit, asked.base.offset, asked.order)
    return tuple(rows), total


def _offers(request: web.Request, project: str, asked: SessionChoice) -> Offered:
    """Return what to choose from; what is chosen is among it even when no session has it. Blocking."""
    index = request.app[INDEX]
    moments = {**MOMENTS, **{one.name: one.name for one in request.app[OWN_MOMENTS].all(project)}}
    if asked.moment:
        moments.setdefault(asked.moment, asked.moment)
    return Offered(
        labels=_with(
            "Any or none", request.app[ANNOTATIONS].known_labels(project), asked.base.label
        ),
        browsers=_with("All browsers", index.browsers(project), asked.browser),
        countries=_with("All countries", index.countries(project), asked.country),
        deeds={name: kind.name for name, kind in KINDS.items()},
        visitors=VISITORS,
        converted=CONVERTED,
        goals=saved_goals(request, project),
        engaged=ENGAGED,
        weekdays=WEEKDAYS,
        hours=HOURS,
        moments=moments,
        lengths=_lengths(asked),
        orders={
            "" if order is Order.RECENT else order.value: text for order, text in ORDERS.items()
        },
    )


def _lengths(asked: SessionChoice) -> tuple[tuple[str, str], ...]:
    seconds = sorted({*_LENGTHS, asked.longer, asked.shorter} - {0})
    return ("", "Any length"), *((str(one), duration(one * 1000)) for one in seconds)


def _with(anything: str, known: list[str], chosen: str) -> tuple[tuple[str, str], ...]:
    names = sorted({*known, chosen} - {""})
    return ("", anything), *((name, name) for name in names)


def _other(asked: SessionChoice, offset: int) -> str:
    return asked.query(offset=max(offset, 0)) or "?"
