"""What each step of a chunk costs, alone and in one process: no sockets, no load generator, little noise.

python -m benchmarks.steps [ROUNDS]

CPU µs a chunk of all threads, the lowest of some rounds, each over recorded chunks (see benchmarks.ingest) of 64
visitors at once. The steps are measured apart; "tasks, receipts" is what the whole way to the disk takes beyond them.
The kernel's part in receiving and sending is not in it: `benchmarks.ingest` has it. The last line is the limit there, a
handler that only reads the body, without the kernel's part too.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvloop
from aiohttp import web

from benchmarks.ingest import (
    AGENT,
    CONNECTIONS,
    KEY,
    ORIGIN,
    SESSION_CHUNKS,
    _body,
    _fill,
    _parts,
    read_only,
)
from footfall.assets import Vault
from footfall.index import Index, Indexer
from footfall.ingest import Guard, Ingest, Rate, Receipts, Shortcut
from footfall.ingest.ingest import Counters, read_facts
from footfall.log import Log, Record, digest
from footfall.projects import Projects
from footfall.web.chunk_connection import ChunkConnection
from footfall.web.connections import Connections, GuardedRunner
from footfall.web.tuning import tune
from footfall.wire import codec, schema

SIZES = (2_000, 10_000, 60_000)
STEPS = (
    "HTTP", "reading and checking", "log, fsync", "tasks, receipts", "all up to the answer", "index", "all",
    "aiohttp, body read",
)  # fmt: skip
TURNS = SESSION_CHUNKS
"""Chunks of each connection in a round: one session."""
_HEAD = (
    f"POST {schema.CHUNK_PATH}?token=%s HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nConnection: keep-alive\r\n"
    f"Content-Length: %d\r\nUser-Agent: {AGENT}\r\nContent-Type: text/plain;charset=UTF-8\r\nAccept: */*\r\n"
    f"Origin: {ORIGIN}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nReferer: {ORIGIN}/\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\n\r\n"
)


class _Pipe(asyncio.Transport):
    """A connection without a socket: keeps the last answer."""

    def __init__(self, on_answer: Callable[[], None]) -> None:
        super().__init__()
        self._on_answer = on_answer
        self.answer = b""

    def write(self, data: Any) -> None:
        self.answer = bytes(data)
        self._on_answer()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name == "peername" else default

    def resume_reading(self) -> None:
        """Do nothing; it never pauses."""

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Do nothing."""


class _Nothing:
    """Takes chunks and does nothing with them."""

    counters = Counters()

    async def chunk(self, body: bytes, sender: object) -> dict[str, Any]:
        return {"token": "t" * 32, "need": []}


