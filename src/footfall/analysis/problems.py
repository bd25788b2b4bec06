"""Problems: moments of one kind at one element of a page, ranked by what they cost. Pure.

What one event made is one problem: see `once`.

What ranks them is counted by column for all at once; the rest (trend, example, interval) for those that are told.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import distinct
from footfall.analysis.funnels.compare import Comparison, compare
from footfall.analysis.moments import GIVEN_UP

Array = NDArray[Any]
TREND_PARTS: Final = 14
"""Parts of the time looked at, for the trend: a day each for two weeks."""


Place = tuple[str, str, str]
"""Where moments are one problem: kind, page, element."""


@dataclass(frozen=True, eq=False)
class Met:
    """Moments as columns of one length.

    place: into the places, rising; session: any number for each; visitor: from 0 on, as few as there are;
    time: ms since 1970; length: ms from the first fact of the evidence to the last.
    """

    place: Array
    session: Array
    visitor: Array
    time: Array
    length: Array

    def take(self, rows: Array) -> "Met":
        """Return these rows."""
        return Met(*(getattr(self, one.name).take(rows) for one in fields(self)))


@dataclass(frozen=True, eq=False)
class Crowd:
    """Who could have met them. page, viewer: columns of page views, which may say the same twice.

    page: a number for each, from 0 on; viewer: as Met.visitor; converted: by visitor, whether the goal was reached.
    """

    page: Array
    viewer: Array
    converted: NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """Moments of one kind at one place."""

    kind: str  # of what one event made the strongest
    page: str
    element: str
    moments: int  # of what one event made, sessions
    visitors: int  # that met it
    others: int  # visitors of the page that did not
    converted: float | None  # the share of those that met it; None: nobody did
    converted_others: float | None
    cost: float  # visitors × how much less they converted than the others; 0 where they did not
    example: str  # the session with the shortest moment, the last of equals: it proves the problem soonest
    time: int  # and when, ms since 1970
    length: int  # of that moment, ms
    trend: tuple[int, ...]  # visitors that met it in each of TREND_PARTS equal parts of the span
    comparison: Comparison  # conversion of those that met it beside the others'


@dataclass(frozen=True, eq=False)
class Ranking:
    """Problems, the dearest first: `rows` are places, the other arrays go by place."""

    places: Sequence[Place]
    met: Met
    rows: Array
    counts: Mapping[str, Array]  # visitors, others, and of each how many converted
    cost: Array
    span: tuple[int, int]

    def __len__(self) -> int:
        return len(self.rows)

    def told(
        self, limit: int | None, names: Callable[[list[int]], Mapping[int, str]]
    ) -> list[Problem]:
        """Return the dearest problems, all with None. names: gives the names of sessions by their numbers."""
        rows = self.rows[:limit]
        begins = np.searchsorted(self.met.place, rows)
        ends = np.searchsorted(self.met.place, rows, "right")
        bounds = list(zip(begins.tolist(), ends.tolist(), strict=True))
        best = [self._example(begin, end) for begin, end in bounds]
        named = names(self.met.session[best].tolist())
        return [
            self._problem(row, bound, at, named)
            for row, bound, at in zip(rows.tolist(), bounds, best, strict=True)
        ]

    def _example(self, begin: int, end: int) -> int:
        met, part = self.met, slice(begin, end)
        order = np.lexsort((met.session[part], met.time[part], -met.length[part]))
        return begin + int(order[-1])

    def _problem(
        self, row: int, bound: tuple[int, int], at: int, names: Mapping[int, str]
    ) -> Problem:
        visitors, others, converted, converted_others = (
            int(self.counts[name][row])
            for name in ("visitors", "others", "converted", "converted_others")
        )
        return Problem(
            *self.places[row],
            moments=bound[1] - bound[0],
            visitors=visitors,
            others=others,
            converted=converted / visitors if visitors else None,
            converted_others=converted_others / others if others else None,
            cost=float(self.cost[row]),
            example=names[int(self.met.session[at])],
            time=int(self.met.time[at]),
            length=int(self.met.length[at]),
            trend=self._trend(slice(*bound)),
            comparison=compare(converted, visitors, converted_others, others),
        )

    def _trend(self, part: slice) -> tuple[int, ...]:
        first, last = self.span
        wide = max(1, last - first + 1)
        at = np.clip(self.met.time[part] - first, 0, wide - 1) * TREND_PARTS // wide
        visitor = self.met.visitor[part]
        pairs = distinct(at * (int(visitor.max(initial=0)) + 1) + visitor)
        parts = pairs // (int(visitor.max(initial=0)) + 1)
        return tuple(np.bincount(parts, minlength=TREND_PARTS).tolist())


def once(places: Sequence[Place], met: Met) -> Met:
    """Return the moments with those that one event made as one. places: sorted.

    Of a form that was given up at a field, each session counts once, by its shortest moment (the last of equals), at
    the place of the strongest kind that is met there. Where one kind of these is met alone, nothing changes.
    """
    there = np.bincount(met.place, minlength=len(places)) > 0
    by_kind: list[list[int]] = []
    for kind in GIVEN_UP:
        first_of, end = bisect_left(places, (kind,)), bisect_left(places, (f"{kind}\0",))
        by_kind.append((first_of + np.flatnonzero(there[first_of:end])).tolist())
    if sum(map(bool, by_kind)) < 2:
        return met
    strongest = np.arange(len(places))
    shared = np.zeros(len(places), np.bool_)
    first: dict[tuple[str, ...], int] = {}  # of a page and element, the strongest kind's place
    for at in chain.from_iterable(by_kind):
        best = first.setdefault(places[at][1:], at)
        if best != at:
            strongest[at], shared[at], shared[best] = best, True, True
    rows = np.flatnonzero(shared[met.place])
    if not len(rows):
        return met
    place = strongest[met.place]
    keys = (-met.time[rows], met.length[rows], met.session[rows], place[rows])
    rows = rows[np.lexsort(keys)]
    is_first = np.ones(len(rows), np.bool_)
    is_first[1:] = (np.diff(place[rows]) != 0) | (np.diff(met.session[rows]) != 0)
    kept = np.concatenate([np.flatnonzero(~shared[met.place]), rows[is_first]])
    kept = kept[np.argsort(place[kept], kind="stable")]
    return Met(place[kept], met.session[kept], met.visitor[kept], met.time[kept], met.length[kept])


def rank(
    places: Sequence[Place], pages: Array, met: Met, crowd: Crowd, span: tuple[int, int]
) -> Ranking:
    """Rank problems: by cost, of those that cost the same the one that more visitors met.

    places: sorted; pages: the page of each as in `Crowd.page`, which may be one that nobody viewed; span: the time
    looked at, ms since 1970, for the trend. Places without moments are left out.
    """
    wide = max(len(crowd.converted), 1)
    pages = np.asarray(pages, np.int64)
    most = 1 + max(int(crowd.page.max(initial=0)), int(np.max(pages, initial=0)))
    # Half as wide sorts twice as fast.
    key = np.uint32 if most * wide < 2**32 else np.int64
    seen = distinct(_paired(crowd.page, wide, crowd.viewer, key))
    pairs = distinct(met.place.astype(np.int64) * wide + met.visitor)
    place = pairs // wide
    visitor = pairs - place * wide
    hits = crowd.converted[visitor]
    # Of the page's viewers those that did not meet it: who met it and is no viewer takes nobody away.
    is_viewer = _among(_paired(pages[place], wide, visitor, key), seen)
    edges = (np.arange(most + 1) * wide).astype(key)
    begins = np.searchsorted(seen, edges)
    viewers = np.diff(begins)
    hit = np.flatnonzero(crowd.converted.take(seen - np.repeat(edges[:-1], viewers)))
    views, views_hit = viewers[pages], np.diff(np.searchsorted(hit, begins))[pages]

    def count(rows: Array) -> Array:
        return np.bincount(place[rows], minlength=len(places))

    counts = {
        "visitors": count(np.ones(len(place), np.bool_)),
        "others": views - count(is_viewer),
        "converted": count(hits),
        "converted_others": views_hit - count(is_viewer & hits),
    }
    cost = _cost(counts)
    order = np.lexsort((-counts["visitors"], -cost))
    return Ranking(places, met, order[counts["visitors"][order] > 0], counts, cost, span)


def _paired(page: Array, wide: int, visitor: Array, key: type[np.uint32 | np.int64]) -> Array:
    """Return page and visitor as one number each."""
    found: Array = page.astype(key)
    found *= key(wide)
    found += visitor.astype(key)
    return found


def _cost(counts: Mapping[str, Array]) -> Array:
    visitors, others = counts["visitors"], counts["others"]
    share = counts["converted"] / np.maximum(visitors, 1)
    share_others = counts["converted_others"] / np.maximum(others, 1)
    less = np.maximum(0.0, share_others - share)
    found: Array = np.where(others > 0, visitors * less, 0.0)
    return found


def _among(numbers: Array, some: Array) -> NDArray[np.bool_]:
    """Tell which numbers are among some, which are sorted."""
    if not len(some):
        return np.zeros(len(numbers), np.bool_)
    at = np.minimum(np.searchsorted(some, numbers), len(some) - 1)
    found: NDArray[np.bool_] = some[at] == numbers
    return found
