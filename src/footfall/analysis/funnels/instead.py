"""What people who dropped did instead of the next step."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np

from footfall.analysis.funnels.choose import Outcome, Outcomes
from footfall.analysis.steps.language import KINDS
from footfall.analysis.steps.table import Ints, Mask, Table

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


def has_ties(table: Table, views: Table, places: Ints) -> bool:
    """Tell whether a page view of the same owner, not the event itself, is of the same ms as one of these places."""
    first, last = (_searched(table, views, places, side) for side in ("left", "right"))
    is_view = table.kind[places] == KINDS.index("page")
    return bool((last - first > is_view).any())


def next_view(table: Table, views: Table, places: Ints) -> Ints:
    """Return for places of a table the first page view of the same owner that is later; len(views) without one.

    Of those of the same ms only where both tables have places: by (tab, sequence, ordinal).
    """
    by_place = table.places is not None and views.places is not None
    found = _searched(table, views, places, "left" if by_place else "right")
    if table.places is not None and views.places is not None and len(views):
        at = np.flatnonzero(found < _searched(table, views, places, "right"))
        while len(at):
            mine, theirs = table.places[places[at]], views.places[found[at]]
            at = at[~_is_before(mine, theirs)]
            found[at] += 1
            at = at[found[at] < _searched(table, views, places[at], "right")]
    there = found < len(views)
    there[there] = views.owner[found[there]] == table.owner[places[there]]
    return np.where(there, found, len(views))


def _is_before(a: Ints, b: Ints) -> Mask:
    """Tell of each pair of places (n, 3) whether the first comes before the second."""
    found = a[:, 2] < b[:, 2]
    for column in (1, 0):
        less, same = a[:, column] < b[:, column], a[:, column] == b[:, column]
        found = less | (same & found)
    return found


def _searched(table: Table, views: Table, places: Ints, side: Literal["left", "right"]) -> Ints:
    """Return where the times of places of a table belong among the page views of the same owner."""
    if not len(places) or not len(views):
        return np.full(len(places), len(views), np.int64)
    both = np.concatenate([views.time, table.time[places]])
    low = int(both.min())
    span = int(both.max()) - low + 2
    # Owners are ranked, as their numbers may be too great to be multiplied.
    begins = np.ones(len(views), np.bool_)
    begins[1:] = views.owner[1:] != views.owner[:-1]
    owners = views.owner[begins]
    keys = (np.cumsum(begins) - 1) * span + (views.time - low)
    owner = table.owner[places]
    rank = np.minimum(np.searchsorted(owners, owner), len(owners) - 1)
    found = np.searchsorted(keys, rank * span + table.time[places] - low, side=side)
    return np.where(owners[rank] == owner, found, len(views))
