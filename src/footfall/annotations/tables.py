"""The tables of annotations in settings.db, and connections to them."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import StorageError

_migrations = Migrations("footfall.annotations")
_WAIT_S: Final = 10.0


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


@contextmanager
def database(path: Path) -> Iterator[Database]:
    """Open settings.db for one transaction, committed at the end. Raises StorageError."""
    try:
        connection = sqlite3.connect(path, timeout=_WAIT_S)
        try:
            yield Database(connection)
            connection.commit()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be used: {error}.") from error


def now_ms() -> int:
    """Return the time, in ms since 1970."""
    return time.time_ns() // 1_000_000
