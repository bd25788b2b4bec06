"""The thread that follows the log and fills the index: the only writer of index.db."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from footfall.errors import FootfallError, WireError
from footfall.index.fold import Arrival, Fold
from footfall.index.read import Index
from footfall.index.tables import TABLES, open_for_writing
from footfall.index.walk import read_record, reduce_reading
from footfall.log import START, Damage, Entry, Log, Position
from footfall.wire.reading import Reading

BATCH: Final = 1_000
"""Chunks in one transaction."""
_GATHER_S: Final = 0.25
"""How long chunks gather before they are indexed: a transaction costs as much as a few of them."""
_RETRY_S: Final = 1.0

_log = logging.getLogger("footfall.index")


class Indexer:
    """Keeps `index` up with `log`. A chunk's rows and the cursor are one transaction, so each counts once."""

    def __init__(self, log: Log, index: Index) -> None:
        """Open index.db for writing. Raises StorageError."""
        self._log = log
        self._connection = open_for_writing(index.path)
        self._fold = Fold(self._connection)
        self._busy = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._damaged: set[tuple[int, int]] = set()
        self.unreadable = 0
        """Stored chunks that could not be decoded since the start."""
        self._position = self._cursor()

    @property
    def position(self) -> Position:
        """Everything before this is in the index."""
        return self._position

    @property
    def damaged(self) -> int:
        """How many damaged stretches of the log were met since the start."""
        return len(self._damaged)

    def start(self) -> None:
        """Catch up with the log, then follow it in a thread. Blocking. Raises StorageError."""
        self.catch_up()
        self._thread = threading.Thread(target=self._follow, name="footfall-index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Index what is durable by now, then end the thread and close the file. Blocking."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        try:
            self.catch_up()
        finally:
            self._connection.close()

    def wake(self) -> None:
        """Say that the log has grown; returns at once, from any thread."""
        if (
            not self._wake.is_set()
        ):  # looking is cheaper than setting, and this comes with every chunk
            self._wake.set()

    def catch_up(self) -> int:
        """Index everything durable; return how many chunks were new. Blocking. Raises StorageError, sqlite3.Error."""
        with self._busy:
            if not self._log.contains(self._position):
                _log.warning("the index belongs to another log: it is made anew")
                return self._reindex()
            entries = self._log.follow(self._position, self._report)
            new = 0
            while batch := list(islice(entries, BATCH)):
                new += self._transact(batch)
            return new

    def reindex(self) -> int:
        """Make the index anew from the whole log, seen by readers all at once; returns its chunks. Blocking."""
        with self._busy:
            return self._reindex()

    def _reindex(self) -> int:
        new = 0
        with self._transaction():
            self._fold.forget()
            for table in TABLES:
                if table != "cursor":
                    self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 # a table's name
            records = self._log.scan(on_damage=self._report)
            position = START
            while batch := [Entry(*found, None) for found in islice(records, BATCH)]:
                new += self._add(batch)
                position = batch[-1].position.end
            self._move(position)
        self._position = position
        return new

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._stopping.wait(_GATHER_S)
            self._wake.clear()
            try:
                self.catch_up()
            except (FootfallError, sqlite3.Error):
                _log.exception("indexing stopped; it goes on in %s s", _RETRY_S)
                self._stopping.wait(_RETRY_S)
                self._wake.set()

    def _transact(self, batch: list[Entry]) -> int:
        position = batch[-1].position.end
        with self._transaction():
            new = self._add(batch)
            self._move(position)
        self._position = position
        return new

    def _add(self, batch: list[Entry]) -> int:
        arrivals = []
        for position, record, companion in batch:
            try:
                if not isinstance(companion, Reading):  # it comes from the disk
                    companion = read_record(record)
                part = reduce_reading(record, companion)
            except WireError as error:
                # Ingest has read it before it was stored, so this is a change of ours or a forged log.
                self.unreadable += 1
                _log.warning("the chunk at %s cannot be read: %s", tuple(position), error)
                continue
            arrivals.append(Arrival(record.project, record.received_at, position, part))
        return self._fold.add(arrivals)

    def _move(self, position: Position) -> None:
        self._connection.execute(
            "UPDATE cursor SET segment = ?, offset = ?", (position.segment, position.offset)
        )

    def _cursor(self) -> Position:
        segment, offset = self._connection.execute("SELECT segment, offset FROM cursor").fetchone()
        return Position(segment, offset, 0)

    def _report(self, damage: Damage) -> None:
        self._damaged.add((damage.segment, damage.offset))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """BEGIN, then COMMIT, or ROLLBACK when the block or the commit fails."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._fold.forget()
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
