"""A worker process of `footfall serve --workers N`: takes chunks in; everything else goes through to the owner.

python -m footfall.web.worker HOST PORT SOCKETS    (the owner starts it; SOCKETS is the folder of its sockets)
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import uvloop
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, UnixConnector, web
from yarl import URL

from footfall.ingest import Ingest, create_routes, install_shortcut
from footfall.ingest.handover import Front
from footfall.web.tuning import tune
from footfall.wire import schema

if TYPE_CHECKING:
    from multidict import CIMultiDict, CIMultiDictProxy

CHUNKS_SOCKET: Final = "chunks"
PAGES_SOCKET: Final = "pages"
_DRAIN_SECONDS: Final = 10.0
_OF_ONE_HOP: Final = ("Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE", "Trailer")

_OWNER: Final = web.AppKey("owner", ClientSession)


async def serve(host: str, port: int, sockets: Path) -> None:
    """Serve until SIGTERM, or until the owner is gone."""
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
    routes = create_routes(cast("Ingest", front))
    app.add_routes([route for route in routes if route.path == schema.CHUNK_PATH])
    app.router.add_route("*", "/{path:.*}", _go_through)
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, shutdown_timeout=_DRAIN_SECONDS
    )
    await runner.setup()
    if runner.server is not None:
        install_shortcut(app, runner.server)
    await web.TCPSite(runner, host, port, reuse_port=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    tune()
    await stopped.wait()
    await runner.cleanup()


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
    """Ask the owner and answer what it answers, piece by piece."""
    headers = _end_to_end(request.headers)
    headers["X-Forwarded-For"] = request.remote or ""
    try:
        async with request.app[_OWNER].request(
            request.method,
            URL(f"http://owner{request.raw_path}", encoded=True),
            headers=headers,
            data=request.content if request.can_read_body else None,
            allow_redirects=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        ) as answer:
            response = web.StreamResponse(
                status=answer.status, reason=answer.reason, headers=_end_to_end(answer.headers)
            )
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            await response.write_eof()
            return response
    except ClientError:
        return web.Response(status=503, text="Footfall is starting or stopping. Try again.")


def _end_to_end(headers: "CIMultiDictProxy[str]") -> "CIMultiDict[str]":
    kept = headers.copy()
    for name in _OF_ONE_HOP:
        kept.popall(name, None)
    return kept


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
