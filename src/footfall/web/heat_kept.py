"""What was counted of days that are over, kept in memory to be merged with what came since."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.tally import Tally

KEPT_BYTES: Final = 64 * 1024 * 1024
"""Of all projects together: own; a million clicks take some 6 MB on each page that is drawn upon."""
_OVERHEAD: Final = 2_000
"""Bytes that a part takes besides its columns."""


@dataclass(frozen=True, eq=False)
class KeptPart:
    """What was counted of some packs, whatever the period.

    first, last: when the earliest and the latest of its page views that fit began, ms since 1970. days: on which all of
    its page views began, each with its version. numbers: of its elements' keys; boxes: theirs on the backdrop, and what
    is seen of them. plains: numbers of their plain keys; drifts: whether those took the place of keys.
    """

    tally: Tally
    first: int
    last: int
    days: dict[int, int]
    numbers: NDArray[Any]
    boxes: NDArray[np.float32]
    plains: NDArray[Any]
    drifts: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        told = self.tally
        held = (told.cells, told.keys, told.texts, told.amounts, self.numbers, self.boxes)
        return _OVERHEAD + sum(one.nbytes for one in (*held, self.plains, self.drifts))


class KeptHeat:
    """Parts by what they are of; the latest used. For several threads."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        """Keep at most so many bytes."""
        self._limit = limit
        self._size = 0
        self._parts: OrderedDict[Hashable, KeptPart] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, key: Hashable) -> KeptPart | None:
        """Return what is kept under a key."""
        with self._lock:
            if key in self._parts:
                self._parts.move_to_end(key)
            return self._parts.get(key)

    def put(self, key: Hashable, part: KeptPart) -> None:
        """Keep a part, and let go of those that were not used for longest."""
        with self._lock:
            before = self._parts.pop(key, None)
            self._size += part.size - (before.size if before else 0)
            self._parts[key] = part
            while self._size > self._limit:
                self._size -= self._parts.popitem(last=False)[1].size
