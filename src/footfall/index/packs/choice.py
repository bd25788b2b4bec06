"""Which facts are asked for, and what it takes to choose them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.kinds import POINTS, Kind
from footfall.index.packs.layout import Array
from footfall.index.packs.rows import ragged_of


@dataclass(frozen=True)
class Choice:
    """Which facts are asked for; None: any."""

    since: int | None = None  # ms since 1970, corrected: at or after
    until: int | None = None  # at or before
    page: str | None = None
    sessions: NDArray[np.int64] | None = None  # SessionRow.number, in any order
    pages: tuple[str, ...] = ()  # any of these; none: of all
    meant: Callable[[Array], NDArray[np.bool_]] | None = None  # of names of pages, which are meant
    roughly: bool = False  # of other times, too, whatever lies beside what is asked for


ALL: Final = Choice()


def needed(kind: Kind, columns: Sequence[str], choice: Choice) -> frozenset[str]:
    """Return the columns to read: those asked for, and what it takes to correct times and choose rows."""
    needed = set(columns)
    if (choice.since is not None or choice.until is not None) and not choice.roughly:
        needed.add("time")
    if "time" in needed or choice.sessions is not None:
        needed.add("session")
    if choice.page is not None or choice.pages or choice.meant is not None:
        needed.add("page")
    if needed & ragged_of(kind):
        needed.add(POINTS)
    if not needed:
        needed.add("session")
    return frozenset(needed)


def meant_of(
    part: dict[str, Array], meant: Callable[[Array], NDArray[np.bool_]] | None
) -> dict[str, Array]:
    """Return the rows of the pages that are meant; None: all."""
    if meant is None:
        return part
    rows = np.flatnonzero(meant(part["page"]))
    return {name: column[rows] for name, column in part.items()}


def is_among(pages: list[int], column: Array) -> NDArray[np.bool_]:
    """Tell of which rows the page is one of these."""
    # Of one several times as fast.
    found: NDArray[np.bool_] = column == pages[0] if len(pages) == 1 else np.isin(column, pages)
    return found


def by_number(sessions: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell by their numbers which sessions are meant; the last entry is that of all beyond: none."""
    found = np.zeros(int(sessions.max(initial=0)) + 2, np.bool_)
    found[sessions] = True
    return found
