"""A chunk that has been read: what ingest decodes, so that whoever comes after need not do it again."""

from typing import Final, NamedTuple

from footfall.wire.schema import Fact, Header

_WEIGHT: Final = 20
"""Bytes in memory that one byte of facts may become: tiny facts and strings do."""


class Reading(NamedTuple):
    """A chunk as ingest has read it."""

    header: Header  # without its frames
    facts: list[Fact]
    digest: bytes
    facts_bytes: int  # inflated
    chunk_bytes: int

    @property
    def weight(self) -> int:
        """What it may take in memory, in bytes; some 2,000 are the header's objects."""
        decoded = _WEIGHT * self.facts_bytes if self.facts else 0
        return 2_000 + len(self.header.facts) + decoded
