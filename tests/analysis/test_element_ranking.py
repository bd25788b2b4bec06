from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.elements import rank_elements


@given(st.lists(st.integers(-1, 12), max_size=80))
def test_elements_are_ranked_by_clicks_then_id(ids: list[int]) -> None:
    ranking = rank_elements(np.array(ids, np.int32))
    counts = Counter(key for key in ids if key >= 0)
    expected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = list(zip(ranking.key_ids.tolist(), ranking.clicks.tolist(), strict=True))
    assert rows == expected
    assert ranking.shares.tolist() == pytest.approx([count / len(ids) for _, count in expected])
    assert ranking.total == len(ids)
