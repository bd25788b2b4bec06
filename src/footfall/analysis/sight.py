"""What was in the viewport when: the base of attention, exposure and of where the pointer was.

A page view's scrolling, resizing and visibility become stretches of time in each of which it showed
one part of the page.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_BEFORE = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Changes:
    """Something that changed in page views. row: of the view; time: ms; value: what it is from then on."""

    row: Array
    time: Array
    value: Array

    @classmethod
    def none(cls) -> "Changes":
        """Return no changes at all."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, eq=False)
class Sight:
    """Stretches of page views, sorted by (row, start): columns of one length.

    start, end: ms. left, top: the viewport's place on the page, CSS px; height: of the viewport.
    seen: whether the tab was visible and focused.
    """

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    left: NDArray[np.int64]
    top: NDArray[np.int64]
    height: NDArray[np.int64]
    seen: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of page views from their beginning, by row: ms, and the viewport's height in CSS px."""

    started: Array
    ended: Array
    height: Array


def sight_of(seen: Seen, left: Changes, top: Changes, height: Changes, shown: Changes) -> Sight:
    """Put the stretches of page views together.

    A view begins at the page's top left corner, in a tab that is visible and focused, until something
    else is told. Of changes at one time the last given holds. Those before a view's beginning count
    from its beginning on, those after its end not at all.
    """
    views = len(seen.started)
    rows = np.arange(views, dtype=np.int64)
    first = [np.zeros(views, np.int64), np.zeros(views, np.int64), seen.height, np.ones(views)]
    changes = (left, top, height, shown)
    row = np.concatenate([rows, *(one.row for one in changes)]).astype(np.int64)
    told = np.concatenate([np.full(views, _BEFORE), *(one.time for one in changes)]).astype(
        np.int64
    )
    time = np.maximum(told, np.asarray(seen.started, np.int64)[row])
    order = np.lexsort((np.arange(len(row)), told, time, row))
    row, time = row[order], time[order]
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    values = []
    at = views
    for initial, one in zip(first, changes, strict=True):
        has = np.zeros(len(order), np.bool_)
        has[:views] = True
        has[at : at + len(one.row)] = True
        value = np.zeros(len(order), np.int64)
        value[:views] = initial
        value[at : at + len(one.row)] = one.value
        at += len(one.row)
        values.append(_carried(value[order], has[order], begins, row, np.asarray(initial)))
    ends = np.append(time[1:], 0)
    last = np.append(begins[1:], len(row))[: len(begins)] - 1
    ends[last] = np.asarray(seen.ended, np.int64)[row[last]]
    ends = np.minimum(ends, np.asarray(seen.ended, np.int64)[row])
    kept = ends > time
    lefts, tops, heights, shows = values
    return Sight(
        row[kept], time[kept], ends[kept], lefts[kept], tops[kept], heights[kept], shows[kept] > 0
    )


def shown_ms(started: Array, ended: Array, shown: Changes) -> NDArray[np.int64]:
    """Return for each page view in how many of its ms it was visible and focused, as `sight_of` has them.

    shown: sorted by (row, time); of changes at one time the last holds.
    """
    started, ended = np.asarray(started, np.int64), np.asarray(ended, np.int64)
    found: NDArray[np.int64] = np.maximum(ended - started, 0)
    if not len(shown.row):
        return found
    row, value = shown.row, np.asarray(shown.value) > 0
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    before = np.ones(len(row), np.bool_)
    before[1:] = value[:-1]
    before[begins] = True
    # From each change on, the rest of the view counts anew: all of it, or none.
    rest = np.clip(ended.take(row) - shown.time, 0, found.take(row))
    rest *= value.view(np.int8) - before.view(np.int8)
    found[row[begins]] += np.add.reduceat(rest, begins)
    return found


def place_at(sight: Sight, row: Array, time: Array) -> NDArray[np.int64]:
    """Return the index of the stretch that each moment of a view falls into; −1 where it has none."""
    if not len(sight.row) or not len(row):
        return np.full(len(row), -1, np.int64)
    low = min(int(sight.start.min()), int(time.min()))
    span = max(int(sight.end.max()), int(time.max())) - low + 1
    keys = sight.row * span + (sight.start - low)
    at = np.searchsorted(keys, row.astype(np.int64) * span + (time - low), "right") - 1
    safe = np.maximum(at, 0)
    found: NDArray[np.int64] = np.where(
        (at >= 0) & (sight.row[safe] == row) & (time < sight.end[safe]), at, -1
    )
    return found


def _carried(value: Array, has: Array, begins: Array, row: Array, initial: Array) -> Array:
    """Return the last value told up to each place, and what a view began with before any."""
    at = np.where(has, np.arange(len(value)), -1)
    last = np.maximum.accumulate(at)
    first = np.repeat(begins, np.diff(np.append(begins, len(value))))
    found: Array = np.where(last >= first, value[last], initial[row])
    return found
