"""Problems ranked, from the index's columns through the analysis. Blocking, but no handler."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.problems import Crowd, Met, Ranking, once, rank
from footfall.index import Filter, Index
from footfall.index.found import Found, MomentFilter
from footfall.index.goals import Goal
from footfall.index.packs import Snapshot
from footfall.index.people import session_numbers
from footfall.index.viewdays import view_columns
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
    wanted = MomentFilter(
        kind=asked.kind or None, page=chosen.page, since=chosen.since, until=chosen.until
    )
    # SQLite finds the moments while NumPy reads the page views.
    with ThreadPoolExecutor(1) as beside, index.facts(project) as shot:
        finding = beside.submit(Found(index.path).places, project, TROUBLE, wanted)
        views = _views(shot, chosen)
        visitor_of, count = _visitors(shot, views, chosen)
        converted = _converted(shot, asked, visitor_of, count)
        told = finding.result()
        numbered = np.array([shot.names[page] for _, page, _ in told.places], np.int64)
        pages, page_of = np.unique(numbered, return_inverse=True)
        crowd = Crowd(*_viewed(views, pages, visitor_of, chosen.since), converted)
    visitor = _looked_up(told.number, visitor_of)
    known = np.flatnonzero(visitor != NOBODY)
    met = Met(
        told.place[known], told.number[known], visitor[known], told.time[known], told.length[known]
    )
    first = int(met.time.min(initial=now)) if chosen.since is None else chosen.since
    span = (first, min(now, chosen.until or now))
    return rank(told.places, page_of, once(told.places, met), crowd, span)


def _views(shot: Snapshot, chosen: Filter) -> dict[str, Array]:
    """Return the page views in time, and those before it of sessions that may reach into it."""
    since = None if chosen.since is None else chosen.since - SESSION_MAX_MS
    within = Filter(since=since, until=chosen.until)
    names = ("page", "session", "visitor", *(("started",) if since is not None else ()))
    return view_columns(shot.connection, shot.names, shot.project, within, names)


def _visitors(shot: Snapshot, views: dict[str, Array], chosen: Filter) -> tuple[Array, int]:
    """Return the visitor (0 …, or NOBODY) of each session that counts, by its number, and how many there are."""
    code_of = np.zeros(1 + int(views["session"].max(initial=-1)), np.int64)
    code_of[views["session"]] = views["visitor"]
    known = np.zeros(len(code_of), np.bool_)
    known[views["session"]] = True
    if chosen.device is not None:
        some = session_numbers(shot.connection, shot.project, Filter(device=chosen.device))
        of_device = np.zeros(len(code_of), np.bool_)
        of_device[some[some < len(code_of)]] = True
        known &= of_device
    codes, visitor = np.unique(code_of[known], return_inverse=True)
    found = np.full(len(code_of), NOBODY, np.int64)
    found[known] = visitor
    return found, len(codes)


def _viewed(
    views: dict[str, Array], pages: Array, visitor_of: Array, since: int | None
) -> tuple[Array, Array]:
    """Return page (into `pages`, which are sorted) and visitor of the views of these pages."""
    low = min(int(pages.min(initial=0)), int(views["page"].min(initial=0)))
    high = max(int(pages.max(initial=0)), int(views["page"].max(initial=0)))
    place = np.full(high - low + 1, -1, np.int64)
    place[pages - low] = np.arange(len(pages))
    at, viewer = place[views["page"] - low], visitor_of[views["session"]]
    keep = (at >= 0) & (viewer != NOBODY)
    if since is not None:
        keep &= views["started"] >= since
    return at[keep], viewer[keep]


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
    found = np.full(len(numbers), NOBODY, np.int64)
    inside = np.flatnonzero(numbers < len(visitor_of))
    found[inside] = visitor_of[numbers[inside]]
    return found
