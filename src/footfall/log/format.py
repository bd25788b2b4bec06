"""Segments as bytes: pure functions, no I/O. storage/README.md has the tables.

A record's checksum covers the segment's random salt, the record's offset and its length besides the payload.
So a record counts only where it was written: one that a visitor hid inside a chunk, hoping that a reader
looking for the next whole record after a damaged one would take it, does not.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple
from zlib import crc32

import msgpack
from xxhash import xxh3_128_digest

from footfall.errors import CorruptError

_MAGIC: Final = b"\x89FFSEG\r\n"
_VERSION: Final = 1
_HEADER: Final = struct.Struct("<8sI16sI")
_MARKER: Final = b"\xf5FR\n"
_HEAD: Final = struct.Struct("<4sII")
_PLACE: Final = struct.Struct("<QI")

SALT_BYTES: Final = 16
HEADER_BYTES: Final = 2 * _HEADER.size
"""The header stands twice, so that one damaged byte cannot cost the salt and with it the whole segment."""
HEAD_BYTES: Final = _HEAD.size
MAX_PAYLOAD_BYTES: Final = 128 * 1024
WINDOW_BYTES: Final = 4 * 1024 * 1024
"""What a reader holds in memory."""


class Position(NamedTuple):
    """Where a record lies: positions are ordered as the records were written."""

    segment: int
    offset: int
    length: int  # bytes of the whole record, its head included

    @property
    def end(self) -> "Position":
        """The place just after the record."""
        return Position(self.segment, self.offset + self.length, 0)


START: Final = Position(0, 0, 0)
"""Before everything."""


class Record(NamedTuple):
    """What one append keeps."""

    project: str
    received_at: int  # ms since 1970, by the server's clock
    agent: str  # coarse browser and system
    chunk: bytes  # the request's body as it came


@dataclass(frozen=True)
class Damage:
    """A stretch of a segment that holds no readable record; `segment` is filled in by the log."""

    offset: int
    length: int
    segment: int = -1


@dataclass(frozen=True)
class Found:
    """A whole record at `offset`."""

    offset: int
    payload: bytes

    @property
    def end(self) -> int:
        """The offset just after it."""
        return self.offset + HEAD_BYTES + len(self.payload)


def digest(chunk: bytes) -> bytes:
    """Return the 16 bytes by which a chunk sent again is known from another under the same name.

    Not against forgery: only who has the session's token may send under its names. So 4 µs for 60 KB, not 60.
    """
    return xxh3_128_digest(chunk)


def pack_record(record: Record) -> bytes:
    """Return a record's payload."""
    packed: bytes = msgpack.packb(record)
    return packed


def unpack_record(payload: bytes) -> Record:
    """Return the record of a payload whose checksum was right. Raises CorruptError."""
    try:
        project, received_at, agent, chunk = msgpack.unpackb(payload)
    except (ValueError, TypeError) as error:
        raise CorruptError("A record with a right checksum is not a record.") from error
    return Record(project, received_at, agent, chunk)


def pack_header(salt: bytes) -> bytes:
    """Return the header of a segment."""
    body = _HEADER.pack(_MAGIC, _VERSION, salt, 0)[:-4]
    return 2 * (body + struct.pack("<I", crc32(body)))


def read_salt(header: bytes) -> bytes | None:
    """Return the salt of a segment from its first HEADER_BYTES, or None when neither copy is whole."""
    for at in (0, _HEADER.size):
        copy = header[at : at + _HEADER.size]
        if len(copy) == _HEADER.size:
            magic, version, salt, checksum = _HEADER.unpack(copy)
            if magic == _MAGIC and version == _VERSION and checksum == crc32(copy[:-4]):
                return bytes(salt)
    return None


def frame(payload: bytes, salt: bytes, offset: int) -> bytes:
    """Return the bytes of a record that will stand at `offset`."""
    if not 0 < len(payload) <= MAX_PAYLOAD_BYTES:
        raise ValueError(f"a payload has 1 to {MAX_PAYLOAD_BYTES} bytes")
    return _HEAD.pack(_MARKER, len(payload), _checksum(payload, salt, offset)) + payload


def parse(window: bytes, at: int, salt: bytes, offset: int) -> bytes | None:
    """Return the payload of the record at window[at:], which stands at `offset` in its segment, if it is whole."""
    if len(window) < at + HEAD_BYTES:
        return None
    marker, length, checksum = _HEAD.unpack_from(window, at)
    if marker != _MARKER or not 0 < length <= MAX_PAYLOAD_BYTES:
        return None
    payload = window[at + HEAD_BYTES : at + HEAD_BYTES + length]
    if len(payload) != length or checksum != _checksum(payload, salt, offset):
        return None
    return payload


def scan(
    read: Callable[[int, int], bytes], salt: bytes, start: int, end: int
) -> Iterator[Found | Damage]:
    """Yield what lies between two offsets, in order; `read(offset, size)` returns up to that many bytes.

    After damage the next whole record is looked for by its marker, so damage costs only what it hit.
    """
    at, broken = start, -1
    base, window = start, b""
    while at < end:
        if base + len(window) < min(end, at + HEAD_BYTES + MAX_PAYLOAD_BYTES):
            base, window = at, read(at, min(WINDOW_BYTES, end - at))
            if not window:
                break
        payload = parse(window, at - base, salt, at)
        if payload is not None:
            if broken >= 0:
                yield Damage(broken, at - broken)
                broken = -1
            found = Found(at, payload)
            yield found
            at = found.end
            continue
        if broken < 0:
            broken = at
        at = _next_candidate(window, base, at)
    if broken >= 0:
        yield Damage(broken, end - broken)


def _next_candidate(window: bytes, base: int, at: int) -> int:
    place = window.find(_MARKER, at - base + 1)
    if place >= 0:
        return base + place
    # A marker may stand across the window's edge.
    return max(at + 1, base + len(window) - len(_MARKER) + 1)


def _checksum(payload: bytes, salt: bytes, offset: int) -> int:
    return crc32(payload, crc32(_PLACE.pack(offset, len(payload)), crc32(salt)))
