"""Reading a request's body in pieces, bounded in bytes and in time."""

import asyncio
from typing import Final

from aiohttp import hdrs, web

from footfall.errors import WireError
from footfall.ingest.budget import Budget

BODY_SECONDS: Final = 14.0
"""With the second in which web/chunk_connection.py waits for the rest, a body has 15 s."""


async def read_body(request: web.Request, limit: int, budget: Budget) -> bytes:
    """Return the whole body, held in the budget: the caller frees its length when it is done with.

    Raises WireError: `coding` (415), `too_large` (413), `timeout` (408), `cut` (400); Busy. Then nothing is held.
    """
    if hdrs.CONTENT_ENCODING in request.headers:
        # A chunk's parts are compressed each by itself; what a body inflates to would escape the limit.
        raise WireError("coding", "Send the body without a Content-Encoding.", 415)
    size = request.content_length
    if size is not None and size > limit:
        raise _too_large(limit)
    content = request.content
    if content.is_eof() and content.total_bytes <= limit:  # it came with its headers
        budget.hold(content.total_bytes)
        return content.read_nowait()
    pieces: list[bytes] = []
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await _gather(request, limit, budget, pieces)
        return b"".join(pieces)
    except BaseException as error:
        budget.free(sum(map(len, pieces)))
        pieces.clear()
        if isinstance(error, TimeoutError):
            raise WireError("timeout", "The body did not arrive in time.", 408) from None
        if isinstance(error, ConnectionError | web.RequestPayloadError):
            raise WireError("cut", "The body was cut short.") from None
        raise


async def _gather(request: web.Request, limit: int, budget: Budget, pieces: list[bytes]) -> None:
    """Append the body's pieces as they come, each held in the budget before."""
    size = 0
    while piece := await request.content.readany():
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        budget.hold(len(piece))
        pieces.append(piece)


def _too_large(limit: int) -> WireError:
    # Made here, not kept in a local name: a frame that holds its own exception is a cycle, with the body in it.
    return WireError("too_large", f"The body holds at most {limit} bytes.", 413)
