"""Where the pointer was: points of rest and dwell, on the page rather than in the viewport."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.sight import Sight, place_at

Array = NDArray[Any]
REST_MS = 500
"""A pointer that stands still for so long rests (TERMS.md: move point)."""
MAX_DWELL_MS = 10_000
"""A pointer that stands longer counts for so long: nobody is there (TERMS.md: active time)."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Points of pointers, sorted by (row, time): columns of one length.

    row: of the page view. time: ms. x, y: on the page, CSS px. dwell: how long the pointer stayed, ms.
    """

    row: NDArray[np.int64]
    time: NDArray[np.int64]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    dwell: NDArray[np.int64]

    @property
    def rests(self) -> NDArray[np.bool_]:
        """Which of them are points of rest."""
        return self.dwell >= REST_MS


def moves_of(row: Array, time: Array, x: Array, y: Array, sight: Sight) -> Moves:
    """Put points of the viewport (CSS px, any order) on the page, as it was scrolled then.

    A pointer stays until its next point in the view, or the view's end; MAX_DWELL_MS at most. Points
    at times that the view has not are left out.
    """
    order = np.lexsort((np.arange(len(row)), time, row))
    row, time = row[order].astype(np.int64), time[order].astype(np.int64)
    at = place_at(sight, row, time)
    kept = np.flatnonzero(at >= 0)
    row, time, at, order = row[kept], time[kept], at[kept], order[kept]
    until = np.append(time[1:], 0)
    is_last = np.append(row[1:] != row[:-1], True)[: len(row)]
    ends = _view_ends(sight)
    until = np.where(is_last, ends[row], until[: len(row)]) if len(row) else time
    return Moves(
        row=row,
        time=time,
        x=(x[order] + sight.left[at]).astype(np.float32),
        y=(y[order] + sight.top[at]).astype(np.float32),
        dwell=np.clip(until - time, 0, MAX_DWELL_MS),
    )


def _view_ends(sight: Sight) -> NDArray[np.int64]:
    ends = np.zeros(int(sight.row.max(initial=-1)) + 1, np.int64)
    np.maximum.at(ends, sight.row, sight.end)
    return ends
