"""What is fuzzed: each target takes any bytes and raises only where Footfall is wrong."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from footfall.assets import sniff
from footfall.assets.vault import check_type
from footfall.errors import CorruptError, WireError
from footfall.index.arrivals import read_batch
from footfall.index.packs.decode import tables
from footfall.index.packs.kinds import KINDS
from footfall.index.packs.names import Names
from footfall.index.packs.stream import Fresh, streams
from footfall.ingest.address import network_of
from footfall.log import START, Entry, footer
from footfall.log import format as log_format
from footfall.log.format import Damage, Found, Record
from footfall.wire import codec, schema

_SALT: Final = bytes(range(log_format.SALT_BYTES))


def chunk(data: bytes) -> None:
    """A request's body: a chunk that is read says the same when it is written and read again."""
    with suppress(WireError):
        header = codec.decode_chunk(data)
        assert codec.decode_chunk(codec.encode_chunk(header)) == header
        codec.decode_facts(codec.inflate(header.facts, header.facts_encoding, 100_000))


def stored_chunk(data: bytes) -> None:
    """What the index makes of a stored chunk: one part, or none."""
    record = Record("p", 1_700_000_000_000, "", data)
    assert sum(len(one.parts) for one in read_batch([Entry(START, record, None)])) <= 1


def facts(data: bytes) -> None:
    """A facts part: written anew it is the same, and the packs hold each fact of it."""
    try:
        found = codec.decode_facts(data)
    except WireError:
        return
    assert codec.decode_facts(codec.encode_facts(found)) == found
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE names (id INTEGER PRIMARY KEY, project TEXT, text TEXT)")
    fresh = Fresh("p", "tab", 0, 1, "https://x/", 0, 2**50, 2**50, schema.PLAIN, data)
    names = Names(connection, "p", may_write=False)
    packed = [one for stream in streams([fresh]) for one in tables(stream, [1], lambda _: names)]
    rows = sum(len(table.days) for _, table in packed)
    connection.close()
    assert rows == sum(type(fact) in KINDS for fact in found)


def segment(data: bytes) -> None:
    """The bytes of a segment: what is found is in order, and a record is one that was written there."""
    log_format.read_salt(data)
    at = 0
    whole = log_format.frame(b"kept", _SALT, len(data))
    stream = data + whole
    for item in log_format.scan(lambda o, n: stream[o : o + n], _SALT, 0, len(stream)):
        assert item.offset >= at
        at = item.offset + (item.length if isinstance(item, Damage) else len(item.payload) + 12)
        if isinstance(item, Found) and item.payload == b"kept":
            return
    raise AssertionError("a whole record was not found behind damage")


def record(data: bytes) -> None:
    """The payload of a record whose checksum was right."""
    with suppress(CorruptError):
        log_format.unpack_record(data)


def segment_footer(data: bytes) -> None:
    """A segment's end."""
    trailer = footer.read_trailer(data[-footer.TRAILER_BYTES :], _SALT, len(data))
    if trailer is not None:
        footer.is_whole(data[: trailer.table_bytes], trailer, _SALT)
    list(footer.find(data, data[:16].ljust(16, b"\0")))
    footer.keys_in(data)


def asset(data: bytes) -> None:
    """A file that is uploaded."""
    sniff(data[:1024])
    with suppress(WireError):
        check_type(data)


def address(data: bytes) -> None:
    """An address in a proxy's header."""
    network_of(data.decode("utf-8", "replace"))


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    one.__name__: one
    for one in (chunk, stored_chunk, facts, segment, record, segment_footer, asset, address)
}
