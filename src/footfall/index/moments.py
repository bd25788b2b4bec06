"""Moments and frustration scores as the index stores them; all that lists and replays ask of them stands here.

The tables `moments` and `detections` are written by whoever finds moments. An index without them finds none: lists then
offer no filter and no order by them.
"""

from typing import Final

HAS_TABLES: Final = (
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('moments', 'detections')"
)
"""2 where both are there."""
OF_SESSION: Final = (
    "SELECT tab, time, kind, grade, element FROM moments"
    " WHERE project = :project AND session = :session AND dismissed = 0 ORDER BY time, tab, kind"
)
SCORES: Final = (
    "SELECT session, frustration FROM detections WHERE project = :project AND frustration > 0"
    " AND session IN (SELECT value FROM json_each(:sessions))"
)
WITH_KIND: Final = (
    "session IN (SELECT m.session FROM moments m"
    " WHERE m.project = :project AND m.kind = :moment AND m.dismissed = 0)"
)
"""A condition on `sessions`."""
SCORED: Final = (
    "(SELECT s.*, COALESCE(d.frustration, 0) AS frustration FROM sessions s LEFT JOIN detections d"
    " ON d.project = s.project AND d.session = s.session WHERE s.project = :project) AS sessions"
)
"""`sessions` of a project with the scores, to select from."""
