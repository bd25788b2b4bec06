"""Releases of the recorded site: marked on the overview's chart, and told to programs."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from aiohttp import web

from footfall.annotations import Release, Releases
from footfall.clocks import UTC_CLOCK, Clock, clock_of, known_zone
from footfall.config import Config
from footfall.errors import ConfigError
from footfall.projects import Projects
from footfall.web.answers import json_answer
from footfall.web.common import now_ms, project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.heat_command import project_named
from footfall.web.keys import RELEASES
from footfall.web.overview_data import Span
from footfall.web.overview_query import OverviewQuery, read_overview_query

_MAX_MS: Final = 2**53
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Mark:
    """A release in the overview's chart."""

    id: int
    name: str
    at: int  # ms since 1970
    since: str  # query string of the overview from its day on, beside as many days before


def releases_in(request: web.Request, first: int, last: int) -> list[Release]:
    """Return the project's releases from `first` to `last`, ms since 1970. Blocking."""
    return request.app[RELEASES].between(project_of(request).id, first, last)


def marks_of(request: web.Request, query: OverviewQuery, span: Span) -> tuple[Mark, ...]:
    """Return the releases of a time. Blocking."""
    return tuple(
        Mark(
            id=one.id,
            name=one.name,
            at=one.at,
            since=_since(query, one.at),
        )
        for one in releases_in(request, span.first, span.last)
    )


def _since(query: OverviewQuery, at: int) -> str:
    clock = query.choice.clock

    def day(ms: int) -> str:
        return date.fromordinal(clock.day(ms) + _FIRST_DAY).isoformat()

    choice = replace(query.choice, period="custom", since=day(at), until=day(max(at, now_ms())))
    return replace(query, choice=choice).query()


async def mark_release(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/releases with `name`, and `at` on the viewer's clock ("": now) with its `zone`."""
    form = await sent_form(request)
    name, written, zone = (form.get(key, "") for key in ("name", "at", "zone"))
    if not (isinstance(name, str) and isinstance(written, str) and isinstance(zone, str)):
        raise RequestError("The form is not what it should be.")
    at = moment_of(written, clock_of(known_zone(zone)))

    def mark() -> str:
        project = project_of(request)
        request.app[RELEASES].add(project.id, name, at)
        return project.id

    project = await asyncio.to_thread(mark)
    raise web.HTTPSeeOther(_overview(request, project))


async def remove_release(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/releases/{release}/remove."""

    def remove() -> str:
        project = project_of(request)
        request.app[RELEASES].remove(project.id, int(request.match_info["release"]))
        return project.id

    project = await asyncio.to_thread(remove)
    raise web.HTTPSeeOther(_overview(request, project))


async def releases_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/releases: all of them, oldest first; times in ms since 1970."""
    found = await asyncio.to_thread(releases_in, request, 0, _MAX_MS)
    return json_answer(
        {"releases": [{"id": one.id, "name": one.name, "at": one.at} for one in found]}
    )


def write_release(config: Config, project: str, name: str, at: str) -> str:
    """Mark a release as `footfall release` does, and return a sentence on it; at: ISO 8601, "" for now, else UTC.

    Raises ConfigError, StorageError.
    """
    settings = config.storage / "settings.db"
    if not settings.exists():
        raise ConfigError(f"{config.storage} holds no projects: is it the right --storage?")
    chosen = project_named(Projects(settings), project)
    made = Releases(settings).add(chosen.id, name, moment_of(at))
    told = datetime.fromtimestamp(made.at / 1000, UTC).isoformat(" ", "minutes")
    return f"{chosen.name}: {made.name} at {told}."


def moment_of(written: str, clock: Clock = UTC_CLOCK) -> int | None:
    """Return a time as ISO 8601 has it in ms since 1970, by the clock unless it says its own.

    None for "". Raises ConfigError.
    """
    if not written:
        return None
    try:
        told = datetime.fromisoformat(written)
    except ValueError as error:
        raise ConfigError(f"{written[:40]!r} is no time; write it as 2026-11-24T09:30.") from error
    is_local = told.tzinfo is None
    told = told.replace(tzinfo=UTC) if is_local else told
    time = (told - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return clock.utc(time) if is_local else time


def _overview(request: web.Request, project: str) -> str:
    return f"/p/{project}/overview{read_overview_query(request.query).query()}"
