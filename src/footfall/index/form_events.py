"""Events that complete forms: in the tab of a page view, whichever view they came in, or told by the site's server."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from footfall.index.form_columns import FormColumns
from footfall.index.packs import Choice, Snapshot
from footfall.index.views import Array
from footfall.wire.facts import Event
from footfall.wire.schema import SERVER_TAB, SESSION_MAX_MS

Ints = NDArray[np.int64]


def completing(
    shot: Snapshot, columns: FormColumns, span: Choice, names: Iterable[str]
) -> tuple[Ints, Ints]:
    """Return view (as in FormColumns) and time (ms since 1970) of each event of these names in the tab of a view.

    What the site's own server told counts in every tab of its session. span: of the views.
    """
    wanted = [shot.number(name) for name in names]
    if not wanted or not len(columns.sessions):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    asked = Choice(
        since=None if span.since is None else span.since - SESSION_MAX_MS,
        until=None if span.until is None else span.until + SESSION_MAX_MS,
        sessions=np.unique(columns.sessions),
    )
    told = shot.read(Event, ("session", "tab", "time", "name"), asked)
    rows = np.flatnonzero(np.isin(told["name"], wanted))
    tabs, which = np.unique(told["tab"][rows], return_inverse=True)
    by_site = np.array([tab.startswith(SERVER_TAB) for tab in shot.texts(tabs)], np.bool_)
    is_by_site = by_site[which.reshape(-1)]
    own, others = rows[~is_by_site], rows[is_by_site]
    found = (
        (own, *_paired((columns.sessions, columns.tabs), (told["session"][own], told["tab"][own]))),
        (others, *_paired((columns.sessions,), (told["session"][others],))),
    )
    view = np.concatenate([views for _, views, _ in found])
    time = np.concatenate([told["time"][some[at]] for some, _, at in found])
    return view, time.astype(np.int64)


def _paired(mine: tuple[Array, ...], theirs: tuple[Array, ...]) -> tuple[Ints, Ints]:
    """Return the places of each of mine and each of theirs that are the same in all columns."""
    count = len(mine[0])
    both = np.stack([np.concatenate(one) for one in zip(mine, theirs, strict=True)])
    # The same number for the same place, of mine and of theirs.
    _, place = np.unique(both, axis=1, return_inverse=True)
    here, there = np.split(place.reshape(-1), [count])
    order = np.argsort(there, kind="stable")
    low, high = (np.searchsorted(there[order], here, side=side) for side in ("left", "right"))
    each = high - low
    first = np.repeat(np.arange(count), each)
    at = np.arange(len(first)) - np.repeat(np.cumsum(each) - each, each) + low[first]
    return first, order[at]
