"""The answer to a funnel's question: from the index through the analysis to numbers. Blocking, but no handler."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from aiohttp import web

from footfall.analysis.funnels import (
    Comparison,
    Funnel,
    Group,
    Outcome,
    Outcomes,
    Summary,
    TrendPoint,
    attempts,
    breakdown,
    choose,
    compare,
    summarise,
    trend,
)
from footfall.analysis.funnels.instead import has_ties, instead
from footfall.analysis.steps import Filter, Table
from footfall.analysis.steps.table import Ints, Mask
from footfall.analysis.templates import Rules
from footfall.clocks import DAY_MS
from footfall.detect.events import Scope, read_table
from footfall.index import Filter as Sessions
from footfall.index import Index
from footfall.web.choice import DEVICES
from footfall.web.common import now_ms, project_of
from footfall.web.funnel_form import KIND_NAMES
from footfall.web.funnel_labels import in_segment, labels
from footfall.web.funnel_moments import moments_before
from footfall.web.funnel_query import FunnelQuery
from footfall.web.keys import INDEX, PAGE_RULES

_MANY_DAYS: Final = 120


@dataclass(frozen=True, eq=False)
class Found:
    """A funnel that was computed, while the index is open."""

    funnel: Funnel
    scope: Scope
    table: Table
    outcomes: Outcomes


@dataclass(frozen=True)
class Answer:
    """What is told of a funnel."""

    summary: Summary
    instead: tuple[
        Counter[str], ...
    ]  # for each step but the last: page by template, "" for nothing more
    trend: tuple[TrendPoint, ...]
    span: int  # ms of one point of the trend
    groups: tuple[Group, ...]
    this: Summary  # what is compared: all, or those in the segment
    other: Summary | None  # what it is compared with
    comparison: Comparison | None
    before: (
        tuple[int, int] | None
    )  # the time that it is compared with, ms since 1970; None: another thing
    moments: tuple[Counter[str], ...]  # as `instead`: persons by kinds of moments near their drop


@dataclass(frozen=True)
class Source:
    """Where funnels are computed from."""

    index: Index
    project: str
    rules: Rules
    now: int  # ms since 1970


def answer(source: Source, query: FunnelQuery) -> Answer:
    """Compute all that the page of a funnel shows. Raises StepError, StorageError."""
    with computed(source, query) as found:
        summary = summarise(found.outcomes, found.table)
        table, views = with_views(found)
        points, span = _trend(found, query)
        groups = _groups(found, query)
        this, other = _parted(found, query) if query.versus == "segment" else (summary, None)
        near = tuple(
            moments_before(source.index, source.project, found.outcomes, found.table, depth)
            for depth in range(1, len(found.funnel.steps))
        )
        told = tuple(
            _by_template(
                instead(found.outcomes, table, views, depth, found.scope.shot.texts),
                source.rules,
            )
            for depth in range(1, len(found.funnel.steps))
        )
    other = other or _other(source, query)
    comparison, before = None, time_before(query, source.now)
    if other is not None:
        comparison = compare(this.converted, this.entered, other.converted, other.entered)
    return Answer(summary, told, points, span, groups, this, other, comparison, before, near)


def funnel_source(request: web.Request) -> Source:
    """Return where a request's funnels are computed from."""
    project = project_of(request).id
    rules = Rules(request.app[PAGE_RULES].templates(project))
    return Source(request.app[INDEX], project, rules, now_ms())


def funnel_names(query: FunnelQuery) -> tuple[str, ...]:
    """Return what each step is called: as it is written. Raises StepError."""
    names = []
    for one in query.funnel().steps:
        where = [
            f"{cond.field} {cond.operator} {' or '.join(cond.values) or f'{cond.low} to {cond.high}'}"
            for cond in one.where
        ]
        first = KIND_NAMES[one.kind].capitalize()
        if len(one.where) == 1 and one.where[0].operator == "is":
            first, where = f"{first}: {' or '.join(one.where[0].values)}", []
        names.append(first + (f" ({', '.join(where)})" if where else ""))
    return tuple(names)


@contextmanager
def computed(source: Source, query: FunnelQuery) -> Iterator[Found]:
    """Compute a funnel; the index stays open for what else is asked. Raises StepError, StorageError."""
    chosen = query.choice.filter(source.now)
    with computed_between(source, query, chosen.since, chosen.until) as found:
        yield found


@contextmanager
def computed_between(
    source: Source, query: FunnelQuery, since: int | None, until: int | None
) -> Iterator[Found]:
    """As `computed`, of who began between two times, ms since 1970."""
    funnel = query.funnel()
    people = None
    if query.choice.device or funnel.per == "user":
        chosen = Sessions(device=query.choice.device or None)
        people = source.index.session_columns(source.project, chosen)
    # Who began in time may go on after it, as long as the window lasts.
    end = None if until is None else until + funnel.longest
    with source.index.facts(source.project) as shot:
        scope = Scope(shot, source.rules, since, end, people)
        table = _table(scope, funnel)
        outcomes = choose(funnel, attempts(funnel, table), table, source.now, until)
        yield Found(funnel, scope, table, outcomes)


