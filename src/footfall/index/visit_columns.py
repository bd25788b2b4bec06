"""Sessions and their page views as columns, for what is counted of whole visits."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.rows import Filter
from footfall.index.viewcolumns import view_columns
from footfall.index.views import NO_VIEW, Array, ViewPlaces, rows_of
from footfall.wire.facts import Vital
from footfall.wire.schema import SESSION_MAX_MS, Visibility

_NAMES: Final = ("page", "session", "visitor", "device", "started", "ended", "tab", "number")


@dataclass(frozen=True, eq=False)
class VisitViews(ViewPlaces):
    """Page views with what whole visits are counted from; in no special order.

    page: a name of the snapshot; visitor: `viewdays.visitor_code`; device: a place in viewdays.DEVICES; started,
    ended: ms since 1970, corrected.
    """

    page: Array
    visitor: Array
    device: Array
    started: Array
    ended: Array


@dataclass(frozen=True, eq=False)
class Shown:
    """When tabs were shown and left, in no special order.

    row: of the page view; time: ms since 1970; value: 1 visible and focused, or 0; ties: tab, sequence and ordinal.
    """

    row: Array
    time: Array
    value: Array
    ties: tuple[Array, Array, Array]


def visit_views(shot: Snapshot, chosen: Filter) -> VisitViews:
    """Return the page views that fit, of whole sessions where the filter's time leaves SESSION_MAX_MS around them."""
    return VisitViews(**view_columns(shot, chosen, _NAMES))


def shown_in(shot: Snapshot, views: ViewPlaces, since: int | None, until: int | None) -> Shown:
    """Return how visibility and focus changed in page views, which are sorted by session."""
    names = ("time", "tab", "sequence", "ordinal", "session", "view", "visible", "focused")
    told = shot.read(Visibility, names, Choice(since=since, until=until))
    row = rows_of(views, told["session"], told["tab"], told["view"])
    kept = np.flatnonzero(row != NO_VIEW)
    value = (told["visible"][kept] & told["focused"][kept]).astype(np.int64)
    tab, sequence, ordinal = (told[name][kept] for name in ("tab", "sequence", "ordinal"))
    return Shown(row[kept], told["time"][kept], value, (tab, sequence, ordinal))


def vitals_of(
    shot: Snapshot, sessions: Array, since: int | None, until: int | None
) -> dict[str, NDArray[np.float64]]:
    """Return the values of each web vital, by its name: of each document's the last that was told.

    ms; of CLS the score. sessions: SessionRow.number of those that count.
    """
    names = ("session", "tab", "view", "name", "cause", "value", "time", "sequence", "ordinal")
    chosen = Choice(since=since, until=None if until is None else until + SESSION_MAX_MS)
    told = shot.read(Vital, names, chosen)
    keep = np.isin(told["session"], sessions)
    told = {name: values[keep] for name, values in told.items()}
    same = ("session", "tab", "view", "name", "cause")
    order = np.lexsort(
        (*(told[name] for name in ("ordinal", "sequence", "time")), *(told[n] for n in same))
    )
    is_last = np.zeros(len(order), np.bool_)
    if len(order):
        is_last[-1] = True
        for name in same:
            ordered = told[name][order]
            is_last[:-1] |= ordered[1:] != ordered[:-1]
    kept = order[is_last]
    numbers = np.unique(told["name"][kept])
    return {
        text: told["value"][kept[told["name"][kept] == number]]
        for number, text in zip(numbers.tolist(), shot.texts(numbers), strict=True)
    }
