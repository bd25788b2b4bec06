"""Small packs read together against each of them made wide by itself."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from footfall.index.packs.layout import narrow, pack, together, widen

_SPANS = (0, 200, 60_000, 2**32 - 1, 2**45)
ints = st.tuples(
    st.sampled_from((0, -3, 7, -(2**31), 2**31 - 300, 1_764_547_200_000)),
    st.sampled_from(_SPANS),
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
).map(lambda told: np.array([told[0] + int(one * told[1]) for one in told[2]], np.int64))
floats = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=4).map(np.array)


@given(st.lists(st.tuples(ints, ints, floats), min_size=1, max_size=6))
def test_packs_together_are_packs_one_by_one(made: list[tuple[NDArray[Any], ...]]) -> None:
    stored = [{name: narrow(one) for name, one in zip("abf", some, strict=True)} for some in made]
    found = together([pack(one) for one in stored], {"b", "f"})
    assert set(found) == {"b", "f"}
    for name, column in found.items():
        whole = np.concatenate([widen(one[name]) for one in stored])
        assert column.dtype == whole.dtype
        assert np.array_equal(column, whole)
