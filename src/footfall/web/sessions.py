"""Sessions: the list with its filters, as a page and as JSON."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from footfall.index import Filter, SessionRow
from footfall.web.answers import json_answer
from footfall.web.choice import DEVICES, PERIODS, Choice, read_choice, whole_number
from footfall.web.common import PROJECT_COOKIE, now_ms, project_of, shell
from footfall.web.keys import ANNOTATIONS, INDEX, TEMPLATES
from footfall.web.render import Shell, html
from footfall.web.replay import is_live

PAGE_ROWS: Final = 50
_MAX_JSON_ROWS: Final = 500
_KNOWN_PAGES: Final = 200


@dataclass(frozen=True)
class FilterBar:
    """What the filter form of a page offers."""

    choice: Choice  # what holds now
    pages: tuple[str, ...]  # that may be chosen
    devices: tuple[str, ...]  # likewise
    periods: dict[str, str]  # value to text


@dataclass(frozen=True)
class SessionsPage:
    """The context of sessions.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    known_labels: tuple[str, ...]  # that may be chosen
    rows: tuple[SessionRow, ...]  # newest first
    starred: frozenset[str]  # of the rows' sessions
    labels: dict[str, list[str]]  # by session, of those that have any
    total: int  # sessions that match, on all pages of the list
    first: int  # position of the first row shown, from 1
    newer: str  # query string of the page of the list before, "" at the start
    older: str  # and of the one after, "" at the end
    live: frozenset[str]  # of the rows' sessions, those that go on
    longest: int  # ms of the longest session shown, at least 1: the scale of the activity bars


async def sessions_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/sessions."""
    choice = read_choice(request.query)

    def build() -> SessionsPage:
        project, index = project_of(request), request.app[INDEX]
        book = request.app[ANNOTATIONS]
        found = _filter(request, project.id, choice)
        total = index.session_count(project.id, found)
        rows = tuple(index.sessions(project.id, found, limit=PAGE_ROWS, offset=choice.offset))
        shown = [row.session for row in rows]
        end = choice.offset + len(rows)
        return SessionsPage(
            shell=shell(request, f"Sessions · {project.name}", "sessions", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice),
            known_labels=_offered(book.known_labels(project.id), choice.label),
            rows=rows,
            starred=frozenset(book.starred(project.id, shown)),
            labels=book.labels(project.id, shown),
            total=total,
            first=choice.offset + 1,
            newer=_other(choice, choice.offset - PAGE_ROWS) if choice.offset else "",
            older=_other(choice, end) if end < total and rows else "",
            live=frozenset(row.session for row in rows if is_live(row)),
            longest=max((row.duration for row in rows), default=0) or 1,
        )

    page = await asyncio.to_thread(build)
    response = html(request.app[TEMPLATES].render("sessions.html", page))
    response.set_cookie(
        PROJECT_COOKIE, request.match_info["project"], httponly=True, samesite="Lax"
    )
    return response


async def sessions_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/sessions: the same list, with `limit` up to 500."""
    choice = read_choice(request.query)
    limit = whole_number(request.query.get("limit", ""), 1, _MAX_JSON_ROWS, PAGE_ROWS)

    def build() -> dict[str, Any]:
        project, index = project_of(request), request.app[INDEX]
        found = _filter(request, project.id, choice)
        rows = index.sessions(project.id, found, limit=limit, offset=choice.offset)
        total = index.session_count(project.id, found)
        starred = request.app[ANNOTATIONS].starred(project.id, [row.session for row in rows])
        told = [{**session_json(row), "starred": row.session in starred} for row in rows]
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


def filter_bar(request: web.Request, project: str, choice: Choice) -> FilterBar:
    """Return the filters a list offers; the page chosen is among them even when nobody saw it. Blocking."""
    known = request.app[INDEX].pages(project, Choice().filter(now_ms()))
    pages = [row.page for row in known[:_KNOWN_PAGES]]
    if choice.page and choice.page not in pages:
        pages.insert(0, choice.page)
    return FilterBar(choice, tuple(sorted(pages)), DEVICES, PERIODS)


def _filter(request: web.Request, project: str, choice: Choice) -> Filter:
    """Return the filter of the index, stars and labels looked up. Blocking."""
    book, only = request.app[ANNOTATIONS], None
    if choice.starred:
        only = book.starred(project)
    if choice.label:
        labelled = book.labelled(project, choice.label)
        only = labelled if only is None else only & labelled
    found = choice.filter(now_ms())
    return found if only is None else replace(found, sessions=frozenset(only))


def _offered(labels: list[str], chosen: str) -> tuple[str, ...]:
    """Return the labels to choose from; the chosen one is among them even when no session has it."""
    return tuple(sorted({*labels, chosen} - {""}))


def _other(choice: Choice, offset: int) -> str:
    return choice.query(offset=max(offset, 0)) or "?"
