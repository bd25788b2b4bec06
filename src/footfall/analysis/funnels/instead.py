"""What people who dropped did instead of the next step."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from footfall.analysis.funnels.choose import Outcome, Outcomes
from footfall.analysis.steps.table import Ints, Table

LEFT = ""
"""Instead of a page: nothing more was seen."""


def instead(
    found: Outcomes,
    table: Table,
    views: Table,
    depth: int,
    name: Callable[[Iterable[int]], list[str]],
) -> Counter[str]:
    """Count which page those saw next whose last step was `depth` (from 1); views: page views of the same owners."""
    rows = np.flatnonzero((found.depth == depth) & (found.outcome == Outcome.DROPPED))
    following = next_view(table, views, found.places[rows, depth - 1])
    seen = following < len(views)
    counts: Counter[str] = Counter()
    pages, times = np.unique(views.page[following[seen]], return_counts=True)
    for text, count in zip(name(pages.tolist()), times.tolist(), strict=True):
        counts[text] += count
    if not seen.all():
        counts[LEFT] = int((~seen).sum())
    return counts


def next_view(table: Table, views: Table, places: Ints) -> Ints:
    """Return for places of a table the first page view of the same owner that is later; len(views) without one."""
    both = np.concatenate([views.time, table.time[places]])
    if not len(places) or not len(views):
        return np.full(len(places), len(views), np.int64)
    low = int(both.min())
    span = int(both.max()) - low + 2
    # Owners are ranked, as their numbers may be too great to be multiplied.
    begins = np.ones(len(views), np.bool_)
    begins[1:] = views.owner[1:] != views.owner[:-1]
    owners = views.owner[begins]
    keys = (np.cumsum(begins) - 1) * span + (views.time - low)
    owner = table.owner[places]
    rank = np.minimum(np.searchsorted(owners, owner), len(owners) - 1)
    found = np.searchsorted(keys, rank * span + table.time[places] - low, side="right")
    there = (found < len(views)) & (owners[rank] == owner)
    there[there] = views.owner[found[there]] == owner[there]
    return np.where(there, found, len(views))
