"""The page templates of a project, and what they were before each change, so that it can be undone."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.settings import database, now_ms

MAX_UNDO: Final = 50
_migrations: Final = Migrations("footfall.page_rules")


@_migrations()
def m001_page_rules(db: Database) -> None:
    """Make the tables."""
    db.create_table(
        "page_rules",
        {"project": str, "template": str},
        pk=("project", "template"),
    )
    db.create_table(
        "page_rules_before",
        {"id": int, "project": str, "templates": str, "created": int},
        pk="id",
        not_null={"project", "templates", "created"},
    )


class PageRules:
    """Page templates in one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def templates(self, project: str) -> tuple[str, ...]:
        """Return a project's templates, in order. Raises StorageError."""
        with database(self._path) as db:
            return _templates(db, project)

    def change(self, project: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add and remove templates, which are checked; can be undone. Raises StorageError."""
        with database(self._path) as db:
            before = _templates(db, project)
            after = sorted({*before, *add} - set(remove))
            if tuple(after) == before:
                return
            db.execute(
                "INSERT INTO page_rules_before (project, templates, created) VALUES (?, ?, ?)",
                [project, json.dumps(before), now_ms()],
            )
            db.execute(
                "DELETE FROM page_rules_before WHERE project = ? AND id NOT IN (SELECT id FROM"
                " page_rules_before WHERE project = ? ORDER BY id DESC LIMIT ?)",
                [project, project, MAX_UNDO],
            )
            _put(db, project, after)

    def undo(self, project: str) -> bool:
        """Take back the last change; tell whether there was one. Raises StorageError."""
        with database(self._path) as db:
            row = db.execute(
                "SELECT id, templates FROM page_rules_before WHERE project = ? ORDER BY id DESC",
                [project],
            ).fetchone()
            if row is None:
                return False
            db.execute("DELETE FROM page_rules_before WHERE id = ?", [row[0]])
            _put(db, project, json.loads(row[1]))
            return True

    def can_undo(self, project: str) -> bool:
        """Tell whether there is a change to take back. Raises StorageError."""
        with database(self._path) as db:
            sql = "SELECT 1 FROM page_rules_before WHERE project = ?"
            return db.execute(sql, [project]).fetchone() is not None


def _templates(db: Database, project: str) -> tuple[str, ...]:
    sql = "SELECT template FROM page_rules WHERE project = ? ORDER BY template"
    return tuple(str(row[0]) for row in db.execute(sql, [project]))


def _put(db: Database, project: str, templates: Iterable[str]) -> None:
    db.execute("DELETE FROM page_rules WHERE project = ?", [project])
    for template in templates:
        db.execute("INSERT INTO page_rules VALUES (?, ?)", [project, template])
