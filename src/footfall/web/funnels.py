"""Funnels: the builder, the chart, the table, and the sessions behind every figure."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from footfall.analysis.funnels import funnel_to_json
from footfall.analysis.steps import StepError
from footfall.index import Filter, SessionRow
from footfall.web.answers import json_answer
from footfall.web.choice import DEVICES, read_span, whole_number
from footfall.web.common import page_answer, project_of, shell
from footfall.web.funnel_answer import (
    Answer,
    answer,
    computed,
    computed_between,
    funnel_names,
    funnel_source,
    sessions_of,
)
from footfall.web.funnel_behind import persons_in, read_part
from footfall.web.funnel_form import (
    BuilderOptions,
    Row,
    form_rows,
    is_form,
    rows_of,
    steps_of,
    with_blanks,
)
from footfall.web.funnel_proposals import Offer, offers
from footfall.web.funnel_query import BREAKDOWNS, ORDER_NAMES, VERSUS, FunnelQuery, read_query
from footfall.web.funnel_show import Bar, Point, bars, points, trend_chart
from footfall.web.keys import INDEX
from footfall.web.line_chart import LineChart
from footfall.web.render import Shell
from footfall.web.session_choice import MOMENTS
from footfall.web.sessions import FilterBar, filter_bar

_SHOWN_INSTEAD: Final = 6
_MAX_SESSIONS: Final = 500
_BLANK_ROWS: Final = 2
"""A funnel has two steps at least."""
OUTCOMES: Final = {"reached": "reached", "dropped": "dropped after", "pending": "wait after"}


@dataclass(frozen=True)
class FunnelPage:
    """The context of funnels.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    query: FunnelQuery
    rows: tuple[Row, ...]  # of the builder
    options: BuilderOptions
    orders: dict[str, str]
    breakdowns: dict[str, str]
    versus: dict[str, str]
    names: tuple[str, ...]  # of the steps
    answer: Answer | None
    there: (
        FunnelQuery | None
    )  # what it is compared with, where its sessions can be asked for by their device
    bars: tuple[Bar, ...]
    instead: tuple[
        tuple[tuple[str, int, str | None], ...], ...
    ]  # what was seen instead, by step: text, persons, page in addresses; None: several
    moments: tuple[
        tuple[tuple[str, int, str], ...], ...
    ]  # kinds of moments near the drop, by step: text, persons, kind
    points: tuple[Point, ...]  # of the trend
    trend: LineChart  # of the points
    problem: str  # why there is no answer; "" when there is one, or nothing was asked
    offers: tuple[Offer, ...]  # where nothing was asked
    has_any: bool  # the project has any page view


@dataclass(frozen=True)
class FunnelSession:
    """A session behind a figure."""

    row: SessionRow
    steps: tuple[
        int, ...
    ]  # ms from the session's start to each step reached; of other sessions: below zero
    last: int  # ms from the session's start to the last of them, at least 0


@dataclass(frozen=True)
class FunnelSessionsPage:
    """The context of funnel_sessions.html."""

    shell: Shell
    base: str
    query: FunnelQuery
    step: int
    name: str  # of the step
    outcome: str  # text of it
    part: str  # which part of those persons, in words; "" for all
    began: (
        tuple[int, int] | None
    )  # when they began, ms since 1970, if only those of a time are asked for
    total: int
    rows: tuple[FunnelSession, ...]


async def funnels_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/funnels: the builder's rows become `steps`, so that every funnel has one address."""
    query = read_query(request.query)
    if is_form(request.query):
        made = replace(query, steps=steps_of(form_rows(request.query)))
        raise web.HTTPSeeOther(f"/p/{request.match_info['project']}/funnels{made.query()}")

    def build() -> FunnelPage:
        project = project_of(request)
        found, problem = _answered(request, query)
        names = () if found is None else funnel_names(query)
        told = () if found is None else points(found.trend)
        return FunnelPage(
            shell=shell(request, f"Funnels · {project.name}", "funnels", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, query.choice, templates=True),
            query=query,
            rows=with_blanks(rows_of(query.steps), _BLANK_ROWS),
            options=BuilderOptions(),
            orders=ORDER_NAMES,
            breakdowns=BREAKDOWNS,
            versus=VERSUS,
            names=names,
            answer=found,
            there=_there(query),
            bars=() if found is None else bars(found.summary),
            instead=() if found is None else tuple(map(_top, found.instead)),
            moments=() if found is None else tuple(map(_kinds, found.moments)),
            points=told,
            trend=_trend(query, told),
            problem=problem,
            offers=() if query.steps.strip() else offers(funnel_source(request), query.choice),
            has_any=request.app[INDEX].summary(project.id).page_views > 0,
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "funnels.html", page, 400 if page.problem else 200)


