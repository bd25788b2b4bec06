import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.scroll import ScrollMap, scroll_map

View = tuple[float, float, float]
pixels = st.integers(0, 3000).map(float)


def mapped(views: list[View], page_height: int) -> ScrollMap:
    columns = np.array(views, np.float64).reshape(-1, 3).T
    return scroll_map(columns[0], columns[1], columns[2], page_height=page_height)


@given(st.lists(st.tuples(pixels, pixels, pixels), min_size=1, max_size=40), st.integers(1, 2500))
def test_shares_fold_and_lines_are_those_of_a_loop(views: list[View], page_height: int) -> None:
    result = mapped(views, page_height)
    depths = [min(depth, document) for depth, document, _ in views]

    def share(y: float) -> float:
        return sum(depth >= y for depth in depths) / len(depths)

    assert result.shares.tolist() == pytest.approx([share(y) for y in range(0, page_height, 10)])
    assert result.fold == statistics.median(view[2] for view in views)
    assert [line.percent for line in result.lines] == [100, 75, 50, 25]
    for line in result.lines:
        assert share(line.y) >= line.percent / 100
        assert line.y == page_height or share(line.y + 0.5) < line.percent / 100


def test_without_views_the_map_is_empty() -> None:
    result = mapped([], 95)
    assert (result.views, result.fold, result.lines) == (0, None, ())
    assert result.shares.tolist() == [0.0] * 10


def test_a_page_has_no_more_bands_than_is_drawn() -> None:
    assert len(mapped([(1.0, 1.0, 1.0)], 10**9).shares) == 6554


@pytest.mark.parametrize("view", [(np.nan, 9.0, 9.0), (9.0, np.inf, np.nan)])
def test_what_is_not_finite_is_refused(view: View) -> None:
    with pytest.raises(ValueError, match="finite"):
        mapped([view], 100)
