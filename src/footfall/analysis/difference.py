"""Where two segments or periods differ: cells of a page, and which of them it is no chance.

Sessions are counted, not clicks: those of one person depend on each other. For each cell Fisher's
exact test compares the shares of sessions with a point in it; Tarone's form of Bonferroni's
correction keeps the chance of marking any cell wrongly at ALPHA or below, whatever the data.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import distinct
from footfall.analysis.heat import clamp_size

Array = NDArray[Any]
ALPHA = 0.05
CELL_PX = 40


@dataclass(frozen=True, eq=False)
class Sample:
    """Points of a segment: x, y in CSS px on the page, `unit` the number of the session of each.

    units: how many sessions there are, those without a point included.
    """

    x: Array
    y: Array
    unit: Array
    units: int


@dataclass(frozen=True, eq=False)
class Difference:
    """Share of b's sessions − share of a's by cell, (rows, columns), and which are significant."""

    cell: int
    shares: NDArray[np.float64]
    significant: NDArray[np.bool_]
    tested: int  # cells with enough points for the test to say anything


def difference(
    a: Sample, b: Sample, *, width: int, height: int, cell: int = CELL_PX, alpha: float = ALPHA
) -> Difference:
    """Compare two samples on a page of this size in CSS px."""
    width, height = clamp_size(width, height)
    shape = (-(-height // cell), -(-width // cell))
    in_a, in_b = (_units_by_cell(one, shape, cell, (width, height)) for one in (a, b))
    shares = in_b / max(b.units, 1) - in_a / max(a.units, 1)
    p, least = _fisher(in_a, in_b, a.units, b.units)
    level = alpha / _tests_that_count(least, alpha)
    significant = p <= level
    return Difference(
        cell, shares.reshape(shape), significant.reshape(shape), int((least <= level).sum())
    )


def _tests_that_count(least: NDArray[np.float64], alpha: float) -> int:
    """Return the k to divide alpha by: a cell that could not reach alpha / k whatever it showed costs nothing.

    R. E. Tarone, "A modified Bonferroni method for discrete data", 1990.
    """
    floors = np.sort(least[least <= alpha])
    k = np.arange(1, len(floors) + 2)
    return int(k[np.searchsorted(floors, alpha / k, "right") <= k][0])


def _units_by_cell(
    sample: Sample, shape: tuple[int, int], cell: int, size: tuple[int, int]
) -> NDArray[np.int64]:
    inside = (sample.x >= 0) & (sample.y >= 0) & (sample.x < size[0]) & (sample.y < size[1])
    at = np.flatnonzero(inside)
    cells = sample.y[at].astype(np.int64) // cell * shape[1] + sample.x[at].astype(np.int64) // cell
    most = int(sample.unit.max(initial=0)) + 1
    pairs = distinct(cells * most + sample.unit[at])
    return np.bincount(pairs // most, minlength=shape[0] * shape[1])


def _fisher(
    a: NDArray[np.int64], b: NDArray[np.int64], all_a: int, all_b: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return by cell twice the smaller tail of Fisher's exact test, and the least that it could be."""
    pairs, which = np.unique(np.stack([a, a + b]), axis=1, return_inverse=True)
    p, least = np.ones(pairs.shape[1]), np.ones(pairs.shape[1])
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, all_a + all_b + 1)))])
    for at, (hits, both) in enumerate(pairs.T.tolist()):
        if not both:
            continue
        low, high = max(0, both - all_b), min(both, all_a)
        k = np.arange(low, high + 1)
        log_p = (
            logs[all_a] - logs[k] - logs[all_a - k]
            + logs[all_b] - logs[both - k] - logs[all_b - both + k]
        )  # fmt: skip
        log_p -= logs[all_a + all_b] - logs[both] - logs[all_a + all_b - both]
        chance = np.exp(log_p)
        place = hits - low
        p[at] = min(1.0, 2 * float(min(chance[: place + 1].sum(), chance[place:].sum())))
        least[at] = min(1.0, 2 * float(min(chance[0], chance[-1])))
    return p[which.reshape(-1)], least[which.reshape(-1)]
