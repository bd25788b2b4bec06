"""What lists of sessions ask of the moments and scores that were found, as SQL: texts of ours alone."""

import sqlite3
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.concatenated import floats, integers

WITH_KIND: Final = (
    "session IN (SELECT m.session FROM moments m"
    " WHERE m.project = :project AND m.kind = :moment AND m.dismissed = 0)"
)
WITH_KIND_AT: Final = (
    "session IN (SELECT m.session FROM moments m WHERE m.project = :project AND m.kind = :moment"
    " AND m.page = :moment_page AND m.element = :moment_element AND m.dismissed = 0"
    # Or the element's plain key, which begins at the body: what does not is not looked for among them.
    " UNION SELECT m.session FROM moments m INDEXED BY moments_places"
    " WHERE :moment_element GLOB 'body*' AND m.project = :project AND m.dismissed = 0"
    " AND m.kind = :moment AND m.page = :moment_page AND m.plain = :moment_element)"
)
"""Conditions on `sessions`."""
SCORED: Final = (
    "(SELECT s.*, COALESCE(d.frustration, 0) AS frustration FROM sessions s LEFT JOIN detections d"
    " ON d.project = s.project AND d.session = s.session WHERE s.project = :project) AS sessions"
)
"""`sessions` of a project with the scores, to select from."""
_SCORES: Final = (
    "SELECT group_concat(number, ' '), group_concat(frustration, ' ') FROM detections"
    " WHERE project = ? AND frustration > 0"
)


def scores_of(
    connection: sqlite3.Connection, project: str
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the numbers of the sessions whose score is above 0, and their scores."""
    numbers, scores = connection.execute(_SCORES, (project,)).fetchone()
    return integers(numbers), floats(scores)
