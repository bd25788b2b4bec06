"""Which clicks of page views a heatmap is of."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Which = Literal["all", "left", "middle", "right", "touch", "first"]
_BUTTONS = {"left": 0, "middle": 1, "right": 2}


def chosen(
    which: Which, *, row: Array, time: Array, order: Array, button: Array, touch: Array
) -> NDArray[np.bool_]:
    """Tell which clicks (columns of one length) are meant.

    row: of the page view; time: ms; order: ranks clicks of one view at one time; button: as in
    PointerEvent.button; touch: by a finger. "left" leaves fingers out; "first" is the first click of
    each view.
    """
    if which == "all":
        return np.ones(len(row), np.bool_)
    if which == "touch":
        return touch.astype(np.bool_)
    if which == "first":
        by_time = np.lexsort((order, time, row))
        is_first = np.zeros(len(row), np.bool_)
        is_first[by_time[np.flatnonzero(np.diff(row[by_time], prepend=-1))]] = True
        return is_first
    found: NDArray[np.bool_] = (button == _BUTTONS[which]) & ~touch.astype(np.bool_)
    return found
