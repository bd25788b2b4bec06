"""Problems against the definition, written out: in sets of people rather than columns."""

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.funnels.compare import compare
from footfall.analysis.problems import (
    TREND_PARTS,
    Crowd,
    Met,
    Problem,
    Ranking,
    once,
    rank,
)

VISITORS = {1: 0, 2: 0, 3: 1, 5: 2, 8: 3}
"""By the number of a session: one came twice."""
PAGES = ("/", "/cart", "/nobody")
PEOPLE = frozenset(VISITORS.values())
GIVEN_UP = ("last_step", "form_abandon", "field_drop")


class Place(NamedTuple):
    kind: str
    page: str
    element: str


class Moment(NamedTuple):
    place: Place
    session: int
    time: int
    length: int


moments = st.builds(
    Moment,
    st.builds(
        Place,
        st.sampled_from(("dead", "rage", *GIVEN_UP)),
        st.sampled_from(PAGES),
        st.sampled_from(("", "#a", "#b")),
    ),
    st.sampled_from(tuple(VISITORS)),
    st.integers(0, 3),
    st.integers(0, 2),
)
people = st.frozensets(st.sampled_from(tuple(PEOPLE)))


def ranked(
    found: list[Moment], viewers: dict[str, frozenset[int]], converted: frozenset[int]
) -> Ranking:
    places = sorted({one.place for one in found})
    rows = sorted(found, key=lambda one: places.index(one.place))
    columns = [
        (places.index(one.place), one.session, VISITORS[one.session], one.time, one.length)
        for one in rows
    ]
    # Each view is told twice, as who looks twice is one viewer.
    views = [(PAGES.index(page), one) for page, some in viewers.items() for one in some] * 2
    page, viewer = np.array(views, np.int64).reshape(-1, 2).T
    crowd = Crowd(page, viewer, np.array([one in converted for one in sorted(PEOPLE)]))
    pages = np.array([PAGES.index(one.page) for one in places], np.int64)
    met = once(places, Met(*np.array(columns, np.int64).reshape(-1, 5).T))
    return rank(places, pages, met, crowd, (0, 3))


def events_of(found: list[Moment]) -> list[Moment]:
    """What one giving up of a form made is one moment: the shortest in each session, under the strongest kind."""
    told = [one for one in found if one.place.kind not in GIVEN_UP]
    for page, element in sorted({one.place[1:] for one in found}):
        here = [one for one in found if one.place[1:] == (page, element)]
        kinds = [kind for kind in GIVEN_UP if any(one.place.kind == kind for one in here)]
        here = [one for one in here if one.place.kind in kinds]
        if len(kinds) < 2:
            told += here
            continue
        for session in sorted({one.session for one in here}):
            mine = [one for one in here if one.session == session]
            best = max(mine, key=lambda one: (-one.length, one.time))
            told.append(best._replace(place=Place(kinds[0], page, element)))
    return told


def plainly(
    found: list[Moment], viewers: dict[str, frozenset[int]], converted: frozenset[int]
) -> list[Problem]:
    told = []
    found = events_of(found)
    for place in {one.place for one in found}:
        mine = [one for one in found if one.place == place]
        met = {VISITORS[one.session] for one in mine}
        others = viewers[place.page] - met
        share = len(met & converted) / len(met)
        share_others = len(others & converted) / len(others) if others else None
        less = 0.0 if share_others is None else max(0.0, share_others - share)
        best = max(mine, key=lambda one: (-one.length, one.time, one.session))
        # Four times in fourteen parts: the parts 0, 3, 7 and 10.
        trend = [0] * TREND_PARTS
        for at, time in zip((0, 3, 7, 10), range(4), strict=True):
            trend[at] = len({VISITORS[one.session] for one in mine if one.time == time})
        told.append(
            Problem(
                *place, len(mine), len(met), len(others), share, share_others, len(met) * less,
                f"s{best.session}", best.time, best.length, tuple(trend),
                compare(len(met & converted), len(met), len(others & converted), len(others)),
            )
        )  # fmt: skip
    return sorted(told, key=lambda one: (-one.cost, -one.visitors, one.kind, one.page, one.element))


@settings(deadline=None, max_examples=1_000)
@given(st.lists(moments, max_size=14), people, people, people, st.integers(0, 5))
def test_problems_equal_their_definition(
    found: list[Moment],
    home: frozenset[int],
    cart: frozenset[int],
    converted: frozenset[int],
    limit: int,
) -> None:
    viewers = {"/": home, "/cart": cart, "/nobody": frozenset[int]()}
    expected = plainly(found, viewers, converted)
    ranking = ranked(found, viewers, converted)

    def names(numbers: list[int]) -> dict[int, str]:
        return {number: f"s{number}" for number in numbers}

    assert len(ranking) == len(expected)
    assert ranking.told(None, names) == expected
    assert ranking.told(limit, names) == expected[:limit]


def test_a_form_that_was_given_up_is_one_problem() -> None:
    """By two at a field, by one of them at the last step; another field is another problem, another kind too."""
    kinds = (
        ("form_abandon", 1),
        ("field_drop", 1),
        ("last_step", 1),
        ("form_abandon", 3),
        ("field_drop", 3),
    )
    found = [Moment(Place(kind, "/cart", "#a"), session, 2, 1) for kind, session in kinds]
    found.append(Moment(Place("field_drop", "/cart", "#b"), 5, 2, 1))
    found.append(Moment(Place("dead", "/cart", "#a"), 5, 2, 1))
    told = ranked(found, {}, frozenset()).told(None, lambda numbers: dict.fromkeys(numbers, ""))
    assert [(one.kind, one.element, one.moments, one.visitors) for one in told] == [
        ("last_step", "#a", 2, 2),
        ("dead", "#a", 1, 1),
        ("field_drop", "#b", 1, 1),
    ]
