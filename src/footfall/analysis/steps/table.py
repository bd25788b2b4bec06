"""Events of several kinds as one table, in the order in which they happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.sorting import ordering

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """Events of one kind, in any order: arrays of one length n."""

    owner: Ints  # whose events belong together: a session, or a user
    session: Ints
    time: Ints  # ms since 1970
    tab: NDArray[Any]
    sequence: NDArray[Any]
    ordinal: NDArray[Any]
    page: NDArray[Any]  # names
    masks: Mask  # (filters, n): which events each filter means
    kind: int = 0  # place of the kind in language.KINDS


@dataclass(frozen=True, eq=False)
class Table:
    """Events by owner, each owner's in the order of (time, tab, sequence, ordinal)."""

    owner: Ints
    session: Ints
    time: Ints
    page: NDArray[Any]
    masks: Mask  # (filters, n)
    kind: NDArray[np.int8]  # places in language.KINDS
    places: Ints | None = None  # (n, 3): tab (a name), sequence and ordinal; None: not asked for

    def __len__(self) -> int:
        return len(self.owner)


def merge(
    parts: Sequence[Part], filters: int, *, keep_all: bool = False, places: bool = False
) -> Table:
    """Return the events that any filter means (with `keep_all`: all), in order. `filters`: how many there are."""
    kept = parts if keep_all else [_meant(part, filters) for part in parts]

    def column(name: str) -> NDArray[Any]:
        found = [getattr(part, name) for part in kept]
        return found[0] if len(found) == 1 else np.concatenate([np.zeros(0, np.int64), *found])

    owner, time = column("owner"), column("time")
    # Most are asked session by session.
    session = owner if all(part.session is part.owner for part in kept) else column("session")
    ties = (column("tab"), column("sequence"), column("ordinal"))
    masks = [part.masks for part in kept] or [np.zeros((filters, 0), np.bool_)]
    kind = np.repeat(
        np.array([part.kind for part in kept], np.int8), [len(part.time) for part in kept]
    )
    order = ordering(owner, time, ties)
    rows: Ints | slice = slice(None) if order is None else order
    by_owner = owner[rows]
    return Table(
        by_owner,
        by_owner if session is owner else session[rows],
        time[rows],
        column("page")[rows],
        _taken(masks[0] if len(masks) == 1 else np.concatenate(masks, axis=1), order),
        kind[rows],
        np.stack([one[rows].astype(np.int64) for one in ties], axis=1) if places else None,
    )


def _meant(part: Part, filters: int) -> Part:
    """Return what any filter means of a part."""
    if not filters:
        rows: Ints = np.zeros(0, np.int64)
    else:
        rows = np.flatnonzero(np.logical_or.reduce(part.masks))
    columns = ("owner", "session", "time", "tab", "sequence", "ordinal", "page")
    taken = {name: getattr(part, name)[rows] for name in columns}
    if part.session is part.owner:
        taken["session"] = taken["owner"]
    return Part(**taken, masks=part.masks[:, rows], kind=part.kind)


def _taken(masks: Mask, order: Ints | None) -> Mask:
    """Return the columns of masks in this order: row by row, which is faster."""
    if order is None:
        return masks
    found = np.empty(masks.shape, np.bool_)
    for row, mask in enumerate(masks):
        np.take(mask, order, out=found[row])
    return found


class Nexts:
    """Finds the next place after a place, of the same owner, that is wanted."""

    def __init__(self, wanted: Mask, owner: NDArray[Any]) -> None:
        self._owner = owner
        # How many are wanted up to each place is which of these comes after it; the last stands for none.
        self._count = np.cumsum(wanted, dtype=np.int32)
        self._places = np.append(np.flatnonzero(wanted), len(owner))

    def __call__(self, places: Ints) -> Ints:
        """Return it for each of these places; n where there is none."""
        n = len(self._owner)
        found: Ints = self._places.take(self._count.take(places))
        if n:
            is_other = self._owner.take(np.minimum(found, n - 1)) != self._owner.take(places)
            found[is_other] = n
        return found


def nexts(wanted: Mask, owner: NDArray[Any]) -> Ints:
    """Return for each place the next place after it, of the same owner, that is wanted; n where there is none."""
    return Nexts(wanted, owner)(np.arange(len(owner)))


def befores(wanted: Mask, owner: Ints) -> Ints:
    """Return for each place the last place before it, of the same owner, that is wanted; −1 where there is none."""
    n = len(owner)
    places = np.where(wanted, np.arange(n), -1)
    behind = np.maximum.accumulate(places) if n else places
    found = np.insert(behind[:-1], 0, -1) if n else behind
    there = found >= 0
    there[there] = owner[found[there]] != owner[np.flatnonzero(there)]
    found[there] = -1
    return found
