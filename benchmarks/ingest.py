"""Ingest against its limits, in one run; `benchmarks.log` has the log alone.

python -m benchmarks.ingest [SECONDS]

- HTTP: chunks received, checked, made durable, acknowledged and indexed, beside a handler that only reads the
  body; uvloop, 64 connections, 512 visitors at once whose sessions have 12 chunks each. The server is a process
  of its own: its CPU (all threads, until the index has everything) is counted, the load generator's is not.
- `footfall serve` whole, with one process and with two workers: the highest rate, and the latencies at 80 % of it.
  "cores" is what server and generator took together: where that is all there are, more workers cannot show.
- What each step of a chunk costs: the table of `benchmarks.steps`.

The chunks carry the facts of recorded ones (demo/recordings; where that is not there, five busy seconds) and
random bytes for frames, up to the wanted size.
"""

import asyncio
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import ClientSession, TCPConnector, web

from benchmarks import load
from footfall import resources
from footfall.assets import Vault
from footfall.demo import bundle
from footfall.errors import WireError
from footfall.index import Index, Indexer
from footfall.ingest import Guard, Ingest, Rate, Receipts, Shortcut, create_routes
from footfall.log import Log
from footfall.projects import Projects
from footfall.web.chunk_connection import ChunkConnection
from footfall.web.connections import Connections, GuardedRunner
from footfall.web.tuning import tune
from footfall.wire import codec, schema
from footfall.wire.schema import Click, Fact, Header, PageView, Pointer, Scroll

KEY = "benchmark-key-000000"
CONNECTIONS = 64
PROJECTS = 64
VISITORS = 8
"""Visitors who take turns on one connection, so that no window of the index sees one of them twice."""
SESSION_CHUNKS = 12
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
ORIGIN = "https://shop.example"
FIRST: list[Fact] = [
    PageView(0, 1, "https://shop.example/", "", "Shop", "load", 1280, 800, 1920, 1080, 1, False, 1280, 3000),
]  # fmt: skip
BUSY: list[Fact] = [
    *(Pointer(t, "mouse", (50,) * 20, (3,) * 20, (-2,) * 20) for t in range(0, 5_000, 1_000)),
    Scroll(700, 0, "", 1280, 3000, (0, *(100,) * 9), (0,) * 10, (400, *(60,) * 9)),
    Click(900, 7, "#buy", 5000, 5000, 100, 200, 1280, 3000, 0, "mouse", False, "", "Buy"),
]
RECORDINGS = resources.recordings()
UNLIMITED = {"FOOTFALL_PROJECT_RATE": "100000", "FOOTFALL_ADDRESS_RATE": "0"}
NOISE = random.Random(1).randbytes(schema.MAX_CHUNK_BYTES)


def _parts() -> list[tuple[int, bytes]]:
    """Return (encoding, facts part) of what visitors send after their first chunk."""
    recorded = [codec.decode_chunk(record.chunk) for record in bundle.read(RECORDINGS)]
    parts = [(one.facts_encoding, one.facts) for one in recorded]
    return parts or [(schema.DEFLATE_RAW, codec.deflate(codec.encode_facts(BUSY)))]


def _body(session: str, sequence: int, size: int, part: tuple[int, bytes], key: str = KEY) -> bytes:
    now = time.time_ns() // 1_000_000
    encoding, facts = part if sequence else (schema.PLAIN, codec.encode_facts(FIRST))
    header = Header(
        key, session, "tab-0000000000000", sequence, "visitor-000000000", 1, 1, "https://shop.example/",
        now - 5_000, now, 0, encoding, facts, schema.DEFLATE_RAW, NOISE[: max(0, size - len(facts) - 180)],
    )  # fmt: skip
    return codec.encode_chunk(header)


def _serve(kind: str, folder: str, tell: "Queue[Any]") -> None:
    with suppress(KeyboardInterrupt):
        uvloop.run(_serve_async(kind, Path(folder), tell))


async def read_only(request: web.Request) -> web.Response:
    """Answer as the limit does: a handler that only reads the body."""
    while await request.content.readany():
        pass
    return web.Response(text='{"token": "", "need": []}')


