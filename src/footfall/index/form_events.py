"""Events that complete forms: in the tab of a page view, whichever view they came in."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from footfall.index.form_columns import FormColumns
from footfall.index.packs import Choice, Snapshot
from footfall.wire.facts import Event
from footfall.wire.schema import SESSION_MAX_MS

Ints = NDArray[np.int64]


def completing(
    shot: Snapshot, columns: FormColumns, span: Choice, names: Iterable[str]
) -> tuple[Ints, Ints]:
    """Return view (as in FormColumns) and time (ms since 1970) of each event of these names in the tab of a view.

    span: of the views.
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
    places = np.stack([columns.sessions, columns.tabs])
    events = np.stack([told["session"][rows], told["tab"][rows]])
    # The same number for the same tab, of views and of events.
    _, tab = np.unique(np.concatenate([places, events], axis=1), axis=1, return_inverse=True)
    mine, theirs = np.split(tab.reshape(-1), [places.shape[1]])
    order = np.argsort(theirs, kind="stable")
    low, high = (np.searchsorted(theirs[order], mine, side=side) for side in ("left", "right"))
    each = high - low
    view = np.repeat(np.arange(len(mine)), each)
    at = np.arange(len(view)) - np.repeat(np.cumsum(each) - each, each) + low[view]
    return view, told["time"][rows[order[at]]].astype(np.int64)
