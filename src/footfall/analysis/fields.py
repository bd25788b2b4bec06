"""Form fields of a page: time in them, returns and drops (terms of TERMS.md)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class FieldVisits:
    """Visits to fields, columns of one length.

    key_id: of the field; row: of the page view; time: when it ended, ms; duration: ms of focus;
    changed: whether something was changed.
    """

    key_id: Array
    row: Array
    time: Array
    duration: Array
    changed: Array


@dataclass(frozen=True)
class FieldLine:
    """One field. views: page views in which it was visited; median_ms: time in it by view, the median.

    returns: visits after one in which something was changed. drops: views that changed something,
    submitted nothing afterwards, and visited this field last.
    """

    key_id: int
    visits: int
    views: int
    median_ms: float
    returns: int
    drops: int


def field_lines(visits: FieldVisits, submit_row: Array, submit_time: Array) -> list[FieldLine]:
    """Return the fields in the order of their key ids; submits are given by page view and ms."""
    order = np.lexsort((visits.time, visits.row))
    dropped = _last_of_dropped(visits, order, submit_row, submit_time)
    lines = []
    for key in np.unique(visits.key_id).tolist():
        at = order[visits.key_id[order] == key]
        rows = visits.row[at]
        begins = np.flatnonzero(np.diff(rows, prepend=-1))
        times = np.add.reduceat(visits.duration[at], begins)
        changed = visits.changed[at].astype(np.int64)
        before = np.cumsum(changed) - changed
        own = before - np.repeat(before[begins], np.diff(np.append(begins, len(at))))
        lines.append(
            FieldLine(
                key_id=key,
                visits=len(at),
                views=len(begins),
                median_ms=float(np.median(times)),
                returns=int((own > 0).sum()),
                drops=int((visits.key_id[dropped] == key).sum()),
            )
        )
    return lines


def _last_of_dropped(
    visits: FieldVisits, order: Array, submit_row: Array, submit_time: Array
) -> Array:
    """Return the last visit of each view that changed something and submitted nothing at or after its end."""
    rows = visits.row[order]
    last = order[np.flatnonzero(np.diff(rows, append=np.iinfo(np.int64).max))]
    most = int(max(visits.row.max(initial=0), submit_row.max(initial=0))) + 1
    submitted = np.full(most, np.iinfo(np.int64).min)
    np.maximum.at(submitted, submit_row, submit_time)
    started = np.bincount(visits.row, visits.changed, most) > 0
    row = visits.row[last]
    found: Array = last[started[row] & (submitted[row] < visits.time[last])]
    return found
