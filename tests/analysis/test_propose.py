"""Proposed funnels beside a plainly written oracle: of lists of pages, one session after another."""

from statistics import median

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.paths import Limits, Proposal, Seen, propose

Visit = list[tuple[int, int]]
"""Time and page of each view."""
visits = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=8).map(
        lambda some: [
            (sum(gap for gap, _ in some[: at + 1]), page) for at, (_, page) in enumerate(some)
        ]
    ),
    max_size=9,
)
limits = st.builds(
    Limits,
    proposals=st.integers(1, 3),
    landings=st.integers(1, 3),
    pages=st.integers(2, 6),
    between=st.integers(1, 3),
    least=st.integers(1, 3),
    window=st.integers(0, 9),
)


def seen_of(some: list[Visit]) -> Seen:
    rows = [(7 * at, time, page) for at, visit in enumerate(some) for time, page in visit]
    return Seen(*np.array(rows, np.int64).reshape(-1, 3).T)


def commonest(nodes: list[int], count: int) -> list[int]:
    return sorted(set(nodes), key=lambda one: (-nodes.count(one), one))[:count]


def goes(visit: Visit, way: tuple[int, ...], window: int) -> bool:
    """Whether the pages stand one after the other within a window, from any view of the first."""
    for begin, (since, page) in enumerate(visit):
        rest = list(way) if page == way[0] else []
        for time, one in visit[begin:] if rest else []:
            if rest and one == rest[0] and time - since <= window:
                del rest[0]
        if page == way[0] and not rest:
            return True
    return False


def way_to(page: int, mine: list[list[int]], pages: list[int], most: int) -> tuple[int, ...]:
    """The pages between, from sessions (pages by order) that saw the page; none: nothing leads there."""
    passed = {
        one: [visit.index(one) for visit in mine if one in visit[: visit.index(page)]]
        for one in pages
        if one not in (page, mine[0][0])
    }
    ranked = [one for one in passed if 2 * len(passed[one]) > len(mine)]
    ranked = sorted(ranked, key=lambda one: (-len(passed[one]), one))[:most]
    while ranked:
        between = sorted(ranked, key=lambda one: (median(passed[one]), one))
        whole = [*between, page]
        in_order = [
            visit
            for visit in mine
            if set(whole) <= set(visit) and sorted(whole, key=visit.index) == whole
        ]
        if 2 * len(in_order) > len(mine):
            return tuple(between)
        ranked.pop()
    return ()


def plainly(some: list[Visit], asked: Limits) -> tuple[Proposal, ...]:
    orders = [[page for _, page in visit] for visit in some]
    pages = commonest([page for order in orders for page in order], asked.pages)
    found: list[Proposal] = []
    for start in commonest([order[0] for order in orders], asked.landings):
        ways = []
        for page in pages:
            mine = [order for order in orders if order[0] == start and page in order]
            if page != start and len(mine) >= asked.least:
                between = way_to(page, mine, pages, asked.between)
                if between:
                    ways.append((-len(between), -len(mine), page, (start, *between, page)))
        for *_, page, way in sorted(ways):
            went = sum(goes(visit, way, asked.window) for visit in some)
            known = any(
                {page} <= set(one.nodes) or {*way} - {page} <= {*one.nodes} for one in found
            )
            if went >= asked.least and not known and len(found) < asked.proposals:
                found.append(Proposal(way, went, sum(start in order for order in orders)))
    return tuple(found)


@settings(deadline=None, max_examples=1_000)
@given(visits, limits)
def test_proposals_equal_their_definition(some: list[Visit], asked: Limits) -> None:
    assert propose(seen_of(some), asked) == plainly(some, asked)


def test_a_shop_gets_the_way_to_its_thanks() -> None:
    home, product, cart, checkout, thanks, help_page = range(6)
    buyers = [[home, product, product, cart, checkout, thanks]] * 8
    others = [[home]] * 20 + [[home, product, cart, help_page]] * 6 + [[help_page, home]] * 8
    some = [[(at * 1_000, page) for at, page in enumerate(one)] for one in [*buyers, *others]]
    # The way to the help page has nothing new but that page.
    assert propose(seen_of(some)) == (Proposal((home, product, cart, checkout, thanks), 8, 42),)
    assert propose(seen_of(some[:4])) == ()
    assert propose(seen_of([])) == ()


def test_pages_that_come_in_no_order_do_not_stand_together() -> None:
    ways = [[0, 1, 2, 3]] * 3 + [[0, 2, 1, 3]] * 3
    some = [[(at * 1_000, page) for at, page in enumerate(one)] for one in ways]
    assert propose(seen_of(some)) == (Proposal((0, 1, 3), 6, 6),)
    assert propose(seen_of([*some, some[0], some[0]])) == (Proposal((0, 1, 2, 3), 5, 8),)
