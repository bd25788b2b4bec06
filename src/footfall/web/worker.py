"""A worker process of `footfall serve --workers N`: takes chunks in; everything else goes through to the owner.

python -m footfall.web.worker HOST PORT SOCKETS    (the owner starts it; SOCKETS is the folder of its sockets)
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final, cast

import uvloop
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, UnixConnector, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from footfall.config import load
from footfall.errors import StorageError, WireError
from footfall.ingest import Guard, Ingest, Shortcut, create_routes
from footfall.ingest.body import read_body
from footfall.ingest.handover import Front
from footfall.ingest.routes import refusal
from footfall.web.chunk_connection import ChunkConnection
from footfall.web.connections import Connections, GuardedRunner
from footfall.web.doors import PEER, guard_of
from footfall.web.logformat import log_to_stderr
from footfall.web.tuning import tune
from footfall.wire import schema

CHUNKS_SOCKET: Final = "chunks"
PAGES_SOCKET: Final = "pages"
_DRAIN_SECONDS: Final = 10.0
_OF_ONE_HOP: Final = frozenset(
    {"connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)

_OWNER: Final = web.AppKey("owner", ClientSession)
_INGEST: Final = web.AppKey("ingest", Ingest)
_GUARD: Final = web.AppKey("guard", Guard)


async def serve(host: str, port: int, sockets: Path) -> None:
    """Serve until SIGTERM, or until the owner is gone. Raises ConfigError."""
    config = load(os.environ, host=host, port=port)
    log_to_stderr(config.log_json)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C: the owner says when
    _, front = await loop.create_unix_connection(
        lambda: Front(stopped.set), str(sockets / CHUNKS_SOCKET)
    )
    app = web.Application()
    app.cleanup_ctx.append(_connect(str(sockets / PAGES_SOCKET)))
    # To the routes of chunks, a Front is an Ingest.
    ingest, guard = app[_INGEST], app[_GUARD] = cast("Ingest", front), guard_of(config)
    routes = create_routes(ingest, guard)
    app.add_routes([route for route in routes if route.path == schema.CHUNK_PATH])
    app.router.add_route("*", "/{path:.*}", _go_through)
    connections = Connections()
    front.figures = connections.figures
    make = partial(ChunkConnection, Shortcut(ingest, guard))
    runner = GuardedRunner(app, connections, make, shutdown_timeout=_DRAIN_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host, port, reuse_port=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    tune()
    telling = asyncio.create_task(front.tell_on())
    await stopped.wait()
    await runner.cleanup()
    telling.cancel()
    front.tell()
    await asyncio.sleep(0)  # until it is sent


def _connect(path: str) -> Callable[[web.Application], AsyncIterator[None]]:
    async def connect(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(
            connector=UnixConnector(path, limit=0),
            auto_decompress=False,
            timeout=ClientTimeout(total=None),
            cookie_jar=DummyCookieJar(),
        ) as session:
            app[_OWNER] = session
            yield

    return connect


async def _go_through(request: web.Request) -> web.StreamResponse:
    """Have the owner answer. A body is read whole before: who sends it slowly, or too much, keeps nobody busy."""
    ingest, guard = request.app[_INGEST], request.app[_GUARD]
    if not request.raw_path.startswith("/"):
        return refusal(ingest, guard, request, WireError("path", "Ask for a path."))
    try:
        if not request.can_read_body:
            return await _ask(request, b"")
        body = await read_body(request, schema.MAX_ASSET_BYTES, guard.assets)
        try:
            return await _ask(request, body)
        finally:
            guard.assets.free(len(body))
    except (WireError, StorageError) as error:
        return refusal(ingest, guard, request, error)


async def _ask(request: web.Request, body: bytes) -> web.StreamResponse:
    """Ask the owner and answer what it answers, piece by piece. Raises StorageError when it is not there."""
    headers = _end_to_end(request.headers)
    headers[PEER] = request.remote or ""
    try:
        answer = await request.app[_OWNER].request(
            request.method,
            URL(f"http://owner{request.raw_path}", encoded=True),
            headers=headers,
            data=BytesIO(body) if body else None,
            allow_redirects=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
    except ClientError as error:
        raise StorageError("The process that stores is starting or stopping.") from error
    async with answer:
        response = web.StreamResponse(
            status=answer.status, reason=answer.reason, headers=_end_to_end(answer.headers)
        )
        try:
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            await response.write_eof()
        except (ClientError, ConnectionError):  # the asker is gone, or the owner
            if request.transport is not None:
                request.transport.abort()  # what has begun must not look whole
        return response


def _end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """Return what goes through: all but what is for one hop; bytes that are no UTF-8 become U+FFFD."""
    return CIMultiDict(
        (name, value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        for name, value in headers.items()
        if name.lower() not in _OF_ONE_HOP
    )


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
