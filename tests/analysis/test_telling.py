"""Where a replay opens, against every place where it could."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.telling import LEAD_MS, SPAN_MS, WEIGHTS, Opening, Sign, most_telling

SIGNS = st.builds(
    Sign,
    st.sampled_from([*WEIGHTS, "hesitation"]),
    st.one_of(st.integers(0, 40_000), st.sampled_from([5_000, 13_000, 13_001])),
)


def weight(signs: list[Sign], first: int) -> int:
    until = first + SPAN_MS - LEAD_MS
    return sum(WEIGHTS.get(one.kind, 0) for one in set(signs) if first <= one.time < until)


@given(st.lists(SIGNS, max_size=30))
def test_no_ten_seconds_weigh_more_and_no_earlier_as_much(signs: list[Sign]) -> None:
    found = most_telling(signs)
    known = [one for one in signs if one.kind in WEIGHTS]
    if not known:
        assert found is None
        return
    best = max(weight(known, one.time) for one in known)
    first = min(one.time for one in known if weight(known, one.time) == best)
    assert found is not None
    assert found.time == max(0, first - LEAD_MS)


def test_the_reason_is_the_heaviest_and_says_what_it_is_about() -> None:
    rage = Sign("rage", 72_000, "Pay now", 3)
    assert most_telling([Sign("dead", 71_000, "Buy"), rage, Sign("thrash", 9_000)]) == Opening(
        69_000, "three quick clicks on", "Pay now"
    )
    assert most_telling([Sign("failure", 500, "TypeError")]) == Opening(0, "an error:", "TypeError")
    assert most_telling([Sign("dead", 5_000)]) == Opening(
        3_000, "nothing happened after a click", ""
    )
    told = {kind: most_telling([Sign(kind, 9_000)]) for kind in WEIGHTS}
    assert all(one is not None and one.reason for one in told.values())


def test_once_is_once_however_often_it_is_told() -> None:
    twice = [Sign("dead", 50_000)] * 3
    found = most_telling([Sign("rage", 1_000), *twice])
    assert found is not None
    assert found.time == 0
