"""The one attempt of each person that counts, and what became of it."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.funnels.attempts import Attempts
from footfall.analysis.funnels.definition import Funnel
from footfall.analysis.steps.table import Ints, Mask, Table


class Outcome(IntEnum):
    """What became of an attempt."""

    CONVERTED = 0
    DROPPED = 1  # the window passed without the next step
    PENDING = 2  # the window is still open


@dataclass(frozen=True, eq=False)
class Outcomes:
    """One chosen attempt for each person, in the order of persons; arrays of one length."""

    owner: Ints
    places: Ints  # (n, steps): of each step's event in the table; −1: not reached
    depth: Ints
    outcome: NDArray[np.int8]  # of Outcome
    removed: int  # persons whom an exclusion has taken out

    def among(self, chosen: Mask) -> "Outcomes":
        """Return the outcomes of some persons; (n,). Nobody is said to be taken out: whose they were is not known."""
        return Outcomes(
            self.owner[chosen], self.places[chosen], self.depth[chosen], self.outcome[chosen], 0
        )

    def times(self, table: Table) -> Ints:
        """Return when each step was reached, ms since 1970; (n, steps), −1 where it was not."""
        found = np.full(self.places.T.shape, -1, np.int64)
        for step, places in enumerate(self.places.T):
            reached = np.flatnonzero(places >= 0)
            found[step, reached] = table.time[places[reached]]
        return found.T


def choose(
    funnel: Funnel, found: Attempts, table: Table, now: int, until: int | None = None
) -> Outcomes:
    """Choose of each person the attempt that reaches furthest, the earliest on a tie.

    now: the time of the question, ms since 1970; until: attempts begin at or before it. A person any of whose attempts
    has an excluded event between two of its steps is not counted at all.
    """
    begin = found.places[:, 0]
    owner = table.owner[begin]
    rows: Ints | None = None  # that are looked at; None: all
    if until is not None:
        rows = np.flatnonzero(table.time[begin] <= until)
    removed = 0
    if found.excluded.any():
        rows = np.arange(len(begin)) if rows is None else rows
        out = np.unique(owner[rows[found.excluded[rows]]])
        rows, removed = rows[~np.isin(owner[rows], out)], len(out)
    chosen = _furthest(
        owner if rows is None else owner[rows], found.depth if rows is None else found.depth[rows]
    )
    rows = chosen if rows is None else rows[chosen]
    places, depth = found.places[rows], found.depth[rows]
    return Outcomes(
        owner[rows], places, depth, _outcome(funnel, places, depth, table, now), removed
    )


def _furthest(owner: Ints, depth: Ints) -> Ints:
    """Return of each owner's rows, which stand together, that of the greatest depth, the first on a tie."""
    if not len(owner):
        return np.zeros(0, np.int64)
    is_first = np.ones(len(owner), np.bool_)
    is_first[1:] = owner[1:] != owner[:-1]
    begins = np.flatnonzero(is_first)
    rank = depth * len(owner) + np.arange(len(owner) - 1, -1, -1)
    return len(owner) - 1 - np.maximum.reduceat(rank, begins) % len(owner)


def _outcome(funnel: Funnel, places: Ints, depth: Ints, table: Table, now: int) -> NDArray[np.int8]:
    if funnel.window is not None:
        closes = table.time[places[:, 0]] + funnel.window
    else:
        closes = table.time[places[np.arange(len(places)), depth - 1]] + (funnel.each or 0)
    outcome = np.where(closes >= now, Outcome.PENDING, Outcome.DROPPED).astype(np.int8)
    outcome[depth == len(funnel.steps)] = Outcome.CONVERTED
    return outcome
