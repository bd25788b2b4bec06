"""What was last told of a session at a time. Pure."""

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import distinct
from footfall.analysis.steps.table import Ints
from footfall.sorting import in_order

NEVER = -1


def last_told(
    session: Ints, time: Ints, ties: tuple[Ints, ...], asked: Ints, at: Ints
) -> NDArray[np.int64]:
    """Return of each question the row told last in its session, at or before its time; NEVER where there is none.

    session, time, ties: (n,), what was told, in any order, ms since 1970; asked, at: (m,), sessions and times.
    """
    found = np.full(len(asked), NEVER, np.int64)
    if not len(session) or not len(asked):
        return found
    order = in_order(session, time, ties)
    low = min(int(time.min()), int(at.min()))
    span = max(int(time.max()), int(at.max())) - low + 1
    # Sessions are ranked, as their numbers may be too great to be multiplied.
    sessions = distinct(session)
    keys = np.searchsorted(sessions, session[order]) * span + time[order] - low
    rank = np.minimum(np.searchsorted(sessions, asked), len(sessions) - 1)
    place = np.searchsorted(keys, rank * span + at - low, side="right") - 1
    row = order[np.maximum(place, 0)]
    there = (place >= 0) & (session[row] == asked)
    found[there] = row[there]
    return found