def _trend(query: FunnelQuery, told: Sequence[Point]) -> LineChart:
    links = [query.query(step="1", outcome="reached", began=one.began) for one in told]
    return trend_chart(told, links)


async def funnel_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/funnel?steps=…: the same figures."""
    query = read_query(request.query)

    def build() -> dict[str, Any]:
        found = answer(funnel_source(request), query)
        summary = found.summary
        return {
            "funnel": funnel_to_json(query.funnel()),
            "steps": [
                {
                    "name": name,
                    "reached": summary.reached[at],
                    "dropped": summary.dropped[at],
                    "pending": summary.pending[at],
                    "instead": dict(found.instead[at]) if at < len(found.instead) else {},
                    "moments": dict(found.moments[at]) if at < len(found.moments) else {},
                }
                for at, name in enumerate(funnel_names(query))
            ],
            "median": summary.median,
            "p90": summary.p90,
            "histogram": summary.histogram,
            "longest": summary.longest,
            "removed": summary.removed,
            "trend": [vars(one) for one in found.trend],
            "groups": [vars(one) for one in found.groups],
            "other": None if found.other is None else vars(found.other),
            "comparison": None if found.comparison is None else vars(found.comparison),
        }

    return json_answer(await asyncio.to_thread(build))


async def funnel_sessions(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/funnels/sessions?…&step=2&outcome=dropped: the sessions behind a figure.

    between: instead of the funnel's own time, the first and the last ms since 1970, as in 1764547200000-1764633599999.
    """
    query = read_query(request.query)
    outcome = request.query.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else "reached"
    part, between = read_part(request), read_span(request.query.get("between", ""))

    def build() -> FunnelSessionsPage:
        project, index = project_of(request), request.app[INDEX]
        names = funnel_names(query)
        step = whole_number(request.query.get("step", ""), 1, len(names), 1)
        source = funnel_source(request)
        asked = computed_between(source, query, *between) if between else computed(source, query)
        with asked as found:
            times = sessions_of(found, step, outcome, persons_in(part, found, query, step, index))
        shown = dict(list(times.items())[:_MAX_SESSIONS])
        ids = index.session_names(project.id, shown)
        chosen = Filter(sessions=frozenset(ids.values()))
        rows = index.sessions(project.id, chosen, limit=_MAX_SESSIONS)
        return FunnelSessionsPage(
            shell=shell(request, f"Funnel · {project.name}", "funnels", project),
            base=f"/p/{project.id}",
            query=query,
            step=step,
            name=names[step - 1],
            outcome=OUTCOMES[outcome],
            part=part.text,
            began=part.began or between,
            total=len(times),
            rows=tuple(_funnel_session(row, shown[row.number]) for row in rows),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "funnel_sessions.html", page)


def _there(query: FunnelQuery) -> FunnelQuery | None:
    if query.versus not in DEVICES:
        return None
    return replace(query, choice=replace(query.choice, device=query.versus))


def _answered(request: web.Request, query: FunnelQuery) -> tuple[Answer | None, str]:
    if not query.steps.strip():
        return None, ""
    try:
        return answer(funnel_source(request), query), ""
    except StepError as error:
        return None, str(error)


def _top(counts: Counter[str]) -> tuple[tuple[str, int, str | None], ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in ranked[_SHOWN_INSTEAD:])
    shown: list[tuple[str, int, str | None]] = [
        (page or "Left: nothing more was seen", count, page)
        for page, count in ranked[:_SHOWN_INSTEAD]
    ]
    return tuple([*shown, ("Other pages", rest, None)] if rest else shown)


def _kinds(counts: Counter[str]) -> tuple[tuple[str, int, str], ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN_INSTEAD]
    return tuple((MOMENTS.get(kind, kind), count, kind) for kind, count in ranked)


def _funnel_session(row: SessionRow, times: tuple[int, ...]) -> FunnelSession:
    steps = tuple(one - row.started for one in times)
    return FunnelSession(row, steps, max(steps[-1], 0))
