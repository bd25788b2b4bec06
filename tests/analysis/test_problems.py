"""Problems against the definition, written out."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.problems import TREND_PARTS, Occurrence, problems

SESSIONS = ("s1", "s2", "s3", "s4", "s5", "s6")
VISITORS = {"s1": "v1", "s2": "v1", "s3": "v2", "s4": "v3", "s5": "v4"}  # nobody knows s6

occurrences = st.builds(
    Occurrence,
    st.sampled_from(("rage", "dead")),
    st.sampled_from(("/", "/cart")),
    st.sampled_from(("#a", "#b")),
    st.sampled_from(SESSIONS),
    st.integers(0, 3),
    st.integers(0, 2),
)
people = st.frozensets(st.sampled_from(("v1", "v2", "v3", "v4")))


@settings(deadline=None)
@given(st.lists(occurrences), people, people, people)
def test_problems_equal_their_definition(
    found: list[Occurrence], home: frozenset[str], cart: frozenset[str], converted: frozenset[str]
) -> None:
    viewers = {"/": home, "/cart": cart}
    expected: list[Any] = []
    for kind in ("rage", "dead"):
        for page in ("/", "/cart"):
            for element in ("#a", "#b"):
                mine = [o for o in found if o[:3] == (kind, page, element) and o.session != "s6"]
                if not mine:
                    continue
                met = {VISITORS[o.session] for o in mine}
                others = {v for v in viewers[page] if v not in met}
                cost = 0.0
                if others:
                    with_it = len(met & converted) / len(met)
                    without = len(others & converted) / len(others)
                    cost = len(met) * max(0.0, without - with_it)
                expected.append((kind, page, element, len(mine), len(met), len(others), cost))
    result = problems(found, VISITORS, viewers, converted, (0, 3))
    seen = [
        (one.kind, one.page, one.element, one.moments, one.visitors, one.others, one.cost)
        for one in result
    ]
    assert sorted(seen) == sorted(expected)
    assert [one.cost for one in result] == sorted((one.cost for one in result), reverse=True)
    for one in result:
        place = (one.kind, one.page, one.element)
        mine = [o for o in found if o[:3] == place and o.session != "s6"]
        assert Occurrence(*place, one.example, one.time, one.length) in mine
        assert one.length == min(o.length for o in mine)
        assert one.time == max(o.time for o in mine if o.length == one.length)
        # Four times in fourteen parts: the parts 0, 3, 7 and 10.
        times = dict(zip((0, 3, 7, 10), range(4), strict=True))
        assert one.trend == tuple(
            len({VISITORS[o.session] for o in mine if at in times and o.time == times[at]})
            for at in range(TREND_PARTS)
        )
        assert not one.comparison.is_significant, "of four visitors"
