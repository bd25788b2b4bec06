"""Heat grids: how many points fell into each cell of a page.

An algebra of create, add and combine; what finishes it (blur, levels, colours) is in `render`.
`combine` is associative and commutative and an empty grid is its neutral element, so the grids of
closed days can be kept and merged.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# The browser scales the picture up again: a quarter of the page's resolution is 1/16 of the work.
CELL_PX = 4
# A recording says how large its page is, and must not be able to ask for any amount of memory.
MAX_WIDTH_PX = 4096
MAX_HEIGHT_PX = 16384
# Points are binned in pieces whose intermediate arrays stay in the processor's cache (2 × faster).
_PIECE = 1 << 15


@dataclass(frozen=True, eq=False)
class Grid:
    """Counts per cell of a page of `width` × `height` CSS px; `counts` is (rows, columns)."""

    width: int
    height: int
    cell: int
    counts: NDArray[np.uint32]

    @property
    def total(self) -> int:
        """How many points were counted."""
        return int(self.counts.sum(dtype=np.uint64))


def clamp_size(width: int, height: int) -> tuple[int, int]:
    """Limit a page's size, in CSS px, to what is drawn: at least 1 × 1, at most 4096 × 16384."""
    return min(max(width, 1), MAX_WIDTH_PX), min(max(height, 1), MAX_HEIGHT_PX)


def create(width: int, height: int, cell: int = CELL_PX) -> Grid:
    """Make an empty grid for a page of this size (clamped), with square cells of `cell` px.

    Raises ValueError for a cell below 1 px.
    """
    if cell < 1:
        raise ValueError(f"a cell must be at least 1 px wide, not {cell}")
    width, height = clamp_size(width, height)
    shape = (-(-height // cell), -(-width // cell))
    return Grid(width, height, cell, np.zeros(shape, np.uint32))


def add(grid: Grid, x: NDArray[np.floating], y: NDArray[np.floating]) -> Grid:
    """Count further points (CSS px on the page, same length): a new grid.

    What lies outside 0 ≤ x < width, 0 ≤ y < height, or is not finite, is left out.
    """
    counts = grid.counts.copy()
    flat = counts.reshape(-1)
    columns = counts.shape[1]
    one = np.uint32(1)  # of the counts' own type: any other makes `np.add.at` 13 × slower
    for start in range(0, len(x), _PIECE):
        px, py = _inside(grid, x[start : start + _PIECE], y[start : start + _PIECE])
        cells = py.astype(np.int32) // grid.cell
        cells *= columns
        cells += px.astype(np.int32) // grid.cell
        np.add.at(flat, cells.astype(np.intp), one)
    return replace(grid, counts=counts)


def combine(a: Grid, b: Grid) -> Grid:
    """Merge two grids into that of both their points.

    Raises ValueError when size or cell differ.
    """
    if (a.width, a.height, a.cell) != (b.width, b.height, b.cell):
        raise ValueError("only grids of the same size and cell can be combined")
    return replace(a, counts=a.counts + b.counts)


def _inside(
    grid: Grid, x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    # The extremes cost far less than a mask, and nearly always all is inside. NaN fails both tests.
    if x.min() >= 0 and y.min() >= 0 and x.max() < grid.width and y.max() < grid.height:
        return x, y
    keep = (x >= 0) & (y >= 0) & (x < grid.width) & (y < grid.height)
    return x[keep], y[keep]
