"""Clicks placed and counted: an algebra whose parts can be kept.

`tally` makes a part of some clicks, `combined` one of several parts: that of all their clicks, in whatever order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis import heat
from footfall.analysis.placement import Backdrop, Clicks, NotPlaced, place

_MAX_TABLE: Final = 1 << 16
"""Entries of a table that is counted into instead of sorting, however few clicks there are."""
_TABLE_BY_CLICKS: Final = 4


@dataclass(frozen=True, eq=False)
class Tally:
    """Clicks on one backdrop, in cells of one size.

    cells: of the grid, row by row, one for each placed click. keys, texts, amounts: how many of all clicks, placed or
    not, were on an element of this key and this label (numbers of names); each pair once.
    """

    cells: NDArray[np.int32]
    keys: NDArray[np.int64]
    texts: NDArray[np.int64]
    amounts: NDArray[np.int64]
    by_element: int
    scaled: int
    reasons: NotPlaced

    @property
    def clicks(self) -> int:
        """How many there are, placed or not."""
        return int(self.amounts.sum())

    @property
    def not_placed(self) -> int:
        """How many found no place."""
        return sum(vars(self.reasons).values())


@dataclass(frozen=True)
class Element:
    """An element that was clicked; key, text: numbers of names, the text that of most of its clicks."""

    key: int
    text: int
    clicks: int


def tally(
    clicks: Clicks,
    backdrop: Backdrop,
    grid: heat.Grid,
    keys: NDArray[np.integer],
    labels: tuple[NDArray[np.integer], NDArray[np.integer]],
) -> Tally:
    """Place clicks and find their cells in a grid like this.

    keys: the numbers of the names that key_ids are the places of; labels: the distinct ones, and which each click has.
    """
    placement = place(clicks, backdrop)
    distinct, which = labels
    wide, ids = max(len(distinct), 1), clicks.key_ids
    if (ids < 0).any():  # NO_KEY is the last of the keys, as -1 in any list
        ids = np.where(ids < 0, len(keys) - 1, ids)
    pairs, amounts = _counted(ids * np.int64(wide) + which)
    return Tally(
        cells=heat.cells_of(grid, placement.x, placement.y),
        keys=keys[pairs // wide].astype(np.int64),
        texts=distinct[pairs % wide].astype(np.int64),
        amounts=amounts,
        by_element=placement.by_element,
        scaled=placement.scaled,
        reasons=placement.reasons,
    )


def combined(parts: Sequence[Tally]) -> Tally:
    """Merge parts of one backdrop and one size of cells."""
    keys, texts, amounts = (
        np.concatenate([np.empty(0, np.int64), *(getattr(one, name) for one in parts)])
        for name in ("keys", "texts", "amounts")
    )
    order = np.lexsort((texts, keys))
    keys, texts = keys[order], texts[order]
    begins = np.flatnonzero(
        np.append(True, (np.diff(keys) != 0) | (np.diff(texts) != 0))[: len(keys)]
    )
    names = [one.name for one in fields(NotPlaced)]
    return Tally(
        cells=np.concatenate([np.empty(0, np.int32), *(one.cells for one in parts)]),
        keys=keys[begins],
        texts=texts[begins],
        amounts=np.add.reduceat(amounts[order], begins) if len(begins) else amounts,
        by_element=sum(one.by_element for one in parts),
        scaled=sum(one.scaled for one in parts),
        reasons=NotPlaced(
            **{name: sum(getattr(one.reasons, name) for one in parts) for name in names}
        ),
    )


def ranked(found: Tally, no_key: int, most: int) -> list[Element]:
    """Return the elements, most clicked first (then by key), at most so many; `no_key` stands for none."""
    order = np.lexsort((found.texts, -found.amounts, found.keys))
    keys = found.keys[order]
    begins = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    if not len(begins):
        return []
    clicks = np.add.reduceat(found.amounts[order], begins)
    told = zip(
        keys[begins].tolist(), found.texts[order][begins].tolist(), clicks.tolist(), strict=True
    )
    elements = [Element(*one) for one in told if one[0] != no_key]
    return sorted(elements, key=lambda one: (-one.clicks, one.key))[:most]


def _counted(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct numbers, 0 or above, in order, and how often each is there."""
    if not len(numbers) or int(numbers.max()) >= max(_MAX_TABLE, _TABLE_BY_CLICKS * len(numbers)):
        return np.unique(numbers, return_counts=True)
    amounts = np.bincount(numbers)
    distinct = np.flatnonzero(amounts)
    return distinct, amounts[distinct]
