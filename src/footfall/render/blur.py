"""A separable Gaussian as products with banded matrices.

A band is multiplied block by block: each block of rows needs only the rows around it, so one small
matrix serves all blocks and the work grows with the cells, not with the page's height squared.

A wide Gaussian is two of sigma / √2 after each other, and what lies between them is so smooth that
every h-th row of it tells all: summed at steps of h, the product of two Gaussians differs from its
integral by less than 2 exp(-(pi sigma / h)² / 2) (Poisson's summation formula), a millionth here.
"""

import math

import numpy as np
from numpy.typing import NDArray

# Beyond 4 sigma a point weighs less than a tenth of one level of 255, wherever it is.
_REACH_SIGMAS = 4.0
_BLOCK_ROWS = 16
# From this sigma on it is worth while to go by steps.
_WIDE_SIGMA = 8.0
_STEP_SIGMAS = 0.58
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
    if sigma >= _WIDE_SIGMA:
        return _blur_by_steps(cells, sigma)
    reach = math.ceil(_REACH_SIGMAS * sigma)
    kernel = _kernel(np.arange(-reach, reach + 1), sigma)
    band = np.zeros((_BLOCK_ROWS, _BLOCK_ROWS + 2 * reach), np.float32)
    for row in range(_BLOCK_ROWS):
        band[row, row : row + len(kernel)] = kernel
    return _down(_down(cells, band).T, band).T


def _blur_by_steps(cells: NDArray[np.generic], sigma: float) -> NDArray[np.float32]:
    half, step = sigma / math.sqrt(2), int(sigma * _STEP_SIGMAS)
    around = math.ceil(_REACH_SIGMAS * half / step)  # steps that one reaches to either side
    rows, columns = cells.shape
    narrow = _gathered(_gathered(cells, half, step, around).T, half, step, around)
    # A sum over steps of h for an integral: its weight is h / (half × √pi), here once for each axis.
    narrow *= np.float32((step / half) ** 2 / math.pi)
    wide = _spread(narrow, columns, half, step, around)
    return _spread(wide.T, rows, half, step, around)


def _gathered(
    cells: NDArray[np.generic], sigma: float, step: int, around: int
) -> NDArray[np.float32]:
    """Blur along the first axis and keep every `step`-th row, with `around` more beyond either end."""
    reach = around * step
    steps = -(-len(cells) // step) + 2 * around
    blocks = -(-steps // _BLOCK_ROWS)
    span = (_BLOCK_ROWS - 1) * step + 2 * reach + 1
    apart = np.arange(span) - reach - step * np.arange(_BLOCK_ROWS)[:, None]
    band = _kernel(apart, sigma)
    band[np.abs(apart) > reach] = 0
    top = 2 * reach  # the first row kept lies `reach` above the cells, and reaches as far again
    padded = np.zeros(((blocks - 1) * _BLOCK_ROWS * step + span, cells.shape[1]), np.float32)
    last = min(len(cells), len(padded) - top)
    padded[top : top + last] = cells[:last]
    return _products(band, padded, _BLOCK_ROWS * step, blocks)[:steps]


def _spread(
    steps: NDArray[np.float32], rows: int, sigma: float, step: int, around: int
) -> NDArray[np.float32]:
    """Undo the steps of `_gathered`: blur between them along the first axis."""
    taken = max(_BLOCK_ROWS // step, 4)
    blocks = -(-rows // (taken * step))
    apart = np.arange(taken * step)[:, None] - step * (np.arange(taken + 2 * around) - around)
    band = _kernel(apart, sigma)
    padded = np.zeros((blocks * taken + 2 * around, steps.shape[1]), np.float32)
    padded[: len(steps)] = steps[: len(padded)]
    return _products(band, padded, taken, blocks)[:rows]


def _kernel(apart: NDArray[np.integer], sigma: float) -> NDArray[np.float32]:
    return np.exp(-0.5 * (apart / sigma) ** 2).astype(np.float32)


def _down(cells: NDArray[np.generic], band: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur the columns of `cells`, that is along its first axis."""
    rows, columns = cells.shape
    block, span = band.shape
    reach = (span - block) // 2
    blocks = -(-rows // block)
    padded = np.zeros((blocks * block + 2 * reach, columns), np.float32)
    padded[reach : reach + rows] = cells
    return _products(band, padded, block, blocks)[:rows]


def _products(
    band: NDArray[np.float32], padded: NDArray[np.float32], stride: int, blocks: int
) -> NDArray[np.float32]:
    """Put below each other the products of the band with the rows from 0, stride, 2 × stride … on."""
    block, span = band.shape
    columns = padded.shape[1]
    out = np.empty((blocks * block, columns), np.float32)
    strip = max(_ONE_THREAD_PRODUCT // band.size, 1)
    for left in range(0, columns, strip):
        taken = slice(left, left + strip)
        for number in range(blocks):
            top, at = number * stride, number * block
            np.matmul(band, padded[top : top + span, taken], out=out[at : at + block, taken])
    return out
