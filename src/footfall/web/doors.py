"""The doors of a server or of one of its workers: what is told of their visitors' addresses."""

from socket import AF_UNIX
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from footfall.config import Config
from footfall.ingest import Guard, Proxies, Rate

PEER: Final = "Footfall-Peer"
"""The header in which a worker tells the owner whom it talks to; whatever came under this name it drops."""


def guard_of(config: Config) -> Guard:
    """Return the guard of ingest as the settings want it."""
    return Guard(
        rate_of(config.address_rate) if config.address_rate else None,
        Proxies(
            [part.strip() for part in config.proxies.split(",") if part.strip()],
            config.proxy_header,
            config.country_header,
        ),
    )


def rate_of(per_second: int) -> Rate:
    """Return a rate of so many requests a second, ten times as many at once."""
    return Rate(per_second, 10 * per_second)


@web.middleware
async def seen_by_workers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take a worker's word on who asks: only workers come by a Unix socket, in a folder of ours alone."""
    if PEER in request.headers and _is_of_ours(request):
        request = request.clone(remote=request.headers[PEER])
    return await handler(request)


def _is_of_ours(request: web.Request) -> bool:
    # By the socket's family: a TCP connection that was reset has no peer's name any more, either.
    transport = request.transport
    socket = transport.get_extra_info("socket") if transport is not None else None
    return socket is not None and socket.family == AF_UNIX
