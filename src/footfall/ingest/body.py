"""Reading a request's body in pieces, bounded in bytes and in time."""

import asyncio
from typing import Final

from aiohttp import web

from footfall.errors import WireError

BODY_SECONDS: Final = 15.0


async def read_body(request: web.Request, limit: int, seconds: float = BODY_SECONDS) -> bytes:
    """Return the whole body. Raises WireError: `coding` (415), `too_large` (413), `timeout` (408), `cut` (400)."""
    if "Content-Encoding" in request.headers:
        # A chunk's parts are compressed each by itself; what a body inflates to would escape the limit.
        raise WireError("coding", "Send the body without a Content-Encoding.", 415)
    too_large = WireError("too_large", f"The body holds at most {limit} bytes.", 413)
    if request.content_length is not None and request.content_length > limit:
        raise too_large
    content = request.content
    pieces: list[bytes] = []
    size = 0
    try:
        if content.is_eof() and content.total_bytes <= limit:  # it came with its headers
            return content.read_nowait()
        async with asyncio.timeout(seconds):
            while piece := await content.readany():
                size += len(piece)
                if size > limit:
                    raise too_large
                pieces.append(piece)
    except TimeoutError as error:
        raise WireError("timeout", "The body did not arrive in time.", 408) from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise WireError("cut", "The body was cut short.") from error
    return b"".join(pieces)
