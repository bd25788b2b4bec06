"""Making the index anew beside the live one, and putting it into its place.

It is built in `index.building.db`, which nobody else opens, and becomes `index.next.db` when it is whole. Only who
owns the log puts that in the place of `index.db`: the indexer of a running server copies it over in one transaction,
as others have the file open; where no server runs, the command renames it. Whatever is interrupted, the live
index stays as it was.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from footfall.errors import StorageError
from footfall.index.arrivals import read_batch
from footfall.index.fold import Fold
from footfall.index.packs.stream import without_collector
from footfall.index.tables import open_for_writing, remove
from footfall.log import START, Entry, Reader, files

BATCH: Final = 2_000
"""Chunks in one transaction."""
FLUSH_FACTS: Final = 400_000
"""Facts that are kept as columns before they are written as packs."""
_ALL_DAYS: Final = 100_000
_POLL_S: Final = 0.1


@dataclass(frozen=True)
class Progress:
    """How far a rebuilding is."""

    chunks: int  # that are in the new index
    bytes: int  # of the log that were read
    total: int  # bytes of the log
    unreadable: int  # chunks that could not be read


def next_of(path: Path) -> Path:
    """Return the file of a new index that waits to take the place of the one at `path`."""
    return path.with_name(f"{path.stem}.next{path.suffix}")


def rebuild(reader: Reader, path: Path, tell: Callable[[Progress], None]) -> Progress:
    """Make the index of a log anew as `next_of(path)`; `tell` hears how it goes. Blocking.

    Raises StorageError, also when another process is at it.
    """
    building = path.with_name(f"{path.stem}.building{path.suffix}")
    with alone(path):
        try:
            remove(building)
            progress = _build(reader, building, tell)
            _sync(building)
            remove(next_of(path))
            building.replace(next_of(path))
            files.sync_folder(path.parent)
        except OSError as error:
            raise StorageError(f"{building} cannot be written: {error.strerror}.") from error
        finally:
            remove(building)
    return progress


def put_in_place(path: Path) -> None:
    """Let the new index be the live one; for who owns the log. Raises OSError.

    Nobody may have the live one open. When this is interrupted, the new one is still there for the next start.
    """
    with suppress(sqlite3.Error):  # a file that is no database has nothing to be written back
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    next_of(path).replace(path)
    files.sync_folder(path.parent)


def hand_over(path: Path, log_folder: Path, seconds: float) -> bool:
    """Put the new index in place, or have the running server do it; False: it has not within that time. Blocking.

    Raises StorageError.
    """
    try:
        lock = files.lock(log_folder / "lock")
    except StorageError:  # a server has the log, and with it the index
        return _wait_until_taken(path, seconds)
    try:
        put_in_place(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be replaced: {error.strerror}.") from error
    finally:
        os.close(lock)
    return True


def _wait_until_taken(path: Path, seconds: float) -> bool:
    """Wait for a running server to take the new index; tell whether it did. Blocking."""
    end = time.monotonic() + seconds
    while next_of(path).exists():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_S)
    return True


def _build(reader: Reader, building: Path, tell: Callable[[Progress], None]) -> Progress:
    total = sum(one.bytes for one in reader.segments())
    chunks = read = unreadable = 0
    connection = open_for_writing(building)
    try:
        # Nobody reads it and nothing needs to survive: what is interrupted is made again.
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -65536")
        fold = Fold(connection)
        fold.packs_at_once = True
        records = reader.scan()
        position = START
        while batch := [Entry(*found, None) for found in islice(records, BATCH)]:
            position = batch[-1].position.end
            unreadable += len(batch)
            connection.execute("BEGIN")
            with without_collector():
                for arrivals in read_batch(batch):
                    chunks += fold.add(arrivals)
                    unreadable -= len(arrivals.parts)
                    if fold.packer.waiting >= FLUSH_FACTS:
                        fold.packer.flush()
            connection.execute("COMMIT")
            read += sum(entry.position.length for entry in batch)
            tell(Progress(chunks, read, total, unreadable))
        connection.execute("BEGIN")
        fold.packer.flush()
        place = (position.segment, position.offset)
        connection.execute("UPDATE cursor SET segment = ?, offset = ?", place)
        fold.make_view_days(_ALL_DAYS)
        connection.execute("COMMIT")
    finally:
        connection.close()
    return Progress(chunks, read, total, unreadable)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep others from making the index anew, or erasing, at the same time. Raises StorageError when somebody does."""
    path = path.with_name(f"{path.stem}.building.lock")
    try:
        lock = files.lock(path)
    except StorageError as error:
        raise StorageError(
            "A footfall reindex, or an erasure, is at work in this folder; try again when it is done."
        ) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)