class _Visitors:
    """64 of them, who send at once and wait for the answers."""

    def __init__(self) -> None:
        self.pipes: list[tuple[Any, _Pipe]] = []
        self._missing = 0
        self._answered = asyncio.Event()

    async def come(self, ingest: Ingest | None) -> None:
        """Connect to a server of `ingest`; None: to a handler that only reads the body."""
        app = web.Application()
        if ingest is None:
            app.router.add_post(schema.CHUNK_PATH, read_only)
            runner = web.AppRunner(app, auto_decompress=False, access_log=None)
        else:
            make = partial(ChunkConnection, Shortcut(ingest, Guard()))
            runner = GuardedRunner(app, Connections(), make)
        await runner.setup()
        for _ in range(CONNECTIONS):
            protocol, pipe = cast("Any", runner.server)(), _Pipe(self._count)
            protocol.connection_made(pipe)
            self.pipes.append((protocol, pipe))
        await asyncio.sleep(0)

    async def send(self, requests: list[bytes]) -> None:
        """Send a request each, and return when all are answered. Raises SystemExit for one that is refused."""
        self._missing = len(requests)
        self._answered.clear()
        for (protocol, _), request in zip(self.pipes, requests, strict=True):
            protocol.data_received(request)
        await self._answered.wait()
        for _, pipe in self.pipes:
            if not pipe.answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(pipe.answer.decode())

    def _count(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._answered.set()


def _chunks(size: int, number: int) -> list[list[bytes]]:
    """Return the chunks of a round: for each turn, one of each visitor."""
    parts = _parts()
    return [
        [
            _body(
                f"session-{number:06}-{who:06}", turn, size, parts[(turn * 64 + who) % len(parts)]
            )
            for who in range(CONNECTIONS)
        ]
        for turn in range(TURNS)
    ]


def _request(chunk: bytes, token: str = "") -> bytes:
    return (_HEAD % (token, len(chunk))).encode() + chunk


class _Lowest:
    """The lowest time of each step, in µs a chunk."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}

    def note(self, step: str, began: float) -> None:
        took = (time.process_time() - began) / (CONNECTIONS * TURNS) * 1e6
        self.steps[step] = min(took, self.steps.get(step, took))


def _read(chunk: bytes) -> None:
    reading = read_facts(codec.decode_chunk(chunk), chunk)
    try:
        reading.send(None)
    except StopIteration:
        return
    raise SystemExit("A chunk of the benchmark has too many facts.")


async def _measure(folder: Path, size: int, rounds: int) -> dict[str, float]:
    projects = Projects(folder / "settings.db")
    projects.ensure(id="p", name="P", key=KEY)
    log, index, vault = Log(folder / "log"), Index(folder / "index.db"), Vault(folder / "assets")
    alone = Log(folder / "alone", tail_bytes=0)
    _fill(vault)
    indexer = Indexer(log, index)
    receipts = Receipts(index.receipts, lambda: indexer.position)
    bare, idle, whole = _Visitors(), _Visitors(), _Visitors()
    await bare.come(None)
    await idle.come(cast("Ingest", _Nothing()))
    await whole.come(Ingest(projects, log, vault, receipts, rate=Rate(1e9, 1e9)))
    tune()
    lowest = _Lowest()
    for number in range(rounds):
        turns = _chunks(size, number)
        await _apart(turns, bare, idle, lowest)
        await _append(alone, turns, lowest)
        await _altogether(turns, whole, lowest)
        began = time.process_time()
        indexer.catch_up()
        lowest.note("index", began)
    indexer.stop()
    log.close()
    alone.close()
    return lowest.steps


async def _apart(
    turns: list[list[bytes]], bare: _Visitors, idle: _Visitors, lowest: _Lowest
) -> None:
    requests = [[_request(chunk, "t" * 32) for chunk in turn] for turn in turns]
    for name, visitors in (("aiohttp, body read", bare), ("HTTP", idle)):
        began = time.process_time()
        for turn in requests:
            await visitors.send(turn)
        lowest.note(name, began)
    began = time.process_time()
    for turn in turns:
        for chunk in turn:
            _read(chunk)
    lowest.note("reading and checking", began)


async def _append(log: Log, turns: list[list[bytes]], lowest: _Lowest) -> None:
    records = [
        [Record("p", 1, AGENT, chunk, f"s{who}") for who, chunk in enumerate(turn)]
        for turn in turns
    ]
    began = time.process_time()
    for group in records:
        await asyncio.gather(*(log.append(one) for one in group))
    lowest.note("log, fsync", began)


async def _altogether(turns: list[list[bytes]], whole: _Visitors, lowest: _Lowest) -> None:
    began, between = time.process_time(), 0.0
    for turn in turns:
        pause = time.process_time()
        tokens = [pipe.answer.rpartition(b'"token": "')[2][:32].decode() for _, pipe in whole.pipes]
        asked = [_request(chunk, token) for chunk, token in zip(turn, tokens, strict=True)]
        between += time.process_time() - pause
        await whole.send(asked)
    lowest.note("all up to the answer", began + between)


def main(rounds: int) -> None:
    """Print the table."""
    columns = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(uvloop.run(_measure(Path(folder), size, rounds)))
    for steps in columns:
        apart = steps["HTTP"] + steps["reading and checking"] + steps["log, fsync"]
        steps["tasks, receipts"] = steps["all up to the answer"] - apart
        steps["all"] = steps["all up to the answer"] + steps["index"]
    print(f"{'CPU µs a chunk':24}" + "".join(f"{f'{size // 1000} KB':>8}" for size in SIZES))
    for step in STEPS:
        print(f"{step:24}" + "".join(f"{steps[step]:>8.1f}" for steps in columns))


if __name__ == "__main__":
    assert digest(b"")  # loaded before anything is measured
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
