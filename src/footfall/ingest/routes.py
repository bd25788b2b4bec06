"""The HTTP side of ingest. Handlers return their answers, errors too: a raised one keeps its traceback alive.

Every answer lets the asking origin read it. It says nothing that is not that sender's business, and a recorder
that could not read a refusal would take it for a broken network and send the same for ever.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import hdrs, web

from footfall.errors import StorageError, WireError
from footfall.ingest.agent import coarse_agent
from footfall.ingest.body import read_body
from footfall.ingest.guard import Guard
from footfall.ingest.ingest import Ingest, Limited, Sender
from footfall.wire import schema

RETRY_AFTER_S: Final = 5
"""When to come again after a 503."""

_FROM_HERE: Final = WireError("address_rate", "More comes from this network than may.", 429)

_log = logging.getLogger("footfall.ingest")
_Handler = Callable[[web.Request], Awaitable[web.Response]]
_Answer = dict[str, Any] | None
"""What is answered; None: nothing was stored, as the visitor wishes."""


def create_routes(ingest: Ingest, guard: Guard | None = None) -> list[web.RouteDef]:
    """Return the routes of ingest. Serve them with `auto_decompress=False`."""
    door = guard or Guard()

    async def chunk(request: web.Request) -> _Answer:
        body = await read_body(request, schema.MAX_CHUNK_BYTES, door.chunks)
        try:
            return await ingest.chunk(body, _sender(request))
        finally:
            door.chunks.free(len(body))

    async def asset(request: web.Request) -> _Answer:
        query = request.query
        key, sha = query.get("project", ""), query.get("sha256", "")
        ingest.check_asset(key, sha)  # before 5 MB are taken for it
        body = await read_body(request, schema.MAX_ASSET_BYTES, door.assets)
        try:
            return await ingest.asset(key, sha, body, _sender(request))
        finally:
            door.assets.free(len(body))

    return [
        web.post(schema.CHUNK_PATH, _handler(ingest, door, chunk)),
        web.post(schema.ASSET_PATH, _handler(ingest, door, asset)),
        web.options(schema.CHUNK_PATH, _preflight),
        web.options(schema.ASSET_PATH, _preflight),
    ]


def _handler(
    ingest: Ingest, guard: Guard, accept: Callable[[web.Request], Awaitable[_Answer]]
) -> _Handler:
    async def handle(request: web.Request) -> web.Response:
        wait = guard.wait(request.remote, request.headers)
        if wait:
            return _refusal(ingest, request, _FROM_HERE, wait)
        if request.headers.get("Sec-GPC") == "1":
            ingest.counters.opted_out += 1
            return _answer(request, None)
        try:
            return _answer(request, await accept(request))
        except WireError as error:
            wait = error.retry_after if isinstance(error, Limited) else 0
            return _refusal(ingest, request, error, wait)
        except StorageError as error:
            ingest.counters.unavailable += 1
            guard.report(error)
            text = {"error": "unavailable", "message": "Nothing can be stored now. Try again."}
            return _answer(request, text, 503, {hdrs.RETRY_AFTER: str(RETRY_AFTER_S)})

    return handle


async def _preflight(request: web.Request) -> web.Response:
    headers = _cors(request) | {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: "POST",
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Content-Type",
        hdrs.ACCESS_CONTROL_MAX_AGE: "86400",
    }
    return web.Response(status=204, headers=headers)


def _sender(request: web.Request) -> Sender:
    return Sender(
        origin=request.headers.get(hdrs.ORIGIN),
        agent=coarse_agent(request.headers.get(hdrs.USER_AGENT, "")),
        token=request.query.get("token", ""),
        refuses_tracking=request.headers.get("DNT") == "1",
    )


def _refusal(ingest: Ingest, request: web.Request, error: WireError, wait: int) -> web.Response:
    """Answer a refusal; `wait`: the seconds after which to come again, 0 where that is of no use."""
    refused = ingest.counters.refused
    refused[error.code] = refused.get(error.code, 0) + 1
    _log.debug(
        "refused: %s", error.code
    )  # the counters tell; a line for each would be a flood's own echo
    headers = {str(hdrs.RETRY_AFTER): str(wait)} if wait else None
    return _answer(request, {"error": error.code, "message": str(error)}, error.status, headers)


def _answer(
    request: web.Request, value: _Answer, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    if value is None:
        return web.Response(status=204, headers=_cors(request))
    return web.Response(
        status=status,
        text=json.dumps(value, allow_nan=False),
        content_type="application/json",
        headers=_cors(request) | (headers or {}),
    )


def _cors(request: web.Request) -> dict[str, str]:
    headers = {
        hdrs.VARY: "Origin",
        hdrs.CACHE_CONTROL: "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None:
        headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    return headers
