"""Different numbers against a set of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.distinct import distinct, how_many

close = st.lists(st.integers(-5, 5))
far = st.lists(st.integers(-(2**62), 2**62))


@given(st.one_of(close, far, close.map(lambda some: [2**40, *some])))
def test_each_number_counts_once(numbers: list[int]) -> None:
    column = np.array(numbers, np.int64)
    assert distinct(column).tolist() == sorted(set(numbers))
    assert how_many(column) == len(set(numbers))
