import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footfall.index.packs.join import joined

KINDS: dict[str, type[np.generic]] = {
    "a": np.int32, "b": np.float32, "c": np.bool_, "d": np.int64,
}  # fmt: skip


@given(st.lists(st.integers(0, 5), max_size=4))
def test_columns_are_put_one_after_the_other(sizes: list[int]) -> None:
    parts = [{name: np.arange(size).astype(kind) for name, kind in KINDS.items()} for size in sizes]
    found = joined(parts, KINDS)
    for name, kind in KINDS.items():
        assert found[name].dtype == kind
        assert found[name].tolist() == [one for part in parts for one in part[name].tolist()]