def with_views(found: Found) -> tuple[Table, Table]:
    """Return the funnel's events and the page views of the same people, ready for `instead.next_view`."""
    per, seen = found.funnel.per, [Filter("page")]
    views = read_table(found.scope, seen, per)
    last = found.outcomes.places[np.arange(len(found.outcomes.depth)), found.outcomes.depth - 1]
    if not has_ties(found.table, views, last):
        return found.table, views
    table = _table(found.scope, found.funnel, places=True)
    return table, read_table(found.scope, seen, per, places=True)


def _table(scope: Scope, funnel: Funnel, *, places: bool = False) -> Table:
    kinds = {one.kind for one in funnel.steps} if funnel.order == "strict" else ()
    return read_table(scope, funnel.filters, funnel.per, whole=frozenset(kinds), places=places)


def sessions_of(
    found: Found, step: int, outcome: str, kept: Mask | None = None
) -> dict[int, tuple[int, ...]]:
    """Return the sessions behind a figure with when each step was reached (ms since 1970), latest first.

    step: from 1; outcome: "reached", "dropped" or "pending"; kept: of the persons, None for all.
    A person's session is that of the last step reached.
    """
    some = found.outcomes
    if outcome == "reached":
        rows = np.flatnonzero(some.depth >= step)
    else:
        wanted = Outcome.PENDING if outcome == "pending" else Outcome.DROPPED
        rows = np.flatnonzero((some.depth == step) & (some.outcome == wanted))
    rows = rows if kept is None else rows[kept[rows]]
    times = some.times(found.table)[rows]
    place = some.places[rows, some.depth[rows] - 1]
    told: dict[int, tuple[int, ...]] = {}
    for row in np.argsort(-found.table.time[place], kind="stable"):
        number = int(found.table.session[place[row]])
        told.setdefault(number, tuple(int(one) for one in times[row] if one >= 0))
    return told


def time_before(query: FunnelQuery, now: int) -> tuple[int, int] | None:
    """Return the time that a funnel is compared with, ms since 1970; None: with none (all time has none)."""
    chosen = query.choice.filter(now)
    if query.versus != "previous" or chosen.since is None:
        return None
    length = (chosen.until or now) - chosen.since
    return chosen.since - length, chosen.since - 1


def _other(source: Source, query: FunnelQuery) -> Summary | None:
    """Return the funnel to compare with; None: nothing was asked for, or all time has none before it."""
    span = time_before(query, source.now)
    if span is not None:
        before = computed_between(source, query, *span)
    elif query.versus in DEVICES:
        other = replace(query, choice=replace(query.choice, device=query.versus))
        before = computed(source, other)
    else:
        return None
    with before as found:
        return summarise(found.outcomes, found.table)


def _trend(found: Found, query: FunnelQuery) -> tuple[tuple[TrendPoint, ...], int]:
    clock = query.choice.clock
    points = trend(found.outcomes, found.table, days=1, clock=clock)
    if len(points) <= _MANY_DAYS:
        return tuple(points), DAY_MS
    return tuple(trend(found.outcomes, found.table, days=7, clock=clock)), 7 * DAY_MS


def _by_template(pages: Counter[str], rules: Rules) -> Counter[str]:
    counts: Counter[str] = Counter()
    for page, count in pages.items():
        counts[rules.template_of(page) if page else ""] += count
    return counts


def _groups(found: Found, query: FunnelQuery) -> tuple[Group, ...]:
    if not query.is_grouped:
        return ()
    numbers, names = labels(found.scope, found.table, touched(found, query), query)
    return tuple(breakdown(found.outcomes, numbers, names))


def _parted(found: Found, query: FunnelQuery) -> tuple[Summary, Summary | None]:
    """Return the funnel of those in the segment, and of those who are not in it; None: no segment is named."""
    if not query.segment.strip():
        return summarise(found.outcomes, found.table), None
    sessions = found.table.session[touched(found, query)]
    inside = in_segment(found.scope, query.segment, sessions)
    parts = (found.outcomes.among(inside), found.outcomes.among(~inside))
    this, other = (summarise(one, found.table) for one in parts)
    return this, other


def touched(found: Found, query: FunnelQuery) -> Ints:
    """Return the event of each person whose values a breakdown takes, as a place in the table."""
    some = found.outcomes
    if query.touch == "last":
        return some.places[np.arange(len(some.depth)), some.depth - 1]
    return some.places[:, 0]
