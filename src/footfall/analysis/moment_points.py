"""Heat of moments: the clicks that a rage click, dead click, error click or hesitation is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class MomentSpans:
    """Moments of one kind in page views. row: of the view; since, until: ms, both included.

    key_id: of its element as the clicks number them; −1: the moment has none, or not one of theirs.
    """

    row: Array
    since: Array
    until: Array
    key_id: Array


def moment_points(
    row: Array, time: Array, key_ids: Array, moments: MomentSpans
) -> NDArray[np.intp]:
    """Return, in order, which clicks (columns of one length) belong to a moment, each once.

    A click belongs to a moment of its view when it falls into its span, and is on its element where
    the moment has one.
    """
    order = np.lexsort((time, row))
    rows, times = row[order], time[order]
    found = [np.empty(0, np.intp)]
    for at in range(len(moments.row)):
        low, high = np.searchsorted(rows, [moments.row[at], moments.row[at] + 1])
        inner = times[low:high]
        first = low + np.searchsorted(inner, moments.since[at], "left")
        last = low + np.searchsorted(inner, moments.until[at], "right")
        clicks = order[first:last]
        key = moments.key_id[at]
        found.append(clicks if key < 0 else clicks[key_ids[clicks] == key])
    whole: NDArray[np.intp] = np.unique(np.concatenate(found))
    return whole
