# ruff: noqa: S608 - the texts are built of conditions and tables of ours alone; values are bound
"""What goes from the index when sessions are erased. Afterwards it says what one made anew from the log would say."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from footfall.index.fold import Fold, asset_number

_TABLES = ("chunks", "sessions", "page_views", "moments", "detections")

_FORGET_DRIFTING = (
    "DELETE FROM drifting WHERE project = ?"
    " AND plain NOT IN (SELECT plain FROM moments WHERE project = ?)"
)


def erase_sessions(
    connection: sqlite3.Connection, fold: Fold, project: str, sessions: Sequence[str]
) -> None:
    """Delete all rows and packed facts of sessions; those that are not there are no matter. In a transaction.

    Rows of `assets` stay for `delete_assets`, so that a crash in between loses no file out of sight.
    """
    keys = [(project, session) for session in sessions]
    of_session = "WHERE project = ? AND session = ?"
    numbers: list[int] = []
    for key in keys:
        rows = connection.execute(f"SELECT number FROM sessions {of_session}", key)
        numbers += [row[0] for row in rows]
    if not numbers:
        return
    fold.packer.erase(project, np.array(numbers, np.int64))
    for table in _TABLES:
        connection.executemany(f"DELETE FROM {table} {of_session}", keys)
    connection.execute(_FORGET_DRIFTING, (project, project))
    _forget_uses(connection, numbers)
    _count_anew(connection, project)


def unused_assets(connection: sqlite3.Connection, project: str) -> list[bytes]:
    """Return the SHA-256 of the assets that no session of a project uses any more."""
    rows = connection.execute("SELECT sha256 FROM assets WHERE project = ?", (project,)).fetchall()
    used = (
        "SELECT 1 FROM asset_uses AS u JOIN sessions AS s ON s.number = u.session"
        " WHERE u.asset = ? AND s.project = ? LIMIT 1"
    )
    return [
        sha
        for (sha,) in rows
        if connection.execute(used, (asset_number(sha), project)).fetchone() is None
    ]


def used_elsewhere(connection: sqlite3.Connection, project: str) -> set[bytes]:
    """Return the SHA-256 of the assets that other projects use."""
    sql = "SELECT DISTINCT sha256 FROM assets WHERE project <> ?"
    return {row[0] for row in connection.execute(sql, (project,))}


def delete_assets(connection: sqlite3.Connection, project: str, hashes: Sequence[bytes]) -> None:
    """Let a project have these assets no longer. In a transaction."""
    sql = "DELETE FROM assets WHERE project = ? AND sha256 = ?"
    connection.executemany(sql, [(project, sha) for sha in hashes])


def _forget_uses(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    connection.execute("CREATE TEMP TABLE erased_numbers (number INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO erased_numbers VALUES (?)", [(one,) for one in numbers])
    connection.execute(
        "DELETE FROM asset_uses WHERE session IN (SELECT number FROM erased_numbers)"
    )
    connection.execute("DROP TABLE erased_numbers")


def _count_anew(connection: sqlite3.Connection, project: str) -> None:
    """Add a project's totals up from its rows."""
    connection.execute("DELETE FROM totals WHERE project = ?", (project,))
    connection.execute(
        "INSERT INTO totals SELECT project, MIN(received_at), MAX(received_at),"
        " (SELECT COUNT(*) FROM sessions AS s WHERE s.project = c.project),"
        " (SELECT COUNT(*) FROM page_views AS v WHERE v.project = c.project),"
        " (SELECT SUM(v.clicks) FROM page_views AS v WHERE v.project = c.project),"
        " COUNT(*), SUM(bytes) FROM chunks AS c WHERE project = ? GROUP BY project",
        (project,),
    )
