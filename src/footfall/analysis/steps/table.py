"""Events of several kinds as one table, in the order in which they happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    kept: list[tuple[Part, Ints | slice]] = []
    for part in parts:
        if keep_all:
            kept.append((part, slice(None)))
            continue
        any_of = np.logical_or.reduce(part.masks) if filters else np.zeros(len(part.time), bool)
        kept.append((part, np.flatnonzero(any_of)))

    def column(name: str, dtype: Any) -> NDArray[Any]:
        found = [getattr(part, name)[rows].astype(dtype, copy=False) for part, rows in kept]
        return np.concatenate(found) if found else np.zeros(0, dtype)

    owner, time = column("owner", np.int64), column("time", np.int64)
    ties = (column("tab", np.int64), column("sequence", np.int64), column("ordinal", np.int64))
    order = in_order(owner, time, ties)
    masks = np.zeros((filters, len(owner)), np.bool_)
    kind = np.zeros(len(owner), np.int8)
    start = 0
    for part, rows in kept:
        end = start + len(part.time[rows])
        masks[:, start:end] = part.masks[:, rows]
        kind[start:end] = part.kind
        start = end
    return Table(
        owner[order],
        column("session", np.int64)[order],
        time[order],
        column("page", np.int64)[order],
        masks[:, order],
        kind[order],
        np.stack(ties, axis=1)[order] if places else None,
    )


def in_order(owner: Ints, time: Ints, ties: tuple[NDArray[Any], ...]) -> Ints:
    """Return the order by (owner, time, *ties). One sort of one number, and another of the few that tie."""
    if not len(owner):
        return np.zeros(0, np.int64)
    owner, time = owner.astype(np.int64, copy=False), time.astype(np.int64, copy=False)
    low, high = int(time.min()), int(time.max())
    first, last = int(owner.min()), int(owner.max())
    span = high - low + 1
    if (last - first + 1) * span >= 2**62:
        return np.lexsort((*reversed(ties), time, owner))
    rank = (owner - first) * span + (time - low)
    # Not stable, as that takes four times as long: below, what ties is put in order by everything.
    order = np.argsort(rank)
    sorted_rank = rank[order]
    same = sorted_rank[1:] == sorted_rank[:-1]
    if same.any():
        tied = np.zeros(len(order), np.bool_)
        tied[1:] |= same
        tied[:-1] |= same
        places = np.flatnonzero(tied)
        rows = order[places]
        fine = np.lexsort((rows, *(one[rows] for one in reversed(ties)), rank[rows]))
        order[places] = rows[fine]
    return order


def nexts(wanted: Mask, owner: Ints) -> Ints:
    """Return for each place the next place after it, of the same owner, that is wanted; n where there is none."""
    n = len(owner)
    places = np.where(wanted, np.arange(n), n)
    # From the right, the smallest place at or after each; shifted by one, after it.
    ahead = np.minimum.accumulate(places[::-1])[::-1]
    found = np.append(ahead[1:], n) if n else ahead
    other = found < n
    other[other] = owner[found[other]] != owner[np.flatnonzero(other)]
    found[other] = n
    return found


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
