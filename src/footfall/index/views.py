"""The page views of a segment as columns, and to which of them a fact belongs."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Snapshot
from footfall.index.segment import Segment
from footfall.index.viewdays import view_columns
from footfall.index.visits import exact_views, fitting_sessions

Array = NDArray[Any]
NO_VIEW: Final = -1
"""The row of a fact whose page view is not in the segment."""
_TRIES: Final = 20


@dataclass(frozen=True, eq=False)
class Views:
    """Page views as columns of one length, sorted by session.

    session: SessionRow.number; tab: a name of the snapshot; started, ended: ms since 1970, corrected; the others CSS
    px, width and height of the viewport at load (0: not known), depth the scroll depth (TERMS.md).
    device: a place in viewdays.DEVICES.
    """

    session: Array
    tab: Array
    number: Array
    started: Array
    ended: Array
    width: Array
    height: Array
    document_width: Array
    document_height: Array
    depth: Array
    device: Array

    def __len__(self) -> int:
        return len(self.session)

    def take(self, rows: Array) -> "Views":
        """Return these rows (bool or in order) as views."""
        return Views(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


def views_of(shot: Snapshot, segment: Segment) -> Views:
    """Return the page views of a segment."""
    columns = view_columns(shot.connection, shot.names, shot.project, segment.filter)
    views = Views(**{one.name: columns[one.name] for one in fields(Views)})
    if (np.diff(views.session) < 0).any():
        views = views.take(np.argsort(views.session, kind="stable"))
    if segment.min_width is not None:
        views = views.take(np.flatnonzero(views.width >= max(segment.min_width, 1)))
    if segment.max_width is not None:
        fits = (views.width <= segment.max_width) & (views.width > 0)
        views = views.take(np.flatnonzero(fits))
    sessions = fitting_sessions(shot, segment, views.session)
    if sessions is not None:
        views = views.take(np.flatnonzero(np.isin(views.session, sessions)))
    if segment.path is not None:
        told = exact_views(shot, segment)
        found = rows_of(views, told["session"], told["tab"], told["view"])
        is_exact = np.zeros(len(views), np.bool_)
        is_exact[found[found != NO_VIEW]] = True
        views = views.take(is_exact)
    return views


def rows_of(views: Views, session: Array, tab: Array, number: Array) -> NDArray[np.int32]:
    """Return for each fact the row of its page view, or NO_VIEW.

    A table tells a session's first view of the page; its others are tried one after the other, as there are few.
    """
    if not len(views) or not len(session):
        return np.full(len(session), NO_VIEW, np.int32)
    most = max(int(views.session[-1]), int(session.max())) + 1
    begins = np.flatnonzero(np.diff(views.session, prepend=-1))
    first = np.full(most, NO_VIEW, np.int32)
    first[views.session[begins]] = begins
    rows: NDArray[np.int32] = first[session]
    asked = np.flatnonzero((rows != NO_VIEW) & _differs(views, rows, tab, number))
    for _ in range(_TRIES):
        if not len(asked):
            return rows
        at = np.minimum(rows[asked] + 1, len(views) - 1)
        is_other = (views.session[at] != session[asked]) | (at == rows[asked])
        rows[asked] = np.where(is_other, NO_VIEW, at)
        left = ~is_other & _differs(views, at, tab[asked], number[asked])
        asked = asked[left]
    rows[asked] = _searched(views, session[asked], tab[asked], number[asked])
    return rows


def _differs(views: Views, rows: Array, tab: Array, number: Array) -> Array:
    differs: Array = (number != views.number[rows]) | (tab != views.tab[rows])
    return differs


def _searched(views: Views, session: Array, tab: Array, number: Array) -> NDArray[np.int32]:
    """Return the rows of the views of sessions that have many of one page."""
    places = {
        place: row
        for row, place in enumerate(
            zip(views.session.tolist(), views.tab.tolist(), views.number.tolist(), strict=True)
        )
    }
    asked = zip(session.tolist(), tab.tolist(), number.tolist(), strict=True)
    return np.fromiter((places.get(place, NO_VIEW) for place in asked), np.int32, len(session))
