"""Chunks for whoever gets a share link or a file: without who the visitor was, and without the project's key.

A chunk's header carries both, and the site may have said the visitor's name (Identify).
"""

from typing import Final

from footfall.wire import codec
from footfall.wire.facts import Identify
from footfall.wire.schema import DEFLATE_RAW, MAX_FACTS_BYTES, Fact

NOBODY: Final = "nobody-0000000000"
"""In place of ids that are left out; as long as ids must be."""


def nameless(body: bytes) -> tuple[bytes, list[Fact]]:
    """Return a chunk without who sent it, and the facts it then has. Raises WireError."""
    header = codec.decode_chunk(body)._replace(project=NOBODY, visitor=NOBODY)
    part = codec.inflate(header.facts, header.facts_encoding, MAX_FACTS_BYTES)
    facts = codec.decode_facts(part)
    kept = [fact for fact in facts if type(fact) is not Identify]
    if len(kept) < len(facts):
        packed = codec.deflate(codec.encode_facts(kept))
        header = header._replace(facts=packed, facts_encoding=DEFLATE_RAW)
    return codec.encode_chunk(header), kept
