"""Which sessions somebody has watched, by account; without accounts the team is one."""

from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database, Migrations

from footfall.settings import database, now_ms

_migrations = Migrations("footfall.watched")


@_migrations()
def m001_watched(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "watched",
        {"project": str, "account": str, "session": str, "at": int},
        pk=("project", "account", "session"),
        not_null={"at"},
    )


class Watched:
    """The marks of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def mark(self, project: str, account: str, session: str, *, watched: bool) -> None:
        """Set or take away the mark. Raises StorageError."""
        values = [project, account, session]
        with database(self._path) as db:
            if watched:
                db.execute("INSERT OR IGNORE INTO watched VALUES (?, ?, ?, ?)", [*values, now_ms()])
            else:
                db.execute(
                    "DELETE FROM watched WHERE project = ? AND account = ? AND session = ?", values
                )

    def by(self, project: str, account: str, among: Iterable[str] | None = None) -> set[str]:
        """Return what an account has watched: all of it, or those of `among`. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                "SELECT session FROM watched WHERE project = ? AND account = ?", [project, account]
            )
            found = {str(row[0]) for row in rows}
        return found if among is None else found.intersection(among)
