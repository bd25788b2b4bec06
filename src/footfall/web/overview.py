"""The overview: what changed, what is wrong, what to watch."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import numpy as np
from aiohttp import web

from footfall.analysis.distinct import distinct
from footfall.analysis.metrics import (
    Totals,
    by_hour,
    exits,
    grouped,
    per_part,
    totals,
)
from footfall.clocks import Clock
from footfall.index import Filter, Index, Order, SessionRow
from footfall.web.answers import json_answer
from footfall.web.books import books_of
from footfall.web.choice import Choice
from footfall.web.common import now_ms, project_of, remembered, shell
from footfall.web.goals import (
    Draft,
    GoalLine,
    countable,
    goal_lines,
    goals_of,
    preview,
    read_draft,
)
from footfall.web.keys import INDEX, TEMPLATES
from footfall.web.overview_data import GROUPS, Data, Span, gather, span_of
from footfall.web.overview_depth import depth_tile, depths
from footfall.web.overview_query import ANY_PERIOD, OverviewQuery, read_overview_query
from footfall.web.overview_show import (
    HEIGHT,
    WIDTH,
    Chart,
    Parts,
    Tile,
    Vital,
    behind_tiles,
    chart,
    parts_of,
    tiles,
    vitals,
)
from footfall.web.problem_lines import Line, ProblemQuery, dearest, lines
from footfall.web.releases import Mark, marks_of, releases_in
from footfall.web.render import Shell, html
from footfall.web.session_choice import WEEKDAYS
from footfall.web.session_filter import goal_of
from footfall.web.sessions import FilterBar, filter_bar

_TOP: Final = 20
_WORST: Final = 5
_WATCH: Final = 5


@dataclass(frozen=True)
class Group:
    """A row of the breakdown."""

    name: str
    totals: Totals
    exit_rate: float | None  # of pages: sessions whose last view is the page ÷ views of the page
    views: int  # of the page itself, where pages are the groups; else of its sessions
    link: str  # query string of the sessions behind it; "" where the list cannot be asked for them


@dataclass(frozen=True)
class Hour:
    """A cell of the hours of the week."""

    sessions: int
    share: float  # of the most
    link: str  # query string of its sessions


@dataclass(frozen=True)
class OverviewPage:
    """The context of overview.html."""

    shell: Shell
    base: str
    bar: FilterBar
    query: OverviewQuery
    periods: Mapping[str, str]
    goals: Mapping[str, str]
    by: Mapping[str, str]
    kept_goals: tuple[GoalLine, ...]
    draft: Draft  # of a goal that is not kept yet
    preview: GoalLine | None  # what it comes to; None: nothing is asked for
    problem: str  # why the goal that was asked for cannot be counted; "": it can
    hidden: Mapping[str, str]  # values of this page's query
    tiles: tuple[Tile, ...]
    behind: Mapping[str, str]  # query strings of the sessions behind tiles, by their names
    behind_before: Mapping[str, str]  # likewise, of the time before
    all: str  # of all sessions in this time
    all_before: str  # and in the time before; "" where nobody came then
    chart: Chart
    behind_parts: tuple[tuple[str, str], ...]  # of the sessions of each part, now and before
    releases: tuple[Mark, ...]  # in this time
    has_before: bool
    size: tuple[int, int]
    hours: tuple[tuple[str, tuple["Hour", ...]], ...]  # of each day of the week
    vitals: tuple[Vital, ...]
    groups: tuple[Group, ...]
    worst: tuple[Line, ...]
    watch: tuple[SessionRow, ...]
    frustrated: str  # query string of the list that `watch` begins
    scores: Mapping[str, float]
    is_empty: bool  # nothing was ever recorded


async def overview_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/overview."""
    asked, tried = read_overview_query(request.query), read_draft(request.query)

    def build() -> OverviewPage:
        project, index = project_of(request), request.app[INDEX]
        query, problem = countable(request, project.id, asked)
        span, data = gathered(request, project.id, query)
        now, before, parts, clock = parts_in(data, span, query.choice.clock)
        bar = filter_bar(request, project.id, query.choice)
        found = Filter(since=span.first, until=span.last, device=query.choice.device or None)
        watch = index.sessions(project.id, found, _WATCH, 0, Order.FRUSTRATION)
        return OverviewPage(
            shell=shell(request, f"Overview · {project.name}", "overview", project),
            base=f"/p/{project.id}",
            bar=bar,
            query=query,
            periods={ANY_PERIOD: "All time", **{k: v for k, v in bar.periods.items() if k}},
            goals=goals_of(request, project.id, bar.pages, query.goal),
            by=GROUPS,
            kept_goals=goal_lines(request, project.id, data, query),
            draft=tried,
            preview=preview(request, project.id, data, query, tried),
            problem=problem,
            hidden=dict(parse_qsl(query.query()[1:])),
            tiles=(
                *tiles(totals(data.now), _before(data, span), query.goal),
                depth_tile(*depths(index, project.id, span, query.choice.device or None)),
            ),
            behind=behind_tiles(_own(query), query.goal),
            behind_before={}
            if before is None
            else behind_tiles(_at_time(query, span.began_before), query.goal),
            all=query.choice.query(),
            all_before=""
            if before is None
            else f"?{urlencode(_at_time(query, span.began_before))}",
            chart=chart(now, before, parts),
            behind_parts=_sessions_of(query, span, parts, clock),
            releases=marks_of(request, query, span, parts),
            has_before=before is not None,
            size=(WIDTH, HEIGHT),
            hours=_hours(data, query.choice),
            vitals=vitals(data.vitals),
            groups=tuple(groups(data, query, _TOP)),
            worst=_worst(request, project.id, ProblemQuery(query.choice, goal=query.goal)),
            watch=tuple(watch),
            frustrated=_with(query.choice, sort=Order.FRUSTRATION.value),
            scores=index.frustration(project.id, [row.session for row in watch]),
            is_empty=index.summary(project.id).sessions == 0,
        )

    page = await asyncio.to_thread(build)
    return remembered(request, html(request.app[TEMPLATES].render("overview.html", page)))


