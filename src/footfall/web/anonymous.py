"""Chunks as whoever has a share link gets them."""

from footfall.errors import WireError
from footfall.wire import codec
from footfall.wire.nameless import NOBODY, nameless
from footfall.wire.schema import PLAIN


def anonymous(body: bytes) -> bytes:
    """Return a stored chunk without the project's key, the visitor's id, and what the site calls them.

    Of facts of a kind, or a size, that this version does not read, nothing is told. Raises WireError.
    """
    try:
        return nameless(body)[0]
    except WireError:
        header = codec.decode_chunk(body)._replace(project=NOBODY, visitor=NOBODY)
        return codec.encode_chunk(header._replace(facts=b"", facts_encoding=PLAIN))
