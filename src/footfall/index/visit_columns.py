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
from footfall.wire.schema import SESSION_MAX_MS, PageView, Visibility

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
    same = ("session", "tab", "name", "cause")
    times = ("ordinal", "sequence", "time")
    order = np.lexsort([told[name][keep] for name in (*times, *reversed(same))])
    told = {name: values[keep][order] for name, values in told.items()}
    is_last = np.zeros(len(order), np.bool_)
    if len(order):
        is_last[-1] = True
        for name in same:
            is_last[:-1] |= told[name][1:] != told[name][:-1]
        document = _documents(shot, told, is_last, chosen)
        is_last[:-1] |= document[1:] != document[:-1]
    kept = np.flatnonzero(is_last)
    numbers = np.unique(told["name"][kept])
    return {
        text: told["value"][kept[told["name"][kept] == number]]
        for number, text in zip(numbers.tolist(), shot.texts(numbers), strict=True)
    }


def _documents(
    shot: Snapshot, told: dict[str, Array], is_last: NDArray[np.bool_], chosen: Choice
) -> Array:
    """Return of each row the page view with which its document began, or came back from the cache.

    is_last: of the same name and cause in its tab; the rows are in this order. Where nothing was told again in another
    page view, that is not asked: the view stands for its document.
    """
    view = told["view"].astype(np.int64)
    ends = np.flatnonzero(is_last)
    begins = np.append(0, ends[:-1] + 1)
    is_again = np.repeat(view[begins] != view[ends], ends - begins + 1)
    if not is_again.any():
        return view
    since = None if chosen.since is None else chosen.since - SESSION_MAX_MS
    asked = Choice(since=since, until=chosen.until, sessions=np.unique(told["session"][is_again]))
    read = shot.read(PageView, ("session", "tab", "view", "cause"), asked)
    is_begin = np.isin(read["cause"], [shot.number("load"), shot.number("restore")])
    tabs = np.stack(
        [np.concatenate([read[name][is_begin], told[name]]) for name in ("session", "tab")]
    )
    _, tab = np.unique(tabs, axis=1, return_inverse=True)
    views = np.concatenate([read["view"][is_begin], view]).astype(np.int64)
    places = (tab.reshape(-1).astype(np.int64) << 32) + views
    opened, mine = np.split(places, [int(is_begin.sum())])
    opened = np.append(-1, np.sort(opened))
    found = opened[np.searchsorted(opened, mine, side="right") - 1]
    is_known = is_again & (found >= 0) & (found >> 32 == mine >> 32)
    document: Array = np.where(is_known, found & 0xFFFFFFFF, view)
    return document
