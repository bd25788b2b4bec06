"""What people said of moments: "not a problem here", kept in settings.db."""

from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database, Migrations

from footfall.analysis.moments import of_one_event
from footfall.index.found import Found
from footfall.settings import database, now_ms

_migrations = Migrations("footfall.verdicts")
MAX_TEXT = 512


class Verdict(NamedTuple):
    """A kind of moment is no problem at an element of a page."""

    kind: str
    page: str
    element: str


def known(found: Found, project: str, verdict: Verdict) -> Verdict:
    """Return a verdict by what its element is known as: where ids are made anew it means all that have its plain key.

    Blocking. Raises StorageError.
    """
    for kind in of_one_event(verdict.kind):
        element = found.known_as(project, kind, verdict.page, verdict.element)
        if element != verdict.element:
            return verdict._replace(element=element)
    return verdict


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

    def quiet(self, project: str) -> frozenset[Verdict]:
        """Return what is no problem: verdicts hold for all kinds of one event. Blocking. Raises StorageError."""
        return frozenset(
            one._replace(kind=kind) for one in self.all(project) for kind in of_one_event(one.kind)
        )

    def set(self, project: str, verdict: Verdict, *, holds: bool) -> None:
        """Say that a kind of moment is no problem at an element, or is one again. Blocking. Raises StorageError.

        Kinds of one event are judged as one: of theirs the last verdict stays.
        """
        key = {"project": project, **verdict._asdict()}
        with database(self._path) as db:
            table = db.table("verdicts")
            for kind in of_one_event(verdict.kind):
                where = " AND ".join(f"{name} = :{name}" for name in key)
                table.delete_where(where, {**key, "kind": kind})
            if holds:
                table.insert({**key, "created": now_ms()})
