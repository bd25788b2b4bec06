"""Moments and frustration scores as the index stores them; all that is asked of them stands here.

The table `moments` and the column `sessions.frustration` are written by whoever finds moments. An index without them
finds none: lists then offer no filter and no order by them.
"""

from typing import Final

HAS_TABLE: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'moments'"
HAS_SCORE: Final = "SELECT 1 FROM pragma_table_info('sessions') WHERE name = 'frustration'"
OF_SESSION: Final = (
    "SELECT tab, time_ms, kind, grade, element FROM moments"
    " WHERE project = :project AND session = :session ORDER BY time_ms, tab, kind"
)
SCORES: Final = (
    "SELECT session, frustration FROM sessions WHERE project = :project AND frustration > 0"
    " AND session IN (SELECT value FROM json_each(:sessions))"
)
