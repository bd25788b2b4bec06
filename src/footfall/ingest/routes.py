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
from footfall.ingest.ingest import Ingest, Limited, Sender
from footfall.ingest.shortcut import acknowledge
from footfall.wire import schema

RETRY_AFTER_S: Final = 5
"""When to come again after a 503."""
_TOKEN: Final = re.compile(r"[^?#%]*\?token=([A-Za-z0-9_-]*)")

_log = logging.getLogger("footfall.ingest")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_routes(ingest: Ingest) -> list[web.RouteDef]:
    """Return the routes of ingest. Serve them with `auto_decompress=False`."""

    async def chunk(request: web.Request) -> dict[str, Any]:
        body = await read_body(request, schema.MAX_CHUNK_BYTES)
        return await ingest.chunk(body, _sender(request))

    async def asset(request: web.Request) -> dict[str, Any]:
        query = request.query
        body = await read_body(request, schema.MAX_ASSET_BYTES)
        await ingest.asset(
            query.get("project", ""), query.get("sha256", ""), body, _sender(request)
        )
        return {}

    return [
        web.post(schema.CHUNK_PATH, _handler(ingest, chunk)),
        web.post(schema.ASSET_PATH, _handler(ingest, asset)),
        web.options(schema.CHUNK_PATH, _preflight),
        web.options(schema.ASSET_PATH, _preflight),
    ]


def _handler(
    ingest: Ingest, accept: Callable[[web.Request], Awaitable[dict[str, Any]]]
) -> _Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Sec-GPC") == "1":
            ingest.counters.opted_out += 1
            return web.Response(status=204, headers=_cors(request))
        try:
            answer = await accept(request)
            sent = await acknowledge(request, answer)
            return sent if sent is not None else _answer(request, 200, answer)
        except Limited as error:
            return _refusal(ingest, request, error, {hdrs.RETRY_AFTER: str(error.retry_after)})
        except WireError as error:
            return _refusal(ingest, request, error, {})
        except StorageError as error:
            ingest.counters.unavailable += 1
            _log.error("a request could not be served: %s", error)
            text = {"error": "unavailable", "message": "Nothing can be stored now. Try again."}
            return _answer(request, 503, text, {hdrs.RETRY_AFTER: str(RETRY_AFTER_S)})
        except ConnectionError:
            raise  # the sender is gone: nobody is left to be told
        except Exception:  # noqa: BLE001 # the last to catch: whatever goes by gets no answer
            _log.exception("a request met a fault of ours")
            text = {"error": "internal", "message": "Something went wrong here."}
            return _answer(request, 500, text)

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
        token=_token(request),
    )


def _token(request: web.Request) -> str:
    """Return the query's token; as recorders send it, it is read without parsing a URL."""
    found = _TOKEN.fullmatch(request.raw_path)
    return found[1] if found else request.query.get("token", "")


def _refusal(
    ingest: Ingest, request: web.Request, error: WireError, headers: dict[str, str]
) -> web.Response:
    refused = ingest.counters.refused
    refused[error.code] = refused.get(error.code, 0) + 1
    _log.info("refused: %s", error.code)
    return _answer(request, error.status, {"error": error.code, "message": str(error)}, headers)


def _answer(
    request: web.Request, status: int, value: dict[str, Any], headers: dict[str, str] | None = None
) -> web.Response:
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
