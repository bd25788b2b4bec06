"""Names that people give to events: to steps (docs/steps.md) that are counted over all that was ever recorded.

An event of the site's own that is renamed or hidden is one, too: only what is shown changes, never a recording.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError
from footfall.settings import database, now_ms

MAX_NAME: Final = 80
MAX_EVENTS: Final = 200
"""Of a project: each is looked for whenever the catalogue is opened."""
_migrations = Migrations("footfall.event_names")


@dataclass(frozen=True)
class EventName:
    """What people say of an event."""

    step: str
    """One step, as its text is written."""
    name: str
    """"": as it was recorded."""
    hidden: bool


@_migrations()
def m001_event_names(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "event_names",
        {"project": str, "step": str, "name": str, "hidden": int, "created": int},
        pk=("project", "step"),
        not_null={"name", "hidden", "created"},
    )


class EventNames:
    """The named events of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def all(self, project: str) -> list[EventName]:
        """Return a project's, in the order in which they were named. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT step, name, hidden FROM event_names WHERE project = ? ORDER BY created, step",
                [project],
            )
            return [EventName(step, name, bool(hidden)) for step, name, hidden in rows]

    def name(self, project: str, step: str, name: str) -> None:
        """Call an event by a name; "" takes its name back. Raises ConfigError, StorageError."""
        told = " ".join(name.split())
        if len(told) > MAX_NAME or not told.isprintable():
            raise ConfigError(f"An event's name has at most {MAX_NAME} characters.")
        self._set(project, step, "name", told)

    def hide(self, project: str, step: str, *, hidden: bool) -> None:
        """Hide an event from the catalogue, or show it again. Raises ConfigError, StorageError."""
        self._set(project, step, "hidden", int(hidden))

    def _set(self, project: str, step: str, column: str, value: str | int) -> None:
        with database(self._path) as db:
            known = {one[0] for one in db.execute(_STEPS, [project])}
            if step not in known:
                if len(known) >= MAX_EVENTS:
                    raise ConfigError(f"A project names at most {MAX_EVENTS} events.")
                row = {
                    "project": project,
                    "step": step,
                    "name": "",
                    "hidden": 0,
                    "created": now_ms(),
                }
                db.table("event_names").insert(row)
            db.table("event_names").update((project, step), {column: value})
            # Of what is neither named nor hidden there is nothing to say.
            db.execute(
                "DELETE FROM event_names WHERE project = ? AND step = ? AND name = '' AND hidden = 0",
                [project, step],
            )


_STEPS: Final = "SELECT step FROM event_names WHERE project = ?"
