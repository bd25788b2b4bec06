"""The shortest way of a chunk through HTTP: the one request and the one answer that come thousands of times a second.

Routing, middlewares and building an answer cost as much as storing a chunk does. What they would do for a chunk,
the handler of `create_routes` does itself; what it answers is the same, byte for byte but for Date and Server.
"""

from collections.abc import Awaitable, Mapping
from functools import lru_cache
from typing import Any, Final

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.abc import AbstractStreamWriter

from footfall.wire import schema

_STORED: Final = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nVary: Origin\r\n"
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
)
_WITH_QUERY: Final = schema.CHUNK_PATH + "?"


def install(app: web.Application, server: web.Server) -> None:
    """Have `server`, which serves `app`, give chunks to their handler at once, and the rest to the app.

    Does nothing for an app that takes no chunks, as the demo's shop.
    """
    otherwise: Any = server.request_handler
    takers = [
        route.handler
        for route in app.router.routes()
        if route.method == hdrs.METH_POST
        and route.resource is not None
        and route.resource.canonical == schema.CHUNK_PATH
    ]
    if not takers:
        return
    chunk: Any = takers[0]

    def handle(request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        path = request.raw_path
        is_chunk = path.startswith(_WITH_QUERY) or path == schema.CHUNK_PATH
        if is_chunk and request.method == hdrs.METH_POST and hdrs.EXPECT not in request.headers:
            answer: Awaitable[web.StreamResponse] = chunk(request)
        else:
            answer = otherwise(request)
        return answer

    server.request_handler = handle


async def acknowledge(
    request: web.Request, answer: Mapping[str, Any] | None
) -> web.StreamResponse | None:
    """Send that a chunk is stored and nothing is needed; None where this answer or request wants more care."""
    if not answer or len(answer) != 2 or answer.get("need", True):
        return None
    transport = request.transport
    if transport is None or not request.keep_alive or request.version != HttpVersion11:
        return None
    head = _head(request.headers.get(hdrs.ORIGIN))
    if not head:
        return None
    body = f'{{"token": "{answer["token"]}", "need": []}}'  # URL-safe, see token.py
    transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii"))
    await request.writer.drain()  # who sends on and reads no answers has to wait
    return _SENT


@lru_cache(maxsize=1024)
def _head(origin: str | None) -> str:
    """Return the head but for its length; "" for an origin that is not plain."""
    if origin is None:
        return _STORED
    if not (origin.isascii() and origin.isprintable()):
        return ""
    return f"{_STORED}{hdrs.ACCESS_CONTROL_ALLOW_ORIGIN}: {origin}\r\n"


class _Sent(web.StreamResponse):
    """Stands for an answer that is on its way already. It has no state, so there is one for all."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send no head."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Send no end."""

    @property
    def keep_alive(self) -> bool | None:
        """Leave the connection open."""
        return True


_SENT: Final = _Sent()
