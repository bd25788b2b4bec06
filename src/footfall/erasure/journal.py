"""The journal of erasures, in settings.db: what is to be erased, and what must never come back.

An erasure is begun in one transaction: from then on its sessions are refused by ingest (a tombstone each) and have no
notes, labels, stars and links. It is done when nothing of them is on the disk; until then every start, and the
running server, goes on with it. A done one keeps neither ids nor names. A tombstone is a digest of the session's id.
"""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.annotations.tables import prepare
from footfall.errors import StorageError
from footfall.log import session_key
from footfall.settings import connect, database, now_ms

TOMBSTONE_DAYS: Final = 90
"""How long a session's chunks are refused after it was erased. Recorders keep unsent chunks for a day."""

_DAY_MS: Final = 86_400_000
_ANNOTATIONS: Final = ("stars", "labels", "notes", "shares")
_migrations = Migrations("footfall.erasure")


@_migrations()
def m001_erasures(db: Database) -> None:
    """Make the first tables."""
    db.create_table(
        "erasures",
        {"id": int, "project": str, "cause": str, "sessions": int, "begun": int, "done": int},
        pk="id",
        not_null={"project", "cause", "sessions", "begun"},
    )
    db.create_table("erasing", {"erasure": int, "session": str}, pk=("erasure", "session"))
    db.create_table("tombstones", {"key": bytes, "erased": int}, pk="key", not_null={"erased"})
    db.create_table("retention_clock", {"id": int, "seen": int, "waits_until": int}, pk="id")


@dataclass(frozen=True)
class Erasure:
    """One that is not done."""

    id: int
    project: str
    """The project's id."""
    cause: str
    """"session", "visitor", "user", "before" or "retention"."""
    sessions: tuple[str, ...]


class Journal:
    """The journal of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self.path = path
        prepare(path)
        with database(path) as db:
            _migrations.apply(db)
        self._lock = threading.Lock()
        self._reading: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            if self._reading is not None:
                self._reading.close()
                self._reading = None

    def begin(self, project: str, cause: str, sessions: Sequence[str]) -> int:
        """Begin an erasure; return its number. Durable on return. Raises StorageError."""
        now = now_ms()
        with database(self.path) as db:
            cursor = db.execute(
                "INSERT INTO erasures (project, cause, sessions, begun) VALUES (?, ?, ?, ?)",
                [project, cause, len(sessions), now],
            )
            number = int(cursor.lastrowid or 0)
            many = db.conn.executemany
            many("INSERT OR IGNORE INTO erasing VALUES (?, ?)", ((number, s) for s in sessions))
            many(
                "INSERT OR REPLACE INTO tombstones VALUES (?, ?)",
                ((session_key(project, session), now) for session in sessions),
            )
            _forget_annotations(db, project, sessions)
        return number

    def next(self) -> Erasure | None:
        """Return the oldest erasure that is not done. Raises StorageError."""
        sql = "SELECT id, project, cause FROM erasures WHERE done IS NULL ORDER BY id LIMIT 1"
        if not self._read(sql):
            return None
        with database(self.path) as db:
            row = db.execute(sql).fetchone()
            if row is None:
                return None
            wanted = "SELECT session FROM erasing WHERE erasure = ?"
            sessions = tuple(str(one[0]) for one in db.execute(wanted, [row[0]]))
            return Erasure(row[0], row[1], row[2], sessions)

    def is_done(self, number: int) -> bool:
        """Tell whether an erasure is done. Raises StorageError."""
        sql = "SELECT 1 FROM erasures WHERE id = ? AND done IS NOT NULL"
        return bool(self._read(sql, number))

    def is_erased(self, project: str, session: str) -> bool:
        """Tell whether nothing of a session may be stored. Raises StorageError."""
        sql = "SELECT 1 FROM tombstones WHERE key = ?"
        return bool(self._read(sql, session_key(project, session)))

    def finish(self, erasure: Erasure) -> None:
        """Note that an erasure is done, and forget whom it was about. Raises StorageError."""
        now = now_ms()
        with database(self.path) as db:
            # Somebody may have written a note while it went on.
            _forget_annotations(db, erasure.project, erasure.sessions)
            db.execute("DELETE FROM erasing WHERE erasure = ?", [erasure.id])
            db.execute("UPDATE erasures SET done = ? WHERE id = ?", [now, erasure.id])
            before = now - TOMBSTONE_DAYS * _DAY_MS
            db.execute("DELETE FROM tombstones WHERE erased < ?", [before])

    def _read(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Ask through a connection that stays open: this is asked once for each session that begins."""
        try:
            with self._lock:
                if self._reading is None:
                    self._reading = connect(self.path)
                return self._reading.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} cannot be read: {error}.") from error


def _forget_annotations(db: Database, project: str, sessions: Sequence[str]) -> None:
    for table in _ANNOTATIONS:
        db.conn.executemany(
            f"DELETE FROM {table} WHERE project = ? AND session = ?",  # noqa: S608 # a table's name
            [(project, session) for session in sessions],
        )
