"""Heat of moments: the clicks that a rage click, dead click, error click or hesitation is made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def moment_points(
    row: Array, order: Array, wanted_row: Array, wanted_order: Array
) -> NDArray[np.intp]:
    """Return, in order, which clicks (columns of one length) are wanted, each once.

    row: of the page view; order: what tells clicks of one view apart. What is wanted and not there is left out.
    """
    likely = np.flatnonzero(np.isin(order, wanted_order))
    wanted = set(zip(wanted_row.tolist(), wanted_order.tolist(), strict=True))
    pairs = zip(row[likely].tolist(), order[likely].tolist(), strict=True)
    found: NDArray[np.intp] = likely[[pair in wanted for pair in pairs]]
    return found
