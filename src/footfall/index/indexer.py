"""The thread that follows the log and fills the index: the only writer of index.db."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from footfall.errors import FootfallError, StorageError
from footfall.index.arrivals import read_batch
from footfall.index.beside import next_of
from footfall.index.fold import Fold
from footfall.index.read import Index
from footfall.index.tables import TABLES, empty_wal, open_for_writing, remove
from footfall.index.touched import Touched
from footfall.log import START, Damage, Entry, Position, Reader, files

BATCH: Final = 1_000
"""Chunks in one transaction."""
_GATHER_S: Final = 0.25
"""How long chunks gather before they are indexed: a transaction costs as much as a few of them."""
_RETRY_S: Final = 1.0
_LOCK_S: Final = 15.0
_LOCK_POLL_S: Final = 0.05
COMPACT_CHUNKS: Final = 1_000
"""Chunks whose facts wait to be packed: each analysis decodes them anew until then."""
_COMPACT_S: Final = 30.0
"""How long nothing must have come before the facts that wait are packed, however few."""
_VIEW_DAYS: Final = 10
"""Days of page views that are packed with them, at most: it goes on the next time."""
_IDLE_S: Final = 2.0
"""How often the thread looks whether an index was made anew beside its own."""

T = TypeVar("T")
_log = logging.getLogger("footfall.index")


class Indexer:
    """Keeps `index` up with `log`. A chunk's rows and the cursor are one transaction, so each counts once."""

    def __init__(self, log: Reader, index: Index) -> None:
        """Open index.db for writing. Raises StorageError."""
        self._log = log
        self._path = index.path
        self._busy = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock: int | None = None
        self._damaged: set[tuple[int, int]] = set()
        self.unreadable = 0
        """Stored chunks that could not be decoded since the start."""
        self.touched = Touched()
        """The sessions that have got chunks, for who looks for moments in them."""
        self._use(open_for_writing(self._path))

    @property
    def position(self) -> Position:
        """Everything before this is in the index."""
        return self._position

    @property
    def damaged(self) -> int:
        """How many damaged stretches of the log were met since the start."""
        return len(self._damaged)

    def start(self) -> None:
        """Catch up with the log, then follow it in a thread. Blocking. Raises StorageError.

        Waits for the process that indexed before, if it was told late that its server is gone.
        """
        self._lock = _only_writer(self._path)
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
            if self._lock is not None:
                files.close(self._lock)
                self._lock = None

    def wake(self) -> None:
        """Say that the log has grown; returns at once, from any thread."""
        if (
            not self._wake.is_set()
        ):  # looking is cheaper than setting, and this comes with every chunk
            self._wake.set()

    def catch_up(self) -> int:
        """Index everything durable; return how many chunks were new. Blocking. Raises StorageError, sqlite3.Error."""
        with self._busy:
            if next_of(self._path).exists():
                self._take_over()
            if not self._log.contains(self._position):
                _log.warning("the index belongs to another log: it is made anew")
                return self._reindex()
            entries = self._log.follow(self._position, self._report)
            new = 0
            while batch := list(islice(entries, BATCH)):
                new += self._transact(batch)
                if self._fold.fresh >= COMPACT_CHUNKS:
                    self._compact()
            return new

    def _take_over(self) -> None:
        """Let the live index say what one that was made beside it says, as soon as that one knows as much.

        Its pages are copied in one transaction: whoever reads sees the old or the new, and a crash leaves the old.
        """
        live, before = self._connection, self._position
        try:
            self._use(open_for_writing(next_of(self._path)))
            if not self._log.contains(self._position):
                raise StorageError("The new index belongs to another log.")
            records = self._log.scan(self._position, self._report)
            while self._position < before:
                batch = [Entry(*found, None) for found in islice(records, BATCH)]
                if not batch:
                    break
                self._transact(batch)
            self._connection.backup(live)
            _log.info("the index that was made anew is in its place")
        except (FootfallError, sqlite3.Error):
            _log.exception("the index that was made anew is of no use")
        finally:
            if self._connection is not live:
                self._connection.close()
            remove(next_of(self._path))
            self._use(live)
            self.touched.note_all()
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _use(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._fold = Fold(connection)
        self._position = self._cursor()

    def compact(self) -> int:
        """Pack what waits to be packed; return of how many chunks. Blocking. Raises sqlite3.Error."""
        with self._busy:
            return self._compact()

    def _compact(self) -> int:
        done = 0
        while self._fold.fresh:
            with self._transaction():
                done += self._fold.compact(4 * COMPACT_CHUNKS)
        with self._transaction():
            self._fold.make_view_days(_VIEW_DAYS)
        return done

    def change(self, work: Callable[[sqlite3.Connection, Fold], T]) -> T:
        """Run `work` in a transaction; on return what it has deleted is off the disk. Blocking.

        Raises StorageError (then it is done, but traces may be left; do it again), sqlite3.Error.
        """
        with self._busy:
            with self._transaction():
                done = work(self._connection, self._fold)
                self._fold.forget()
            empty_wal(self._connection)
            return done

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
        idle = 0
        while not self._stopping.is_set():
            is_awake = self._wake.wait(_IDLE_S)
            if is_awake:
                self._stopping.wait(_GATHER_S)
            self._wake.clear()
            try:
                self.catch_up()
                idle = 0 if is_awake else idle + 1
                if idle * _IDLE_S >= _COMPACT_S:
                    self.compact()
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
        new = read = 0
        for arrivals in read_batch(batch):
            new += self._fold.add(arrivals)
            read += len(arrivals.parts)
            self.touched.note((one.project, one.header.session) for one in arrivals.parts)
        self.unreadable += len(batch) - read
        return new

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


def _only_writer(path: Path) -> int:
    """Take the lock of who writes an index, and return its descriptor. Raises StorageError after some seconds."""
    lock = path.with_name(f"{path.name}.lock")
    until = time.monotonic() + _LOCK_S
    while True:
        try:
            return files.lock(lock)
        except StorageError:
            if time.monotonic() > until:
                raise
            time.sleep(_LOCK_POLL_S)
