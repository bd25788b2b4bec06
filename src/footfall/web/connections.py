"""Connections before there is a request: how many, how long a head may take, and what malformed ones are told.

aiohttp bounds lines and fields; it has no limit for how long a head takes, how large it is in all, how many
connections there are, nor for a reader who stops reading. Here is what it costs: a few comparisons for each
piece of data that comes in, a timer for each connection.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from footfall.ingest.address import network_of

HEAD_SECONDS: Final = 10.0
"""From a connection's beginning, or a head's first byte, to the head's end."""
HEAD_BYTES: Final = 32 * 1024
IDLE_SECONDS: Final = 75
"""Between requests; longer than reverse proxies keep theirs (60 s), so that these end them."""
STALL_SECONDS: Final = 60.0
"""For a reader who takes nothing of an answer."""
LINGER_SECONDS: Final = 1.0
"""How long the rest of a body that was refused is read, so that its sender sees the answer."""
MAX_CONNECTIONS: Final = 10_000
_SPARE_FILES: Final = 200
"""Descriptors that are left for segments, assets and databases."""

_log = logging.getLogger("footfall.http")


@dataclass
class Turned:
    """What was ended before it was a request, counted since the start."""

    full: int = 0  # too many connections
    late: int = 0  # a head that took too long
    large: int = 0  # a head that is too large
    malformed: int = 0  # not HTTP as it should be
    stalled: int = 0  # a reader who stopped reading


