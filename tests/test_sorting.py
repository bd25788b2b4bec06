"""The order of rows, against Python's own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footfall.sorting import in_order, ordering

_WIDE = st.one_of(st.integers(0, 3), st.integers(-(2**62), 2**62))


@given(
    st.lists(st.tuples(_WIDE, _WIDE, st.integers(0, 2), st.integers(0, 2)), max_size=40),
    st.integers(0, 40),
)
def test_rows_come_in_the_order_of_all_columns(
    rows: list[tuple[int, int, int, int]], presorted: int
) -> None:
    rows[:presorted] = sorted(rows[:presorted])
    owner, time, a, b = (np.array([row[at] for row in rows], np.int64) for at in range(4))
    expected = sorted(range(len(rows)), key=lambda at: (rows[at], at))
    assert in_order(owner, time, (a, b)).tolist() == expected
    assert in_order(owner, time).tolist() == sorted(
        range(len(rows)), key=lambda at: (rows[at][:2], at)
    )
    if ordering(owner, time, (a, b)) is None:
        assert expected == list(range(len(rows)))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 50)), max_size=60))
def test_what_is_in_order_is_not_sorted(rows: list[tuple[int, int]]) -> None:
    owner, time = (np.array([row[at] for row in sorted(rows)], np.int32) for at in range(2))
    assert ordering(owner, time) is None
