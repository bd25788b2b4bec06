"""Connections to settings.db, which holds all that is not derived from the log. Few write, people mostly."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from footfall.errors import StorageError

_WAIT_S: Final = 10.0


@contextmanager
def database(path: Path) -> Iterator[Database]:
    """Open settings.db for one transaction; what is deleted in it is overwritten. Raises StorageError."""
    try:
        connection = connect(path)
        try:
            yield Database(connection)
            connection.commit()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be used: {error}.") from error


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection for one thread at a time. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=_WAIT_S, check_same_thread=False)
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def now_ms() -> int:
    """Return the time, in ms since 1970."""
    return time.time_ns() // 1_000_000
