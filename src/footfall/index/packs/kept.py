"""Columns of packs that were read, kept in memory: packs of many days as one block, its rows by session and time.

A pack's number stands for one content for ever (`packs/write.py`, `viewdays.py`), so a block is as true as its packs
are there; who asks names them. A newer reader finds other packs after a late chunk or a merge, and puts the block
that it reads into the old one's place. After an erasure all is let go of, and readers whose snapshot is older than
that may keep nothing any more: what was erased does not stay.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.layout import Array, Narrow, narrow
from footfall.sorting import in_order

KEPT_BYTES: Final = 64 * 1024 * 1024
"""Of all projects together: a million page views take some 20 MB, with what most questions ask of them."""
_OVERHEAD: Final = 500
"""Bytes that a block or a column takes besides its rows."""
_A_ROW: Final = 12
"""Bytes that a row will take at least, to tell beforehand whether there is room for it."""
_LARGEST: Final = 5
"""Blocks have at most 2 ** _LARGEST days."""

_T = TypeVar("_T")
Days = tuple[int, int]
"""(k, n): the days since 1970 from n · 2**k on, 2**k of them."""


def block_of(day: int, last: int) -> Days:
    """Return the block in which a day lies; `last` is the newest day, which is alone: it changes most.

    The largest that is over: so most days lie in a few large blocks, and what is new renews small ones.
    """
    for k in range(_LARGEST, 0, -1):
        if ((day >> k) + 1) << k <= last:
            return k, day >> k
    return 0, day


def whole_blocks(since: int | None, until: int | None) -> tuple[int, int]:
    """Return the first and the last day of the blocks in which days lie; None: any."""
    first = 0 if since is None else since >> _LARGEST << _LARGEST
    last = 2**62 if until is None else until | (2**_LARGEST - 1)
    return first, last


class Source(Protocol):
    """Packs as they are stored."""

    @property
    def rows(self) -> int:
        """How many rows all of them have."""

    def read(self, names: Collection[str]) -> dict[str, Array]:
        """Return columns, those of one pack after the other's."""


@dataclass(frozen=True, eq=False)
class Block:
    """Columns of some packs. order: of their rows one after the other, by which the columns have them."""

    packs: tuple[int, ...]
    order: NDArray[np.uint32]
    columns: Mapping[str, Narrow]
    asker: int  # who asked last

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        held = sum(len(one.data) + _OVERHEAD for one in self.columns.values())
        return _OVERHEAD + self.order.nbytes + held


class Kept:
    """Blocks by what they are of; the latest used. For several threads."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        """Keep at most so many bytes."""
        self._limit = limit
        self._size = 0
        self._blocks: OrderedDict[Hashable, Block] = OrderedDict()
        self._shared: dict[Hashable, Any] = {}
        self._lock = threading.Lock()
        self._cleared = 0
        self._askers = 0

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def size(self) -> int:
        """About how many bytes are kept."""
        return self._size

    def clear(self) -> None:
        """Let go of all, for ever: who has asked before keeps nothing more."""
        with self._lock:
            self._cleared += 1
            self._blocks.clear()
            self._shared.clear()
            self._size = 0

    def asker(self) -> "Asker":
        """Return a way to ask and keep. To be called before the snapshot is opened from which will be read."""
        with self._lock:
            self._askers += 1
            return Asker(self, self._askers, self._cleared)

    def get(self, key: Hashable, asker: int) -> Block | None:
        """Return what is kept under a key."""
        with self._lock:
            found = self._blocks.get(key)
            if found is not None:
                found = self._blocks[key] = Block(found.packs, found.order, found.columns, asker)
                self._blocks.move_to_end(key)
            return found

    def has_room(self, size: int, asker: int) -> bool:
        """Tell whether so many bytes can be kept without pushing out what the same asker has just used."""
        with self._lock:
            own = sum(one.size for one in self._blocks.values() if one.asker == asker)
            return own + size <= self._limit

    def put(self, key: Hashable, block: Block, cleared: int) -> None:
        """Keep a block, and let go of those that were not used for longest."""
        with self._lock:
            if cleared != self._cleared:
                return
            before = self._blocks.pop(key, None)
            self._size += block.size - (before.size if before else 0)
            self._blocks[key] = block
            while self._size > self._limit:
                self._size -= self._blocks.popitem(last=False)[1].size

    def shared(self, key: Hashable, make: Callable[[], _T], cleared: int) -> _T:
        """Return what is shared under a key; to who asked before all was let go of, something of its own."""
        with self._lock:
            if cleared != self._cleared:
                return make()
            if key not in self._shared:
                self._shared[key] = make()
            found: _T = self._shared[key]
            return found

    def let_go(self, key: Hashable) -> None:
        """Share no more what is shared under a key."""
        with self._lock:
            self._shared.pop(key, None)


@dataclass(frozen=True)
class Asker:
    """Who asks, for one snapshot."""

    kept: Kept
    number: int
    cleared: int

    def columns(
        self,
        key: Hashable,
        packs: Sequence[int],
        wanted: Iterable[str],
        by: tuple[str, str],
        open_them: Callable[[], Source],
    ) -> Mapping[str, Narrow] | None:
        """Return at least the columns that are wanted, of the packs together; None: there is no room for them.

        Rows are in the order of `by`, integers; of those that tie in no special one.
        """
        found = self.kept.get(key, self.number)
        if found is not None and found.packs != tuple(packs):
            found = None
        known = found.columns if found is not None else {}
        missing = {*wanted} - known.keys()
        if found is not None and not missing:
            return known
        source = open_them()
        if not self.kept.has_room(source.rows * _A_ROW, self.number):
            return None
        read = source.read(missing if found is not None else missing | {*by})
        order = in_order(read[by[0]], read[by[1]]) if found is None else found.order
        columns = {**known, **{name: narrow(values[order]) for name, values in read.items()}}
        self.kept.put(
            key,
            Block(tuple(packs), order.astype(np.uint32, copy=False), columns, self.number),
            self.cleared,
        )
        return columns

    def shared(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return what all who ask under a key share; made where there is none, and let go of like the rest."""
        return self.kept.shared(key, make, self.cleared)

    def let_go(self, key: Hashable) -> None:
        """Share it no more: who asks next gets a new one."""
        self.kept.let_go(key)
