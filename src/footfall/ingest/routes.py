"""The HTTP side of ingest. Handlers return their answers, errors too: a raised one keeps its traceback alive.

Every answer lets the asking origin read it. It says nothing that is not that sender's business, and a recorder
that could not read a refusal would take it for a broken network and send the same for ever.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import hdrs, web

from footfall.errors import StorageError, WireError
from footfall.ingest.agent import coarse_agent
from footfall.ingest.body import read_body
from footfall.ingest.guard import Guard
from footfall.ingest.ingest import Ingest, Limited, Sender
from footfall.ingest.shortcut import acknowledge
from footfall.wire import schema

RETRY_AFTER_S: Final = 5
"""When to come again after a 503."""
_TOKEN: Final = re.compile(r"[^?#%]*\?token=([A-Za-z0-9_-]*)")

_log = logging.getLogger("footfall.ingest")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Answer = dict[str, Any] | None
"""What is answered; None: nothing was stored, as the visitor wishes."""


def create_routes(ingest: Ingest, guard: Guard | None = None) -> list[web.RouteDef]:
    """Return the routes of ingest. Serve them with `auto_decompress=False`."""
    door = guard or Guard()

    async def chunk(request: web.Request, network: str) -> _Answer:
        body = await read_body(request, schema.MAX_CHUNK_BYTES, door.chunks)
        try:
            return await ingest.chunk(body, _sender(request, door, network))
        finally:
            door.chunks.free(len(body))

    async def asset(request: web.Request, network: str) -> _Answer:
        query = request.query
        key, sha = query.get("project", ""), query.get("sha256", "")
        ingest.check_asset(key, sha)  # before 5 MB are taken for it
        body = await read_body(request, schema.MAX_ASSET_BYTES, door.assets)
        try:
            return await ingest.asset(key, sha, body, _sender(request, door, network))
        finally:
            door.assets.free(len(body))

    return [
        web.post(schema.CHUNK_PATH, _handler(ingest, door, chunk)),
        web.post(schema.ASSET_PATH, _handler(ingest, door, asset)),
        web.options(schema.CHUNK_PATH, _preflight),
        web.options(schema.ASSET_PATH, _preflight),
    ]


def _handler(
    ingest: Ingest, guard: Guard, accept: Callable[[web.Request, str], Awaitable[_Answer]]
) -> _Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        network = guard.network(request.remote, request.headers)
        limited = guard.limit(network)
        if limited is not None:
            return refusal(ingest, guard, request, limited)
        if request.headers.get("Sec-GPC") == "1":
            ingest.counters.opted_out += 1
            return _answer(request, None)
        try:
            answer = await accept(request, network)
            sent = await acknowledge(request, answer)
            return sent if sent is not None else _answer(request, answer)
        except (WireError, StorageError) as error:
            return refusal(ingest, guard, request, error)
        except ConnectionError:
            raise  # the sender is gone: nobody is left to be told
        except Exception:  # noqa: BLE001 # the last to catch: whatever goes by gets no answer
            _log.exception("a request met a fault of ours")
            text = {"error": "internal", "message": "Something went wrong here."}
            return _answer(request, text, 500)

    return handle


async def _preflight(request: web.Request) -> web.Response:
    headers = _cors(request) | {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: "POST",
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Content-Type",
        hdrs.ACCESS_CONTROL_MAX_AGE: "86400",
    }
    return web.Response(status=204, headers=headers)


def _sender(request: web.Request, guard: Guard, network: str) -> Sender:
    country = guard.country(request.remote, request.headers)
    return Sender(
        origin=request.headers.get(hdrs.ORIGIN),
        agent=coarse_agent(request.headers.get(hdrs.USER_AGENT, ""), country),
        token=_token(request),
        refuses_tracking=request.headers.get("DNT") == "1",
        network=network,
    )


def _token(request: web.Request) -> str:
    """Return the query's token; as recorders send it, it is read without parsing a URL."""
    found = _TOKEN.fullmatch(request.raw_path)
    return found[1] if found else request.query.get("token", "")


def refusal(
    ingest: Ingest, guard: Guard, request: web.Request, error: WireError | StorageError
) -> web.Response:
    """Count a refusal, or a fault of ours, and answer it."""
    if isinstance(error, StorageError):
        ingest.counters.unavailable += 1
        guard.report(error)
        text = {"error": "unavailable", "message": "Nothing can be stored now. Try again."}
        return _answer(request, text, 503, {hdrs.RETRY_AFTER: str(RETRY_AFTER_S)})
    refused = ingest.counters.refused
    refused[error.code] = refused.get(error.code, 0) + 1
    # The counters tell; a line for each would be a flood's own echo.
    _log.debug("refused: %s", error.code)
    wait = error.retry_after if isinstance(error, Limited) else 0
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
