"""Events of a project's site that complete a form: of forms that a script sends, nothing else tells."""

from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError
from footfall.settings import database, now_ms

MAX_EVENTS: Final = 20
"""Of a project: each is looked for in every tab with a form."""
MAX_NAME: Final = 200
_migrations = Migrations("footfall.form_events")


@_migrations()
def m001_form_events(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "form_events",
        {"project": str, "event": str, "created": int},
        pk=("project", "event"),
        not_null={"created"},
    )


class FormEvents:
    """The completing events of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def all(self, project: str) -> tuple[str, ...]:
        """Return the names of a project's, in order. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT event FROM form_events WHERE project = ? ORDER BY event", [project]
            )
            return tuple(row[0] for row in rows)

    def add(self, project: str, event: str) -> None:
        """Let an event complete forms. Raises ConfigError, StorageError."""
        if not 1 <= len(event) <= MAX_NAME:
            raise ConfigError(f"An event's name is a text of 1 to {MAX_NAME} characters.")
        known = set(self.all(project))
        if len(known | {event}) > MAX_EVENTS:
            raise ConfigError(f"At most {MAX_EVENTS} events complete forms. Remove one first.")
        with database(self._path) as db:
            row = {"project": project, "event": event, "created": now_ms()}
            db.table("form_events").insert(row, ignore=True)

    def remove(self, project: str, event: str) -> None:
        """Let it complete none any more. Raises StorageError."""
        with database(self._path) as db:
            db.execute("DELETE FROM form_events WHERE project = ? AND event = ?", [project, event])
