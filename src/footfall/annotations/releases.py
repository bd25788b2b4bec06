"""Releases of the recorded site: a name and a time each, so that a change in the figures can be laid to one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError, NotFoundError
from footfall.settings import database, now_ms

MAX_NAME: Final = 80
MAX_RELEASES: Final = 5_000
"""Of a project; one a day for thirteen years."""
_LATEST_MS: Final = 366 * 86_400_000
"""How far ahead a release may be marked."""
_migrations = Migrations("footfall.releases")


@dataclass(frozen=True)
class Release:
    """A release of the recorded site."""

    id: int
    name: str
    at: int
    """ms since 1970."""


_SAME_MS: Final = 60_000
_SAME: Final = (
    "SELECT id, name, at FROM releases WHERE project = ? AND name = ? AND abs(at - ?) < ?"
)


@_migrations()
def m001_releases(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "releases",
        {"id": int, "project": str, "name": str, "at": int, "created": int},
        pk="id",
        not_null={"project", "name", "at", "created"},
    )
    db.table("releases").create_index(["project", "at"])


class Releases:
    """The releases of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def between(self, project: str, since: int, until: int) -> list[Release]:
        """Return a project's releases from `since` to `until` (ms since 1970), oldest first. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT id, name, at FROM releases WHERE project = ? AND at BETWEEN ? AND ? ORDER BY at, id",
                [project, since, until],
            )
            return [Release(*row) for row in rows]

    def add(self, project: str, name: str, at: int | None = None) -> Release:
        """Mark a release at a time (ms since 1970; None: now). Raises ConfigError, StorageError.

        One of the same name within a minute is the same: a form may be sent twice.
        """
        told, now = " ".join(name.split()), now_ms()
        moment = now if at is None else at
        if not 1 <= len(told) <= MAX_NAME or not told.isprintable():
            raise ConfigError(f"A release's name is a text of 1 to {MAX_NAME} characters.")
        if not 0 <= moment <= now + _LATEST_MS:
            raise ConfigError("A release is marked at a time since 1970, a year ahead at most.")
        with database(self._path) as db:
            same = db.execute(_SAME, [project, told, moment, _SAME_MS]).fetchone()
            if same is not None:
                return Release(*same)
            known = db.execute("SELECT count(*) FROM releases WHERE project = ?", [project])
            if known.fetchone()[0] >= MAX_RELEASES:
                raise ConfigError(
                    f"A project has at most {MAX_RELEASES} releases. Remove one first."
                )
            row = db.execute(
                "INSERT INTO releases (project, name, at, created) VALUES (?, ?, ?, ?) RETURNING id",
                [project, told, moment, now],
            ).fetchone()
        return Release(int(row[0]), told, moment)

    def remove(self, project: str, release: int) -> None:
        """Forget a release. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute(
                "DELETE FROM releases WHERE id = ? AND project = ?", [release, project]
            )
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such release in this project.")
