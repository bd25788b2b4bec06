"""A separable Gaussian as two products with banded matrices.

A band is multiplied block by block: each block of rows needs only the rows around it, so one small
matrix serves all blocks and the work grows with the cells, not with the page's height squared.
"""

import math

import numpy as np
from numpy.typing import NDArray

# Beyond 4 sigma a point weighs less than a tenth of one level of 255, wherever it is.
_REACH_SIGMAS = 4.0
_BLOCK_ROWS = 16
# Above this many multiplications OpenBLAS wakes its other threads, whose spinning costs more CPU
# time than they save: the picture took twice as long. So the columns are taken in strips.
_ONE_THREAD_PRODUCT = 1 << 18


def blur(cells: NDArray[np.generic], sigma: float) -> NDArray[np.float32]:
    """Spread each cell's value over its neighbours: (rows, columns) of any number to float32.

    A cell of value v alone keeps v in its place and gives v × exp(-d² / 2 sigma²) at d cells from
    it. What would fall beyond the edges is lost. Raises ValueError for a sigma that is not above 0.
    """
    if not (sigma > 0 and math.isfinite(sigma)):
        raise ValueError(f"sigma must be finite and above 0, not {sigma}")
    reach = math.ceil(_REACH_SIGMAS * sigma)
    distance = np.arange(-reach, reach + 1)
    kernel = np.exp(-0.5 * (distance / sigma) ** 2).astype(np.float32)
    band = _band(kernel)
    return _down(_down(cells, band).T, band).T


def _band(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """(block, block + 2 × reach): row i holds the kernel from column i on."""
    band = np.zeros((_BLOCK_ROWS, _BLOCK_ROWS + len(kernel) - 1), np.float32)
    for row in range(_BLOCK_ROWS):
        band[row, row : row + len(kernel)] = kernel
    return band


def _down(cells: NDArray[np.generic], band: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur the columns of `cells`, that is along its first axis."""
    rows, columns = cells.shape
    block, span = band.shape
    reach = (span - block) // 2
    blocks = -(-rows // block)
    padded = np.zeros((blocks * block + 2 * reach, columns), np.float32)
    padded[reach : reach + rows] = cells
    out = np.empty((blocks * block, columns), np.float32)
    strip = max(_ONE_THREAD_PRODUCT // band.size, 1)
    for left in range(0, columns, strip):
        taken = slice(left, left + strip)
        for top in range(0, blocks * block, block):
            np.matmul(band, padded[top : top + span, taken], out=out[top : top + block, taken])
    return out[:rows]