async def overview_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/overview?time=&from=&to=&device=&goal=&by=&zone=: the same figures.

    time: "today", "7d" (usual), "30d" or "all"; goal: see docs/goals.md; by: page, entry, source, device.
    """
    query = read_overview_query(request.query)

    def build() -> dict[str, Any]:
        project = project_of(request).id
        span, data = gathered(request, project, query)
        now, before, parts, clock = parts_in(data, span, query.choice.clock)
        old = _before(data, span)
        index, device = request.app[INDEX], query.choice.device or None
        deep = dict(zip(("now", "before"), depths(index, project, span, device), strict=True))
        return {
            "since": span.first,
            "until": span.last,
            "now": _told(totals(data.now)),
            "before": None if old is None else _told(old),
            "trend": [asdict(one) for one in chart(now, before, parts).parts],
            "hours": by_hour(data.now.started, clock).tolist(),
            "scroll_depth": deep,
            "vitals": [asdict(one) for one in vitals(data.vitals)],
            "releases": [
                {"name": one.name, "at": one.at}
                for one in releases_in(request, span.first, span.last)
            ],
            "goals": [
                {
                    "name": one.name,
                    "goal": one.goal,
                    "problem": one.problem,
                    "sessions": one.sessions,
                    "conversion": one.conversion,
                }
                for one in goal_lines(request, project, data, query)
            ],
            "by": query.by,
            "groups": [
                {
                    "name": one.name,
                    "views": one.views,
                    "exit_rate": one.exit_rate,
                    **_told(one.totals),
                }
                for one in groups(data, query)
            ],
        }

    return json_answer(await asyncio.to_thread(build))


def gathered(request: web.Request, project: str, query: OverviewQuery) -> tuple[Span, Data]:
    """Return the time that is asked for, and what is counted in it. Blocking. Raises GoalError, StorageError."""
    index, now = request.app[INDEX], now_ms()
    goal = goal_of(books_of(request), project, query.goal)
    chosen = query.choice.filter(now)
    oldest = now if chosen.since is not None else _oldest(index, project, now)
    span = span_of(chosen, now, oldest, query.choice.clock)
    return span, gather(index, project, span, goal, chosen.device)


def _oldest(index: Index, project: str, now: int) -> int:
    """Return when the first session began: before its first chunk came, or long before it in an imported log."""
    told = (index.summary(project).first_chunk_at, index.first_start(project))
    return min((one for one in told if one is not None), default=0) or now


def _worst(request: web.Request, project: str, query: ProblemQuery) -> tuple[Line, ...]:
    index, now = request.app[INDEX], now_ms()
    asked = query.asked(now, goal_of(books_of(request), project, query.goal))
    return lines(index, project, dearest(index, project, asked, _WORST, now), query)


def _before(data: Data, span: Span) -> Totals | None:
    return None if span.before is None else totals(data.before)


def parts_in(
    data: Data, span: Span, clock: Clock
) -> tuple[list[Totals], list[Totals] | None, Parts, Clock]:
    """Return the totals of each part of a time and of the time before (None: none), what parts, and by which clock."""
    parts = parts_of(span.first, span.last, clock)
    now = per_part(data.now, parts.edges)
    if span.before is None or not len(data.before):
        return now, None, parts, clock
    return now, per_part(data.before, earlier(span, parts, clock)), parts, clock


def earlier(span: Span, parts: Parts, clock: Clock) -> list[int]:
    """Return the edges of the parts of the time before; none where there is none."""
    if span.before is None:
        return []
    days = clock.day(span.first) - clock.day(span.before[0])
    return [clock.earlier(edge, days) for edge in parts.edges]


def _hours(data: Data, choice: Choice) -> tuple[tuple[str, tuple[Hour, ...]], ...]:
    grid = by_hour(data.now.started, choice.clock)
    most = max(int(grid.max()), 1)
    return tuple(
        (
            day.capitalize(),
            tuple(
                Hour(count, count / most, _with(choice, weekday=day, hour=str(hour)))
                for hour, count in enumerate(row)
            ),
        )
        for day, row in zip(WEEKDAYS, grid.tolist(), strict=True)
    )


def groups(data: Data, query: OverviewQuery, limit: int | None = None) -> list[Group]:
    """Return the breakdown, most sessions first: at most `limit`."""
    if query.by == "page":
        return _by_page(data, query, limit)
    number, names = data.groups[query.by]
    found = [
        Group(name, one, None, one.page_views, _link(query, name))
        for name, one in zip(names, grouped(data.now, number, len(names)), strict=True)
        if one.sessions
    ]
    return sorted(found, key=lambda one: (-one.totals.sessions, one.name))[:limit]


def _by_page(data: Data, query: OverviewQuery, limit: int | None) -> list[Group]:
    pages, names, count = data.pages, data.pages.names, len(data.pages.names)
    # A session is in the group of each page that it saw, once.
    pairs = distinct(pages.page * max(len(data.now), 1) + pages.visit)
    page, visit = np.divmod(pairs, max(len(data.now), 1))
    sessions = np.bincount(page, minlength=count).tolist()
    order = sorted(range(count), key=lambda at: (-sessions[at], names[at]))[:limit]
    place = np.full(count, -1, np.int64)
    place[order] = np.arange(len(order))
    shown = np.flatnonzero(place[page] >= 0)
    each = grouped(data.now.take(visit[shown]), place[page[shown]], len(order))
    views = np.bincount(pages.page, minlength=count)
    left = exits(pages.page, pages.visit, pages.started, count)
    return [
        Group(names[at], one, float(left[at] / views[at]), int(views[at]), _link(query, names[at]))
        for at, one in zip(order, each, strict=True)
    ]


def _link(query: OverviewQuery, name: str) -> str:
    if query.by == "page":
        return replace(query.choice, page=name).query()
    if query.by == "device":
        return replace(query.choice, device=name).query() if name != "unknown" else ""
    return _with(query.choice, **{query.by: name})


def _with(choice: Choice, **more: str) -> str:
    before = choice.query()
    return f"{before}{'&' if before else '?'}{urlencode(more)}"


def _own(query: OverviewQuery) -> dict[str, str]:
    """Return the values of the list of all sessions of this time."""
    return dict(parse_qsl(query.choice.query()[1:]))


def _at_time(query: OverviewQuery, began: str) -> dict[str, str]:
    """Return those of the list of all sessions of another time, to the ms as they are counted."""
    own = _own(replace(query, choice=replace(query.choice, period="", since="", until="")))
    return {**own, "began": began}


def _sessions_of(
    query: OverviewQuery, span: Span, parts: Parts, clock: Clock
) -> tuple[tuple[str, str], ...]:
    """Return for each part of the time the query strings of its sessions, and of those of the time before, or ""."""
    now = _links(query, parts.edges, (span.first, span.last))
    if span.before is None:
        return tuple((one, "") for one in now)
    most = min(span.before[1], span.first - 1)
    before = _links(query, earlier(span, parts, clock), (span.before[0], most))
    return tuple(zip(now, before, strict=True))


def _links(query: OverviewQuery, edges: Sequence[int], within: tuple[int, int]) -> list[str]:
    spans = [(max(low, within[0]), min(end - 1, within[1])) for low, end in pairwise(edges)]
    return [f"?{urlencode(_at_time(query, f'{low}-{high}'))}" for low, high in spans]


def _told(one: Totals) -> dict[str, Any]:
    return {
        **asdict(one),
        "bounce_rate": one.bounce_rate,
        "conversion": one.conversion,
        "views_each": one.views_each,
    }
