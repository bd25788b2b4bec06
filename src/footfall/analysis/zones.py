"""The element table: what people did with each element of a page (terms of TERMS.md)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.attention import exposed_rows
from footfall.analysis.intervals import wilson
from footfall.analysis.moves import Moves
from footfall.analysis.sight import Sight

Array = NDArray[Any]


@dataclass(frozen=True)
class Zone:
    """One element. Shares are 0..1; None: not known, as its box is not, or as nobody did that.

    click_rate: views with a click ÷ views, between low and high with 95 % confidence (Wilson).
    recurrence: clicks ÷ views with a click. exposure: views exposed ÷ views. attractiveness: views
    exposed and clicked ÷ views exposed. float_ms: hover time ÷ views with hover. hesitation_ms: the
    median, over views, of first click − the last hover-in before it.
    """

    key_id: int
    clicks: int
    views_with_click: int
    click_rate: float
    low: float
    high: float
    recurrence: float
    exposure: float | None
    attractiveness: float | None
    float_ms: float | None
    hesitation_ms: float | None


@dataclass(frozen=True, eq=False)
class Behaviour:
    """What happened on `views` page views; rows are those of views, times ms, coordinates CSS px of the page.

    click_times, sight and moves are needed where an element has a box.
    """

    views: int
    key_ids: Array  # of clicks; below 0: none
    click_rows: Array
    click_times: Array | None
    sight: Sight | None
    moves: Moves | None


def zones_of(told: Behaviour, boxes: NDArray[np.floating], limit: int) -> list[Zone]:
    """Return the most clicked elements, most clicked first (then by key id), at most `limit`.

    boxes: (keys, 4) of x, y, width, height by key id, NaN where an element is not on the page.
    """
    named = np.flatnonzero(told.key_ids >= 0)
    counts = np.bincount(told.key_ids[named], minlength=len(boxes))
    ranked = np.argsort(-counts, kind="stable")[: min(limit, int(np.count_nonzero(counts)))]
    # Of 16 bits NumPy sorts by counting, in a twentieth of the time.
    narrow = np.uint16 if len(boxes) < 1 << 16 else np.int64
    order = named[np.argsort(told.key_ids[named].astype(narrow), kind="stable")]
    ends = np.cumsum(counts)
    return [
        _zone(told, key, order[ends[key] - counts[key] : ends[key]], boxes[key])
        for key in ranked.tolist()
    ]


def _zone(told: Behaviour, key: int, at: Array, box: NDArray[np.floating]) -> Zone:
    rows = told.click_rows[at]
    is_clicked = np.zeros(told.views, np.bool_)
    is_clicked[rows] = True
    clicked = int(np.count_nonzero(is_clicked))
    low, high = wilson(np.array([clicked]), np.array([told.views]))
    exposure = attractiveness = None
    float_ms = hesitation_ms = None
    is_placed = np.isfinite(box).all() and box[2] > 0 and box[3] > 0
    if (
        is_placed
        and told.sight is not None
        and told.moves is not None
        and told.click_times is not None
    ):
        exposed = exposed_rows(told.sight, float(box[1] + box[3] / 2))
        exposure = len(exposed) / max(told.views, 1)
        if len(exposed):
            attractiveness = int(np.count_nonzero(is_clicked[exposed])) / len(exposed)
        float_ms, hesitation_ms = _hover(told.moves, box, rows, told.click_times[at])
    return Zone(
        key_id=key,
        clicks=len(at),
        views_with_click=clicked,
        click_rate=clicked / max(told.views, 1),
        low=float(low[0]),
        high=float(high[0]),
        recurrence=len(at) / clicked,
        exposure=exposure,
        attractiveness=attractiveness,
        float_ms=float_ms,
        hesitation_ms=hesitation_ms,
    )


def _hover(
    moves: Moves, box: NDArray[np.floating], rows: Array, times: Array
) -> tuple[float | None, float | None]:
    """Return float time and hesitation time of a box, of which these are the clicks."""
    left, top, width, height = box.tolist()
    inside = (moves.x >= left) & (moves.x < left + width)
    inside &= (moves.y >= top) & (moves.y < top + height)
    if not inside.any():
        return None, None
    float_ms = float(moves.dwell[inside].sum() / len(np.unique(moves.row[inside])))
    enters = inside.copy()
    enters[1:] &= ~(inside[:-1] & (moves.row[1:] == moves.row[:-1]))
    at = np.flatnonzero(enters)
    order = np.lexsort((times, rows))
    first = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
    waits = []
    for row, time in zip(rows[first].tolist(), times[first].tolist(), strict=True):
        low, high = np.searchsorted(moves.row[at], [row, row + 1])
        before = int(np.searchsorted(moves.time[at[low:high]], time, "right"))
        if before:
            waits.append(time - int(moves.time[at[low + before - 1]]))
    return float_ms, float(np.median(waits)) if waits else None
