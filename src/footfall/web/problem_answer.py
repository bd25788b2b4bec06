"""Problems ranked, from the index's columns through the analysis. Blocking, but no handler."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.problems import Crowd, Met, Ranking, once, rank
from footfall.index import Filter, Index
from footfall.index.found_columns import places_of
from footfall.index.goals import Goal
from footfall.index.packs import Snapshot
from footfall.index.people import session_numbers
from footfall.index.viewcolumns import view_columns
from footfall.wire.schema import SESSION_MAX_MS

Array = NDArray[Any]
TROUBLE: Final = (
    "rage", "dead", "slow", "error", "quick_back", "thrash", "scrolling", "form_abandon", "last_step", "field_drop",
)  # fmt: skip
"""Kinds of moments that tell of trouble; the others tell of interest."""
NOBODY: Final = -1


@dataclass(frozen=True)
class Asked:
    """What is asked for. chosen: page, device and time."""

    chosen: Filter
    kind: str = ""  # of TROUBLE; "" for all
    goal: Goal | None = None


def ranked(index: Index, project: str, asked: Asked, now: int) -> Ranking:
    """Rank the problems at `now` (ms since 1970). Raises StorageError."""
    chosen = asked.chosen
    kinds = [kind for kind in TROUBLE if asked.kind in ("", kind)]
    with index.facts(project) as shot:
        told = places_of(shot, kinds, chosen.page, chosen.since, chosen.until)
        views = _views(shot, chosen)
        visitor_of, count = _visitors(shot, views, chosen)
        converted = _converted(shot, asked, visitor_of, count)
        pages = np.array([shot.names[page] for page in told.pages], np.int64)
        crowd = Crowd(*_viewed(views, pages, visitor_of, chosen.since), converted)
    visitor = _looked_up(told.number, visitor_of)
    met = Met(told.place, told.number, visitor, told.time, told.length)
    if not (visitor != NOBODY).all():
        met = met.take(np.flatnonzero(visitor != NOBODY))
    first = int(met.time.min(initial=now)) if chosen.since is None else chosen.since
    span = (first, min(now, chosen.until or now))
    return rank(told.places, told.page, once(told.places, met), crowd, span)


def _views(shot: Snapshot, chosen: Filter) -> dict[str, Array]:
    """Return the page views in time, and those before it of sessions that may reach into it."""
    since = None if chosen.since is None else chosen.since - SESSION_MAX_MS
    within = Filter(since=since, until=chosen.until)
    names = ("page", "session", "visitor", *(("started",) if since is not None else ()))
    return view_columns(shot, within, names)


def _visitors(shot: Snapshot, views: dict[str, Array], chosen: Filter) -> tuple[Array, int]:
    """Return the visitor (0 …, or NOBODY) of each session that counts, by its number, and how many there are."""
    # A session's views stand together, most of them: each stretch tells it once.
    begins = np.flatnonzero(np.diff(views["session"], prepend=-1))
    session, visitors = views["session"][begins], views["visitor"][begins]
    code_of = np.zeros(1 + int(session.max(initial=-1)), np.int64)
    code_of[session] = visitors
    known = np.zeros(len(code_of), np.bool_)
    known[session] = True
    if chosen.device is not None:
        some = session_numbers(shot.connection, shot.project, Filter(device=chosen.device))
        of_device = np.zeros(len(code_of), np.bool_)
        of_device[some[some < len(code_of)]] = True
        known &= of_device
    codes, visitor = np.unique(code_of[known], return_inverse=True)
    found = np.full(len(code_of), NOBODY, np.int32)
    found[known] = visitor
    return found, len(codes)


def _viewed(
    views: dict[str, Array], pages: Array, visitor_of: Array, since: int | None
) -> tuple[Array, Array]:
    """Return page (into `pages`) and visitor of the views of these pages."""
    low = min(int(pages.min(initial=0)), int(views["page"].min(initial=0)))
    high = max(int(pages.max(initial=0)), int(views["page"].max(initial=0)))
    place = np.full(high - low + 1, -1, np.int32)
    place[pages - low] = np.arange(len(pages))
    at = place.take(views["page"] - low if low else views["page"])
    viewer = visitor_of.take(views["session"])
    keep = (at >= 0) & (viewer != NOBODY)
    if since is not None:
        keep &= views["started"] >= since
    if keep.all():
        return at, viewer
    rows = np.flatnonzero(keep)
    return at.take(rows), viewer.take(rows)


def _converted(shot: Snapshot, asked: Asked, visitor_of: Array, count: int) -> NDArray[np.bool_]:
    """Tell which visitors reached the goal in time."""
    found = np.zeros(count, np.bool_)
    if asked.goal is None:
        return found
    told = asked.goal.reached(shot)
    inside = np.ones(len(told["time"]), np.bool_)
    if asked.chosen.since is not None:
        inside &= told["time"] >= asked.chosen.since
    if asked.chosen.until is not None:
        inside &= told["time"] <= asked.chosen.until
    visitor = _looked_up(told["session"][inside], visitor_of)
    found[visitor[visitor != NOBODY]] = True
    return found


def _looked_up(numbers: Array, visitor_of: Array) -> Array:
    if len(numbers) and int(numbers.max()) < len(visitor_of):
        return visitor_of.take(numbers)
    found = np.full(len(numbers), NOBODY, np.int32)
    inside = np.flatnonzero(numbers < len(visitor_of))
    found[inside] = visitor_of[numbers[inside]]
    return found
