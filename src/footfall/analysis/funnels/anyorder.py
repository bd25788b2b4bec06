"""Attempts in any order: how many steps the events of a window can serve, each event at most one of them."""

from itertools import combinations

import numpy as np

from footfall.analysis.steps.table import Ints, Mask, Table


def any_order(masks: Mask, table: Table, window: int) -> tuple[Ints, Ints]:
    """Return places (n, steps) and depths (n,) of the attempts that begin with each event of any step.

    places[i, d] is where d + 1 steps are served for the first time. By Hall's theorem d of n steps can be served by a
    set of events when each set S of steps has at least d − (n − |S|) events that serve any of S; so the event at which
    it comes true is, over all S, the latest of those counts' events.
    """
    begin = np.flatnonzero(np.logical_or.reduce(masks))
    steps, n = len(masks), len(table)
    found = np.zeros((len(begin), steps), np.int64)
    end = np.searchsorted(table.owner, table.owner[begin], side="right")
    for chosen in _sets(masks):
        serving = np.logical_or.reduce(masks[list(chosen)])
        places = np.append(np.flatnonzero(serving), n)
        first = np.searchsorted(places, begin)
        for depth in range(1, steps + 1):
            count = depth - steps + len(chosen)
            if count < 1:
                continue
            nth = places[np.minimum(first + count - 1, len(places) - 1)]
            found[:, depth - 1] = np.maximum(found[:, depth - 1], nth)
    in_time = found < end[:, None]
    times = table.time[np.minimum(found, max(n - 1, 0))]
    in_time &= times - table.time[begin][:, None] <= window
    return np.where(in_time, found, -1), in_time.sum(axis=1)


def _sets(masks: Mask) -> list[tuple[int, ...]]:
    """Return the sets of steps to look at, each once."""
    every = range(len(masks))
    return [chosen for size in range(1, len(masks) + 1) for chosen in combinations(every, size)]
