"""The log as the rest of the server sees it: append, read, follow, erase."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Final

from footfall.errors import StorageError
from footfall.log import files
from footfall.log.appender import Appender, settle
from footfall.log.format import Damage, Position, Record, pack_record
from footfall.log.reader import Reader
from footfall.log.rewrite import Keep, Rewritten, rewrite_segment
from footfall.log.segments import list_segments, recover, remove_leftovers
from footfall.log.tail import TAIL_BYTES, Companion, Entry, Tail
from footfall.log.writer import Limits, Waiting, Writer

SEGMENT_BYTES: Final = 64 * 1024 * 1024
MAX_QUEUED_BYTES: Final = 64 * 1024 * 1024

_log = logging.getLogger("footfall.log")


class _Durable(asyncio.Future[Position]):
    """What is on its way to the disk cannot be called back. This costs less than a shield around each wait."""

    def cancel(self, msg: object = None) -> bool:  # as asyncio calls it
        """Refuse; a task that waits here is cancelled as soon as this is resolved."""
        return False


class Log(Reader):
    """The segments of one folder, owned by this process. All methods but `append` may block."""

    def __init__(
        self,
        path: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        max_queued_bytes: int = MAX_QUEUED_BYTES,
        tail_bytes: int = TAIL_BYTES,
    ) -> None:
        """Take the folder's lock, recover the newest segment, start the writer. Raises StorageError.

        `tail_bytes`: of the newest records, kept in memory for who follows; 0 where nobody does in this process.
        """
        super().__init__(path, {})
        self._waking: set[asyncio.AbstractEventLoop] = set()
        self._rewriting = threading.Lock()
        self.cut_bytes = 0
        """Bytes of an interrupted write that recovery cut off."""
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            files.sync_folder(path.parent)
            self._lock = files.lock(path / "lock")
            try:
                resumed = self._recover()
                self._tail = Tail(self.end, tail_bytes)
                limits = Limits(segment_bytes, max_queued_bytes)
                self._writer = Writer(path, self._ends, self._tail, limits, resumed)
            except BaseException:
                files.close(self._lock)
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
            project, received_at, agent, _, session = record
            record = Record(project, received_at, agent, b"", session)
        self._writer.put(Waiting(payload, sum(map(len, payload)), record, companion, future, loop))
        if loop not in self._waking:
            # Once for all that the loop appends before it turns round: one group, one change of thread.
            self._waking.add(loop)
            loop.call_soon(self._wake, loop)
        return future

    def append_and_wait(self, record: Record) -> Position:
        """Append from a thread without an event loop; returns when it is durable. Raises StorageError."""
        future: Future[Position] = Future()
        payload = pack_record(record)
        self._writer.put(Waiting(payload, sum(map(len, payload)), record, None, future, None))
        self._writer.wake()
        return future.result()

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
        yield from super().follow(start, on_damage)

    def rewrite(self, segment: int, keep: Keep) -> Rewritten:
        """Erase the records of a segment that `keep` refuses; return when they are off the disk.

        What is kept stays at its position. The segment that is being written is closed first. Whoever is reading
        it just now may still be given what is erased. Raises StorageError; then try again.
        """
        with self._rewriting:
            if segment == self._writer.open_segment:
                self._writer.roll()
            end = self._ends.get(segment)
            if end is None:
                return Rewritten()
            # The highest number stays in the folder, so that it is never given again.
            may_drop = segment < max(self._ends.copy())
            done = rewrite_segment(self._path, segment, end, keep, may_drop=may_drop)
            if may_drop and not done.kept:
                self._ends.pop(segment, None)
            if done.erased:
                self._tail.clear()
            return done

    @property
    def commits(self) -> int:
        """How often the writer has made a group durable."""
        return self._writer.commits

    def close(self) -> None:
        """Write what waits, stop the writer, give the lock back. A second call does nothing."""
        self._writer.close()
        if self._lock >= 0:
            files.close(self._lock)
            self._lock = -1

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        self._waking.discard(loop)
        self._writer.wake()

    def _recover(self) -> Appender | None:
        """Learn where each segment's records end; return the newest one if it can be gone on in."""
        remove_leftovers(self._path)
        *older, newest = list_segments(self._path) or [0]
        self._ends.update((segment, settle(self._path, segment)) for segment in older)
        if not newest:
            return None
        recovered = recover(self._path, newest)
        if recovered.cut:
            self.cut_bytes = recovered.cut
            _log.warning("cut %d bytes of an interrupted write", recovered.cut)
        if recovered.size:
            self._ends[newest] = recovered.size
        if recovered.contents is None:
            return None
        return Appender.resume(self._path, newest, recovered.size, recovered.contents)
