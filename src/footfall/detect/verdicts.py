"""What people said of moments: "not a problem here", kept in settings.db."""

from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database, Migrations

from footfall.settings import database, now_ms

_migrations = Migrations("footfall.verdicts")
MAX_TEXT = 512


class Verdict(NamedTuple):
    """A kind of moment is no problem at an element of a page."""

    kind: str
    page: str
    element: str


@_migrations()
def m001_verdicts(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "verdicts",
        {"project": str, "kind": str, "page": str, "element": str, "created": int},
        pk=("project", "kind", "page", "element"),
        not_null={"created"},
    )


class Verdicts:
    """The verdicts in a settings.db that is there."""

    def __init__(self, path: Path) -> None:
        """Make the table where it is not there. Blocking. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def all(self, project: str) -> frozenset[Verdict]:
        """Return a project's verdicts. Blocking. Raises StorageError."""
        sql = "SELECT kind, page, element FROM verdicts WHERE project = ?"
        with database(self._path) as db:
            return frozenset(Verdict(*row) for row in db.execute(sql, [project]).fetchall())

    def set(self, project: str, verdict: Verdict, *, holds: bool) -> None:
        """Say that a kind of moment is no problem at an element, or is one again. Blocking. Raises StorageError."""
        key = {"project": project, **verdict._asdict()}
        with database(self._path) as db:
            if holds:
                db.table("verdicts").insert({**key, "created": now_ms()}, ignore=True)
            else:
                where = " AND ".join(f"{name} = :{name}" for name in key)
                db.execute(f"DELETE FROM verdicts WHERE {where}", key)  # noqa: S608 # names of ours
