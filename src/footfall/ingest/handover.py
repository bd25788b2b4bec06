"""Between a worker, which reads and checks chunks, and the process that owns log and index, which stores them.

One Unix socket for each worker; msgpack arrays both ways, many in one write. A worker sends
`[number, project, session, tab, sequence, digest, facts_bytes, hashes, *Sender, body]`; the answer is
`[number, status, code, text, retry_after, answer]`, in any order. Each second a worker also tells what it has
refused by itself: `[0, opted out, unavailable, {code: count}, {figure of its connections: number}]`.
Both ends are of one version of the program.
"""

import abc
import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, cast

import msgpack

from footfall.errors import StorageError, WireError
from footfall.ingest.guard import Guard
from footfall.ingest.ingest import Counters, Ingest, Limited, Sender, read_facts
from footfall.wire import codec, schema
from footfall.wire.reading import Reading
from footfall.wire.schema import Header

_OK: Final = 200
_NOTHING: Final = 204
_UNAVAILABLE: Final = 503
_MAX_BUFFER: Final = 64 * 1024 * 1024
_TELL_SECONDS: Final = 1.0

_log = logging.getLogger("footfall.ingest")

OnFigures = Callable[[object, dict[str, int] | None], None]


class _Messages(asyncio.Protocol, abc.ABC):
    """Sends arrays, all that are given in one turn of the loop at once; hands on those that come."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._unpacker = msgpack.Unpacker(
            max_buffer_size=_MAX_BUFFER, unicode_errors="surrogatepass"
        )
        self._packer = msgpack.Packer(unicode_errors="surrogatepass")  # headers may hold any bytes
        self._outgoing: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand on each array that is whole."""
        self._unpacker.feed(data)
        for message in self._unpacker:
            self.received(message)

    @abc.abstractmethod
    def received(self, message: list[Any]) -> None:
        """Take an array."""

    def send(self, message: list[Any]) -> None:
        """Send an array soon."""
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing.append(self._packer.pack(message))

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"".join(outgoing))


class Owner(_Messages):
    """The end that stores; one for each worker that is connected."""

    def __init__(
        self, ingest: Ingest, guard: Guard, connected: "set[Owner]", on_figures: OnFigures
    ) -> None:
        """Store by `ingest` what `guard` lets in; stand in `connected` while the worker is there.

        `on_figures` hears what the worker tells of its connections, and None when it is gone.
        """
        super().__init__()
        self._ingest = ingest
        self._guard = guard
        self._connected = connected
        self._on_figures = on_figures
        self._storing: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        super().connection_made(transport)
        self._connected.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # asyncio's
        """Forget the worker."""
        self._connected.discard(self)
        self._on_figures(self, None)

    def received(self, message: list[Any]) -> None:
        """Store a chunk. Its task outlives the worker: what is on its way to the disk is finished."""
        if message[0] == 0:
            self._count(*message[1:])
            return
        task = asyncio.get_running_loop().create_task(self._store(*message))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def _store(self, number: int, *message: Any) -> None:  # see above
        project, session, tab, sequence, digest, facts_bytes, hashes, *sender, body = message
        header = _BARE._replace(project=project, session=session, tab=tab, sequence=sequence)
        reading = Reading(header, [], digest, facts_bytes, len(body))
        try:
            answer = await self._admit(reading, hashes, body, Sender(*sender))
            if answer is None:
                self.send([number, _NOTHING, "", "", 0, None])
            else:
                self.send([number, _OK, "", "", 0, answer])
        except WireError as error:
            retry_after = error.retry_after if isinstance(error, Limited) else 0
            self.send([number, error.status, error.code, str(error), retry_after, None])
        except StorageError as error:
            self.send([number, _UNAVAILABLE, "", str(error), 0, None])
        except Exception:  # noqa: BLE001 # the last to catch: whatever goes by gets no answer
            _log.exception("a chunk met a fault of ours")
            self.send([number, _UNAVAILABLE, "", "Something went wrong.", 0, None])

    async def _admit(
        self, reading: Reading, hashes: list[str], body: bytes, sender: Sender
    ) -> dict[str, Any] | None:
        """Have a chunk stored, within what all workers together may send from one network and hold in memory."""
        limited = self._guard.limit(sender.network)
        if limited is not None:
            raise limited
        self._guard.chunks.hold(len(body))
        try:
            return await self._ingest.keep(reading, hashes, body, sender)
        finally:
            self._guard.chunks.free(len(body))

    def _count(
        self, opted_out: int, unavailable: int, refused: dict[str, int], figures: dict[str, int]
    ) -> None:
        self._on_figures(self, figures)
        counters = self._ingest.counters
        counters.opted_out += opted_out
        counters.unavailable += unavailable
        for code, count in refused.items():
            counters.refused[code] = counters.refused.get(code, 0) + count


class Front(_Messages):
    """The worker's end: what `Ingest` is to the routes, for chunks."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        """`on_lost` is called when the owner is gone."""
        super().__init__()
        self.counters = Counters()
        self.figures: Callable[[], dict[str, int]] = dict
        """Asked each second for what is to be told of this worker's connections."""
        self._told: dict[str, int] = {}
        self._on_lost = on_lost
        self._waiting: dict[int, asyncio.Future[list[Any]]] = {}
        self._number = 0

    async def chunk(self, body: bytes, sender: Sender) -> dict[str, Any] | None:
        """Check a chunk, have it stored and return the answer, as `Ingest.chunk`. Raises WireError, StorageError."""
        header = codec.decode_chunk(body)
        reading, hashes = await read_facts(header, body)
        if self.transport is None or self.transport.is_closing():
            raise StorageError("The process that stores is gone.")
        if self.transport.get_write_buffer_size() > _MAX_BUFFER // 2:
            raise StorageError("More is waiting to be stored than fits into memory.")
        self._number = number = self._number + 1
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self.send(
            [
                number, header.project, header.session, header.tab, header.sequence, reading.digest,
                reading.facts_bytes, hashes, *sender, body,
            ]
        )  # fmt: skip
        try:
            status, code, text, retry_after, answer = await waiting
        finally:
            self._waiting.pop(number, None)
        if status in (_OK, _NOTHING):
            return cast("dict[str, Any] | None", answer)
        if retry_after:
            raise Limited(retry_after, code, text)
        if status == _UNAVAILABLE:
            raise StorageError(text)
        raise WireError(code, text, status)

    def tell(self) -> None:
        """Tell the owner what was counted here since the last time."""
        counted, self.counters = self.counters, Counters()
        figures = self.figures()
        if counted != self.counters or figures != self._told:
            self._told = figures
            self.send([0, counted.opted_out, counted.unavailable, counted.refused, figures])

    async def tell_on(self) -> None:
        """Go on telling, until cancelled."""
        while True:
            await asyncio.sleep(_TELL_SECONDS)
            self.tell()

    def received(self, message: list[Any]) -> None:
        """Take an answer to whoever waits for it."""
        number, *answer = message
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:  # asyncio's
        """Refuse those who wait: nobody knows whether their chunks were stored, so they send them again."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(StorageError("The process that stores is gone."))
        self._on_lost()


_BARE: Final = Header("", "", "", 0, "", 0, 0, "", 0, 0, 0, schema.PLAIN, b"", schema.PLAIN, b"")
