"""The tables of annotations in settings.db."""

from pathlib import Path

from sqlite_utils import Database, Migrations

from footfall.settings import database

_migrations = Migrations("footfall.annotations")


@_migrations()
def m001_annotations(db: Database) -> None:
    """Make the first tables."""
    db.create_table(
        "stars",
        {"project": str, "session": str, "created": int},
        pk=("project", "session"),
        not_null={"created"},
    )
    db.create_table(
        "labels",
        {"project": str, "session": str, "label": str},
        pk=("project", "session", "label"),
    )
    db.table("labels").create_index(["project", "label"])
    db.create_table(
        "notes",
        {"id": int, "project": str, "session": str, "time": int, "text": str, "created": int},
        pk="id",
        not_null={"project", "session", "time", "text", "created"},
    )
    db.table("notes").create_index(["project", "session"])
    db.create_table(
        "shares",
        {
            "id": int, "token": str, "project": str, "session": str,
            "created": int, "expires": int, "revoked": int,
        },
        pk="id",
        not_null={"token", "project", "session", "created", "expires"},
    )  # fmt: skip
    db.table("shares").create_index(["token"], unique=True)
    db.table("shares").create_index(["project", "session"])


def prepare(path: Path) -> None:
    """Make or change the tables of this settings.db, which is there. Raises StorageError."""
    with database(path) as db:
        _migrations.apply(db)
