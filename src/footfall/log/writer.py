"""The one thread that writes segments, by group commit.

Whatever waits when the disk is free is written at once and made durable by one fsync, so groups grow with
the load by themselves. Nothing is acknowledged before its fsync has returned. After a failed write or fsync
the segment is cut back to its last durable record and never appended to again: a later fsync of that file
could succeed and still have lost what the failed one was for.
"""

import asyncio
import logging
import os
import secrets
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from footfall.errors import StorageError
from footfall.log import files
from footfall.log.format import (
    HEADER_BYTES,
    SALT_BYTES,
    Position,
    Record,
    frame,
    pack_header,
    read_salt,
)
from footfall.log.segments import path_of
from footfall.log.tail import Companion, Entry, Tail

if TYPE_CHECKING:
    from concurrent.futures import Future

GROUP_BYTES: Final = 8 * 1024 * 1024
"""The most that one commit writes; bounds its memory and how far a segment overshoots its size."""

_log = logging.getLogger("footfall.log")


class Overloaded(StorageError):  # noqa: N818 # a state of the log, not a fault of it
    """More waits to be written than memory should hold; the sender keeps its chunk and tries again."""


class Waiting(NamedTuple):
    """A record, its payload, and the future that is told where it went, on its loop if it has one."""

    payload: bytes
    record: Record
    companion: Companion | None
    future: "asyncio.Future[Position] | Future[Position]"
    loop: asyncio.AbstractEventLoop | None


@dataclass
class _Open:
    """The segment being appended to; `size` counts what is durable."""

    segment: int
    fd: int
    size: int
    salt: bytes


class Writer:
    """Appends payloads to the segments of a folder whose lock the caller holds."""

    def __init__(
        self,
        folder: Path,
        ends: dict[int, int],
        tail: Tail,
        segment_bytes: int,
        max_queued_bytes: int,
    ) -> None:
        """Go on where `ends` stops: durable bytes by segment, which others only read. `tail` gets what follows."""
        self._folder = folder
        self._ends = ends
        self._tail = tail
        self._segment_bytes = segment_bytes
        self._max_queued_bytes = max_queued_bytes
        self._next_segment = max(ends, default=0) + 1
        self._open: _Open | None = None
        self._queue: deque[Waiting] = deque()
        self._queued_bytes = 0
        self._closing = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="footfall-log", daemon=True)
        self.commits = 0
        self._reopen()
        self._thread.start()

    def put(self, waiting: Waiting) -> None:
        """Queue a payload; `wake` follows. Raises Overloaded, StorageError when closed."""
        with self._wake:
            if self._closing:
                raise StorageError("The log is closed.")
            if self._queued_bytes + len(waiting.payload) > self._max_queued_bytes:
                raise Overloaded("More is waiting to be written than fits into memory.")
            self._queue.append(waiting)
            self._queued_bytes += len(waiting.payload)

    def wake(self) -> None:
        """Have what was put written, if the writer sleeps."""
        with self._wake:
            self._wake.notify()

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        if self._open is not None:
            os.close(self._open.fd)
            self._open = None

    def _reopen(self) -> None:
        """Go on in the newest segment if it is sound and has room."""
        segment = self._next_segment - 1
        size = self._ends.get(segment, 0)
        if not HEADER_BYTES <= size < self._segment_bytes:
            return
        fd = os.open(path_of(self._folder, segment), os.O_RDWR | os.O_CLOEXEC)
        salt = read_salt(os.pread(fd, HEADER_BYTES, 0))
        if salt is None:
            os.close(fd)
            return
        os.lseek(fd, size, os.SEEK_SET)
        self._open = _Open(segment, fd, size, salt)

    def _run(self) -> None:
        while group := self._take():
            outcome: list[Position] | StorageError
            try:
                outcome = self._commit(group)
            except OSError as error:
                self._abandon()
                _log.error("append failed: %s", error)
                outcome = StorageError(f"{self._folder} cannot be written: {error.strerror}.")
            with self._wake:  # before anybody is told: who hears of it may append again
                self._queued_bytes -= sum(len(waiting.payload) for waiting in group)
            _tell(group, outcome)

    def _take(self) -> list[Waiting]:
        """Return what waits, up to GROUP_BYTES; empty only when the log closes."""
        with self._wake:
            while not self._queue and not self._closing:
                self._wake.wait()
            group: list[Waiting] = []
            size = 0
            while self._queue and size < GROUP_BYTES:
                group.append(self._queue.popleft())
                size += len(group[-1].payload)
            return group

    def _commit(self, group: list[Waiting]) -> list[Position]:
        """Write the group and return its positions once they are durable. Raises OSError."""
        current = self._segment()
        offset = current.size
        frames: list[bytes] = []
        positions: list[Position] = []
        for waiting in group:
            frames.append(frame(waiting.payload, current.salt, offset))
            positions.append(Position(current.segment, offset, len(frames[-1])))
            offset += len(frames[-1])
        files.write_all(current.fd, b"".join(frames))
        files.sync(current.fd)
        current.size = offset
        self._ends[current.segment] = offset
        self._tail.add(
            [
                Entry(position, waiting.record, waiting.companion)
                for position, waiting in zip(positions, group, strict=True)
            ]
        )
        self.commits += 1
        return positions

    def _segment(self) -> _Open:
        """Return the segment to append to, a new one when there is none or it is full. Raises OSError."""
        if self._open is not None and self._open.size >= self._segment_bytes:
            os.close(self._open.fd)
            self._open = None
        if self._open is None:
            self._open = self._create()
        return self._open

    def _create(self) -> _Open:
        segment, salt = self._next_segment, secrets.token_bytes(SALT_BYTES)
        path = path_of(self._folder, segment)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            files.write_all(fd, pack_header(salt))
            files.sync(fd)
            files.sync_folder(self._folder)
        except OSError:
            os.close(fd)
            path.unlink(missing_ok=True)
            raise
        self._next_segment += 1
        self._ends[segment] = HEADER_BYTES
        return _Open(segment, fd, HEADER_BYTES, salt)

    def _abandon(self) -> None:
        """Never append to the open segment again; leave in it only what is durable."""
        failed, self._open = self._open, None
        if failed is None:
            return
        try:
            os.ftruncate(failed.fd, failed.size)
            if (
                failed.size == HEADER_BYTES
            ):  # else every try on a full disk would leave an empty one
                path_of(self._folder, failed.segment).unlink()
                self._ends.pop(failed.segment)
        except OSError as error:
            # What is left behind was never acknowledged; readers stop at the durable end.
            _log.warning("segment %d keeps an unfinished tail: %s", failed.segment, error)
        finally:
            os.close(failed.fd)


def _tell(group: list[Waiting], outcome: list[Position] | StorageError) -> None:
    """Resolve the futures of a group, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[int]] = {}
    for number, waiting in enumerate(group):
        by_loop.setdefault(waiting.loop, []).append(number)
    for loop, numbers in by_loop.items():
        if loop is None:
            _resolve(group, numbers, outcome)
        else:
            try:
                loop.call_soon_threadsafe(_resolve, group, numbers, outcome)
            except RuntimeError:  # the loop is closed: nobody waits any more
                _log.debug("an event loop ended before its appends did")


def _resolve(
    group: list[Waiting], numbers: list[int], outcome: list[Position] | StorageError
) -> None:
    for number in numbers:
        future = group[number].future
        if future.done():
            continue
        if isinstance(outcome, StorageError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome[number])
