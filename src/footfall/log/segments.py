"""The segment files of a folder: their names, opening them, and reading what is in them."""

import contextlib
import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from footfall.errors import CorruptError, StorageError
from footfall.log import files
from footfall.log.footer import (
    FOOTER_MARKER,
    TRAILER_BYTES,
    Contents,
    Trailer,
    is_whole,
    read_trailer,
)
from footfall.log.format import HEADER_BYTES, Damage, Found, read_salt, scan, unpack_record

_NAME: Final = re.compile(r"(\d{8})\.seg")
REWRITTEN: Final = ".rewrite"
"""The ending of a file that will take a segment's place; one that is left by a crash is nothing."""
_PAGE_BYTES: Final = 4096


@dataclass(frozen=True)
class SegmentFile:
    """A segment that is open for reading. `salt` is None when both copies of its header are damaged."""

    fd: int
    size: int
    salt: bytes | None

    def trailer(self) -> Trailer | None:
        """Return the trailer of a closed segment; None: it has none that is whole."""
        if self.salt is None or self.size < HEADER_BYTES + TRAILER_BYTES:
            return None
        tail = files.read_at(self.fd, TRAILER_BYTES, self.size - TRAILER_BYTES)
        return read_trailer(tail, self.salt, self.size)

    def table(self, trailer: Trailer) -> bytes | None:
        """Return the footer's table, or None when it is damaged."""
        table = files.read_at(self.fd, trailer.table_bytes, trailer.records_end)
        return table if is_whole(table, trailer, self.salt or b"") else None

    def scan(self, start: int, end: int) -> Iterator[Found | Damage]:
        """Yield the records between two offsets."""
        start = max(start, HEADER_BYTES)
        if self.salt is None:
            yield Damage(start, max(0, end - start), what="header")
            return
        for item in scan(self._read, self.salt, start, end):
            if isinstance(item, Damage) and item.offset + item.length == self.size:
                # A footer whose trailer is damaged too is met like this.
                is_footer = self._read(item.offset, len(FOOTER_MARKER)) == FOOTER_MARKER
                yield replace(item, what="footer") if is_footer else item
            else:
                yield item

    def _read(self, offset: int, size: int) -> bytes:
        try:
            return files.read_at(self.fd, size, offset)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
        # Somewhere in it the disk has lost a page: that one reads as zeros, and costs the records that lie there.
        size = min(size, self.size - offset)
        if size <= _PAGE_BYTES:
            return bytes(size)
        parts = range(offset, offset + size, _PAGE_BYTES)
        return b"".join(self._read(at, min(_PAGE_BYTES, offset + size - at)) for at in parts)


@dataclass(frozen=True)
class Recovered:
    """What recovery found in the newest segment."""

    size: int
    """Where its records end; 0: the file held nothing and is gone."""
    cut: int = 0
    """Bytes that were cut off: a write that a crash had interrupted."""
    contents: Contents | None = None
    """Its records, when writing can go on in it."""


def path_of(folder: Path, segment: int) -> Path:
    """Return the file of a segment."""
    return folder / f"{segment:08}.seg"


def list_segments(folder: Path) -> list[int]:
    """Return the numbers of the segments in order. Raises OSError."""
    matches = (_NAME.fullmatch(entry.name) for entry in folder.iterdir())
    return sorted(int(match[1]) for match in matches if match)


@contextlib.contextmanager
def opened(folder: Path, segment: int) -> Iterator[SegmentFile]:
    """Open a segment for reading. Raises StorageError, also for an OSError in the block."""
    path = path_of(folder, segment)
    try:
        fd = files.open_file(path)
        try:
            salt = read_salt(files.read_at(fd, HEADER_BYTES, 0))
            yield SegmentFile(fd, files.size_of(fd), salt)
        finally:
            files.close(fd)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from error


def records_end(folder: Path, segment: int) -> int:
    """Return where the records of a segment end: before its footer, or at the file's end. Raises StorageError."""
    with opened(folder, segment) as file:
        trailer = file.trailer()
        return trailer.records_end if trailer is not None else file.size


def read_segment(folder: Path, segment: int, start: int, end: int) -> Iterator[Found | Damage]:
    """Yield the records of a segment from offset `start` on. Raises StorageError."""
    with opened(folder, segment) as file:
        for item in file.scan(start, end):
            yield replace(item, segment=segment) if isinstance(item, Damage) else item


def recover(folder: Path, segment: int) -> Recovered:
    """Make the newest segment fit to be appended to: cut what follows its last whole record, sync the rest.

    A closed one is left as it is. A file without one whole header has never held an acknowledged record if it is
    shorter than a header (it is removed); a longer one is left for a person to look at. Raises OSError, StorageError.
    """
    path = path_of(folder, segment)
    with opened(folder, segment) as file:
        size, trailer = file.size, file.trailer()
        if trailer is not None:
            return Recovered(trailer.records_end)
        if size >= HEADER_BYTES and file.salt is None:
            return Recovered(size)
        end, contents = read_contents(file)
    if size < HEADER_BYTES:
        files.remove(path)
        files.sync_folder(folder)
        return Recovered(0, size)
    fd = files.open_file(path, writing=True)
    try:
        if end < size:
            files.cut(fd, end)
        files.sync(fd)
    finally:
        files.close(fd)
    return Recovered(end, size - end, contents)


def remove_leftovers(folder: Path) -> None:
    """Remove what a crash has left of rewriting. Raises OSError."""
    for path in folder.glob(f"*{REWRITTEN}"):
        files.remove(path)


def read_contents(file: SegmentFile) -> tuple[int, Contents]:
    """Return where the last whole record ends, and what a footer would say of all that are whole. Raises OSError."""
    end, contents = HEADER_BYTES, Contents()
    for item in file.scan(HEADER_BYTES, file.size):
        if isinstance(item, Found):
            end = item.end
            with contextlib.suppress(CorruptError):
                contents.add(unpack_record(item.payload), item.offset, item.end - item.offset)
    return end, contents
