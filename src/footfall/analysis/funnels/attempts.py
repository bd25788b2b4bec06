"""Every attempt at a funnel: what each event that may begin one leads to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from footfall.analysis.funnels.anyorder import any_order
from footfall.analysis.funnels.definition import Funnel
from footfall.analysis.steps.language import KINDS
from footfall.analysis.steps.table import Ints, Mask, Nexts, Table, nexts


@dataclass(frozen=True, eq=False)
class Attempts:
    """Attempts, one for each event that may begin one, in the order of the table."""

    places: Ints  # (n, steps): of each step's event in the table; −1: not reached
    depth: Ints  # (n,): steps reached, at least 1
    excluded: Mask  # (n,): an excluded event lies between two of its steps


def attempts(funnel: Funnel, table: Table) -> Attempts:
    """Return all attempts. table.masks: one row for each of funnel.filters.

    Of the chains that begin with an event, the attempt is the one that reaches furthest, the earliest on a tie.
    With a window for the whole, always to take the next event that fits is best. With a window for each step it is
    not: there, for each depth from the last down, the events are found from which that depth can be reached.
    """
    masks = table.masks[: len(funnel.steps)]
    if funnel.order == "any":
        places, depth = any_order(masks, table, funnel.window or 0)
    elif funnel.order == "strict":
        places, depth = _strict(funnel, masks, table)
    elif funnel.window is not None:
        after = [Nexts(mask, table.owner) for mask in masks[1:]]
        places, depth = _chain(funnel, np.flatnonzero(masks[0]), after, table)
    else:
        places, depth = _each(funnel.each or 0, masks, table)
    return Attempts(places, depth, _excluded(funnel, places, depth, table))


def _chain(
    funnel: Funnel, begin: Ints, after: Sequence[Callable[[Ints], Ints]], table: Table
) -> tuple[Ints, Ints]:
    """Follow each beginning from event to next event, as long as the window lasts.

    after: of each step but the first, what finds its next event after a place (n: none).
    """
    n = len(table)
    places = np.full((len(after) + 1, len(begin)), -1, np.int64)
    places[0] = begin
    depth = np.ones(len(begin), np.int64)
    rows, before, started = np.arange(len(begin)), begin, table.time[begin]
    for step, following in enumerate(after, 1):
        found = following(before)
        fits = np.flatnonzero(found < n)
        rows, started, before, found = rows[fits], started[fits], before[fits], found[fits]
        if funnel.window is not None:
            fits = np.flatnonzero(table.time[found] - started <= funnel.window)
        else:
            fits = np.flatnonzero(table.time[found] - table.time[before] <= (funnel.each or 0))
        rows, started, before = rows[fits], started[fits], found[fits]
        places[step, rows] = before
        depth[rows] = step + 1
    return places.T, depth


def _strict(funnel: Funnel, masks: Mask, table: Table) -> tuple[Ints, Ints]:
    """Take the very next event in scope: of the kinds that the steps name, whether a step means it or not."""
    kinds = sorted({KINDS.index(one.kind) for one in funnel.steps})
    following = Nexts(np.isin(table.kind, kinds), table.owner)
    return _chain(
        funnel,
        np.flatnonzero(masks[0]),
        [partial(_if_meant, following, mask) for mask in masks[1:]],
        table,
    )


def _if_meant(following: Nexts, mask: Mask, places: Ints) -> Ints:
    """Return the next event after each place where a step means it; n where it does not, or there is none."""
    found = following(places)
    there = np.flatnonzero(found < len(mask))
    found[there[~mask[found[there]]]] = len(mask)
    return found


def _each(window: int, masks: Mask, table: Table) -> tuple[Ints, Ints]:
    begin = np.flatnonzero(masks[0])
    places = np.full((len(begin), len(masks)), -1, np.int64)
    depths = np.zeros(len(begin), np.int64)
    for depth in range(len(masks), 0, -1):
        after = _reaching(window, masks[:depth], table)
        rows = np.flatnonzero(depths == 0)
        chain = [begin[rows]]
        for step in range(1, depth):
            following = after[step][chain[-1]]
            goes_on = following < len(table)
            rows = rows[goes_on]
            chain = [*(one[goes_on] for one in chain), following[goes_on]]
        depths[rows] = depth
        for step, one in enumerate(chain):
            places[rows, step] = one
    return places, depths


def _reaching(window: int, masks: Mask, table: Table) -> list[Ints]:
    """Return, for each step, the next event after a place that goes on to the last of these steps in time."""
    n = len(table)
    after = [np.zeros(0, np.int64)] * len(masks)
    good = masks[-1]
    for step in range(len(masks) - 1, 0, -1):
        following = nexts(good, table.owner)
        there = following < n
        there[there] = table.time[following[there]] - table.time[there] <= window
        after[step] = np.where(there, following, n)
        good = masks[step - 1] & there
    return after


def _excluded(funnel: Funnel, places: Ints, depth: Ints, table: Table) -> Mask:
    found = np.zeros(len(places), np.bool_)
    rows = np.arange(len(places))
    for number, one in enumerate(funnel.exclusions, len(funnel.steps)):
        last = np.minimum(depth - 1, one.before)
        fits = last > one.after
        first, end = places[fits, one.after], places[rows[fits], last[fits]]
        found[fits] |= Nexts(table.masks[number], table.owner)(first) < end
    return found
