"""The recorded pages to draw upon, each at a moment at which it was there and not yet changed by its visitor."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index import BackdropRow, Index
from footfall.index.packs import Snapshot
from footfall.index.page_facts import read_facts
from footfall.index.page_moments import moments_of
from footfall.index.segment import Segment
from footfall.index.views import ViewPlaces, rows_of
from footfall.web.heat_moments import MOMENT_KINDS
from footfall.web.heat_query import HeatQuery
from footfall.wire.schema import Click

MAX_BACKDROPS: Final = 20
_CANDIDATES: Final = 1_000
SETTLED_MS: Final = 10_000
"""After so long what a page builds by scripts is there; own, above the 4 s from which an LCP is poor (TERMS.md)."""
_BEFORE_MS: Final = 1
_NEVER: Final = np.iinfo(np.int64).max
Times = NDArray[np.int64]


def backdrops_of(
    index: Index, shot: Snapshot, query: HeatQuery, segment: Segment, views: ViewPlaces
) -> list[dict[str, Any]]:
    """Return at most MAX_BACKDROPS, the most typical first.

    Those come before all others that have a moment of the kind asked for, or a click on the element that is to be
    seen: as they were just before it. time: ms since 1970.
    """
    clicks = read_facts(shot, Click, ("time", "key", "plain"), segment, views)
    first = _first(len(views), clicks["row"], clicks["time"])
    had = np.full(len(views), _NEVER)
    if query.seen:
        wanted = shot.number(query.seen)
        on_it = (clicks["key"] == wanted) | (clicks["plain"] == wanted)
        had = _first(len(views), clicks["row"][on_it], clicks["time"][on_it])
    elif query.kind in MOMENT_KINDS:
        moments = moments_of(shot, segment, views, query.kind)
        had = _first(len(views), moments.row, moments.time)
    limit = _CANDIDATES if query.seen or query.kind in MOMENT_KINDS else MAX_BACKDROPS
    rows = index.backdrops(shot.project, segment.filter, limit=limit)
    told = [
        (place, row)
        for row, place in zip(rows, _places(shot, views, rows), strict=True)
        if place >= 0  # the list tells fewer conditions than the segment has
    ]
    if not told:
        told = [(-1, row) for row in rows]
    told.sort(key=lambda one: one[0] < 0 or had[one[0]] == _NEVER)
    return [_told(row, place, first, had) for place, row in told[:MAX_BACKDROPS]]


def _told(row: BackdropRow, place: int, first: Times, had: Times) -> dict[str, Any]:
    time = row.started + SETTLED_MS
    if place >= 0:
        time = int(had[place] if had[place] != _NEVER else min(first[place], time)) - _BEFORE_MS
    return {
        "session": row.session,
        "tab": row.tab,
        "document": row.document,
        "page_view": row.page_view,
        "sequence": row.sequence,
        "width": row.width,
        "height": row.height,
        "started": row.started,
        "time": max(time, row.started),
        "title": row.title,
    }


def _first(count: int, row: NDArray[Any], time: NDArray[Any]) -> Times:
    """Return the earliest time of each view; _NEVER where it has none."""
    first = np.full(count, _NEVER)
    np.minimum.at(first, row, time)
    return first


def _places(shot: Snapshot, views: ViewPlaces, rows: list[BackdropRow]) -> list[int]:
    """Return the row of each backdrop's page view; below 0 where it is not in the segment."""
    sql = "SELECT number FROM sessions WHERE project = ? AND session = ?"
    numbers = []
    for row in rows:
        found = shot.connection.execute(sql, (shot.project, row.session)).fetchone()
        numbers.append(-1 if found is None else found[0])
    known = np.array(numbers, np.int64)
    tabs = np.array([shot.number(row.tab) for row in rows], np.int64)
    pages = np.array([row.page_view for row in rows], np.int64)
    found = rows_of(views, np.maximum(known, 0), tabs, pages)
    return [int(one) for one in np.where(known < 0, -1, found)]
