"""What those who clicked an element did later: the share of sessions that reached a goal after it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import distinct
from footfall.analysis.intervals import wilson

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Conversions:
    """By key id: sessions that clicked it, those of them that reached the goal later, and the 95 % interval."""

    sessions: NDArray[np.int64]
    converted: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def reached_later(
    session: Array, time: Array, goal_session: Array, goal_time: Array
) -> NDArray[np.bool_]:
    """Tell for each click (session number, ms) whether its session reached the goal at a later time."""
    most = max(int(session.max(initial=0)), int(goal_session.max(initial=0))) + 1
    last = np.full(most, np.iinfo(np.int64).min)
    np.maximum.at(last, goal_session, goal_time)
    later: NDArray[np.bool_] = last[session] > time
    return later


def conversions(key_ids: Array, session: Array, later: Array, keys: int) -> Conversions:
    """Count sessions by key id (clicks below 0 have none): `later` is what `reached_later` tells."""
    named = np.flatnonzero(key_ids >= 0)
    most = int(session.max(initial=0)) + 1
    pairs = key_ids[named].astype(np.int64) * most + session[named]
    clicked = np.bincount(distinct(pairs) // most, minlength=keys)
    reached = np.bincount(distinct(pairs[later[named]]) // most, minlength=keys)
    return Conversions(clicked, reached, *wilson(reached, clicked))
