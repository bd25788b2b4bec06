"""Saved views: lists of sessions that a team comes back to, each a query string with a name, by project."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError, NotFoundError
from footfall.settings import database, now_ms

MAX_NAME: Final = 60
MAX_VIEWS: Final = 100
MAX_QUERY: Final = 4_000
_migrations = Migrations("footfall.views")


@dataclass(frozen=True)
class SavedView:
    """A list of sessions with a name."""

    id: int
    name: str
    query: str
    """Without the `?`."""


@_migrations()
def m001_views(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "views",
        {"id": int, "project": str, "name": str, "query": str, "created": int},
        pk="id",
        not_null={"project", "name", "query", "created"},
    )
    db.table("views").create_index(["project", "name"], unique=True)


class Views:
    """The saved views of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def all(self, project: str) -> list[SavedView]:
        """Return a project's views by name. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT id, name, query FROM views WHERE project = ? ORDER BY name", [project]
            )
            return [SavedView(*row) for row in rows]

    def save(self, project: str, name: str, query: str) -> SavedView:
        """Keep a list under a name; one that has the name is replaced. Raises ConfigError, StorageError."""
        told = " ".join(name.split())
        if not 1 <= len(told) <= MAX_NAME or not told.isprintable():
            raise ConfigError(f"A view's name is a text of 1 to {MAX_NAME} characters.")
        if not query or len(query) > MAX_QUERY:
            raise ConfigError("A view is a list with at least one filter or an order of its own.")
        with database(self._path) as db:
            known = db.execute("SELECT name FROM views WHERE project = ?", [project]).fetchall()
            if len(known) >= MAX_VIEWS and (told,) not in known:
                raise ConfigError(f"A project has at most {MAX_VIEWS} views. Remove one first.")
            row = db.execute(
                "INSERT INTO views (project, name, query, created) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (project, name) DO UPDATE SET query = excluded.query RETURNING id",
                [project, told, query, now_ms()],
            ).fetchone()
        return SavedView(int(row[0]), told, query)

    def remove(self, project: str, view: int) -> None:
        """Remove a view. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute("DELETE FROM views WHERE id = ? AND project = ?", [view, project])
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such view in this project.")
