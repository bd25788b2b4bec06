"""Sessions and their page views as columns, for what is counted of whole visits."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.rows import Filter
from footfall.index.viewdays import view_columns
from footfall.index.views import NO_VIEW, Array, Views, rows_of
from footfall.wire.facts import Vital
from footfall.wire.schema import SESSION_MAX_MS, Visibility


@dataclass(frozen=True, eq=False)
class VisitViews:
    """Page views sorted by (session, started), and where the views of each session begin among them."""

    views: Views
    page: Array  # a name of the snapshot
    begins: NDArray[np.int64]

    @property
    def sessions(self) -> Array:
        """Return SessionRow.number of each session."""
        return self.views.session[self.begins]


@dataclass(frozen=True, eq=False)
class Shown:
    """When tabs were shown and left. row: of the page view; time: ms since 1970; value: 1 visible and focused, or 0."""

    row: Array
    time: Array
    value: Array


def visit_views(shot: Snapshot, chosen: Filter) -> VisitViews:
    """Return the page views that fit, of whole sessions where the filter's time leaves SESSION_MAX_MS around them."""
    columns = view_columns(shot.connection, shot.names, shot.project, chosen)
    order = np.lexsort((columns["started"], columns["session"]))
    views = Views(**{one.name: columns[one.name][order] for one in fields(Views)})
    begins = np.flatnonzero(np.diff(views.session, prepend=-1))
    return VisitViews(views, columns["page"][order], begins)


def shown_in(shot: Snapshot, views: Views, since: int | None, until: int | None) -> Shown:
    """Return how visibility and focus changed in page views, in the order of time."""
    names = ("time", "tab", "sequence", "ordinal", "session", "view", "visible", "focused")
    told = shot.read(Visibility, names, Choice(since=since, until=until))
    row = rows_of(views, told["session"], told["tab"], told["view"])
    order = np.lexsort((told["ordinal"], told["sequence"], told["tab"], told["time"]))
    order = order[row[order] != NO_VIEW]
    value = (told["visible"] & told["focused"]).astype(np.int64)
    return Shown(row[order], told["time"][order], value[order])


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
