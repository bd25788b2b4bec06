"""Who did a sequence of steps: vectorised, a few passes over the table for each step."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from footfall.analysis.steps.language import Sequence, Step
from footfall.analysis.steps.table import Ints, Mask, Table, befores, nexts

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Found:
    """Ends of sequences that were done: places in the table, arrays of one length.

    One for each event that can be the last step; `first` is the latest event with which the sequence may have begun.
    """

    first: Ints
    last: Ints


def expand(sequence: Sequence) -> tuple[Step, ...]:
    """Return the steps with repetitions written out: each is an event of its own, within the time of the one before."""
    found: list[Step] = []
    for step in sequence.steps:
        for _ in range(step.times):
            # The very first event has none before it.
            within = step.within if found else None
            found.append(replace(step, times=1, within=within))
    return tuple(found)


def find(sequence: Sequence, steps: tuple[Step, ...], table: Table) -> Found:
    """Find where a sequence ends; `steps` is `expand(sequence)`, and table.masks has one row for each of them.

    The latest event before that fits is always as good as any: it leaves the least time, and the fewest events that
    must not be there, in between; and the later it is, the later the sequence may have begun.
    """
    places = np.arange(len(table))
    start: NDArray[np.int64] = places
    reached: Mask = table.masks[0]
    barred: Mask | None = None
    for number, step in enumerate(steps[1:], 1):
        if step.is_not:
            barred = table.masks[number]
            continue
        before = befores(reached, table.owner)
        fits = table.masks[number] & (before >= 0)
        if step.within is not None:
            fits &= table.time - table.time[before] <= step.within
        if barred is not None:
            fits &= befores(barred, table.owner) <= before
            barred = None
        start = np.where(fits, start[before], -1)
        reached = fits
    if steps[-1].is_not:
        reached = reached & _stays_away(table, table.masks[len(steps) - 1], steps[-1].within)
    if sequence.within is not None:
        reached = reached & (table.time - table.time[start] <= sequence.within)
    last = np.flatnonzero(reached)
    return Found(start[last], last)


def _stays_away(table: Table, barred: Mask, within: int | None) -> Mask:
    """Tell of each place whether no barred event comes after it (within a time)."""
    after = nexts(barred, table.owner)
    comes: Mask = after < len(table)
    if within is not None:
        comes[comes] = table.time[after[comes]] - table.time[comes] <= within
    return ~comes
