"""The footer of a closed segment: where each session's records lie, found without any index. Pure, no I/O.

A table of (key, offset, length) sorted by key stands between the last record and a trailer of fixed size at the
file's end. The key is a digest of project and session. storage/README.md has the bytes.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final
from zlib import crc32

from footfall.log.format import Record

FOOTER_MARKER: Final = b"\xf5FI\n"
_MAGIC: Final = b"\x89FFEND\r\n"
_ENTRY: Final = struct.Struct("<16sII")
_KEY_BYTES: Final = 16
_TRAILER: Final = struct.Struct("<QIqqII8s")
_CRC_AT: Final = _TRAILER.size - 12
TRAILER_BYTES: Final = _TRAILER.size


@dataclass(frozen=True)
class Trailer:
    """What the last bytes of a closed segment say."""

    records_end: int
    """Where the records end and the footer begins."""
    records: int
    first_received: int  # ms since 1970; both are 0 when there is no record
    last_received: int
    table_checksum: int

    @property
    def table_bytes(self) -> int:
        """The size of the table, its marker included."""
        return len(FOOTER_MARKER) + self.records * _ENTRY.size


@dataclass
class Contents:
    """The records of a segment as its footer will list them."""

    entries: bytearray = field(default_factory=bytearray)
    first_received: int = 0
    last_received: int = 0

    def add(self, record: Record, offset: int, length: int) -> None:
        """Note a record at its place; `length` includes its head."""
        received = record.received_at
        self.first_received = min(self.first_received, received) if self.entries else received
        self.last_received = max(self.last_received, received) if self.entries else received
        self.entries += _ENTRY.pack(session_key(record.project, record.session), offset, length)


def session_key(project: str, session: str) -> bytes:
    """Return the 16 bytes that stand for a session in footers."""
    return blake2b(f"{project}\0{session}".encode(), digest_size=_KEY_BYTES).digest()


def pack_footer(contents: Contents, salt: bytes, offset: int) -> bytes:
    """Return the footer that will stand at `offset`."""
    raw, size = bytes(contents.entries), _ENTRY.size
    entries = sorted(raw[at : at + size] for at in range(0, len(raw), size))
    table = FOOTER_MARKER + b"".join(entries)
    first, last = contents.first_received, contents.last_received
    known = _TRAILER.pack(
        offset, len(entries), first, last, _table_checksum(table, salt, offset), 0, _MAGIC
    )[:_CRC_AT]
    return table + known + struct.pack("<I8s", crc32(known, crc32(salt)), _MAGIC)


def read_trailer(tail: bytes, salt: bytes, size: int) -> Trailer | None:
    """Return what the last TRAILER_BYTES of a file of `size` bytes say, or None when they are no whole trailer."""
    if len(tail) != TRAILER_BYTES:
        return None
    end, records, first, last, table_checksum, checksum, magic = _TRAILER.unpack(tail)
    if magic != _MAGIC or checksum != crc32(tail[:_CRC_AT], crc32(salt)):
        return None
    trailer = Trailer(end, records, first, last, table_checksum)
    return trailer if end + trailer.table_bytes + TRAILER_BYTES == size else None


def is_whole(table: bytes, trailer: Trailer, salt: bytes) -> bool:
    """Tell whether the table that a trailer speaks of is as it was written."""
    checksum = _table_checksum(table, salt, trailer.records_end)
    return len(table) == trailer.table_bytes and checksum == trailer.table_checksum


def find(table: bytes, key: bytes) -> Iterator[tuple[int, int]]:
    """Yield (offset, length) of a session's records from a whole table, in the order of the segment."""
    size, begin = _ENTRY.size, len(FOOTER_MARKER)
    count = (len(table) - begin) // size

    def key_at(number: int) -> bytes:
        at = begin + number * size
        return table[at : at + _KEY_BYTES]

    places = []
    number = bisect_left(range(count), key, key=key_at)
    while number < count and key_at(number) == key:
        _, offset, length = _ENTRY.unpack_from(table, begin + number * size)
        places.append((offset, length))
        number += 1
    yield from sorted(places)


def keys_in(table: bytes) -> set[bytes]:
    """Return the keys of all sessions that a whole table lists."""
    size, begin = _ENTRY.size, len(FOOTER_MARKER)
    return {table[at : at + _KEY_BYTES] for at in range(begin, len(table), size)}


def _table_checksum(table: bytes, salt: bytes, offset: int) -> int:
    return crc32(table, crc32(struct.pack("<Q", offset), crc32(salt)))
