"""What the overview counts, from the index's columns: visits of a time and of the time before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.metrics import Visits
from footfall.analysis.sight import Changes, shown_ms
from footfall.clocks import Clock
from footfall.index import Filter, Index
from footfall.index.found_columns import scores_of
from footfall.index.goals import Goal
from footfall.index.packs import Snapshot
from footfall.index.renumber import renumbered
from footfall.index.viewdays import DEVICES
from footfall.index.visit_columns import VisitViews, shown_in, visit_views, vitals_of
from footfall.index.visits import sources
from footfall.sorting import ordering
from footfall.wire.schema import SESSION_MAX_MS

Array = NDArray[Any]
GROUPS: Final = {
    "page": "Page",
    "entry": "Landing page",
    "source": "Source",
    "device": "Device",
}
"""What figures are broken down by."""


@dataclass(frozen=True)
class Span:
    """A time, and the same one before: ms since 1970, `last` included."""

    first: int
    last: int
    before: tuple[int, int] | None  # the time before, likewise; None: nothing comes before it

    @property
    def began(self) -> str:
        """When sessions of this time began, as addresses have it."""
        return f"{self.first}-{self.last}"

    @property
    def began_before(self) -> str:
        """When those of the time before did; "" where there is none."""
        if self.before is None:
            return ""
        return f"{self.before[0]}-{min(self.before[1], self.first - 1)}"


@dataclass(frozen=True, eq=False)
class Pages:
    """Page views of visits. visit: the row of the visit; page: into names."""

    visit: Array
    page: Array
    started: Array
    names: list[str]


@dataclass(frozen=True, eq=False)
class Data:
    """What was gathered. pages, entry, device, source, vitals are of `now` alone."""

    now: Visits
    before: Visits
    pages: Pages
    groups: Mapping[str, tuple[Array, list[str]]]  # "entry", "device", "source": numbers, names
    vitals: Mapping[str, NDArray[np.float64]]


def span_of(chosen: Filter, now: int, first: int, clock: Clock) -> Span:
    """Return what a filter asks for at `now`; `first`: when the first session began, where it asks for all.

    The time before is as many days of the clock earlier.
    """
    last = now if chosen.until is None else min(now, chosen.until)
    if chosen.since is None:
        return Span(min(first, last), last, None)
    days = max(1, clock.day(last) - clock.day(chosen.since) + 1)
    before = clock.earlier(chosen.since, days), clock.earlier(last, days)
    return Span(chosen.since, last, before)


def gather(
    index: Index, project: str, span: Span, goal: Goal | None, device: str | None = None
) -> Data:
    """Read and count. Blocking. Raises StorageError.

    device: of the sessions, as lists have it; all of their page views count, whatever the window was then.
    """
    since = min(span.first, (span.before or (span.first, 0))[0])
    chosen = Filter(since=since - SESSION_MAX_MS, until=span.last + SESSION_MAX_MS)
    of_device = None
    if device is not None:
        of_device = index.session_columns(project, replace(chosen, device=device)).number
    with index.facts(project) as shot:
        views = visit_views(shot, chosen)
        if of_device is not None:
            views = views.take(np.isin(views.session, of_device))
        ties = (views.tab, views.number)
        order = ordering(views.session, views.started, ties)
        views = views if order is None else views.take(order)
        begins = np.flatnonzero(np.diff(views.session, prepend=-1))
        numbers = views.session[begins].astype(np.int64)
        reached = np.empty(0, np.int64) if goal is None else goal.reached(shot)["session"]
        visits = Visits(
            number=numbers,
            visitor=np.unique(views.visitor[begins], return_inverse=True)[1],
            started=views.started[begins].astype(np.int64),
            views=np.diff(np.append(begins, len(views))).astype(np.int64),
            engaged=_engaged(shot, views, begins, chosen),
            converted=_looked_up(numbers, reached, np.ones(len(reached), np.bool_)),
            score=_looked_up(numbers, *scores_of(shot)),
        )
        now = _within(visits, span.first, span.last)
        is_before = _within(visits, *(span.before or (0, -1)))
        kept = np.flatnonzero(now)
        return Data(
            now=visits.take(now),
            before=visits.take(is_before & (visits.started < span.first)),
            pages=_pages(shot, views, visits.views, kept),
            groups=_groups(shot, views, begins[kept], span),
            vitals=vitals_of(shot, numbers[now], span.first, span.last),
        )


def _within(visits: Visits, first: int, last: int) -> NDArray[np.bool_]:
    return (visits.started >= first) & (visits.started <= last)


def _looked_up(numbers: Array, known: Array, values: Array) -> Array:
    """Return the value of each session, 0 where nothing is known: by a table, as they are numbered one by one."""
    table = np.zeros(1 + max(int(numbers.max(initial=0)), int(known.max(initial=0))), values.dtype)
    table[known] = values
    found: Array = table[numbers]
    return found


def _engaged(shot: Snapshot, views: VisitViews, begins: Array, chosen: Filter) -> Array:
    """Return for each session the ms in which one of its page views was visible and focused."""
    if not len(views):
        return np.empty(0, np.int64)
    told = shown_in(shot, views, chosen.since, chosen.until)
    order = ordering(told.row, told.time, told.ties)
    if order is None:
        shown = Changes(told.row, told.time, told.value)
    else:
        shown = Changes(told.row[order], told.time[order], told.value[order])
    return np.add.reduceat(shown_ms(views.started, views.ended, shown), begins)


def _pages(shot: Snapshot, views: VisitViews, counts: Array, kept: Array) -> Pages:
    row = np.full(len(counts), -1, np.int64)
    row[kept] = np.arange(len(kept))
    visit = np.repeat(row, counts)
    inside = np.flatnonzero(visit >= 0)
    names, page = renumbered(views.page[inside])
    return Pages(visit[inside], page, views.started[inside], shot.texts(names.tolist()))


def _groups(
    shot: Snapshot, views: VisitViews, first: Array, span: Span
) -> dict[str, tuple[Array, list[str]]]:
    entries, entry = renumbered(views.page[first])
    told = sources(shot, span.first, span.last)
    source = np.maximum(told.of(views.session[first]), 0)  # not known: DIRECT, the first name
    return {
        "entry": (entry, shot.texts(entries.tolist())),
        "device": (views.device[first].astype(np.int64), list(DEVICES)),
        "source": (source, list(told.names)),
    }
