import math

import numpy as np
import pytest
from numpy.typing import NDArray

from footfall.render.blur import blur


def reference(cells: NDArray[np.generic], sigma: float) -> NDArray[np.float64]:
    """The whole Gaussian in float64, each pair of rows and of columns, nothing cut off."""

    def matrix(n: int) -> NDArray[np.float64]:
        apart = np.subtract.outer(np.arange(n), np.arange(n)) / sigma
        weights: NDArray[np.float64] = np.exp(-0.5 * apart**2)
        return weights

    rows, columns = cells.shape
    blurred: NDArray[np.float64] = matrix(rows) @ cells.astype(np.float64) @ matrix(columns)
    return blurred


def scattered(rows: int, columns: int, n: int) -> NDArray[np.uint32]:
    """Counts with a few crowded cells and many points alone."""
    rng = np.random.default_rng(rows * columns + n)
    cells = np.zeros((rows, columns), np.uint32)
    np.add.at(cells, (rng.integers(0, rows, n), rng.integers(0, columns, n)), 1)
    cells[rows // 3, columns // 2] += np.uint32(n // 4)
    return cells


@pytest.mark.parametrize("sigma", [0.2, 1.0, 3.54, 9.0, 40.0])
@pytest.mark.parametrize("shape", [(1, 1), (7, 90), (131, 33), (300, 200)])
@pytest.mark.parametrize("n", [1, 40, 100_000])
def test_the_picture_is_that_of_the_whole_gaussian(
    shape: tuple[int, int], sigma: float, n: int
) -> None:
    cells = scattered(*shape, n)
    exact = reference(cells, sigma)
    levels = blur(cells, sigma) * (255 / exact.max())
    off = np.abs(levels - exact * (255 / exact.max()))
    # Of 255 levels, before rounding: far inside the 3 and the 0.25 on average that are asked for.
    assert off.max() <= 0.5
    assert off.mean() <= 0.05


def test_even_counts_lose_no_level() -> None:
    cells = np.full((200, 120), 7, np.uint32)
    exact = reference(cells, 4.0)
    assert np.abs(blur(cells, 4.0) - exact).max() / exact.max() * 255 <= 0.5


def test_a_lone_cell_keeps_its_value() -> None:
    cells = np.zeros((40, 40), np.uint32)
    cells[10, 25] = 3
    blurred = blur(cells, 2.0)
    assert blurred[10, 25] == 3.0
    assert blurred[14, 25] == pytest.approx(3 * math.exp(-2), rel=1e-5)


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf])
def test_a_sigma_that_blurs_nothing_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match="sigma"):
        blur(np.zeros((2, 2)), sigma)
