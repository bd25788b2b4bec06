"""The scroll map: the share of page views that reached each row of a page."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.heat import clamp_size

BAND_PX = 10
LINE_PERCENTS = (100, 75, 50, 25)


@dataclass(frozen=True)
class ReachLine:
    """The lowest row, in CSS px, that at least `percent` of the page views reached."""

    percent: int
    y: float


@dataclass(frozen=True, eq=False)
class ScrollMap:
    """How far down the page views went.

    shares: (bands,) of 0..1; entry i is the share of views whose scroll depth ≥ row 10 × i px.
    fold: the median viewport height at load in CSS px, None without views. lines: the rows reached
    by 100, 75, 50, 25 %; none without views.
    """

    views: int
    height: int
    shares: NDArray[np.float32]
    fold: float | None
    lines: tuple[ReachLine, ...]


def scroll_map(
    depth: NDArray[np.floating],
    document_height: NDArray[np.floating],
    viewport_height: NDArray[np.floating],
    *,
    page_height: int,
) -> ScrollMap:
    """Map how far page views (one entry a view, CSS px) went on a page of `page_height`.

    Depths stay pixels: they are not stretched when a view's document had another height, only held
    to that height. Raises ValueError for depths or heights that are not finite.
    """
    _, height = clamp_size(1, page_height)
    rows = np.arange(0, height, BAND_PX)
    views = len(depth)
    if views == 0:
        return ScrollMap(0, height, np.zeros(len(rows), np.float32), None, ())
    reached = np.sort(np.minimum(depth, document_height))
    fold = float(np.median(viewport_height))
    if not (np.isfinite(reached).all() and np.isfinite(fold)):
        raise ValueError("scroll depths and heights must be finite")
    missed = np.searchsorted(reached, rows, side="left")
    return ScrollMap(
        views=views,
        height=height,
        shares=((views - missed) / views).astype(np.float32),
        fold=fold,
        lines=tuple(ReachLine(p, _row_reached_by(reached, p, height)) for p in LINE_PERCENTS),
    )


def _row_reached_by(reached: NDArray[np.floating], percent: int, height: int) -> float:
    views = len(reached)
    needed = -(-percent * views // 100)
    return min(float(reached[views - needed]), float(height))
