"""The HTTP side of ingest. Handlers return their answers, errors too: a raised one keeps its traceback alive.

Every answer lets the asking origin read it. It says nothing that is not that sender's business, and a recorder
that could not read a refusal would take it for a broken network and send the same for ever.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import hdrs, web

from footfall.ingest.agent import coarse_agent
from footfall.ingest.answers import Told, refused, stored
from footfall.ingest.body import read_body
from footfall.ingest.guard import Guard
from footfall.ingest.ingest import Ingest, Sender
from footfall.wire import schema

_TOKEN: Final = re.compile(r"[^?#%]*\?token=([A-Za-z0-9_-]*)")

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

    async def policy(request: web.Request, network: str) -> _Answer:
        return ingest.policy(request.query.get("project", ""), request.headers.get(hdrs.ORIGIN))

    return [
        web.post(schema.CHUNK_PATH, _handler(ingest, door, chunk)),
        web.post(schema.ASSET_PATH, _handler(ingest, door, asset)),
        web.get(schema.POLICY_PATH, _handler(ingest, door, policy)),
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
            return _answer(request, stored(None))
        try:
            return _answer(request, stored(await accept(request, network)))
        except ConnectionError:
            raise  # the sender is gone: nobody is left to be told
        except Exception as error:  # noqa: BLE001 # the last to catch: whatever goes by gets no answer
            return refusal(ingest, guard, request, error)

    return handle


async def _preflight(request: web.Request) -> web.Response:
    headers = Told(204).headers(request.headers.get(hdrs.ORIGIN)) | {
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


def refusal(ingest: Ingest, guard: Guard, request: web.Request, error: Exception) -> web.Response:
    """Count a refusal, or a fault of ours, and answer it."""
    return _answer(request, refused(ingest.counters, guard, error))


def _answer(request: web.Request, told: Told) -> web.Response:
    headers = told.headers(request.headers.get(hdrs.ORIGIN))
    if told.value is None:
        return web.Response(status=told.status, headers=headers)
    return web.Response(
        status=told.status, text=told.text(), content_type="application/json", headers=headers
    )
