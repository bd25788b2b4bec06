"""The layers of a heatmap: what was open when people clicked, and a moment at which each can be seen."""

from typing import Any, Final

import numpy as np

from footfall.index.packs import Snapshot
from footfall.index.page_facts import ClickColumns, details_of
from footfall.index.segment import Segment
from footfall.index.views import Views
from footfall.web.heat_keys import known_states

_MAX_STATES: Final = 30


def states_of(
    shot: Snapshot, segment: Segment, views: Views, clicks: ClickColumns
) -> list[dict[str, Any]]:
    """Return the states with something open, most clicked first, each with its latest click in a view of known width.

    `clicks` are all those of the views. time is ms since 1970, corrected; width and height are the viewport's, CSS px.
    """
    if not any(clicks.states):
        return []
    states, state_ids = known_states(shot, views, clicks)
    time = details_of(shot, segment, views).time
    seen = views.width[clicks.row] > 0
    counts = np.bincount(state_ids, minlength=len(states))
    told: list[dict[str, Any]] = []
    for state in np.argsort(-counts, kind="stable").tolist():
        rows = np.flatnonzero((state_ids == state) & seen)
        if not states[state] or not len(rows) or len(told) == _MAX_STATES:
            continue
        moments = [
            _moment(shot, views, int(clicks.row[at]), int(time[at]))
            for at in _latest(rows, views, clicks, time)
        ]
        told.append({"state": states[state], "clicks": int(counts[state]), "moments": moments})
    return told


def _latest(rows: Any, views: Views, clicks: ClickColumns, time: Any) -> list[int]:
    """Return the latest click of each width of the window, the commonest width first."""
    widths, which, counts = np.unique(
        views.width[clicks.row[rows]], return_inverse=True, return_counts=True
    )
    best = [rows[which == one][np.argmax(time[rows[which == one]])] for one in range(len(widths))]
    return [int(best[one]) for one in np.argsort(-counts, kind="stable")][:20]


def _moment(shot: Snapshot, views: Views, row: int, time: int) -> dict[str, Any]:
    sql = "SELECT session FROM sessions WHERE number = ?"
    (session,) = shot.connection.execute(sql, (int(views.session[row]),)).fetchone()
    return {
        "session": session,
        "tab": shot.texts(np.array([views.tab[row]]))[0],
        "time": time,
        "width": int(views.width[row]),
        "height": int(views.height[row]),
    }
