"""A session as a file: how large it would be, and the file."""

import asyncio
from typing import Any, Final

from aiohttp import web

from footfall.export import Recording, Stores, gather, page_of, size_of
from footfall.web.answers import json_answer
from footfall.web.common import project_of, session_of
from footfall.web.keys import ANNOTATIONS, CONFIG, INDEX, LOG, VAULT

_PIECE_BYTES: Final = 1024 * 1024
_PLAYER_BYTES: Final = 200_000
"""Of the player and its styles, roughly."""


async def download_size(request: web.Request) -> web.StreamResponse:
    """GET …/download: {"bytes": …} of the file, or 400 with the reason when it would be too large."""
    recording = await asyncio.to_thread(recording_of, request)
    told = {"bytes": size_of(recording) + _PLAYER_BYTES, "assets": len(recording.assets)}
    return json_answer(told)


async def download(request: web.Request) -> web.StreamResponse:
    """GET …/download.html: the session as one page that plays offline."""
    recording = await asyncio.to_thread(recording_of, request)
    response = web.StreamResponse()
    response.content_type, response.charset = "text/html", "utf-8"
    name = f"replay-{recording.row.session[:8]}.html"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # Here it is a file to keep: opened from this server it would be a page of ours.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    pieces, end = page_of(recording), b""
    first = await asyncio.to_thread(next, pieces, end)
    await response.prepare(request)
    try:
        await response.write(first)
        while piece := await asyncio.to_thread(next, pieces, end):
            for start in range(0, len(piece), _PIECE_BYTES):
                await response.write(piece[start : start + _PIECE_BYTES])
        await response.write_eof()
    except OSError:  # the asker is gone, or an asset: what has begun must not look whole
        if request.transport is not None:
            request.transport.abort()
    return response


def recording_of(request: web.Request) -> Recording:
    """Return the session that the path names. Blocking. Raises NotFoundError, TooLargeError."""
    app: Any = request.app
    project = project_of(request).id
    session = session_of(request, project).session
    stores = Stores(app[INDEX], app[LOG], app[VAULT], app[ANNOTATIONS])
    return gather(stores, project, session, app[CONFIG].export_limit_mb * 1_000_000)
