"""Attention: how long each 10-px band of a page was in a visible and focused viewport (TERMS.md)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.heat import clamp_size
from footfall.analysis.scroll import BAND_PX
from footfall.analysis.sight import Sight

EXPOSED_MS = 150
"""A zone is exposed when its mid-height line was in the viewport for so long at a stretch (TERMS.md)."""


@dataclass(frozen=True, eq=False)
class Attention:
    """Time by band. seconds: (bands,), of all views; relative: the same ÷ its mean, 0 without any."""

    seconds: NDArray[np.float64]
    relative: NDArray[np.float64]


def attention(sight: Sight, page_height: int) -> Attention:
    """Add up how long the middle of each band was in sight, on a page of `page_height` CSS px."""
    _, height = clamp_size(1, page_height)
    bands = -(-height // BAND_PX)
    shown = np.flatnonzero(sight.seen)
    top, bottom = sight.top[shown], sight.top[shown] + sight.height[shown]
    lasted = sight.end[shown] - sight.start[shown]
    half = BAND_PX // 2
    first = np.clip(-(-(top - half) // BAND_PX), 0, bands)
    last = np.clip(-(-(bottom - half) // BAND_PX), first, bands)
    changes = np.bincount(first, lasted, bands + 1) - np.bincount(last, lasted, bands + 1)
    seconds = np.maximum(np.cumsum(changes)[:bands], 0.0) / 1000
    mean = seconds.mean()
    return Attention(seconds, seconds / mean if mean > 0 else np.zeros(bands))


def exposed_rows(sight: Sight, y: float) -> NDArray[np.int64]:
    """Return the page views, by row and in order, in which the row `y` of the page was exposed."""
    inside = sight.seen & (sight.top <= y) & (y < sight.top + sight.height)
    at = np.flatnonzero(inside)
    if not len(at):
        return at
    row, start, end = sight.row[at], sight.start[at], sight.end[at]
    is_new = np.ones(len(at), np.bool_)
    is_new[1:] = (row[1:] != row[:-1]) | (start[1:] != end[:-1])
    runs = np.flatnonzero(is_new)
    lasted = np.add.reduceat(end - start, runs)
    rows: NDArray[Any] = np.unique(row[runs[lasted >= EXPOSED_MS]])
    return rows
