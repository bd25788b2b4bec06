"""Heat grids: how many points fell into each cell of a page.

An algebra of create, add and combine; what finishes it (blur, levels, colours) is in `render`.
`combine` is associative and commutative and an empty grid is its neutral element. What is kept of
closed days is the cells of their clicks (`tally`), which take a tenth of a grid's memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# The browser scales the picture up again: a quarter of the page's resolution is 1/16 of the work.
CELL_PX = 4
# A recording says how large its page is, and must not be able to ask for any amount of memory.
MAX_WIDTH_PX = 4096
MAX_HEIGHT_PX = 65536
# A page that is larger than this many cells is counted in larger ones.
MAX_CELLS = 1 << 23
# Points are binned in pieces whose intermediate arrays stay in the processor's cache (2 × faster).
_PIECE = 1 << 15


@dataclass(frozen=True, eq=False)
class Grid:
    """Counts per cell of a page of `width` × `height` CSS px; `counts` is (rows, columns).

    They are uint32; uint64 where points are weighed.
    """

    width: int
    height: int
    cell: int
    counts: NDArray[np.unsignedinteger]

    @property
    def total(self) -> int:
        """How many points were counted."""
        return int(self.counts.sum(dtype=np.uint64))


def clamp_size(width: int, height: int) -> tuple[int, int]:
    """Limit a page's size, in CSS px, to what is drawn: at least 1 × 1, at most 4096 × 65536."""
    return min(max(width, 1), MAX_WIDTH_PX), min(max(height, 1), MAX_HEIGHT_PX)


def create(width: int, height: int, cell: int = CELL_PX, *, is_weighed: bool = False) -> Grid:
    """Make an empty grid for a page of this size (clamped), with square cells of `cell` px.

    The cell is doubled until there are at most MAX_CELLS of them. Raises ValueError for a cell
    below 1 px.
    """
    if cell < 1:
        raise ValueError(f"a cell must be at least 1 px wide, not {cell}")
    width, height = clamp_size(width, height)
    while (-(-height // cell)) * (-(-width // cell)) > MAX_CELLS:
        cell *= 2
    shape = (-(-height // cell), -(-width // cell))
    return Grid(width, height, cell, np.zeros(shape, np.uint64 if is_weighed else np.uint32))


def add(
    grid: Grid,
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    weights: NDArray[np.integer] | None = None,
) -> Grid:
    """Count further points (CSS px on the page, same length): a new grid.

    What lies outside 0 ≤ x < width, 0 ≤ y < height, or is not finite, is left out. `weights` count
    for a point (0 or more; for a grid that is weighed), each 1 without them.
    """
    added = replace(grid, counts=grid.counts.copy())
    _count(added, x, y, weights)
    return added


def count(empty: Grid, x: NDArray[np.floating], y: NDArray[np.floating]) -> Grid:
    """Count points into a grid that nobody else holds, and return it: `add` without the copy."""
    _count(empty, x, y, None)
    return empty


def cells_of(grid: Grid, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.int32]:
    """Return the cells, numbered row by row, that `count` would count points into."""
    return np.concatenate([np.empty(0, np.int32), *(cells for _, _, cells in _pieces(grid, x, y))])


def count_cells(empty: Grid, cells: NDArray[np.int32]) -> Grid:
    """Count points by their cells into a grid that nobody else holds, and return it."""
    empty.counts.reshape(-1)[:] += np.bincount(cells, minlength=empty.counts.size).astype(
        empty.counts.dtype
    )
    return empty


def _count(
    grid: Grid,
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    weights: NDArray[np.integer] | None,
) -> None:
    flat = grid.counts.reshape(-1)
    # Of the counts' own type: any other makes `np.add.at` 13 × slower.
    one = np.ones(1, flat.dtype)
    for taken, inside, cells in _pieces(grid, x, y):
        much = one
        if weights is not None:
            much = weights[taken].astype(flat.dtype)
            much = much if inside is None else much[inside]
        np.add.at(flat, cells.astype(np.intp), much)


def _pieces(
    grid: Grid, x: NDArray[np.floating], y: NDArray[np.floating]
) -> Iterator[tuple[slice, NDArray[np.bool_] | None, NDArray[np.int32]]]:
    """Yield a piece of the points at a time, which of it lie on the page (None: all), and the cells of those."""
    columns = grid.counts.shape[1]
    for start in range(0, len(x), _PIECE):
        taken = slice(start, start + _PIECE)
        px, py = x[taken], y[taken]
        inside = _inside(grid, px, py)
        if inside is not None:
            px, py = px[inside], py[inside]
        cells: NDArray[np.int32] = py.astype(np.int32) // grid.cell
        cells *= columns
        cells += px.astype(np.int32) // grid.cell
        yield taken, inside, cells


def combine(a: Grid, b: Grid) -> Grid:
    """Merge two grids into that of both their points.

    Raises ValueError when size or cell differ.
    """
    if (a.width, a.height, a.cell) != (b.width, b.height, b.cell):
        raise ValueError("only grids of the same size and cell can be combined")
    return replace(a, counts=a.counts + b.counts)


def _inside(
    grid: Grid, x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.bool_] | None:
    """Tell which points lie on the page; None: all."""
    # The extremes cost far less than a mask, and nearly always all is inside. NaN fails both tests.
    if x.min() >= 0 and y.min() >= 0 and x.max() < grid.width and y.max() < grid.height:
        return None
    return (x >= 0) & (y >= 0) & (x < grid.width) & (y < grid.height)
