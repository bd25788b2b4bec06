"""Reading the records of a folder: at a position, in order, or those of one session."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from footfall.errors import CorruptError, StorageError
from footfall.log import files, footer
from footfall.log.format import (
    HEADER_BYTES,
    START,
    Damage,
    Found,
    Position,
    Record,
    parse,
    unpack_record,
)
from footfall.log.segments import SegmentFile, list_segments, opened, path_of, records_end
from footfall.log.tail import Entry

_log = logging.getLogger("footfall.log")


@dataclass(frozen=True)
class SegmentInfo:
    """What a segment's footer tells of it at once; without a footer only its number and size are known."""

    segment: int
    bytes: int
    records: int | None = None
    first_received: int | None = None  # ms since 1970
    last_received: int | None = None


class Reader:
    """Reads what is durable. Holds nothing open, needs no lock, may be used by several threads at once."""

    def __init__(self, folder: Path, ends: dict[int, int]) -> None:
        """Read by `ends`, which tells where the records of each segment end; its owner may change it meanwhile."""
        self._path = folder
        self._ends = ends

    @classmethod
    def of_folder(cls, folder: Path) -> "Reader":
        """Return a reader of what is in a folder now, whoever owns it. Raises StorageError.

        The newest segment may end in records that their writer has not acknowledged yet, or in half a one.
        """
        try:
            numbers = list_segments(folder)
        except OSError as error:
            raise StorageError(f"{folder} cannot be read: {error.strerror}.") from error
        return cls(folder, {number: records_end(folder, number) for number in numbers})

    @property
    def folder(self) -> Path:
        """Where the segments lie."""
        return self._path

    @property
    def ends(self) -> dict[int, int]:
        """Where the durable records of each segment end."""
        return self._ends.copy()

    @property
    def end(self) -> Position:
        """The place after the last durable record."""
        ends = self._ends.copy()
        segment = max(ends, default=0)
        return Position(segment, ends.get(segment, 0), 0)

    def contains(self, position: Position) -> bool:
        """Tell whether an end of a record can be at this position; False: it belongs to another log.

        A position in a segment that has been dropped is one that can be gone on from.
        """
        ends = self._ends.copy()
        if position == START:
            return True
        if position.segment not in ends:
            return 0 < position.segment < max(ends, default=0)
        return position.offset <= ends[position.segment]

    def read(self, position: Position) -> Record:
        """Return the record at a position. Raises CorruptError when it is damaged, StorageError."""
        path = path_of(self._path, position.segment)
        with opened(self._path, position.segment) as file:
            window = files.read_at(file.fd, position.length, position.offset)
            payload = parse(window, 0, file.salt, position.offset) if file.salt else None
        if payload is None:
            raise CorruptError(f"The record at {position.offset} of {path} is damaged.")
        return unpack_record(payload)

    def scan(
        self, start: Position = START, on_damage: Callable[[Damage], None] | None = None
    ) -> Iterator[tuple[Position, Record]]:
        """Yield the durable records from a position on, in order; damaged stretches are told and skipped.

        Raises StorageError.
        """
        for segment in sorted(self._ends.copy()):
            if segment >= start.segment:
                first = start.offset if segment == start.segment else HEADER_BYTES
                yield from self._scan_segment(segment, first, on_damage)

    def follow(
        self, start: Position, on_damage: Callable[[Damage], None] | None = None
    ) -> Iterator[Entry]:
        """Yield what `scan` yields, as entries. Raises StorageError."""
        for position, record in self.scan(start, on_damage):
            yield Entry(position, record, None)

    def find(self, project: str, session: str) -> Iterator[Position]:
        """Yield where the records of a session lie, in order, by the segments' footers and without the index.

        A segment without a whole footer is scanned. Raises StorageError.
        """
        key = footer.session_key(project, session)
        for segment in sorted(self._ends.copy()):
            table = self._table(segment)
            if table is not None:
                for offset, length in footer.find(table, key):
                    yield Position(segment, offset, length)
                continue
            for position, record in self._scan_segment(segment, HEADER_BYTES, None):
                if (record.project, record.session) == (project, session):
                    yield position

    def segments_of(self, keys: set[bytes]) -> list[int]:
        """Return the segments that may hold records of sessions, by their `session_key`, in order.

        One without a whole footer may. One whose header is lost cannot be read by anybody and is left out.
        Raises StorageError.
        """
        found = []
        for segment in sorted(self._ends.copy()):
            if not self._is_there(segment):
                continue
            with opened(self._path, segment) as file:
                if file.salt is None:
                    _log.warning("segment %d cannot be read; what it held is not erased", segment)
                    continue
                trailer = file.trailer()
                table = file.table(trailer) if trailer is not None else None
            if table is None or not keys.isdisjoint(footer.keys_in(table)):
                found.append(segment)
        return found

    def segments(self) -> list[SegmentInfo]:
        """Return what is known of each segment without reading it, in order. Raises StorageError."""
        infos = []
        for segment in sorted(self._ends.copy()):
            if not self._is_there(segment):
                continue
            with opened(self._path, segment) as file:
                trailer, size = file.trailer(), file.size
            info = SegmentInfo(segment, size)
            if trailer is not None:
                first, last = trailer.first_received, trailer.last_received
                info = SegmentInfo(segment, size, trailer.records, first, last)
            infos.append(info)
        return infos

    def _table(self, segment: int) -> bytes | None:
        if not self._is_there(segment):
            return None
        with opened(self._path, segment) as file:
            trailer = file.trailer()
            return file.table(trailer) if trailer is not None else None

    def _scan_segment(
        self, segment: int, first: int, on_damage: Callable[[Damage], None] | None
    ) -> Iterator[tuple[Position, Record]]:
        end = self._ends.get(segment)
        if end is None or not self._is_there(segment):
            return  # dropped since it was listed
        with opened(self._path, segment) as file:
            for item in whole_records(file, segment, first, end):
                if not isinstance(item, Damage):
                    yield item
                    continue
                _log.warning("damage in segment %d: %s", segment, describe(item))
                if on_damage is not None:
                    on_damage(item)

    def _is_there(self, segment: int) -> bool:
        return path_of(self._path, segment).exists()


def whole_records(
    file: SegmentFile, segment: int, first: int, end: int
) -> Iterator[tuple[Position, Record] | Damage]:
    """Yield the records of an open segment, and what is damaged between them. Raises OSError."""
    for item in file.scan(first, end):
        if isinstance(item, Found):
            position = Position(segment, item.offset, item.end - item.offset)
            try:
                record = unpack_record(item.payload)
            except CorruptError:
                yield Damage(position.offset, position.length, segment)
            else:
                yield position, record
        else:
            yield replace(item, segment=segment)


def describe(damage: Damage) -> str:
    """Return one phrase on a damaged stretch, for people."""
    return f"{damage.length} bytes of {damage.what} at {damage.offset} cannot be read"
