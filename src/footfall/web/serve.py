"""Runs an application until someone says stop. One process, one loop, a clean end."""

import asyncio
import contextlib
import errno
import logging
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from footfall.config import Config
from footfall.errors import ConfigError
from footfall.ingest import Shortcut
from footfall.web.app import create_app
from footfall.web.chunk_connection import ChunkConnection
from footfall.web.connections import Connections, GuardedRunner, Make
from footfall.web.keys import CONNECTIONS, GUARD, INGEST, PHASE
from footfall.web.tuning import tune
from footfall.web.workers import working

_SHUTDOWN_SECONDS = 10.0


@contextlib.asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, workers: int = 1
) -> AsyncIterator[str]:
    """Serve `app` inside the `async with`; yield its origin, as `http://host:port`.

    Raises ConfigError when the address cannot be listened on.
    """
    connections = app.get(CONNECTIONS) or Connections()
    runner = GuardedRunner(app, connections, _maker(app), shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        async with contextlib.AsyncExitStack() as stack:
            try:
                bound = await stack.enter_async_context(_bound(runner, host, port, workers))
            except OSError as error:
                raise ConfigError(_unreachable(host, port, error)) from error
            yield f"http://{f'[{host}]' if ':' in host else host}:{bound}"
    finally:
        await runner.cleanup()


def _maker(app: web.Application) -> Make | None:
    """Return what makes the connections of an app that takes chunks; the demo's shop takes none."""
    if INGEST not in app:
        return None
    return partial(ChunkConnection, Shortcut(app[INGEST], app[GUARD]))


@contextlib.asynccontextmanager
async def _bound(runner: web.AppRunner, host: str, port: int, workers: int) -> AsyncIterator[int]:
    """Listen in this process or in workers; yield the port. Raises OSError."""
    if workers > 1:
        async with working(runner, host, port, workers) as bound:
            yield bound
        return
    await web.TCPSite(runner, host, port).start()
    yield runner.addresses[0][1]


async def until_stopped() -> None:
    """Return at SIGINT (Ctrl-C) or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def run_serve(config: Config, workers: int = 1) -> None:
    """Serve Footfall until it is stopped; with more than one worker in processes of their own."""
    log = logging.getLogger("footfall")
    app = create_app(config, index_apart=workers > 1)
    async with listening(app, config.host, config.port, workers) as origin:
        sys.stdout.write(f"Footfall is at {origin}  (Ctrl-C ends it)\n")
        sys.stdout.flush()
        tune()
        await until_stopped()
        log.info("stopping")
        app[PHASE].draining = True
        await asyncio.sleep(config.drain_seconds)


def _unreachable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} needs more rights. Choose one above 1023 with --port."
    return f"Cannot listen on {host}:{port}: {error.strerror}."
