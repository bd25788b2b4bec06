"""Where elements lay on a page, from the clicks on them alone.

A click says where on the page it was and where within its element's box. So two clicks at different
places of one element tell the box, and many tell it well (least squares).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MIN_SPREAD = 0.05
"""Clicks that lie closer together than this share of the box tell too little of it."""
MAX_OFF_PX = 8.0
"""Clicks that lie farther from where one box would have them are of an element that is now here, now there."""


def element_boxes(
    key_ids: Array, place: tuple[Array, Array], page: tuple[Array, Array], keys: int
) -> NDArray[np.float64]:
    """Return (keys, 4): x, y, width, height in CSS px by key id; NaN where the clicks do not tell.

    place: where in the box (0..1) each click was, page: where on the page, each as x and y.
    """
    named = np.flatnonzero(key_ids >= 0)
    ids = key_ids[named]
    x, width = _line(ids, place[0][named], page[0][named], keys)
    y, height = _line(ids, place[1][named], page[1][named], keys)
    boxes = np.column_stack([x, y, width, height])
    with np.errstate(invalid="ignore"):
        boxes[~((width > 0) & (height > 0))] = np.nan
    return boxes


def element_places(key_ids: Array, page: tuple[Array, Array], keys: int) -> NDArray[np.float64]:
    """Return (keys, 2): where on the page the middle one of each element's clicks was; NaN where it has none."""
    places = np.full((keys, 2), np.nan)
    order = np.lexsort((page[1], key_ids))
    order = order[np.searchsorted(key_ids[order], 0) :]
    found, begins, counts = np.unique(key_ids[order], return_index=True, return_counts=True)
    middle = order[begins + (counts - 1) // 2]
    places[found] = np.column_stack([axis[middle] for axis in page])
    return places


def _line(
    ids: Array, place: Array, page: Array, keys: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit page = begin + length × place for each id; NaN where the places do not spread."""
    count = np.bincount(ids, minlength=keys).astype(np.float64)
    with np.errstate(all="ignore"):
        middle = np.bincount(ids, place, keys) / count
        centre = np.bincount(ids, page, keys) / count
        off, far = place - middle[ids], page - centre[ids]
        spread = np.bincount(ids, off * off, keys)
        length = np.bincount(ids, off * far, keys) / spread
        length[~(np.sqrt(spread / count) >= MIN_SPREAD)] = np.nan
        error = far - length[ids] * off
        length[~(np.sqrt(np.bincount(ids, error * error, keys) / count) <= MAX_OFF_PX)] = np.nan
        return centre - length * middle, length
