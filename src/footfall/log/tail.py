"""The newest records in memory, for the one reader that follows the log closely.

What ingest has read in a chunk goes along, so that the index need not read the disk, check the checksum and
decode all over again. It is a short cut and nothing more: whoever is too far behind reads the segments.
"""

import threading
from collections import deque
from typing import Final, NamedTuple, Protocol

from footfall.log.format import Position, Record

TAIL_BYTES: Final = 32 * 1024 * 1024
"""What the tail may weigh before its oldest records are left to the disk."""


class Companion(Protocol):
    """What may go along with a record; the log does not look into it."""

    @property
    def weight(self) -> int:
        """What it may take in memory, in bytes."""


class Entry(NamedTuple):
    """A durable record, and what its sender gave along; then the record's chunk is b""."""

    position: Position
    record: Record
    companion: Companion | None


class Tail:
    """Entries in the order of the log, without a gap, from some position on. The writer adds, one reader takes."""

    def __init__(self, begin: Position, max_bytes: int = TAIL_BYTES) -> None:
        """Begin empty: `begin` is where the log ends now."""
        self._begin = begin
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: deque[Entry] = deque()
        self._lock = threading.Lock()

    def add(self, entries: list[Entry]) -> None:
        """Add what has become durable; forget the oldest when it is too much."""
        with self._lock:
            self._entries.extend(entries)
            self._bytes += sum(map(_weight, entries))
            while self._bytes > self._max_bytes:
                self._forget()

    def take(self, start: Position) -> list[Entry] | None:
        """Return all entries from `start` on and forget them; None: some of them are no longer here."""
        with self._lock:
            while self._entries and self._entries[0].position < start:
                self._forget()
            if start < self._begin:
                return None
            taken = list(self._entries)
            if taken:
                self._begin = taken[-1].position.end
            self._entries.clear()
            self._bytes = 0
            return taken

    def clear(self) -> None:
        """Forget everything: what comes next is on the disk alone, where it may have been erased."""
        with self._lock:
            while self._entries:
                self._forget()

    def _forget(self) -> None:
        oldest = self._entries.popleft()
        self._begin = oldest.position.end
        self._bytes -= _weight(oldest)


def _weight(entry: Entry) -> int:
    return entry.companion.weight if entry.companion is not None else entry.position.length
