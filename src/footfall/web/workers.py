"""`footfall serve --workers N`: this process owns the folder and the pages; N others take the chunks in.

They share the port (SO_REUSEPORT: the kernel spreads connections), read and check chunks, and hand them over a Unix
socket to this one, which alone knows what is stored: so a chunk sent to two workers is stored once, and a token
given by one is good with all. A worker that dies is started again; its senders send again.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from footfall.errors import FootfallError
from footfall.ingest.handover import Owner
from footfall.web.keys import CONNECTIONS, GUARD, INGEST
from footfall.web.worker import CHUNKS_SOCKET, PAGES_SOCKET

MAX_WORKERS: Final = 64
_START_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 15.0

_log = logging.getLogger("footfall.workers")


@contextlib.asynccontextmanager
async def working(runner: web.AppRunner, host: str, port: int, workers: int) -> AsyncIterator[int]:
    """Have workers listen on `port` (0: a free one) inside the `async with`; yield the port. Raises OSError."""
    loop = asyncio.get_running_loop()
    owners: set[Owner] = set()
    with tempfile.TemporaryDirectory(prefix="footfall-") as folder, _reserve(host, port) as bound:
        sockets = Path(folder)  # of mode 0700: nobody else's process gets in
        await web.UnixSite(runner, str(sockets / PAGES_SOCKET)).start()
        server = await loop.create_unix_server(
            partial(
                Owner, runner.app[INGEST], runner.app[GUARD], owners, runner.app[CONNECTIONS].take
            ),
            str(sockets / CHUNKS_SOCKET),
        )
        crew = [_Keeper(host, bound.getsockname()[1], sockets) for _ in range(workers)]
        try:
            await asyncio.gather(*(keeper.start() for keeper in crew))
            yield bound.getsockname()[1]
        finally:
            await asyncio.gather(*(keeper.stop() for keeper in crew))
            server.close()
            for one in list(owners):
                if one.transport is not None:
                    one.transport.close()


class _Keeper:
    """Keeps one worker running."""

    def __init__(self, host: str, port: int, sockets: Path) -> None:
        self._arguments = (host, str(port), str(sockets))
        self._process: Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the worker; return when it listens. Raises FootfallError."""
        self._process = await self._spawn()
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Have it finish what it has begun, and end."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _keep(self) -> None:
        while True:
            if self._process is not None:
                status = await self._process.wait()
                _log.error("a worker ended (%s); it is started again", status)
            await asyncio.sleep(_AGAIN_SECONDS)
            try:
                self._process = await self._spawn()
            except (FootfallError, OSError) as error:
                self._process = None
                _log.error("a worker could not be started: %s", error)

    async def _spawn(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "footfall.web.worker", *self._arguments, stdout=PIPE
        )
        ready = b""
        try:
            if process.stdout is not None:
                ready = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
        except BaseException:
            process.kill()
            raise
        if not ready:
            raise FootfallError("A worker did not start; its reason is above.")
        return process


@contextlib.contextmanager
def _reserve(host: str, port: int) -> Iterator[socket.socket]:
    """Hold the port without listening; what listens there already and is none of ours is an OSError."""
    family, kind, number, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, number) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        address = probe.getsockname()
    with socket.socket(family, kind, number) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(address)
        yield held
