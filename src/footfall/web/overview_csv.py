"""The overview's tables as CSV: one address for each, as `table` says."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web

from footfall.analysis.metrics import by_hour
from footfall.web.answers import csv_answer
from footfall.web.common import project_of
from footfall.web.goals import goal_lines
from footfall.web.overview import gathered, parts_in
from footfall.web.overview_groups import groups
from footfall.web.overview_query import OverviewQuery, read_overview_query
from footfall.web.overview_show import told_parts, vitals
from footfall.web.session_choice import WEEKDAYS

Table = tuple[tuple[str, ...], list[Sequence[object]]]


async def overview_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/overview.csv?table=: groups (usual: the whole breakdown), trend, hours, vitals, goals."""
    query, table = read_overview_query(request.query), request.query.get("table", "")
    table = table if table in _TABLES else "groups"
    header, rows = await asyncio.to_thread(_TABLES[table], request, query)
    name = "overview.csv" if table == "groups" else f"overview-{table}.csv"
    return csv_answer(name, header, rows)


def _groups(request: web.Request, query: OverviewQuery) -> Table:
    data = gathered(request, project_of(request).id, query)[1]
    names = ("sessions", "visitors", "bounce_rate", "conversion", "engagement", "frustration")
    return (query.by, "views", "exit_rate", *names), [
        [one.name, one.views, one.exit_rate, *(getattr(one.totals, figure) for figure in names)]
        for one in groups(data, query)
    ]


def _trend(request: web.Request, query: OverviewQuery) -> Table:
    span, data = gathered(request, project_of(request).id, query)
    names = ("sessions", "before", "visitors", "conversion")
    return ("start_ms", *names), [
        [one.start, *(getattr(one, name) for name in names)]
        for one in told_parts(*parts_in(data, span, query.choice.clock)[:3])
    ]


def _hours(request: web.Request, query: OverviewQuery) -> Table:
    data = gathered(request, project_of(request).id, query)[1]
    grid = by_hour(data.now.started, query.choice.clock).tolist()
    return ("weekday", "hour", "sessions"), [
        (day, hour, count)
        for day, row in zip(WEEKDAYS, grid, strict=True)
        for hour, count in enumerate(row)
    ]


def _vitals(request: web.Request, query: OverviewQuery) -> Table:
    data = gathered(request, project_of(request).id, query)[1]
    names = ("name", "p75", "rating", "samples")
    return names, [[getattr(one, name) for name in names] for one in vitals(data.vitals)]


def _goals(request: web.Request, query: OverviewQuery) -> Table:
    project = project_of(request).id
    data = gathered(request, project, query)[1]
    names = ("name", "goal", "sessions", "conversion")
    return names, [
        [getattr(one, name) for name in names] for one in goal_lines(request, project, data, query)
    ]


_TABLES: Final[dict[str, Callable[[web.Request, OverviewQuery], Table]]] = {
    "groups": _groups,
    "trend": _trend,
    "hours": _hours,
    "vitals": _vitals,
    "goals": _goals,
}
