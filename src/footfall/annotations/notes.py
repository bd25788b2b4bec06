"""Stars, labels and notes of sessions. Few, and written by people: every call opens the file anew."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from footfall.annotations.tables import prepare
from footfall.errors import ConfigError, NotFoundError
from footfall.settings import database, now_ms

MAX_LABEL: Final = 40
MAX_LABELS: Final = 20
MAX_NOTE: Final = 2_000
MAX_NOTES: Final = 500
_MAX_TIME_MS: Final = 2**53


@dataclass(frozen=True)
class Note:
    """What somebody wrote to a moment of a session."""

    id: int
    time: int
    """ms from the session's start."""
    text: str
    created: int
    """ms since 1970."""


class Annotations:
    """Stars, labels and notes in one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        prepare(path)

    def star(self, project: str, session: str, *, starred: bool) -> None:
        """Set or take away a session's star. Raises StorageError."""
        values = [project, session]
        with database(self._path) as db:
            if starred:
                db.execute("INSERT OR IGNORE INTO stars VALUES (?, ?, ?)", [*values, now_ms()])
            else:
                db.execute("DELETE FROM stars WHERE project = ? AND session = ?", values)

    def is_starred(self, project: str, session: str) -> bool:
        """Tell whether a session has a star. Raises StorageError."""
        return session in self.starred(project, [session])

    def starred(self, project: str, among: Iterable[str] | None = None) -> set[str]:
        """Return the sessions with a star: all of the project's, or those of `among`. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute("SELECT session FROM stars WHERE project = ?", [project])
            found = {str(row[0]) for row in rows}
        return found if among is None else found.intersection(among)

    def set_labels(self, project: str, session: str, labels: Sequence[str]) -> list[str]:
        """Give a session these labels and no others; return them in order.

        Labels that differ only in case are one. Raises ConfigError, StorageError.
        """
        wanted = {label.casefold(): label for label in map(_label, reversed(labels))}
        if len(wanted) > MAX_LABELS:
            raise ConfigError(f"A session has at most {MAX_LABELS} labels.")
        with database(self._path) as db:
            db.execute("DELETE FROM labels WHERE project = ? AND session = ?", [project, session])
            known = {one.casefold(): one for one in _known_labels(db, project)}
            chosen = sorted(known.get(key, label) for key, label in wanted.items())
            for label in chosen:
                db.execute("INSERT INTO labels VALUES (?, ?, ?)", [project, session, label])
        return chosen

    def labels(self, project: str, sessions: Sequence[str]) -> dict[str, list[str]]:
        """Return the labels of those of these sessions that have any. Raises StorageError."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        with database(self._path) as db:
            rows = db.execute(
                "SELECT session, label FROM labels WHERE project = ?"
                " AND session IN (SELECT value FROM json_each(?)) ORDER BY label",
                [project, json.dumps(list(sessions))],
            )
            for session, label in rows:
                found[session].append(label)
        return dict(found)

    def known_labels(self, project: str) -> list[str]:
        """Return every label that a session of the project has, in order. Raises StorageError."""
        with database(self._path) as db:
            return _known_labels(db, project)

    def labelled(self, project: str, label: str) -> set[str]:
        """Return the sessions with a label. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT session FROM labels WHERE project = ? AND label = ?", [project, label]
            )
            return {str(row[0]) for row in rows}

    def notes(self, project: str, session: str) -> list[Note]:
        """Return a session's notes in the order of their times. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT id, time, text, created FROM notes WHERE project = ? AND session = ?"
                " ORDER BY time, id",
                [project, session],
            )
            return [Note(*row) for row in rows]

    def add_note(self, project: str, session: str, time: int, text: str) -> Note:
        """Write a note to a time (ms from the session's start). Raises ConfigError, StorageError."""
        stripped = text.strip()
        if not 1 <= len(stripped) <= MAX_NOTE or not _is_plain(stripped.replace("\n", "")):
            raise ConfigError(f"A note is a text of 1 to {MAX_NOTE:,} characters.")
        if not 0 <= time <= _MAX_TIME_MS:
            raise ConfigError("A note's time is in ms from the session's start.")
        created = now_ms()
        with database(self._path) as db:
            where = "project = ? AND session = ?"
            count = "SELECT COUNT(*) FROM notes WHERE " + where  # noqa: S608 # text of ours
            if db.execute(count, [project, session]).fetchone()[0] >= MAX_NOTES:
                raise ConfigError(f"A session has at most {MAX_NOTES} notes. Remove one first.")
            cursor = db.execute(
                "INSERT INTO notes (project, session, time, text, created) VALUES (?, ?, ?, ?, ?)",
                [project, session, time, stripped, created],
            )
            return Note(int(cursor.lastrowid or 0), time, stripped, created)

    def remove_note(self, project: str, session: str, note: int) -> None:
        """Remove a note of this session. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute(
                "DELETE FROM notes WHERE id = ? AND project = ? AND session = ?",
                [note, project, session],
            )
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such note at this session.")


def _known_labels(db: Database, project: str) -> list[str]:
    rows = db.execute(
        "SELECT DISTINCT label FROM labels WHERE project = ? ORDER BY label", [project]
    )
    return [str(row[0]) for row in rows]


def _label(written: str) -> str:
    label = " ".join(written.split())
    if not 1 <= len(label) <= MAX_LABEL or not _is_plain(label):
        raise ConfigError(f"A label is a text of 1 to {MAX_LABEL} characters.")
    return label


def _is_plain(text: str) -> bool:
    """Tell whether a text can be shown and stored: no control characters, no halves of characters."""
    return text.isprintable()
