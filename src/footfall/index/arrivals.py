"""From entries of the log to what the fold adds."""

import logging
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from footfall.errors import WireError
from footfall.index.packs.stream import Stream, streams
from footfall.index.parts import Stored, fresh_of, parts_of
from footfall.index.reduce import Part
from footfall.log import Entry, digest
from footfall.wire import codec
from footfall.wire.reading import Reading
from footfall.wire.schema import Header

_log = logging.getLogger("footfall.index")


class Arrivals(NamedTuple):
    """Chunks that have been read; those of a project stand together, in the order of the log."""

    parts: list[Part]
    stream: Stream  # the same chunks in the same order


def read_batch(batch: list[Entry]) -> Iterator[Arrivals]:
    """Yield what the entries add: nearly always all at once, but never so much that it would fill the memory.

    What cannot be read is told in the log and left out.
    """
    stored = []
    for entry in batch:
        try:
            stored.append(_stored(entry))
        except WireError as error:
            # Ingest has read it before it was stored, so this is a change of ours or a forged log.
            _log.warning("the chunk at %s cannot be read: %s", tuple(entry.position), error)
    stored.sort(key=attrgetter("project"))
    for stream in streams([fresh_of(one) for one in stored]):
        yield Arrivals(parts_of(stream, [stored[place] for place in stream.places]), stream)


def _stored(entry: Entry) -> Stored:
    """Return a chunk without its frames. Raises WireError."""
    position, record, companion = entry
    chunk = record.chunk
    if isinstance(companion, Reading):
        header, its_digest, size = companion.header, companion.digest, companion.chunk_bytes
    else:
        header = Header._make((*codec.decode_chunk(chunk)[:-1], b""))
        its_digest, size = digest(chunk), len(chunk)
    return Stored(
        record.project, record.received_at, record.agent, position, header, its_digest, size
    )
