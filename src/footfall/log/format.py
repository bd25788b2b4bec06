"""Segments as bytes: pure functions, no I/O. storage/README.md has the tables.

A record's checksum covers the segment's random salt, the record's offset and its length besides the payload.
So a record counts only where it was written: one that a visitor hid inside a chunk, hoping that a reader
looking for the next whole record after a damaged one would take it, does not. The same holds for gaps, which
stand where erased records stood, so that no other record had to move.
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
_GAP_MARKER: Final = b"\xf5FE\n"
_MARKERS_BEGIN: Final = b"\xf5F"
_HEAD: Final = struct.Struct("<4sII")
_PLACE: Final = struct.Struct("<QI")
_FIVE: Final = b"\x95"
"""An array of five, in msgpack."""

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
    session: str = ""  # its id, by which a segment's footer finds the record


@dataclass(frozen=True)
class Damage:
    """A stretch of a segment that cannot be read; `segment` is filled in by the log."""

    offset: int
    length: int
    segment: int = -1
    what: str = (
        "records"  # or "footer", whose loss costs only time, or "header", which costs the segment
    )


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


Payload = tuple[bytes, ...]
"""What a record keeps, in pieces: a chunk of 60 KB is not copied only to stand between its neighbours."""


def pack_record(record: Record) -> Payload:
    """Return a record's payload: the msgpack array of its fields."""
    project, received_at, agent, chunk, session = record
    before: bytes = msgpack.packb((project, received_at, agent))
    return _FIVE + before[1:] + _head_of_bin(len(chunk)), chunk, msgpack.packb(session)


def _head_of_bin(size: int) -> bytes:
    if size < 2**8:
        return b"\xc4" + size.to_bytes(1, "big")
    return b"\xc5" + size.to_bytes(2, "big") if size < 2**16 else b"\xc6" + size.to_bytes(4, "big")


def unpack_record(payload: bytes) -> Record:
    """Return the record of a payload whose checksum was right. Raises CorruptError."""
    try:
        return Record(*msgpack.unpackb(payload))
    except (ValueError, TypeError) as error:
        raise CorruptError("A record with a right checksum is not a record.") from error


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


def head_of(payload: Payload, salt: bytes, offset: int) -> bytes:
    """Return the HEAD_BYTES before the payload of a record that will stand at `offset`."""
    size = sum(map(len, payload))
    if not 0 < size <= MAX_PAYLOAD_BYTES:
        raise ValueError(f"a payload has 1 to {MAX_PAYLOAD_BYTES} bytes")
    return _HEAD.pack(_MARKER, size, _checksum(payload, size, salt, offset))


def frame(payload: bytes, salt: bytes, offset: int) -> bytes:
    """Return the bytes of a record that will stand at `offset`."""
    return head_of((payload,), salt, offset) + payload


def parse(window: bytes, at: int, salt: bytes, offset: int) -> bytes | None:
    """Return the payload of the record at window[at:], which stands at `offset` in its segment, if it is whole."""
    if len(window) < at + HEAD_BYTES:
        return None
    marker, length, checksum = _HEAD.unpack_from(window, at)
    if marker != _MARKER or not 0 < length <= MAX_PAYLOAD_BYTES:
        return None
    payload = window[at + HEAD_BYTES : at + HEAD_BYTES + length]
    if len(payload) != length or checksum != _checksum((payload,), length, salt, offset):
        return None
    return payload


def pack_gap(length: int, salt: bytes, offset: int) -> bytes:
    """Return the head of a gap of `length` bytes, head included, at `offset`; what follows it counts as nothing."""
    if length < HEAD_BYTES:
        return bytes(length)  # told as damage, which it was: no record is as short
    rest = length - HEAD_BYTES
    return _HEAD.pack(_GAP_MARKER, rest, _gap_checksum(rest, salt, offset))


def _gap(window: bytes, at: int, salt: bytes, offset: int) -> int:
    """Return the length of the gap at window[at:], its head included; 0: there is none."""
    if len(window) < at + HEAD_BYTES:
        return 0
    marker, rest, checksum = _HEAD.unpack_from(window, at)
    is_gap = marker == _GAP_MARKER and checksum == _gap_checksum(rest, salt, offset)
    return HEAD_BYTES + rest if is_gap else 0


def scan(
    read: Callable[[int, int], bytes], salt: bytes, start: int, end: int
) -> Iterator[Found | Damage]:
    """Yield what lies between two offsets, in order; `read(offset, size)` returns up to that many bytes.

    After damage the next whole record or gap is looked for by its marker, so damage costs only what it hit.
    """
    at, broken = start, -1
    base, window = start, b""
    while at < end:
        if base + len(window) < min(end, at + HEAD_BYTES + MAX_PAYLOAD_BYTES):
            base, window = at, read(at, min(WINDOW_BYTES, end - at))
            if not window:
                break
        payload = parse(window, at - base, salt, at)
        gap = 0 if payload is not None else _gap(window, at - base, salt, at)
        if payload is None and not gap:
            broken = at if broken < 0 else broken
            at = _next_candidate(window, base, at)
            continue
        if broken >= 0:
            yield Damage(broken, at - broken)
            broken = -1
        if payload is not None:
            yield Found(at, payload)
        at += gap or HEAD_BYTES + len(payload or b"")
    if broken >= 0:
        yield Damage(broken, end - broken)


def _next_candidate(window: bytes, base: int, at: int) -> int:
    place = window.find(_MARKERS_BEGIN, at - base + 1)
    if place >= 0:
        return base + place
    # A marker may stand across the window's edge.
    return max(at + 1, base + len(window) - len(_MARKERS_BEGIN) + 1)


def _checksum(payload: Payload, size: int, salt: bytes, offset: int) -> int:
    checksum = crc32(_PLACE.pack(offset, size), crc32(salt))
    for part in payload:
        checksum = crc32(part, checksum)
    return checksum


def _gap_checksum(rest: int, salt: bytes, offset: int) -> int:
    return crc32(_PLACE.pack(offset, rest), crc32(salt, crc32(_GAP_MARKER)))
