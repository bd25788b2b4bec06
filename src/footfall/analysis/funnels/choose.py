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
        reached: Mask = self.places >= 0
        found = np.full(self.places.shape, -1, np.int64)
        found[reached] = table.time[self.places[reached]]
        return found


def choose(
    funnel: Funnel, found: Attempts, table: Table, now: int, until: int | None = None
) -> Outcomes:
    """Choose of each person the attempt that reaches furthest, the earliest on a tie.

    now: the time of the question, ms since 1970; until: attempts begin at or before it. A person any of whose attempts
    has an excluded event between two of its steps is not counted at all.
    """
    begin = found.places[:, 0]
    owner = table.owner[begin]
    kept = np.ones(len(begin), np.bool_) if until is None else table.time[begin] <= until
    out = np.unique(owner[found.excluded & kept])
    rows = np.flatnonzero(kept & ~np.isin(owner, out))
    # Attempts stand in the order of their beginnings: a stable sort keeps the earliest first.
    rows = rows[np.lexsort((begin[rows], -found.depth[rows], owner[rows]))]
    first = np.ones(len(rows), np.bool_)
    first[1:] = owner[rows[1:]] != owner[rows[:-1]]
    rows = rows[first]
    places, depth = found.places[rows], found.depth[rows]
    return Outcomes(
        owner[rows], places, depth, _outcome(funnel, places, depth, table, now), len(out)
    )


def _outcome(funnel: Funnel, places: Ints, depth: Ints, table: Table, now: int) -> NDArray[np.int8]:
    if funnel.window is not None:
        closes = table.time[places[:, 0]] + funnel.window
    else:
        closes = table.time[places[np.arange(len(places)), depth - 1]] + (funnel.each or 0)
    outcome = np.where(closes >= now, Outcome.PENDING, Outcome.DROPPED).astype(np.int8)
    outcome[depth == len(funnel.steps)] = Outcome.CONVERTED
    return outcome
