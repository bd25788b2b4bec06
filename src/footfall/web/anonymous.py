"""Chunks as whoever has a share link gets them: without who the visitor was, and without the site's key."""

from typing import Final

from footfall.errors import WireError
from footfall.wire import codec
from footfall.wire.facts import Identify
from footfall.wire.schema import DEFLATE_RAW, MAX_FACTS_BYTES, PLAIN

_NOBODY: Final = "a-shared-replay-"
"""Instead of an id; 16 characters, as ids have at least."""


def anonymous(body: bytes) -> bytes:
    """Return a stored chunk without the project's key, the visitor's id, and what the site calls them."""
    header = codec.decode_chunk(body)
    header = header._replace(project=_NOBODY, visitor=_NOBODY)
    try:
        part = codec.inflate(header.facts, header.facts_encoding, MAX_FACTS_BYTES)
        facts = codec.decode_facts(part)
    except (
        WireError
    ):  # of a kind, or a size, that this version does not read: nothing of them is told
        return codec.encode_chunk(header._replace(facts=b"", facts_encoding=PLAIN))
    kept = [fact for fact in facts if not isinstance(fact, Identify)]
    if len(kept) < len(facts):
        packed = codec.deflate(codec.encode_facts(kept))
        header = header._replace(facts=packed, facts_encoding=DEFLATE_RAW)
    return codec.encode_chunk(header)
