"""The log as the rest of the server sees it: append, read, scan."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Final

from footfall.errors import CorruptError, StorageError
from footfall.log import files
from footfall.log.format import (
    HEADER_BYTES,
    START,
    Damage,
    Position,
    Record,
    pack_record,
    parse,
    read_salt,
    unpack_record,
)
from footfall.log.segments import list_segments, path_of, read_segment, recover
from footfall.log.tail import Companion, Entry, Tail
from footfall.log.writer import Waiting, Writer

SEGMENT_BYTES: Final = 64 * 1024 * 1024
MAX_QUEUED_BYTES: Final = 64 * 1024 * 1024

_log = logging.getLogger("footfall.log")


class _Durable(asyncio.Future[Position]):
    """What is on its way to the disk cannot be called back. This costs less than a shield around each wait."""

    def cancel(self, msg: object = None) -> bool:  # as asyncio calls it
        """Refuse; a task that waits here is cancelled as soon as this is resolved."""
        return False


class Log:
    """The segments of one folder, owned by this process. All methods but `append` may block."""

    def __init__(
        self,
        path: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        max_queued_bytes: int = MAX_QUEUED_BYTES,
    ) -> None:
        """Take the folder's lock, recover the newest segment, start the writer. Raises StorageError."""
        self._path = path
        self._waking: set[asyncio.AbstractEventLoop] = set()
        self.cut_bytes = 0
        """Bytes of an interrupted write that recovery cut off."""
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            files.sync_folder(path.parent)
            self._lock = files.lock(path / "lock")
            try:
                self._ends = self._recover()
                self._tail = Tail(self.end)
                self._writer = Writer(path, self._ends, self._tail, segment_bytes, max_queued_bytes)
            except BaseException:
                os.close(self._lock)
                raise
        except OSError as error:
            raise StorageError(f"{path} cannot be used: {error.strerror}.") from error

    def append(
        self, record: Record, companion: Companion | None = None
    ) -> "asyncio.Future[Position]":
        """Queue a record; the future resolves on the running loop once it is durable, or fails with StorageError.

        `companion` is what the caller knows of the chunk, for whoever follows the log; with one, the chunk itself
        is not kept in memory. Cancelling the future, or who waits for it, changes nothing before it is resolved.
        Raises Overloaded at once when too much waits.
        """
        loop = asyncio.get_running_loop()
        future = _Durable(loop=loop)
        payload = pack_record(record)
        if companion is not None:
            record = record._replace(chunk=b"")
        self._writer.put(Waiting(payload, record, companion, future, loop))
        if loop not in self._waking:
            # Once for all that the loop appends before it turns round: one group, one change of thread.
            self._waking.add(loop)
            loop.call_soon(self._wake, loop)
        return future

    def append_and_wait(self, record: Record) -> Position:
        """Append from a thread without an event loop; returns when it is durable. Raises StorageError."""
        future: Future[Position] = Future()
        self._writer.put(Waiting(pack_record(record), record, None, future, None))
        self._writer.wake()
        return future.result()

    def read(self, position: Position) -> Record:
        """Return the record at a position. Raises CorruptError when it is damaged, StorageError."""
        path = path_of(self._path, position.segment)
        try:
            with path.open("rb") as file:
                salt = read_salt(file.read(HEADER_BYTES))
                file.seek(position.offset)
                window = file.read(position.length)
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
        payload = parse(window, 0, salt, position.offset) if salt is not None else None
        if payload is None:
            raise CorruptError(f"The record at {position.offset} of {path} is damaged.")
        return unpack_record(payload)

    def scan(
        self, start: Position = START, on_damage: Callable[[Damage], None] | None = None
    ) -> Iterator[tuple[Position, Record]]:
        """Yield the durable records from a position on, in order; damaged stretches are told and skipped.

        Raises StorageError.
        """
        for segment, end in sorted(self._ends.items()):
            if segment < start.segment:
                continue
            first = start.offset if segment == start.segment else HEADER_BYTES
            for item in read_segment(self._path, segment, first, end):
                if isinstance(item, Damage):
                    _log.warning(
                        "damage in segment %d: %d bytes at %d", segment, item.length, item.offset
                    )
                    if on_damage is not None:
                        on_damage(item)
                else:
                    position = Position(segment, item.offset, item.end - item.offset)
                    yield position, unpack_record(item.payload)

    def follow(
        self, start: Position, on_damage: Callable[[Damage], None] | None = None
    ) -> Iterator[Entry]:
        """Yield what `scan` yields, from memory where it is still there; for one reader, who follows closely.

        What was given is forgotten: a reader that comes back to it is served from the disk. Raises StorageError.
        """
        recent = self._tail.take(start)
        if recent is not None:
            yield from recent
            return
        for position, record in self.scan(start, on_damage):
            yield Entry(position, record, None)

    @property
    def end(self) -> Position:
        """The place after the last durable record."""
        segment = max(tuple(self._ends), default=0)
        return Position(segment, self._ends.get(segment, 0), 0)

    @property
    def commits(self) -> int:
        """How often the writer has made a group durable."""
        return self._writer.commits

    def contains(self, position: Position) -> bool:
        """Tell whether an end of a record can be at this position; False: it belongs to another log."""
        if position == START:
            return True
        return position.offset <= self._ends.get(position.segment, -1)

    def close(self) -> None:
        """Write what waits, stop the writer, give the lock back. A second call does nothing."""
        self._writer.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        self._waking.discard(loop)
        self._writer.wake()

    def _recover(self) -> dict[int, int]:
        ends = list_segments(self._path)
        if ends:
            newest = max(ends)
            tail = recover(self._path, newest, ends[newest])
            ends[newest] = tail.size
            if tail.size == 0:
                del ends[newest]
            if tail.cut:
                self.cut_bytes = tail.cut
                _log.warning("cut %d bytes of an interrupted write", tail.cut)
        return ends