async def _serve_async(kind: str, folder: Path, tell: "Queue[Any]") -> None:
    app = web.Application()

    def is_idle() -> bool:
        return True

    async def cpu(_: web.Request) -> web.Response:
        while not is_idle():  # noqa: ASYNC110 # the index has no event, and this is no hot loop
            await asyncio.sleep(0.01)
        used = resource.getrusage(resource.RUSAGE_SELF)
        return web.json_response(used.ru_utime + used.ru_stime)

    app.router.add_get("/cpu", cpu)
    if kind == "read only":
        app.router.add_post(schema.CHUNK_PATH, read_only)
        runner = web.AppRunner(app, auto_decompress=False, access_log=None)
    else:
        ingest, is_idle = _ingest(folder)
        app.add_routes(create_routes(ingest, Guard()))
        make = partial(ChunkConnection, Shortcut(ingest, Guard()))
        runner = GuardedRunner(app, Connections(), make)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    tune()
    tell.put(runner.addresses[0][1])
    await asyncio.Event().wait()


def _ingest(folder: Path) -> tuple[Ingest, Callable[[], bool]]:
    """Return ingest and what tells whether the index has everything that is stored."""
    projects = Projects(folder / "settings.db")
    projects.ensure(id="p", name="P", key=KEY)
    log, index = Log(folder / "log"), Index(folder / "index.db")
    indexer = Indexer(log, index)
    indexer.start()
    receipts = Receipts(index.receipts, lambda: indexer.position)
    vault = Vault(folder / "assets")
    _fill(vault)
    ingest = Ingest(projects, log, vault, receipts, indexer.wake, rate=Rate(1e9, 1e9))
    return ingest, lambda: indexer.position >= log.end or not ingest.counters.chunks


def _fill(vault: Vault) -> None:
    """Keep what the recordings may show, so that no chunk's answer asks for it."""
    for sha256, content in bundle.assets(RECORDINGS, resources.shop()):
        with suppress(WireError):  # a script of the shop's is none
            vault.put(sha256, content)


async def _load(url: str, size: int, seconds: float) -> tuple[int, list[float], float]:
    """Return acknowledged chunks, their latencies in ms, and the server's CPU seconds."""
    latencies: list[float] = []
    parts = _parts()
    tokens: dict[tuple[int, int], str] = {}

    async def send(http: ClientSession, number: int, turn: int) -> None:
        chunk, visitor = divmod(turn, VISITORS)
        visit, sequence = divmod(chunk + visitor, SESSION_CHUNKS)
        # A visitor who begins in the middle of a session has no token yet, and needs none.
        token = tokens.get((number, visitor), "") if sequence else ""
        session = f"session-{number:04}-{visitor:04}-{visit:08}"
        body = _body(session, sequence, size, parts[(number + turn) % len(parts)])
        began = time.perf_counter()
        async with http.post(url + schema.CHUNK_PATH, data=body, params={"token": token}) as answer:
            answer.raise_for_status()
            tokens[number, visitor] = (await answer.json(content_type=None))["token"]
        latencies.append((time.perf_counter() - began) * 1000)

    async def begin(http: ClientSession, number: int) -> None:
        for turn in range(VISITORS):
            await send(http, number, turn)

    async def go_on(http: ClientSession, number: int, stop_at: float) -> None:
        turn = VISITORS
        while time.perf_counter() < stop_at:
            await send(http, number, turn)
            turn += 1

    headers = {"User-Agent": AGENT, "Origin": ORIGIN, "Content-Type": "text/plain"}
    async with ClientSession(connector=TCPConnector(limit=CONNECTIONS), headers=headers) as http:
        await asyncio.gather(*(begin(http, number) for number in range(CONNECTIONS)))
        latencies.clear()
        before = float(await (await http.get(url + "/cpu")).text())
        stop_at = time.perf_counter() + seconds
        await asyncio.gather(*(go_on(http, number, stop_at) for number in range(CONNECTIONS)))
        after = float(await (await http.get(url + "/cpu")).text())
    return len(latencies), latencies, after - before


