"""Choosing rows of tables whose ragged columns hold several points a row: pure functions."""

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.kinds import Form, Kind
from footfall.index.packs.layout import Array


def ragged_of(kind: Kind) -> frozenset[str]:
    """Return the names of a kind's ragged columns."""
    return frozenset(c.name for c in kind.columns if c.form is Form.RAGGED)


def rows_of(columns: dict[str, Array], ragged: frozenset[str], keep: Array) -> dict[str, Array]:
    """Return the rows that `keep` (bool, one a row) tells; of ragged columns the points of these rows."""
    points = np.repeat(keep, columns["points"]) if ragged else keep
    return {name: column[points if name in ragged else keep] for name, column in columns.items()}


def stretches(starts: Array, lengths: Array) -> Array:
    """Return the indices starts[i], starts[i] + 1 … of lengths[i] numbers each, one stretch after the other."""
    before = np.cumsum(lengths) - lengths
    found: Array = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
    return found


def absolute(differences: Array, points: Array) -> NDArray[np.int64]:
    """Return a ragged column's differences added up within each row; shape (sum(points),)."""
    sums = np.cumsum(differences, dtype=np.int64)
    ends = np.cumsum(points)
    before = np.concatenate([np.zeros(1, np.int64), sums])[ends - points]
    found: NDArray[np.int64] = sums - np.repeat(before, points)
    return found
