"""Ingest and log against their limits, in one run.

python -m benchmarks.ingest [SECONDS]

- HTTP: chunks received, checked, made durable and acknowledged, beside a handler that only reads the body;
  64 connections. Client and server share the machine's cores; the server's CPU is measured by itself.
- Log: appends of 10 KB, 64 at once, beside the same with fsync left out.
"""

import asyncio
import random
import resource
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any
from unittest.mock import patch

import uvloop
from aiohttp import ClientSession, TCPConnector, web

from footfall.assets import Vault
from footfall.index import Index, Indexer
from footfall.ingest import Ingest, Rate, Receipts, create_routes
from footfall.log import Log, Record, files
from footfall.projects import Projects
from footfall.wire import codec, schema
from footfall.wire.schema import Click, Fact, Header, PageView, Pointer

KEY = "benchmark-key-000001"
CONNECTIONS = 64
FACTS: list[Fact] = [
    PageView(0, 1, "https://x/", "", "Shop", "load", 1280, 800, 1920, 1080, 1.0, False, 1280, 3000),
    *(Pointer(t, "mouse", (50,) * 20, (3,) * 20, (2,) * 20) for t in range(0, 5_000, 1_000)),
    Click(900, 7, "#buy", 5000, 5000, 100, 200, 1280, 3000, 0, "mouse", False, "", "Buy"),
]


def _body(session: str, sequence: int, size: int) -> bytes:
    now = time.time_ns() // 1_000_000
    facts = codec.deflate(codec.encode_facts(FACTS))
    header = Header(
        KEY, session, "tab-0000000000000", sequence, "visitor-000000000", 1, 1, "https://x/", now, now, 0,
        1, facts, 0, random.randbytes(max(0, size - len(facts) - 160)),
    )  # fmt: skip
    return codec.encode_chunk(header)


def _serve(kind: str, folder: str, tell: "Queue[Any]") -> None:
    with suppress(KeyboardInterrupt):
        uvloop.run(_serve_async(kind, Path(folder), tell))


async def _serve_async(kind: str, folder: Path, tell: "Queue[Any]") -> None:
    app = web.Application()

    async def read_only(request: web.Request) -> web.Response:
        while await request.content.readany():
            pass
        return web.Response(text='{"token": "", "need": []}')

    async def cpu(_: web.Request) -> web.Response:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return web.json_response(used.ru_utime + used.ru_stime)

    if kind == "read only":
        app.router.add_post(schema.CHUNK_PATH, read_only)
    else:
        app.add_routes(create_routes(_ingest(folder)))
    app.router.add_get("/cpu", cpu)
    runner = web.AppRunner(app, auto_decompress=False, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    tell.put(runner.addresses[0][1])
    await asyncio.Event().wait()


def _ingest(folder: Path) -> Ingest:
    projects = Projects(folder / "settings.db")
    projects.ensure(id="p", name="P", key=KEY)
    log, index = Log(folder / "log"), Index(folder / "index.db")
    indexer = Indexer(log, index)
    indexer.start()
    receipts = Receipts(index.receipts, lambda: indexer.position)
    vault = Vault(folder / "assets")
    return Ingest(projects, log, vault, receipts, indexer.wake, rate=Rate(1e9, 1e9))


async def _load(url: str, size: int, seconds: float, run: int) -> tuple[int, list[float], float]:
    """Return acknowledged chunks, their latencies in ms, and the server's CPU seconds."""
    latencies: list[float] = []
    stop_at = time.perf_counter() + seconds

    async def visit(http: ClientSession, number: int) -> None:
        token = ""
        session = f"session-{run:04}-{number:08}"
        sequence = 0
        while time.perf_counter() < stop_at:
            body = _body(session, sequence, size)
            began = time.perf_counter()
            async with http.post(
                url + schema.CHUNK_PATH, data=body, params={"token": token}
            ) as answer:
                answer.raise_for_status()
                token = (await answer.json(content_type=None))["token"]
            latencies.append((time.perf_counter() - began) * 1000)
            sequence += 1

    async with ClientSession(connector=TCPConnector(limit=CONNECTIONS)) as http:
        before = float(await (await http.get(url + "/cpu")).text())
        await asyncio.gather(*(visit(http, number) for number in range(CONNECTIONS)))
        after = float(await (await http.get(url + "/cpu")).text())
    return len(latencies), latencies, after - before


def _http(seconds: float) -> None:
    print(
        f"{'HTTP, 64 connections':34}{'chunks/s':>10}{'CPU µs/chunk':>14}{'p50 ms':>9}{'p99 ms':>9}"
    )
    for size in (2_000, 10_000, 60_000):
        for kind in ("read only", "ingest + index"):
            with tempfile.TemporaryDirectory() as folder:
                tell: Queue[Any] = Queue()
                server = Process(target=_serve, args=(kind, folder, tell), daemon=True)
                server.start()
                url = f"http://127.0.0.1:{tell.get(timeout=30)}"
                count, latencies, cpu = uvloop.run(_load(url, size, seconds, size))
                server.kill()
                server.join()
            cuts = statistics.quantiles(latencies, n=100)
            print(
                f"{kind + f', {size // 1000} KB':34}{count / seconds:>10.0f}{cpu / count * 1e6:>14.0f}"
                f"{cuts[49]:>9.1f}{cuts[98]:>9.1f}"
            )


async def _appends(log: Log, seconds: float) -> float:
    record = Record("p", 1, "Chrome 156 · Linux", random.randbytes(10_000))
    stop_at = time.perf_counter() + seconds

    async def append() -> int:
        count = 0
        while time.perf_counter() < stop_at:
            await log.append(record)
            count += 1
        return count

    return sum(await asyncio.gather(*(append() for _ in range(64)))) / seconds


def _log_alone(seconds: float) -> None:
    print(f"\n{'log, 10 KB, 64 at once':34}{'appends/s':>10}{'a commit':>14}")
    for name, sync in (("group commit", files.sync), ("without fsync", _no_sync)):
        with tempfile.TemporaryDirectory() as folder, patch.object(files, "sync", sync):
            log = Log(Path(folder) / "log")
            rate = uvloop.run(_appends(log, seconds))
            print(f"{name:34}{rate:>10.0f}{rate * seconds / max(1, log.commits):>14.1f}")
            log.close()


def _no_sync(_: int) -> None:
    """Trust the page cache, as no one should who acknowledges."""


if __name__ == "__main__":
    each = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    _http(each)
    _log_alone(each)
