"""`footfall serve` as a process of its own, asked over raw sockets, its memory looked at from outside."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aiohttp import ClientSession

from footfall.projects import Projects
from tests.wire.chunks import KEY

PATIENCE_S = 30.0
"""For an answer, on a machine that is busy with other things; the answers themselves come within 2 s."""


@dataclass
class Served:
    """A running server."""

    process: Process
    host: str
    port: int
    folder: Path

    def rss(self) -> int:
        """Return the bytes of memory that the process has now."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """Return the most bytes of memory that it had since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    async def figures(self) -> dict[str, float]:
        """Return what /metrics tells, by name and labels as they stand there."""
        async with (
            ClientSession() as http,
            http.get(f"http://{self.host}:{self.port}/metrics") as told,
        ):
            lines = (await told.text()).splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def _status(self, name: str) -> int:
        text = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        line = next(line for line in text.splitlines() if line.startswith(name))
        return int(line.split()[1]) * 1024


@asynccontextmanager
async def serving(
    folder: Path, *, stderr: IO[bytes] | None = None, workers: int = 1, **env: str
) -> AsyncIterator[Served]:
    """Serve a folder with one project, whose key is KEY."""
    Projects(folder / "settings.db").ensure(id="p", name="P", key=KEY)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "footfall", "serve", "--port", "0", "--storage", str(folder),
        "--workers", str(workers), stdout=PIPE, stderr=stderr, env={**os.environ, **env},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)).decode()
        port = int(line.split("http://127.0.0.1:")[1].split()[0])
        yield Served(process, "127.0.0.1", port, folder)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), PATIENCE_S)


async def exchange(server: Served, *pieces: bytes, cut: bool = False) -> list[int]:
    """Send bytes; return the status of the answer, and of any more that follow it; none: closed without one.

    `cut`: the sender goes away after the last piece, without waiting.
    """
    reader, writer = await asyncio.open_connection(server.host, server.port)
    found: list[int] = []
    first = asyncio.Event()
    telling = asyncio.create_task(_tell(reader, found, first))
    try:
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                if telling.done():
                    break
            if cut:
                writer.write_eof()
        await asyncio.wait_for(first.wait(), PATIENCE_S)
        await asyncio.wait({telling}, timeout=0.05)
        return found
    finally:
        telling.cancel()
        writer.close()


async def _tell(reader: asyncio.StreamReader, found: list[int], first: asyncio.Event) -> None:
    """Gather the statuses of all answers; `first`: there is one, or there will be none."""
    try:
        while line := await reader.readline():
            status = int(line.split(b" ", 2)[1])
            length = 0
            while (field := await reader.readline()).strip():
                name, _, value = field.partition(b":")
                if name.strip().lower() == b"content-length":
                    length = int(value)
            await reader.readexactly(length)
            found.append(status)
            first.set()
    except (ConnectionError, asyncio.IncompleteReadError):
        return
    finally:
        first.set()
