"""The one thread that writes segments, by group commit.

Whatever waits when the disk is free is written at once and made durable by one fsync, so groups grow with
the load by themselves, and nobody waits for company when the disk is idle. Nothing is acknowledged before its
fsync has returned. What a failure means for the segment is appender.py's to say.
"""

import asyncio
import logging
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import Final, NamedTuple

from footfall.errors import StorageError
from footfall.log.appender import Appender
from footfall.log.format import (
    HEAD_BYTES,
    HEADER_BYTES,
    MAX_PAYLOAD_BYTES,
    Payload,
    Position,
    Record,
    head_of,
)
from footfall.log.tail import Companion, Entry, Tail

GROUP_BYTES: Final = 8 * 1024 * 1024
"""The most that one commit writes; bounds its memory and how far a segment overshoots its size."""

_STOPPED: Final = "The log has stopped; start Footfall again."

_log = logging.getLogger("footfall.log")


class Overloaded(StorageError):  # noqa: N818 # a state of the log, not a fault of it
    """More waits to be written than memory should hold; the sender keeps its chunk and tries again."""


class Waiting(NamedTuple):
    """A record, its payload, and the future that is told where it went, on its loop if it has one."""

    payload: Payload
    size: int  # the payload's bytes
    record: Record
    companion: Companion | None
    future: "asyncio.Future[Position] | Future[Position]"
    loop: asyncio.AbstractEventLoop | None


class Limits(NamedTuple):
    """What a segment may weigh before it is closed, and what may wait in memory."""

    segment_bytes: int
    max_queued_bytes: int


class Writer:
    """Appends payloads to the segments of a folder whose lock the caller holds."""

    def __init__(
        self,
        folder: Path,
        ends: dict[int, int],
        tail: Tail,
        limits: Limits,
        resumed: Appender | None,
    ) -> None:
        """Go on in `resumed` or a new segment. `ends`: durable bytes by segment, which others only read.

        `tail` gets what follows.
        """
        self._folder = folder
        self._ends = ends
        self._tail = tail
        self._segment_bytes = limits.segment_bytes
        self._max_queued_bytes = limits.max_queued_bytes
        self._next_segment = max(ends, default=0) + 1
        self._open = resumed
        self._rolls: list[Future[None]] = []
        self._queue: deque[Waiting] = deque()
        self._queued_bytes = 0
        self._closing = False
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._thread = threading.Thread(target=self._run, name="footfall-log", daemon=True)
        self.commits = 0
        self._thread.start()

    def put(self, waiting: Waiting) -> None:
        """Queue a payload; `wake` follows. Raises Overloaded, StorageError when closed, ValueError when too long."""
        if waiting.size > MAX_PAYLOAD_BYTES:
            raise ValueError(f"a record has at most {MAX_PAYLOAD_BYTES} bytes")
        with self._lock:
            if self._closing:
                raise StorageError("The log is closed.")
            if self._queued_bytes + waiting.size > self._max_queued_bytes:
                raise Overloaded("More is waiting to be written than fits into memory.")
            self._queue.append(waiting)
            self._queued_bytes += waiting.size

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
            self._open.close(seal=False)  # the next start goes on in it
            self._open = None

    def roll(self) -> None:
        """Close the open segment with a footer; what is appended next begins a new one. Blocking."""
        rolled: Future[None] = Future()
        with self._wake:
            if self._closing:
                raise StorageError("The log is closed.")
            self._rolls.append(rolled)
            self._wake.notify()
        rolled.result()

    @property
    def open_segment(self) -> int:
        """The number of the segment that is being appended to; 0: none."""
        current = self._open
        return current.segment if current is not None else 0

    def _run(self) -> None:
        try:
            while self._take_turn():
                pass
        finally:
            # Whatever ends this thread, nobody may wait for it for ever.
            with self._wake:
                self._closing = True
                left, self._queue = list(self._queue), deque()
                rolls, self._rolls = self._rolls, []
            stopped = StorageError(_STOPPED)
            _tell(left, stopped)
            for one in rolls:
                one.set_exception(stopped)

    def _take_turn(self) -> bool:
        """Do what there is to do, once; False: the log closes and all is written."""
        with self._wake:
            while not (self._queue or self._rolls or self._closing):
                self._wake.wait()
            group, rolls = self._take(), list(self._rolls)
            self._rolls.clear()
        if group:
            self._write(group)
        if rolls:
            self._roll()
            for one in rolls:
                one.set_result(None)
        return bool(group or rolls)

    def _take(self) -> list[Waiting]:
        """Return what waits, up to GROUP_BYTES."""
        group: list[Waiting] = []
        size = 0
        while self._queue and size < GROUP_BYTES:
            group.append(self._queue.popleft())
            size += group[-1].size
        return group

    def _write(self, group: list[Waiting]) -> None:
        """Commit the group and tell those who wait what came of it."""
        outcome: list[Position] | StorageError = StorageError(_STOPPED)
        try:
            outcome = self._commit(group)
        except (OSError, MemoryError) as error:
            self._drop_unsound()
            reason = error.strerror if isinstance(error, OSError) else "out of memory"
            _log.error("append failed: %s", reason)
            outcome = StorageError(f"{self._folder} cannot be written: {reason}.")
        finally:
            with self._wake:  # before anybody is told: who hears of it may append again
                self._queued_bytes -= sum(waiting.size for waiting in group)
            _tell(group, outcome)

    def _commit(self, group: list[Waiting]) -> list[Position]:
        """Write the group and return its positions once they are durable. Raises OSError."""
        current = self._segment()
        offset = current.size
        parts: list[bytes] = []
        positions: list[Position] = []
        for waiting in group:
            length = HEAD_BYTES + waiting.size
            parts.append(head_of(waiting.payload, current.salt, offset))
            parts += waiting.payload
            positions.append(Position(current.segment, offset, length))
            offset += length
        current.append(parts, offset)
        entries = []
        for position, waiting in zip(positions, group, strict=True):
            current.list(waiting.record, position.offset, position.length)
            entries.append(Entry(position, waiting.record, waiting.companion))
        self._ends[current.segment] = offset
        self._tail.add(entries)
        self.commits += 1
        return positions

    def _segment(self) -> Appender:
        """Return the segment to append to, a new one when there is none or it is full. Raises OSError."""
        if self._open is not None and self._open.size >= self._segment_bytes:
            self._roll()
        if self._open is None:
            self._open = self._create()
        return self._open

    def _roll(self) -> None:
        if self._open is not None:
            self._open.close(seal=True)
            self._open = None

    def _create(self) -> Appender:
        while True:
            segment = self._next_segment
            try:
                created = Appender.create(self._folder, segment)
            except FileExistsError:
                # What could not be removed after an earlier failure; it holds nothing acknowledged.
                self._next_segment += 1
                continue
            self._next_segment += 1
            self._ends[segment] = HEADER_BYTES
            return created

    def _drop_unsound(self) -> None:
        failed = self._open
        if failed is None or failed.is_sound:
            return
        self._open = None
        if failed.abandon():
            self._ends.pop(failed.segment)


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
