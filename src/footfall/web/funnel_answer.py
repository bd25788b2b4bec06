"""The answer to a funnel's question: from the index through the analysis to numbers. Blocking, but no handler."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

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
from footfall.analysis.funnels.instead import instead
from footfall.analysis.steps import Filter, Table
from footfall.analysis.steps.table import Ints, in_order
from footfall.analysis.templates import Rules
from footfall.index import Filter as Sessions
from footfall.index import Index, device_of
from footfall.index.packs import Choice as FactChoice
from footfall.web.events import Scope, read_table
from footfall.web.funnel_query import FunnelQuery
from footfall.wire.schema import PageView

DAY_MS: Final = 86_400_000
_MANY_DAYS: Final = 120
_MINUTE_MS: Final = 60_000


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
    other: Summary | None  # what it is compared with
    comparison: Comparison | None


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
        views = read_table(found.scope, [Filter("page")], found.funnel.per)
        points, span = _trend(found, query)
        groups = _groups(found, query) if query.by else ()
        told = tuple(
            _by_template(
                instead(found.outcomes, found.table, views, depth, found.scope.shot.texts),
                source.rules,
            )
            for depth in range(1, len(found.funnel.steps))
        )
    other = _other(source, query)
    comparison = None
    if other is not None:
        comparison = compare(summary.converted, summary.entered, other.converted, other.entered)
    return Answer(summary, told, points, span, groups, other, comparison)


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
    kinds = {one.kind for one in funnel.steps} if funnel.order == "strict" else ()
    with source.index.facts(source.project) as shot:
        scope = Scope(shot, source.rules, since, end, people)
        table = read_table(scope, funnel.filters, funnel.per, whole=frozenset(kinds))
        outcomes = choose(funnel, attempts(funnel, table), table, source.now, until)
        yield Found(funnel, scope, table, outcomes)


def sessions_of(found: Found, step: int, outcome: str) -> dict[int, tuple[int, ...]]:
    """Return the sessions behind a figure with when each step was reached (ms since 1970), latest first.

    step: from 1; outcome: "reached", "dropped" or "pending". A person's session is that of the last step reached.
    """
    some = found.outcomes
    if outcome == "reached":
        rows = np.flatnonzero(some.depth >= step)
    else:
        wanted = Outcome.PENDING if outcome == "pending" else Outcome.DROPPED
        rows = np.flatnonzero((some.depth == step) & (some.outcome == wanted))
    times = some.times(found.table)[rows]
    place = some.places[rows, some.depth[rows] - 1]
    told: dict[int, tuple[int, ...]] = {}
    for row in np.argsort(-found.table.time[place], kind="stable"):
        number = int(found.table.session[place[row]])
        told.setdefault(number, tuple(int(one) for one in times[row] if one >= 0))
    return told


def _other(source: Source, query: FunnelQuery) -> Summary | None:
    """Return the funnel to compare with; None: nothing was asked for, or all time has none before it."""
    chosen = query.choice.filter(source.now)
    if query.versus == "previous" and chosen.since is not None:
        length = (chosen.until or source.now) - chosen.since
        before = computed_between(source, query, chosen.since - length, chosen.since - 1)
    elif query.versus and query.versus != "previous":
        other = replace(query, choice=replace(query.choice, device=query.versus))
        before = computed(source, other)
    else:
        return None
    with before as found:
        return summarise(found.outcomes, found.table)


def _trend(found: Found, query: FunnelQuery) -> tuple[tuple[TrendPoint, ...], int]:
    zone = query.choice.zone * _MINUTE_MS
    points = trend(found.outcomes, found.table, span=DAY_MS, zone=zone)
    if len(points) <= _MANY_DAYS:
        return tuple(points), DAY_MS
    return tuple(trend(found.outcomes, found.table, span=7 * DAY_MS, zone=zone)), 7 * DAY_MS


def _by_template(pages: Counter[str], rules: Rules) -> Counter[str]:
    counts: Counter[str] = Counter()
    for page, count in pages.items():
        counts[rules.template_of(page) if page else ""] += count
    return counts


def _groups(found: Found, query: FunnelQuery) -> tuple[Group, ...]:
    some = found.outcomes
    places = (
        some.places[np.arange(len(some.depth)), some.depth - 1]
        if query.touch == "last"
        else some.places[:, 0]
    )
    numbers, names = _labels(found, places, query.by)
    return tuple(breakdown(some, numbers, names))


def _labels(found: Found, places: Ints, by: str) -> tuple[Ints, list[str]]:
    """Return of each event which label it has, and the labels."""
    shot, rules = found.scope.shot, found.scope.rules
    texts: Callable[[str], str] = rules.template_of
    if by == "page":
        values = found.table.page[places]
    else:
        column = {"device": "width", "source": "referrer", "landing": "page"}[by]
        values = _of_sessions(found, found.table.session[places], column)
        if by == "source":
            texts = _source_of
    different, place = np.unique(values, return_inverse=True)
    if by == "device":
        labels = [device_of(int(one)) for one in different]
    else:
        labels = [texts(one) for one in shot.texts(different.tolist())]
    names: dict[str, int] = {}
    numbers = [names.setdefault(one, len(names)) for one in labels]
    return np.array(numbers, np.int64)[place] if numbers else np.zeros(0, np.int64), list(names)


def _of_sessions(found: Found, sessions: Ints, column: str) -> NDArray[np.int64]:
    """Return a column of each session's first page view; 0 or the empty name for one without any."""
    wanted = np.unique(sessions)
    views = found.scope.shot.read(
        PageView,
        ("session", "time", "tab", "sequence", "ordinal", column),
        FactChoice(sessions=wanted),
    )
    ties = (views["tab"], views["sequence"], views["ordinal"])
    order = in_order(views["session"].astype(np.int64), views["time"], ties)
    none = 0 if column == "width" else found.scope.shot.number("")
    first = np.full(len(wanted), none, np.int64)
    first[np.searchsorted(wanted, views["session"][order[::-1]])] = views[column][order[::-1]]
    return first[np.searchsorted(wanted, sessions)]


def _source_of(referrer: str) -> str:
    """Return where a visit came from: the referring site's host."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return "Unknown"
    return host.removeprefix("www.") or "Direct"
