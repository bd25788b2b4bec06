"""Segments: the lists of sessions that the team keeps, with what each comes to beside all others."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from aiohttp import web

from footfall.analysis.funnels.compare import Comparison, compare
from footfall.analysis.metrics import Totals, totals
from footfall.analysis.steps import StepError, parse
from footfall.annotations import SavedView
from footfall.web.answers import csv_answer, json_answer
from footfall.web.books import books_of
from footfall.web.common import page_answer, project_of, sent_form, shell
from footfall.web.errors import RequestError
from footfall.web.goals import countable, goals_of
from footfall.web.keys import INDEX, VIEWS
from footfall.web.overview import gathered
from footfall.web.overview_data import Data, Span
from footfall.web.overview_query import ANY_PERIOD, OverviewQuery, read_overview_query
from footfall.web.overview_show import behind_tiles, told_totals
from footfall.web.render import Shell
from footfall.web.session_choice import Chip, read_session_choice
from footfall.web.session_filter import asked_by, filter_of
from footfall.web.sessions import FilterBar, filter_bar


@dataclass(frozen=True)
class Line:
    """A segment in a time."""

    id: int
    name: str
    sessions: str  # query string of its sessions in that time
    behind: Mapping[str, str]  # those behind its figures, by the names of tiles
    chips: tuple[Chip, ...]  # what it asks for, in words
    problem: str  # why it cannot be counted; "": it can
    totals: Totals
    share: float | None  # of all sessions; None where there are none
    others: Comparison | None  # its conversion beside that of all others; None without a goal


@dataclass(frozen=True)
class SegmentsPage:
    """The context of segments.html."""

    shell: Shell
    base: str
    bar: FilterBar
    query: OverviewQuery
    problem: str  # why the goal that was asked for cannot be counted; "": it can
    periods: Mapping[str, str]
    goals: Mapping[str, str]
    all: Totals
    behind: Mapping[str, str]  # sessions behind the figures of all, as a line has them
    lines: tuple[Line, ...]


async def segments_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/segments."""
    query = read_overview_query(request.query)

    def build() -> SegmentsPage:
        project = project_of(request)
        bar = filter_bar(request, project.id, query.choice)
        counted, problem = countable(request, project.id, query)
        everybody, lines = _counted(request, project.id, counted)
        return SegmentsPage(
            shell=shell(request, f"Segments · {project.name}", "segments", project),
            base=f"/p/{project.id}",
            bar=bar,
            query=counted,
            problem=problem,
            periods={ANY_PERIOD: "All time", **{k: v for k, v in bar.periods.items() if k}},
            goals=goals_of(request, project.id, bar.pages, counted.goal),
            all=everybody,
            behind=behind_tiles(dict(parse_qsl(counted.choice.query()[1:])), counted.goal),
            lines=lines,
        )

    return await page_answer(request, "segments.html", await asyncio.to_thread(build))


async def segments_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/segments?time=&from=&to=&device=&goal=&zone=: the same figures."""
    query = read_overview_query(request.query)

    def build() -> dict[str, Any]:
        everybody, lines = _counted(request, project_of(request).id, query)
        return {
            "all": told_totals(everybody),
            "segments": [
                {
                    "id": one.id,
                    "name": one.name,
                    "problem": one.problem,
                    "share": one.share,
                    **told_totals(one.totals),
                }
                for one in lines
            ],
        }

    return json_answer(await asyncio.to_thread(build))


async def segments_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/segments.csv: the table."""
    query = read_overview_query(request.query)
    _, lines = await asyncio.to_thread(lambda: _counted(request, project_of(request).id, query))
    names = (
        "sessions",
        "visitors",
        "page_views",
        "bounce_rate",
        "conversion",
        "engagement",
        "frustration",
    )
    rows = [[one.name, one.share, *(getattr(one.totals, name) for name in names)] for one in lines]
    return csv_answer("segments.csv", ("name", "share", *names), rows)


async def keep_segment(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/segments with `name` and `steps`: the sessions that did these steps."""
    form = await sent_form(request)
    name, steps = form.get("name", ""), form.get("steps", "")
    if not (isinstance(name, str) and isinstance(steps, str)):
        raise RequestError("The form is not what it should be.")
    try:
        parse(steps)
    except StepError as error:
        raise RequestError(f"The steps cannot be read: {error}") from error

    def keep() -> str:
        project = project_of(request)
        query = read_session_choice({"steps": steps}).query(offset=0)
        request.app[VIEWS].save(project.id, name, query.removeprefix("?"))
        return project.id

    project = await asyncio.to_thread(keep)
    raise web.HTTPSeeOther(f"/p/{project}/segments{read_overview_query(request.query).query()}")


async def drop_segment(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/segments/{view}/remove."""

    def drop() -> str:
        project = project_of(request)
        request.app[VIEWS].remove(project.id, int(request.match_info["view"]))
        return project.id

    project = await asyncio.to_thread(drop)
    raise web.HTTPSeeOther(f"/p/{project}/segments{read_overview_query(request.query).query()}")


def _counted(
    request: web.Request, project: str, query: OverviewQuery
) -> tuple[Totals, tuple[Line, ...]]:
    """Return what all sessions of a time come to, and each segment's. Blocking."""
    span, data = gathered(request, project, query)
    everybody = totals(data.now)
    views = request.app[VIEWS].all(project)
    return everybody, tuple(
        _line(request, project, query, view, everybody, (span, data)) for view in views
    )


def _line(
    request: web.Request,
    project: str,
    query: OverviewQuery,
    view: SavedView,
    everybody: Totals,
    counted: tuple[Span, Data],
) -> Line:
    span, data = counted
    asked = asked_by(view)
    # The clock is this page's, as the time is.
    asked = replace(asked, base=replace(asked.base, zone=query.choice.zone))
    problem, numbers = "", np.empty(0, np.int64)
    try:
        found = filter_of(books_of(request), project, asked, frozenset({view.name}))
    except RequestError as error:
        problem = str(error)
    else:
        found = replace(found, since=span.first, until=span.last)
        numbers = request.app[INDEX].session_columns(project, found).number
    mine = totals(data.now.take(np.isin(data.now.number, numbers)))
    others = everybody.sessions - mine.sessions
    sessions = _sessions(view, query)
    return Line(
        id=view.id,
        name=view.name,
        sessions=sessions,
        behind=_behind(sessions, query.goal),
        chips=asked.chips(),
        problem=problem,
        totals=mine,
        share=mine.sessions / everybody.sessions if everybody.sessions else None,
        others=compare(mine.converted, mine.sessions, everybody.converted - mine.converted, others)
        if query.goal and mine.sessions and others
        else None,
    )


def _sessions(view: SavedView, query: OverviewQuery) -> str:
    """Return the query string of a segment's sessions in the time, and on the device, that is asked for."""
    time = {"time", "from", "to", "zone", "began"}
    own = {name: value for name, value in parse_qsl(view.query) if name not in time}
    return f"?{urlencode({**own, **dict(parse_qsl(query.choice.query()[1:]))})}"


def _behind(sessions: str, goal: str) -> dict[str, str]:
    """Return the query strings behind a segment's figures; none where the list would need the same filter twice."""
    asked = dict(parse_qsl(sessions[1:]))
    found = behind_tiles(asked, goal)
    if {"bounced", "goal", "converted"} & asked.keys():
        found.pop("Bounce rate")
    if {"goal", "converted"} & asked.keys():
        found.pop("Conversion", None)
    return found
