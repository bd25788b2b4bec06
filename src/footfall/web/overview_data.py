"""What the overview counts, from the index's columns: visits of a time and of the time before."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.metrics import DAY_MS, Visits
from footfall.analysis.sight import Changes, Seen, sight_of
from footfall.index import Filter, Index
from footfall.index.found import Found
from footfall.index.packs import Snapshot
from footfall.index.segment import DIRECT, Goal
from footfall.index.viewdays import DEVICES
from footfall.index.visit_columns import VisitViews, shown_in, visit_views, vitals_of
from footfall.index.visits import reached_goal, sources
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
    before: int | None  # by how much the time before is earlier, ms; None: nothing comes before it


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


def span_of(chosen: Filter, now: int, first: int) -> Span:
    """Return what a filter asks for at `now`; `first`: when the first session began, where it asks for all."""
    last = now if chosen.until is None else min(now, chosen.until)
    if chosen.since is None:
        return Span(min(first, last), last, None)
    days = max(1, -(-(last - chosen.since) // DAY_MS))
    return Span(chosen.since, last, days * DAY_MS)


def gather(
    index: Index, project: str, span: Span, goal: Goal | None, device: str | None = None
) -> Data:
    """Read and count. Blocking. Raises StorageError."""
    since = span.first - (span.before or 0)
    chosen = Filter(since=since - SESSION_MAX_MS, until=span.last + SESSION_MAX_MS, device=device)
    people = index.session_columns(project, Filter(since=chosen.since))
    scores = dict(Found(index.path).scores(project, chosen.since))
    with index.facts(project) as shot:
        seen = visit_views(shot, chosen)
        known = np.isin(seen.sessions, people.number)
        engaged = _engaged(shot, seen, chosen)
        reached = np.empty(0, np.int64) if goal is None else reached_goal(shot, goal)["session"]
        numbers = seen.sessions[known]
        visits = Visits(
            number=numbers,
            visitor=people.visitor_of(numbers),
            started=seen.views.started[seen.begins][known].astype(np.int64),
            views=_counts(seen)[known],
            engaged=engaged[known],
            converted=np.isin(numbers, reached),
            score=np.array([scores.get(one, 0.0) for one in numbers.tolist()], np.float64),
        )
        now = _within(visits, span.first, span.last)
        shift = span.before or 0
        is_before = _within(visits, span.first - shift, span.last - shift) & (
            span.before is not None
        )
        kept = np.flatnonzero(known)[now]
        return Data(
            now=visits.take(now),
            before=visits.take(is_before & (visits.started < span.first)),
            pages=_pages(shot, seen, kept),
            groups=_groups(shot, seen, kept, span),
            vitals=vitals_of(shot, numbers[now], span.first, span.last),
        )


def _within(visits: Visits, first: int, last: int) -> NDArray[np.bool_]:
    return (visits.started >= first) & (visits.started <= last)


def _counts(seen: VisitViews) -> Array:
    return np.diff(np.append(seen.begins, len(seen.views))).astype(np.int64)


def _engaged(shot: Snapshot, seen: VisitViews, chosen: Filter) -> Array:
    """Return for each session the ms in which one of its page views was visible and focused."""
    views = seen.views
    if not len(views):
        return np.empty(0, np.int64)
    told = shown_in(shot, views, chosen.since, chosen.until)
    shown = Changes(**{one.name: getattr(told, one.name) for one in fields(Changes)})
    none = Changes.none()
    height = np.ones(len(views), np.int64)
    sight = sight_of(Seen(views.started, views.ended, height), none, none, none, shown)
    lasted = np.where(sight.seen, sight.end - sight.start, 0)
    by_view = np.bincount(sight.row, lasted, len(views))
    return np.add.reduceat(by_view, seen.begins).astype(np.int64)


def _pages(shot: Snapshot, seen: VisitViews, kept: Array) -> Pages:
    row = np.full(len(seen.begins), -1, np.int64)
    row[kept] = np.arange(len(kept))
    visit = row[np.repeat(np.arange(len(seen.begins)), _counts(seen))]
    inside = visit >= 0
    names, page = np.unique(seen.page[inside], return_inverse=True)
    started = seen.views.started[inside]
    return Pages(visit[inside], page, started, shot.texts(names.tolist()))


def _groups(
    shot: Snapshot, seen: VisitViews, kept: Array, span: Span
) -> dict[str, tuple[Array, list[str]]]:
    first = seen.begins[kept]
    entries, entry = np.unique(seen.page[first], return_inverse=True)
    told = sources(shot, span.first, span.last)
    texts = [told.get(number, DIRECT) for number in seen.sessions[kept].tolist()]
    names, source = np.unique(np.array(texts, np.str_), return_inverse=True)
    return {
        "entry": (entry, shot.texts(entries.tolist())),
        "device": (seen.views.device[first].astype(np.int64), list(DEVICES)),
        "source": (source, names.tolist()),
    }
