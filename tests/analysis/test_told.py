"""What was last told of a session at a time, against a loop."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.funnels.told import NEVER, last_told

_SESSION = st.sampled_from([1, 2, 2**40])
_TOLD = st.tuples(_SESSION, st.integers(0, 5), st.integers(0, 1), st.integers(0, 1))


@settings(deadline=None, max_examples=1_000)
@given(
    st.lists(_TOLD, max_size=12, unique=True),
    st.lists(st.tuples(_SESSION, st.integers(0, 6)), max_size=6),
)
def test_the_last_at_or_before_a_time_by_time_tab_and_sequence(
    told: list[tuple[int, int, int, int]], asked: list[tuple[int, int]]
) -> None:
    def expected(session: int, at: int) -> int:
        fit = [(one[1:], row) for row, one in enumerate(told) if one[0] == session and one[1] <= at]
        return max(fit)[1] if fit else NEVER

    columns = np.array(told, np.int64).reshape(-1, 4).T
    where = np.array(asked, np.int64).reshape(-1, 2).T
    found = last_told(columns[0], columns[1], (columns[2], columns[3]), where[0], where[1])
    assert found.tolist() == [expected(*one) for one in asked]