def _http(seconds: float) -> None:
    print(
        f"{'HTTP, 64 connections':34}{'chunks/s':>10}{'CPU µs/chunk':>14}{'×':>6}{'p50 ms':>9}{'p99 ms':>9}"
    )
    for size in (2_000, 10_000, 60_000):
        limit = 0.0
        for kind in ("read only", "ingest + index"):
            with tempfile.TemporaryDirectory() as folder:
                tell: Queue[Any] = Queue()
                server = Process(target=_serve, args=(kind, folder, tell), daemon=True)
                server.start()
                url = f"http://127.0.0.1:{tell.get(timeout=30)}"
                count, latencies, cpu = uvloop.run(_load(url, size, seconds))
                server.kill()
                server.join()
            cuts = statistics.quantiles(latencies, n=100)
            each = cpu / count * 1e6
            limit = limit or each
            print(
                f"{kind + f', {size // 1000} KB':34}{count / seconds:>10.0f}{each:>14.0f}"
                f"{each / limit:>6.1f}{cuts[49]:>9.1f}{cuts[98]:>9.1f}"
            )


@dataclass(frozen=True)
class _Figures:
    """Of a whole `footfall serve` under a load."""

    rate: float  # chunks/s
    cpu: float  # µs a chunk, all processes of the server
    p50: float  # ms
    p99: float
    busy: float  # cores that server and generator took together


def bodies(size: int) -> load.Body:
    """Return what makes the generator's chunks: of many projects, as one may send 1,000 a second."""
    parts = _parts()

    def body(session: str, sequence: int, number: int) -> bytes:
        return _body(
            session, sequence, size, parts[(7 * number + sequence) % len(parts)], key(number)
        )

    return body


def key(number: int) -> str:
    """Return the project key that a connection sends with."""
    return f"benchmark-key-{number % PROJECTS:06}"


def _tree_cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [child for one in threads for child in (one / "children").read_text().split()]
    return own + sum(map(_tree_cpu, map(int, children)))


def _whole(workers: int, seconds: float, rate: float = 0) -> _Figures:
    """Load a `footfall serve` of its own; `rate` 0: all it takes."""
    with tempfile.TemporaryDirectory() as folder:
        projects = Projects(Path(folder) / "settings.db")
        for number in range(PROJECTS):
            projects.ensure(id=f"p{number}", name=f"P{number}", key=key(number))
        _fill(Vault(Path(folder) / "assets"))
        server = subprocess.Popen(
            [sys.executable, "-m", "footfall", "serve", "--storage", folder, "--port", "0",
             "--workers", str(workers)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | UNLIMITED,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().split()[3].rpartition(b":")[2])
            headers = (("Host", f"127.0.0.1:{port}"), ("User-Agent", AGENT), ("Origin", ORIGIN))
            plan = load.Plan(
                "127.0.0.1", port, schema.CHUNK_PATH, headers, bodies(10_000), seconds, rate
            )
            before, began = _tree_cpu(server.pid), time.perf_counter()
            result = load.run(plan)
            took = time.perf_counter() - began
            used = _tree_cpu(server.pid) - before
        finally:
            server.terminate()
            server.wait()
    if result.failed:
        raise SystemExit(f"{result.failed} chunks were refused")
    cuts = statistics.quantiles(result.latencies, n=100)
    sent = result.acknowledged * (plan.seconds + plan.warm_up) / plan.seconds
    return _Figures(
        result.acknowledged / seconds,
        used / sent * 1e6,
        cuts[49],
        cuts[98],
        (used + result.cpu) / took,
    )


def _workers(seconds: float) -> None:
    print(
        f"\n{'footfall serve, 10 KB':34}{'chunks/s':>10}{'CPU µs/chunk':>14}{'×':>6}"
        f"{'p50 ms':>9}{'p99 ms':>9}{'cores':>7}"
    )
    one = 0.0
    for workers in (1, 2):
        name = "one process" if workers == 1 else f"{workers} workers"
        most = _whole(workers, seconds)
        one = one or most.rate
        _print_whole(name, most, one)
        _print_whole(f"{name} at 80 %", _whole(workers, seconds, 0.8 * most.rate), one)


def _print_whole(name: str, it: _Figures, one: float) -> None:
    print(
        f"{name:34}{it.rate:>10.0f}{it.cpu:>14.0f}{it.rate / one:>6.1f}{it.p50:>9.1f}{it.p99:>9.1f}{it.busy:>7.1f}"
    )


if __name__ == "__main__":
    each = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    _http(each)
    _workers(each)
    from benchmarks import steps  # which needs this module

    print()
    steps.main(10)
