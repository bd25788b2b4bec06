"""The page views of a segment as columns, and to which of them a fact belongs."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Snapshot
from footfall.index.segment import Segment
from footfall.index.viewcolumns import view_columns
from footfall.index.visits import exact_views, fitting_sessions

Array = NDArray[Any]
NO_VIEW: Final = -1
"""The row of a fact whose page view is not in the segment."""
_TRIES: Final = 20


@dataclass(frozen=True, eq=False)
class ViewPlaces:
    """Which page views there are, as columns of one length, sorted by session.

    session: SessionRow.number; tab: a name of the snapshot; number: the view's in its tab.
    """

    session: Array
    tab: Array
    number: Array

    def __len__(self) -> int:
        return len(self.session)

    def take(self, rows: Array) -> Self:
        """Return these rows (bool or in order) as views."""
        return type(self)(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True, eq=False)
class Views(ViewPlaces):
    """Page views with all that is known of each.

    started, ended: ms since 1970, corrected; the others CSS px, width and height of the viewport at load (0: not
    known), depth the scroll depth (TERMS.md). device: a place in viewdays.DEVICES.
    """

    started: Array
    ended: Array
    width: Array
    height: Array
    document_width: Array
    document_height: Array
    depth: Array
    device: Array


_V = TypeVar("_V", bound=ViewPlaces)


def views_of(shot: Snapshot, segment: Segment) -> Views:
    """Return the page views of a segment."""
    return _chosen(shot, segment, Views)


def places_of(shot: Snapshot, segment: Segment) -> ViewPlaces:
    """Return which page views a segment has: the same in a third of the time, where no more is asked of them."""
    return _chosen(shot, segment, ViewPlaces)


def _chosen(shot: Snapshot, segment: Segment, kind: type[_V]) -> _V:
    asked = tuple(one.name for one in fields(kind))
    by_width = segment.min_width is not None or segment.max_width is not None
    names = asked if "width" in asked or not by_width else (*asked, "width")
    columns = view_columns(shot, segment.filter, names)
    views = kind(**{name: columns[name] for name in asked})
    if by_width:
        width = columns["width"]
        most = np.inf if segment.max_width is None else segment.max_width
        fits = np.flatnonzero((width >= max(segment.min_width or 1, 1)) & (width <= most))
        views = views.take(fits)
    if (views.session[1:] < views.session[:-1]).any():
        views = views.take(np.argsort(views.session, kind="stable"))
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


def rows_of(views: ViewPlaces, session: Array, tab: Array, number: Array) -> NDArray[np.int32]:
    """Return for each fact the row of its page view, or NO_VIEW."""
    return finder(views)(session, tab, number)


def finder(views: ViewPlaces) -> Callable[[Array, Array, Array], NDArray[np.int32]]:
    """Return what finds the rows of facts' page views by their session, tab and number, or NO_VIEW.

    A table tells a session's first view of the page; its others are tried one after the other, as there are few.
    """
    if not len(views):
        return lambda session, _tab, _number: np.full(len(session), NO_VIEW, np.int32)
    begins = np.flatnonzero(np.diff(views.session, prepend=-1))
    beyond = int(views.session[-1]) + 1
    first = np.full(beyond + 1, NO_VIEW, np.int32)
    first[views.session[begins]] = begins
    is_begin = np.zeros(len(views) + 1, np.bool_)
    is_begin[begins] = is_begin[-1] = True
    places = _place(views.tab, views.number)

    def find(session: Array, tab: Array, number: Array) -> NDArray[np.int32]:
        rows: NDArray[np.int32] = first.take(np.minimum(session, beyond))
        wanted = _place(tab, number)
        # A session that is there as a whole, in one tab, has its views one after the other.
        guess = rows + (wanted - places.take(rows))
        guess = np.where((guess > rows) & (guess < len(places)), guess, rows).astype(np.int32)
        is_it = (places.take(guess) == wanted) & (views.session.take(guess) == session)
        rows = np.where(is_it & (rows != NO_VIEW), guess, rows)
        asked = np.flatnonzero((rows != NO_VIEW) & ~is_it & (places.take(rows) != wanted))
        for _ in range(_TRIES):
            if not len(asked):
                return rows
            at = rows[asked] + 1
            is_other = is_begin[at]
            rows[asked] = np.where(is_other, NO_VIEW, at)
            left = ~is_other
            left[left] = places[at[left]] != wanted[asked[left]]
            asked = asked[left]
        rows[asked] = _searched(views, session[asked], tab[asked], number[asked])
        return rows

    return find


def _place(tab: Array, number: Array) -> NDArray[np.int64]:
    """Return tab and number of a view in one number."""
    place: NDArray[np.int64] = (tab.astype(np.int64) << 32) + number
    return place


def _searched(views: ViewPlaces, session: Array, tab: Array, number: Array) -> NDArray[np.int32]:
    """Return the rows of the views of sessions that have many of one page."""
    places = {
        place: row
        for row, place in enumerate(
            zip(views.session.tolist(), views.tab.tolist(), views.number.tolist(), strict=True)
        )
    }
    asked = zip(session.tolist(), tab.tolist(), number.tolist(), strict=True)
    return np.fromiter((places.get(place, NO_VIEW) for place in asked), np.int32, len(session))
