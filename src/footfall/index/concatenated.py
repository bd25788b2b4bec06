"""Columns that SQLite has put into one text by `group_concat(column, ' ')`: a row each would take ten times as long."""

import numpy as np
from numpy.typing import NDArray


def integers(text: str | None) -> NDArray[np.int64]:
    """Return the integers of a text; none where SQLite had no row (None)."""
    return np.fromstring(text, np.int64, sep=" ") if text else np.empty(0, np.int64)


def floats(text: str | None) -> NDArray[np.float64]:
    """Return the floats of a text; none where SQLite had no row (None)."""
    return np.fromstring(text, np.float64, sep=" ") if text else np.empty(0, np.float64)
