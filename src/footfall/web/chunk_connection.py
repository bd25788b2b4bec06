"""A connection on which chunks go by aiohttp's parser, requests and streams: see ingest/shortcut.py.

Only what is usual does: a whole head at once, when nothing else is under way on the connection, and no request has come
before whose end only the parser knows. Then the parser stands where this request begins, so that all of it can still be
given to it: when the body is slow to come, when memory is short, when more follows than was said.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from footfall.ingest.budget import Busy
from footfall.ingest.heads import Head, is_bodiless, read_head
from footfall.ingest.shortcut import Asker, Shortcut
from footfall.web.connections import Connection, Connections

PATIENCE_SECONDS: Final = 1.0
"""For the rest of a body; then it is read the long way, which has a limit of its own."""
_MAX_PIECES: Final = 256
"""Of one body: what comes byte by byte weighs many times its bytes."""


@dataclass
class _Coming:
    """A request whose body is not whole yet."""

    head: Head
    asker: Asker
    pieces: list[bytes]  # the first with the head
    held: int  # bytes of the body that are here
    timer: asyncio.TimerHandle


class ChunkConnection(Connection):
    """One connection; at any time either aiohttp or this class has a request under way on it."""

    __slots__ = (
        "_asker", "_coming", "_ended", "_fields", "_held", "_is_even", "_peer", "_serving", "_shortcut",
    )  # fmt: skip

    def __init__(
        self, shortcut: Shortcut, server: web.Server, guard: Connections, options: dict[str, Any]
    ) -> None:
        super().__init__(server, guard, options)
        self._shortcut = shortcut
        self._peer: str | None = None
        self._is_even = True  # aiohttp's parser stands between two requests
        self._fields = b""  # of the last head, and who they say asks
        self._asker: Asker | None = None
        self._coming: _Coming | None = None
        self._serving: asyncio.Task[None] | None = None
        self._held: list[bytes] = []  # what came while a chunk is served
        self._ended: asyncio.Future[None] | None = None  # for who waits until it is

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who it is."""
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else None
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget a body that will not be whole; what is being stored is stored."""
        if self._coming is not None:
            self._forget(self._coming)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take data this way if it can go it."""
        if self._serving is not None:
            self._hold(data)
        elif self._coming is not None:
            self._go_on(self._coming, data)
        elif not self._begin(data):
            if data:
                self._is_even = self._is_even and self._is_idle() and is_bodiless(data)
            super().data_received(data)

    def close(self) -> None:
        """Close after the chunk that is coming or being stored."""
        if self._is_busy():
            self._closes_after = True
        else:
            super().close()

    async def shutdown(self, timeout: float | None = 15.0) -> None:  # noqa: ASYNC109 # aiohttp's
        """End the connection, but the chunk first, as far as the time goes."""
        if self._is_busy():
            self._ended = self._loop.create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._ended
            except TimeoutError:
                timeout = 0.1  # it had its time
        await super().shutdown(timeout)

    def _process_keepalive(self) -> None:
        if self._is_busy():
            self._stay()
        super()._process_keepalive()

    def _is_busy(self) -> bool:
        return self._serving is not None or self._coming is not None

    def _is_idle(self) -> bool:
        """Tell whether aiohttp waits for a request, and the reader takes what it is told."""
        waiter = self._waiter
        if waiter is None or waiter.done() or self._messages:
            return False
        return not (self._paused or self._close or self._force_close)

    def _begin(self, data: bytes) -> bool:
        """Take data that a request begins with; False: it goes the long way."""
        if not self._is_even or (head := read_head(data)) is None or not self._is_idle():
            return False
        asker = self._asker if head.fields == self._fields else self._ask(head)
        missing = head.body_at + head.length - len(data)
        if asker is None or missing < 0:
            return False
        try:
            self._shortcut.hold(len(data) - head.body_at)
        except Busy:
            return False
        self._request_count += 1
        if missing:
            timer = self._loop.call_later(PATIENCE_SECONDS, self._lose_patience)
            self._coming = _Coming(head, asker, [data], len(data) - head.body_at, timer)
        else:
            self._serve(asker, head.token, data[head.body_at :])
        return True

    def _ask(self, head: Head) -> Asker | None:
        self._fields, self._asker = head.fields, self._shortcut.asker(head.fields, self._peer)
        return self._asker

    def _go_on(self, coming: _Coming, data: bytes) -> None:
        """Take more of a body."""
        head, pieces = coming.head, coming.pieces
        missing = head.length - coming.held - len(data)
        try:
            self._shortcut.hold(len(data))
        except Busy:
            self._give_up(coming, data)
            return
        coming.held += len(data)
        pieces.append(data)
        if not missing:
            coming.timer.cancel()
            self._coming = None
            pieces[0] = pieces[0][head.body_at :]
            self._serve(coming.asker, head.token, b"".join(pieces))
        elif missing < 0 or len(pieces) > _MAX_PIECES:
            self._give_up(coming)

    def _lose_patience(self) -> None:
        coming = self._coming
        if (
            coming is not None and self._closes_after
        ):  # the end of the server's own patience is near
            coming.timer = self._loop.call_later(PATIENCE_SECONDS, self._lose_patience)
        elif coming is not None:
            self._give_up(coming)

    def _give_up(self, coming: _Coming, data: bytes = b"") -> None:
        """Let what has come of a request, and then `data`, go the long way."""
        self._forget(coming)
        self._is_even = False
        if self._closes_after:
            self.force_close()  # nothing new is begun any more
        else:
            super().data_received(b"".join([*coming.pieces, data]))
        self._tell_ended()

    def _forget(self, coming: _Coming) -> None:
        self._coming = None
        coming.timer.cancel()
        self._shortcut.free(coming.held)

    def _serve(self, asker: Asker, token: str, body: bytes) -> None:
        self._serving = self._loop.create_task(self._answer(asker, token, body))

    async def _answer(self, asker: Asker, token: str, body: bytes) -> None:
        try:
            answer = await self._shortcut.answer(asker, token, body)
            if self.transport is not None:
                self.transport.write(answer)
        finally:
            self._serving = None
            self._stay()
            if self._closes_after:
                self._closes_after = False
                self.close()
            self._tell_ended()
        if self._held:
            held, self._held = b"".join(self._held), []
            self._resume_transport_reading()
            self.data_received(held)

    def _hold(self, data: bytes) -> None:
        """Keep what comes before the answer is sent; no more than one piece does."""
        self._held.append(data)
        self._pause_transport_reading()

    def _stay(self) -> None:
        """Have the time begin anew for which a silent connection is kept."""
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout

    def _tell_ended(self) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)
