"""The order of rows by several columns, without a sort where they are in it. Pure."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_FEW_RUNS: Final = 8
"""What is in order but for so many places is sorted fastest by a sort that sees it."""


def in_order(owner: NDArray[Any], time: NDArray[Any], ties: tuple[NDArray[Any], ...] = ()) -> Ints:
    """Return the order by (owner, time, *ties); of rows that are the same in all, the first comes first."""
    found = ordering(owner, time, ties)
    return np.arange(len(owner)) if found is None else found


def ordering(
    owner: NDArray[Any], time: NDArray[Any], ties: tuple[NDArray[Any], ...] = ()
) -> Ints | None:
    """Return the order by (owner, time, *ties), of integers; None: they are in it. One sort of one number, or none."""
    if not len(owner):
        return None
    low, high = int(time.min()), int(time.max())
    first, last = int(owner.min()), int(owner.max())
    span = high - low + 1
    if (last - first + 1) * span >= 2**62:
        return np.lexsort((*reversed(ties), time, owner))
    rank = (owner.astype(np.int64) - first) * span
    rank += time - low
    falls = int(np.count_nonzero(rank[1:] < rank[:-1]))
    # Not stable, as that takes longer but of a few runs: below, what ties is put in order by everything.
    order = np.argsort(rank, kind="stable" if falls < _FEW_RUNS else "quicksort") if falls else None
    sorted_rank = rank if order is None else rank[order]
    same = sorted_rank[1:] == sorted_rank[:-1]
    if same.any():
        tied = np.zeros(len(rank), np.bool_)
        tied[1:] |= same
        tied[:-1] |= same
        places = np.flatnonzero(tied)
        rows = places if order is None else order[places]
        fine = rows[np.lexsort((rows, *(one[rows] for one in reversed(ties)), rank[rows]))]
        if order is not None:
            order[places] = fine
        elif (fine != rows).any():
            order = np.arange(len(rank))
            order[places] = fine
    return order
