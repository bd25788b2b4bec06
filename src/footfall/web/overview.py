"""The overview: what changed, what is wrong, what to watch."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from footfall.analysis.metrics import (
    Totals,
    by_hour,
    per_part,
    totals,
)
from footfall.clocks import Clock
from footfall.index import Filter, Index, Order, SessionRow
from footfall.web.answers import json_answer
from footfall.web.books import books_of
from footfall.web.choice import Choice
from footfall.web.common import now_ms, page_answer, project_of, remembered, shell
from footfall.web.goals import (
    Draft,
    GoalLine,
    countable,
    goal_lines,
    goals_of,
    preview,
    read_draft,
)
from footfall.web.keys import DETECTOR, INDEX
from footfall.web.line_chart import Line as ChartLine
from footfall.web.line_chart import LineChart
from footfall.web.line_chart import Mark as ChartMark
from footfall.web.overview_data import GROUPS, Data, Span, gather, span_of
from footfall.web.overview_depth import depth_tile, depths
from footfall.web.overview_groups import Group, groups, link_with
from footfall.web.overview_query import ANY_PERIOD, OverviewQuery, read_overview_query
from footfall.web.overview_show import (
    Part,
    Parts,
    Tile,
    Vital,
    behind_tiles,
    parts_of,
    tiles,
    told_parts,
    told_totals,
    vitals,
)
from footfall.web.problem_lines import Line, ProblemQuery, dearest, lines
from footfall.web.releases import Mark, marks_of, releases_in
from footfall.web.render import Shell
from footfall.web.session_choice import WEEKDAYS
from footfall.web.session_filter import goal_of
from footfall.web.sessions import FilterBar, filter_bar

_TOP: Final = 20
_WORST: Final = 5
_WATCH: Final = 5


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
    began_before: str  # when that was, as addresses have it; "" likewise
    parts: tuple[Part, ...]
    chart: LineChart  # of the parts
    behind_parts: tuple[tuple[str, str], ...]  # of the sessions of each part, now and before
    releases: tuple[Mark, ...]  # in this time
    has_before: bool
    hours: tuple[tuple[str, tuple["Hour", ...]], ...]  # of each day of the week
    vitals: tuple[Vital, ...]
    groups: tuple[Group, ...]
    worst: tuple[Line, ...]
    watch: tuple[SessionRow, ...]
    frustrated: str  # query string of the list that `watch` begins
    scores: Mapping[str, float]
    waiting: int | None  # sessions that no moments were looked for in yet; None: not known yet
    is_empty: bool  # nothing was ever recorded


async def overview_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/overview."""
    asked, tried = read_overview_query(request.query), read_draft(request.query)

    def build() -> OverviewPage:
        project, index = project_of(request), request.app[INDEX]
        waiting = request.app[DETECTOR].waiting(project.id)  # before what was found is read
        query, problem = countable(request, project.id, asked)
        span, data = gathered(request, project.id, query)
        now, before, parts, clock = parts_in(data, span, query.choice.clock)
        told = told_parts(now, before, parts)
        links = _sessions_of(query, span, parts, clock)
        releases = marks_of(request, query, span)
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
            began_before="" if before is None else span.began_before,
            parts=told,
            chart=_over_time(told, links, releases),
            behind_parts=links,
            releases=releases,
            has_before=before is not None,
            hours=_hours(data, query.choice),
            vitals=vitals(data.vitals),
            groups=tuple(groups(data, query, _TOP)),
            worst=_worst(request, project.id, ProblemQuery(query.choice, goal=query.goal)),
            watch=tuple(watch),
            frustrated=link_with(query.choice, sort=Order.FRUSTRATION.value),
            scores=index.frustration(project.id, [row.session for row in watch]),
            waiting=waiting,
            is_empty=index.summary(project.id).sessions == 0,
        )

    page = await asyncio.to_thread(build)
    return remembered(request, await page_answer(request, "overview.html", page))


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
        waiting = request.app[DETECTOR].waiting(project)
        deep = dict(zip(("now", "before"), depths(index, project, span, device), strict=True))
        return {
            "waiting": waiting,
            "since": span.first,
            "until": span.last,
            "now": told_totals(totals(data.now)),
            "before": None if old is None else told_totals(old),
            "trend": [asdict(one) for one in told_parts(now, before, parts)],
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
                    **told_totals(one.totals),
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


def _over_time(
    parts: Sequence[Part], links: Sequence[tuple[str, str]], releases: Sequence[Mark]
) -> LineChart:
    lines = [ChartLine("Sessions", [one.sessions for one in parts])]
    if any(one.before is not None for one in parts):
        lines.append(ChartLine("The time before", [one.before for one in parts], faint=True))
    return LineChart(
        times=[one.start for one in parts],
        lines=lines,
        links=[now if part.sessions else "" for part, (now, _) in zip(parts, links, strict=True)],
        marks=[ChartMark(one.at, one.name) for one in releases],
    )


def _hours(data: Data, choice: Choice) -> tuple[tuple[str, tuple[Hour, ...]], ...]:
    grid = by_hour(data.now.started, choice.clock)
    most = max(int(grid.max()), 1)
    return tuple(
        (
            day.capitalize(),
            tuple(
                Hour(count, count / most, link_with(choice, weekday=day, hour=str(hour)))
                for hour, count in enumerate(row)
            ),
        )
        for day, row in zip(WEEKDAYS, grid.tolist(), strict=True)
    )


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
