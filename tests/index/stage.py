"""A log, an index and its indexer in a folder of their own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from footfall.index import Index, Indexer
from footfall.index.tables import TABLES, columns
from footfall.log import Log, Record
from tests.wire.chunks import T0

OWN_WAY = (
    "cursor",
    "names",
    "fresh",
    "packs",
    "pack_columns",
    "view_days",
    "view_columns",
    "asset_uses",
)
"""Tables that depend on the order of arrival; test_packs.py compares what they mean."""


class Stage:
    """A log, an index and its indexer in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = Log(folder / "log")
        self.index = Index(folder / "index.db")
        self.indexer = Indexer(self.log, self.index)

    def add(self, *bodies: bytes, project: str = "p", received_at: int = T0 + 5_000) -> int:
        """Append chunks and index them; return how many were new."""
        for body in bodies:
            self.log.append_and_wait(Record(project, received_at, "Chrome 156 · Linux", body))
        return self.indexer.catch_up()

    def stored(self) -> list[tuple[bytes, int]]:
        """Return the chunks of the log, each with when it was received."""
        return [(record.chunk, record.received_at) for _, record in self.log.scan()]

    def dump(self) -> dict[str, list[Any]]:
        """Return all tables, but for where chunks lie, which depends on the order of arrival."""
        connection = sqlite3.connect(self.folder / "index.db")
        connection.row_factory = sqlite3.Row
        tables = {
            table: sorted(
                tuple(
                    (name, row[name])
                    for name in columns(table)
                    if name not in ("segment", "offset", "number")
                )
                for row in connection.execute(f"SELECT * FROM {table}")
            )
            for table in TABLES
            if table not in OWN_WAY
        }
        connection.close()
        return tables

    def close(self) -> None:
        self.indexer.stop()
        self.index.close()
        self.log.close()


@contextmanager
def staged() -> Iterator[Stage]:
    with TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        try:
            yield stage
        finally:
            stage.close()
