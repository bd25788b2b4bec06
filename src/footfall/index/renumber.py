"""Numbers that lie close together, such as names, numbered anew from 0 on."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
PIECE: Final = 1 << 15
MAX_TABLE: Final = 1 << 22


def renumbered(numbers: Array) -> tuple[Array, NDArray[np.int32]]:
    """Return the distinct numbers in order, and the place of each among them; without sorting all."""
    if not len(numbers):
        return np.empty(0, np.int64), np.empty(0, np.int32)
    low = int(numbers.min())
    span = int(numbers.max()) - low + 1
    if span == 1:
        return numbers[:1].astype(np.int64), np.zeros(len(numbers), np.int32)
    # Names lie close together; whatever does not is sorted, and so are few rows.
    if span > min(MAX_TABLE, max(2 * PIECE, 16 * len(numbers))):
        distinct, which = np.unique(numbers, return_inverse=True)
        return distinct, which.astype(np.int32)
    is_there = np.zeros(span, np.bool_)
    for taken in pieces(len(numbers)):
        is_there[numbers[taken] - low] = True
    found: Array = np.cumsum(is_there, dtype=np.int32) - np.int32(1)
    places: NDArray[np.int32] = np.empty(len(numbers), np.int32)
    for taken in pieces(len(numbers)):
        places[taken] = found[numbers[taken] - low]
    distinct = np.flatnonzero(is_there) + low
    return distinct, places


def pieces(size: int) -> Iterator[slice]:
    """Yield the parts of a long column: what is made of each stays in the processor's cache."""
    for start in range(0, size, PIECE):
        yield slice(start, start + PIECE)
