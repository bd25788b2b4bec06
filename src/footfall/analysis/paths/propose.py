"""Funnels to begin with, found in what visitors did: from where they landed, through pages that most passed. Pure."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import how_many
from footfall.analysis.paths.walk import Ints, Seen

Array = NDArray[Any]
_WINDOW_MS: Final = 30 * 60_000
"""A funnel's usual window within a session (TERMS.md)."""


@dataclass(frozen=True)
class Limits:
    """How much is looked at and proposed."""

    proposals: int = 3
    landings: int = 3  # the commonest landing pages: where a funnel may begin
    pages: int = 40  # the most viewed pages: what else may be in it
    between: int = 3  # pages between the first and the last, at most
    least: int = (
        5  # sessions that went the whole way, and of a landing page that saw the last page at all
    )
    window: int = _WINDOW_MS


USUAL: Final = Limits()


@dataclass(frozen=True)
class Proposal:
    """A funnel to begin with."""

    nodes: tuple[int, ...]  # pages, as in Seen.node
    went: int  # sessions that saw them in this order within the window
    began: int  # sessions that saw the first


@dataclass(frozen=True, eq=False)
class _Visits:
    """Sessions (down) and pages (across): in which row of what was seen each page came first; `never`: in none."""

    pages: Ints
    first: Array
    landing: Array  # row of each session's first view
    never: int


def propose(seen: Seen, limits: Limits = USUAL) -> tuple[Proposal, ...]:
    """Return funnels from a landing page, the commonest first, to pages that others lead to.

    Of the sessions that landed there and saw the last page, most passed each page between before they first saw it,
    and most saw all in this order at first. Those with more pages between come first, then those whose last page more
    saw. None leads to a page of one before it, or has nothing new but its last page.
    """
    if not len(seen.session):
        return ()
    begins = np.ones(len(seen.session), np.bool_)
    begins[1:] = seen.session[1:] != seen.session[:-1]
    visits = _visits(seen, begins, _most(seen.node, limits.pages))
    landed = seen.node[begins]
    found: list[Proposal] = []
    for start in _most(landed, limits.landings).tolist():
        mine = np.flatnonzero(landed == start)
        some = _Visits(visits.pages, visits.first[mine], visits.landing[mine], visits.never)
        for way in _ways(some, start, limits):
            if len(found) == limits.proposals:
                break
            if any(way[-1] in one.nodes or set(way[:-1]) <= set(one.nodes) for one in found):
                continue
            went, began = _count(seen, begins, way, limits.window)
            if went >= limits.least:
                found.append(Proposal(way, went, began))
    return tuple(found)


def _most(nodes: Ints, count: int) -> Ints:
    """Return the commonest nodes, of equals the lowest first."""
    counts = np.bincount(nodes)
    order = np.argsort(-counts, kind="stable")[:count]
    return order[counts[order] > 0]


def _visits(seen: Seen, begins: NDArray[np.bool_], pages: Ints) -> _Visits:
    n, landing = len(begins), np.flatnonzero(begins)
    slot = np.full(int(seen.node.max()) + 1, -1, np.int64)
    slot[pages] = np.arange(len(pages))
    at = slot[seen.node]
    rows = np.flatnonzero(at >= 0)[::-1]
    first = np.full(len(landing) * len(pages), n, np.int32)
    # Of several rows the one that is written last stays: the first.
    first[((np.cumsum(begins) - 1) * len(pages) + at)[rows]] = rows
    return _Visits(pages, first.reshape(-1, len(pages)), landing, n)


def _ways(visits: _Visits, start: int, limits: Limits) -> list[tuple[int, ...]]:
    """Return the ways from a landing page, the best first."""
    found = []
    for at, page in enumerate(visits.pages.tolist()):
        rows = np.flatnonzero(visits.first[:, at] < visits.never)
        if page == start or len(rows) < limits.least:
            continue
        between = _between(visits, rows, at, start, limits.between)
        if between:
            way = (start, *(int(visits.pages[one]) for one in between), page)
            found.append((-len(between), -len(rows), page, way))
    return [way for *_, way in sorted(found)]


def _between(visits: _Visits, rows: Ints, last: int, start: int, most: int) -> list[int]:
    """Return the pages (places in `visits.pages`) on the way to the last of these sessions, in their order."""
    first = visits.first[rows]
    before = first < first[:, last, None]
    passed = before.sum(axis=0)
    fits = np.flatnonzero((2 * passed > len(rows)) & (visits.pages != start))
    ranked = fits[np.lexsort((visits.pages[fits], -passed[fits]))][:most].tolist()
    away = first - visits.landing[rows, None]
    middle = {one: float(np.median(away[before[:, one], one])) for one in ranked}
    while ranked:
        ordered = sorted(ranked, key=lambda one: (middle[one], visits.pages[one]))
        steps = np.diff(first[:, [*ordered, last]], axis=1)
        if 2 * int((steps > 0).all(axis=1).sum()) > len(rows):
            return ordered
        ranked.pop()  # the one that fewest passed
    return []


def _count(
    seen: Seen, begins: NDArray[np.bool_], way: tuple[int, ...], window: int
) -> tuple[int, int]:
    """Return how many sessions went a way within a window (ms), anything between, and how many saw its first page."""
    wanted = np.zeros(int(seen.node.max()) + 1, np.bool_)
    wanted[list(way)] = True
    rows = np.flatnonzero(wanted[seen.node])
    visit, node = (np.cumsum(begins) - 1)[rows], seen.node[rows]
    # Above 0, and less than what parts one session from the next: a running maximum then stays within each.
    time = seen.time[rows] - seen.time[rows].min() + 1
    base = visit * (int(time.max()) + 1)
    latest = np.where(node == way[0], time, 0)
    for step in way[1:]:
        # When the latest attempt began that has come so far; 0: none has.
        began = np.maximum.accumulate(base + latest) - base
        latest = np.where(node == step, began, 0)
    went = (latest > 0) & (time - latest <= window)
    return how_many(visit[went]), how_many(visit[node == way[0]])
