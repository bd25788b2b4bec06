"""A funnel's tables as CSV: one address for each, as `table` says."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from aiohttp import web

from footfall.web.answers import csv_answer
from footfall.web.funnel_answer import Answer, answer, funnel_names, funnel_source
from footfall.web.funnel_query import FunnelQuery, read_query

Rows = list[Sequence[object]]
Header = tuple[str, ...]


async def funnel_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/funnels.csv?steps=…&table=: steps (usual), trend, times, groups, instead, moments."""
    query, table = read_query(request.query), request.query.get("table", "")
    table = table if table in _TABLES else "steps"
    found = await asyncio.to_thread(lambda: answer(funnel_source(request), query))
    header, rows = _TABLES[table](found, query)
    return csv_answer("funnel.csv" if table == "steps" else f"funnel-{table}.csv", header, rows)


def _steps(found: Answer, query: FunnelQuery) -> tuple[Header, Rows]:
    summary = found.summary
    header = ("step", "name", "reached", "dropped", "pending", "median_ms_from_step_before")
    return header, [
        (at + 1, name, summary.reached[at], summary.dropped[at], summary.pending[at],
         summary.steps_median[at - 1] if at else None)
        for at, name in enumerate(funnel_names(query))
    ]  # fmt: skip


def _trend(found: Answer, _query: FunnelQuery) -> tuple[Header, Rows]:
    return ("start_ms", "entered", "converted", "pending"), [
        (one.start, one.entered, one.converted, one.pending) for one in found.trend
    ]


def _times(found: Answer, _query: FunnelQuery) -> tuple[Header, Rows]:
    summary = found.summary
    return ("from_ms", "to_ms", "converted"), [
        (low, high, count)
        for (low, high), count in zip(summary.spans, summary.histogram, strict=True)
    ]


def _groups(found: Answer, query: FunnelQuery) -> tuple[Header, Rows]:
    steps = range(1, len(found.summary.reached) + 1)
    return (query.by or "group", *(f"reached_{step}" for step in steps), "pending"), [
        (one.name, *one.reached, one.pending) for one in found.groups
    ]


def _instead(found: Answer, _query: FunnelQuery) -> tuple[Header, Rows]:
    return ("after_step", "next_page", "persons"), [
        (at + 1, page, count)
        for at, counts in enumerate(found.instead)
        for page, count in counts.most_common()
    ]


def _moments(found: Answer, _query: FunnelQuery) -> tuple[Header, Rows]:
    return ("after_step", "moment", "persons"), [
        (at + 1, kind, count)
        for at, counts in enumerate(found.moments)
        for kind, count in counts.most_common()
    ]


_TABLES: Final[dict[str, Callable[[Answer, FunnelQuery], tuple[Header, Rows]]]] = {
    "steps": _steps,
    "trend": _trend,
    "times": _times,
    "groups": _groups,
    "instead": _instead,
    "moments": _moments,
}