class Connections:
    """The connections of one server."""

    def __init__(self, most: int | None = None, most_of_network: int | None = None) -> None:
        """Allow `most` at once (as many as the process may have files), a quarter of them from one /24 or /48."""
        self.most = most or connection_limit()
        self.most_of_network = most_of_network or max(1, self.most // 4)
        self.turned = Turned()
        self.open = 0
        self._networks: dict[str, int] = {}
        self._of_workers: dict[object, int] = {}

    def enter(self, network: str) -> bool:
        """Count a connection; False: there are too many."""
        from_there = self._networks.get(network, 0) + 1
        if self.open >= self.most or (network and from_there > self.most_of_network):
            self.turned.full += 1
            return False
        self.open += 1
        self._networks[network] = from_there
        return True

    def leave(self, network: str) -> None:
        """Count a connection that had entered as gone."""
        self.open -= 1
        left = self._networks.pop(network) - 1
        if left:
            self._networks[network] = left

    @property
    def open_at_workers(self) -> int:
        """Connections that worker processes have open, as they told last."""
        return sum(self._of_workers.values())

    def figures(self) -> dict[str, int]:
        """Return what a worker tells its owner: how many are open, and what was turned away since it told last."""
        turned, self.turned = self.turned, Turned()
        return {"open": self.open, **{name: n for name, n in vars(turned).items() if n}}

    def take(self, worker: object, figures: dict[str, int] | None) -> None:
        """Add what a worker tells of its connections; None: it is gone."""
        if figures is None:
            self._of_workers.pop(worker, None)
            return
        for name, count in figures.items():
            if name == "open":
                self._of_workers[worker] = count
            elif hasattr(self.turned, name):
                setattr(self.turned, name, getattr(self.turned, name) + count)


def connection_limit() -> int:
    """Return how many connections the process has descriptors for, at most MAX_CONNECTIONS."""
    try:
        import resource
    except ImportError:  # not made for Windows
        return MAX_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + _SPARE_FILES
    if soft < wanted:
        with suppress(ValueError, OSError):  # more than the machine gives
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
            soft = min(wanted, hard)
    return max(16, min(MAX_CONNECTIONS, soft - _SPARE_FILES))


class GuardedRunner(web.AppRunner):
    """Runs an application behind these limits. Its connections are those that `connections` counts."""

    __slots__ = ("_connections", "_make")

    def __init__(
        self,
        app: web.Application,
        connections: Connections,
        make: "Make | None" = None,
        **options: Any,
    ) -> None:
        """Have each connection made by `make`; None: a plain one."""
        super().__init__(
            app,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
            max_headers=64,
            logger=_log,
            **options,
        )
        self._connections = connections
        self._make = make or Connection

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        options = made._kwargs  # noqa: SLF001 # aiohttp offers no other way to a connection class
        return _Server(made, self._connections, options, self._make)


class _Server(web.Server):
    """Makes guarded connections for another server's handler."""

    def __init__(
        self,
        made: web.Server,
        connections: Connections,
        options: dict[str, Any],
        make: "Make",
    ) -> None:
        super().__init__(made.request_handler, request_factory=made.request_factory, **options)
        self._guard = connections
        self._make = make

    def __call__(self) -> web.RequestHandler:
        return self._make(self, self._guard, self._kwargs)


class Connection(web.RequestHandler):
    """One connection."""

    __slots__ = (
        "_closes_after",
        "_guard",
        "_head_bytes",
        "_head_since",
        "_head_timer",
        "_network",
        "_stall_timer",
    )

    def __init__(self, server: web.Server, guard: Connections, options: dict[str, Any]) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **options)
        self._guard = guard
        self._network: str | None = None  # None: not counted
        self._head_bytes = 0  # of a head that has begun
        self._head_since = 0.0
        self._closes_after = False  # the body that is under way
        self._head_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or say that there is no room."""
        peer = transport.get_extra_info("peername")
        address = peer[0] if isinstance(peer, tuple) else ""
        network = "" if address.startswith(("127.", "::1")) else network_of(address)
        super().connection_made(transport)
        if self._guard.enter(network):
            self._network = network
            self._head_since = self._loop.time()
            self._time_head(HEAD_SECONDS)
        else:
            self._turn_away(503, "busy", "Too many connections. Try again.")

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        for timer in (self._head_timer, self._stall_timer):
            if timer is not None:
                timer.cancel()
        if self._network is not None:
            self._guard.leave(self._network)
            self._network = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take data; while it makes no whole head, count it and see that it comes in time."""
        super().data_received(data)
        if self._closes_after:
            self.close()
        waiter = self._waiter
        if waiter is None or waiter.done():
            self._head_bytes = 0
        elif data:
            if not self._head_bytes:
                self._head_since = self._loop.time()
                if self._head_timer is None:
                    self._time_head(HEAD_SECONDS)
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._guard.turned.large += 1
                self._turn_away(431, "head", "The request's head is too large.")

    def close(self) -> None:
        """Close after the request that is being handled; a body under way may come whole.

        aiohttp would take no more of it, and leave its sender without an answer.
        """
        request = self._current_request
        self._closes_after = request is not None and not request.content.is_eof()
        if not self._closes_after:
            super().close()

    async def shutdown(self, timeout: float | None = 15.0) -> None:  # noqa: ASYNC109 # aiohttp's
        """End the connection, its request and the body of that first, as far as the time goes."""
        if self._closes_after and self._request_in_progress:
            self._handler_waiter = self._loop.create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._handler_waiter
            except TimeoutError:
                timeout = 0.1  # it had its time
            self._handler_waiter = None
        await super().shutdown(timeout)

    def pause_writing(self) -> None:
        """Note that the reader does not keep up."""
        super().pause_writing()
        self._stall_timer = self._loop.call_later(STALL_SECONDS, self._on_stall)

    def resume_writing(self) -> None:
        """Note that it has read on."""
        super().resume_writing()
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is not HTTP, without a log line for each: anybody can send any number of them."""
        if status < 500:
            self._guard.turned.malformed += 1
            text = _body("http", "The request is not well-formed HTTP.")
        else:
            _log.error("a request failed", exc_info=exc)
            text = _body("internal", "Something went wrong here. It has been written to the log.")
        response = web.Response(status=status, text=text, content_type="application/json")
        response.force_close()
        return response

    def _time_head(self, seconds: float) -> None:
        self._head_timer = self._loop.call_later(seconds, self._on_late_head)

    def _on_late_head(self) -> None:
        self._head_timer = None
        waiter = self._waiter
        if waiter is None or waiter.done() or (self._request_count and not self._head_bytes):
            return
        left = self._head_since + HEAD_SECONDS - self._loop.time()
        if left > 0:  # the timer was that of an earlier head
            self._time_head(left)
        else:
            self._guard.turned.late += 1
            self._turn_away(408, "head", "The request's head did not arrive in time.")

    def _on_stall(self) -> None:
        self._guard.turned.stalled += 1
        if self.transport is not None:
            self.transport.abort()

    def _turn_away(self, status: int, code: str, message: str) -> None:
        transport = self.transport
        if transport is not None:
            if self._head_bytes or status == 503:
                transport.write(_raw(status, code, message))
            self.force_close()


Make = Callable[[web.Server, Connections, dict[str, Any]], Connection]
"""What makes a connection: of a server, counted by whom, with these options of aiohttp's."""


def _body(code: str, message: str) -> str:
    return json.dumps({"error": code, "message": message})


def _raw(status: int, code: str, message: str) -> bytes:
    body = _body(code, message).encode()
    phrase = web.Response(status=status).reason
    retry = "Retry-After: 5\r\n" if status == 503 else ""
    return (
        f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\n{retry}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body
