"""Which sessions an erasure is about, and what they come to. Reads the index; blocking, raises StorageError."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from footfall.errors import StorageError
from footfall.index import Index
from footfall.index.tables import open_for_reading
from footfall.wire.facts import Identify

BATCH: Final = 10_000
"""Sessions of one erasure: each walks through the packs of its project."""


@dataclass(frozen=True)
class Weight:
    """What some sessions come to."""

    sessions: int
    page_views: int
    chunks: int
    bytes: int
    first: int  # ms since 1970; 0 where there is none
    last: int


def of_visitor(index: Index, project: str, visitor: str) -> list[str]:
    """Return all sessions of a visitor (a browser, as the recorder knows it again)."""
    with _opened(index.path) as connection:
        sql = "SELECT session FROM sessions WHERE project = ? AND visitor = ? ORDER BY started"
        return [row[0] for row in connection.execute(sql, (project, visitor))]


def of_user(index: Index, project: str, user: str) -> list[str]:
    """Return the sessions of somebody whom the site has named (`footfall.identify`).

    That is every session of each visitor who was ever named so, those from before the naming too, but for the
    sessions in which only somebody else was named: people share browsers.
    """
    with index.facts(project) as facts:
        told = facts.read(Identify, ("session", "user"))
        is_user = told["user"] == facts.number(user)
        named = set(told["session"][is_user].tolist())
        others = set(np.unique(told["session"][~is_user]).tolist()) - named
    with _opened(index.path) as connection:
        found = connection.execute(
            "SELECT number, session FROM sessions WHERE project = ?1 AND visitor IN (SELECT visitor FROM sessions"
            " WHERE +project = ?1 AND number IN (SELECT value FROM json_each(?2))) ORDER BY started",
            (project, json.dumps(sorted(named))),
        )
        return [session for number, session in found if number not in others]


def before(index: Index, project: str, time: int) -> list[str]:
    """Return the sessions of which nothing was received at `time` (ms since 1970) or later, the oldest first.

    Times are the server's: no visitor's clock makes a session older than it is.
    """
    with _opened(index.path) as connection:
        found = connection.execute(
            "SELECT c.session FROM chunks AS c WHERE c.project = ?1 AND c.received_at < ?2 AND NOT EXISTS"
            " (SELECT 1 FROM chunks AS d WHERE d.project = c.project AND d.session = c.session"
            " AND d.received_at >= ?2) GROUP BY c.session ORDER BY MAX(c.received_at)",
            (project, time),
        )
        return [row[0] for row in found]


def last_received(index: Index, project: str, session: str) -> int:
    """Return when the last chunk of a session was received, ms since 1970; 0: it has none."""
    with _opened(index.path) as connection:
        sql = "SELECT MAX(received_at) FROM chunks WHERE project = ? AND session = ?"
        return int(connection.execute(sql, (project, session)).fetchone()[0] or 0)


def weigh(index: Index, project: str, sessions: Sequence[str]) -> Weight:
    """Return what these sessions come to; those that the index does not have count nothing."""
    with _opened(index.path) as connection:
        row = connection.execute(
            "SELECT COUNT(*), TOTAL(page_views), TOTAL(chunks), TOTAL(bytes), MIN(started), MAX(ended)"
            " FROM sessions WHERE project = ? AND session IN (SELECT value FROM json_each(?))",
            (project, json.dumps(list(sessions))),
        ).fetchone()
    return Weight(*(int(value or 0) for value in row))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = open_for_reading(path)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be read: {error}.") from error
