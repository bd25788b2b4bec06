"""Visitors for minutes, with repeats, retries and restarts: nothing may be lost, doubled or grow.

python -m benchmarks.soak [SECONDS] [--rate CHUNKS_PER_SECOND] [--restarts N] [--workers N]

Simulated visitors send the demo's recorded chunks (demo/recordings) under their own names, each as one tab after
the other, to a `footfall serve` of its own on a folder that is thrown away. One chunk in ten is sent twice, one in
fifty is given up half-way and sent again later. The server is killed (-9) or stopped (TERM) again and again, and
every visitor keeps what was not acknowledged, as the recorder does. Printed and checked:

- lost: acknowledged chunks that the log does not hold; doubled: names that the index counts twice, or chunks that
  it lacks; server errors while it was up; memory of the server at the end against a fifth of the way, between restarts.
"""

import argparse
import asyncio
import os
import random
import signal
import socket
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from footfall import resources
from footfall.demo import bundle
from footfall.index import Index, Indexer
from footfall.log import Log
from footfall.projects import Projects
from footfall.wire import codec, schema
from footfall.wire.schema import Header

KEY = "soak-key-0000000001"
_TWICE = 0.1
_CUT_SHORT = 0.02
_RETRY_S = 0.2
_UNAVAILABLE = 503


@dataclass
class Ledger:
    """What was sent and what came of it."""

    sent: set[bytes] = field(default_factory=set)  # names, as `_name` gives them
    acknowledged: set[bytes] = field(default_factory=set)
    repeats: int = 0
    retries: int = 0
    faults: Counter[int] = field(
        default_factory=Counter
    )  # 5xx and refusals by status, while it was up
    is_down: bool = True
    latencies: list[float] = field(default_factory=list)  # ms


@dataclass
class Outcome:
    """What a soak found; `memory` is the server's, MB, once a second, by the run between two restarts."""

    acknowledged: int
    lost: int
    invented: int
    stored_twice: int  # in the log: two workers may; the index counts such a chunk once
    doubled: int  # in the index
    faults: dict[int, int]
    p99_ms: float
    memory: list[list[float]]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was lost, invented, doubled or refused."""
        return not (self.lost or self.invented or self.doubled or self.faults)


@dataclass
class _Visits:
    """Recorded sessions, and the server they are sent to."""

    sessions: list[list[Header]]
    url: str
    ledger: Ledger
    until: float
    pause: float  # seconds between two chunks of one visitor


def recorded() -> list[list[Header]]:
    """Return the demo's sessions, each its chunks in order."""
    sessions: dict[str, list[Header]] = {}
    for record in bundle.read(resources.recordings()):
        header = codec.decode_chunk(record.chunk)
        sessions.setdefault(header.session, []).append(header)
    return [sorted(chunks, key=lambda one: (one.tab, one.sequence)) for chunks in sessions.values()]


async def _visit(http: ClientSession, visits: _Visits, number: int) -> None:
    """Send session after session until the time is over."""
    turn = 0
    while time.monotonic() < visits.until:
        token, session = "", f"soak-{number:06}-{turn:08}"
        for header in visits.sessions[(number + turn) % len(visits.sessions)]:
            if time.monotonic() >= visits.until:
                return
            now = time.time_ns() // 1_000_000
            moved = header._replace(
                project=KEY, session=session, base_time=now - 5_000, sent_at=now
            )
            token = await _deliver(http, visits, moved, token)
            await asyncio.sleep(random.expovariate(1 / visits.pause) if visits.pause else 0)
        turn += 1


async def _deliver(http: ClientSession, visits: _Visits, header: Header, token: str) -> str:
    """Send a chunk until it is acknowledged; return the session's token."""
    ledger, body, name = visits.ledger, codec.encode_chunk(header), _name(header)
    ledger.sent.add(name)
    again = random.random() < _TWICE
    while True:
        if random.random() < _CUT_SHORT:
            await _cut_short(visits.url, body, token)
        began = time.perf_counter()
        try:
            async with http.post(visits.url, data=body, params={"token": token}) as answer:
                if answer.status == 200:
                    token = (await answer.json(content_type=None))["token"]
                    ledger.acknowledged.add(name)
                    ledger.latencies.append((time.perf_counter() - began) * 1000)
                    if not again:
                        return token
                    again = False
                    ledger.repeats += 1
                    continue
                if answer.status != _UNAVAILABLE or not ledger.is_down:
                    ledger.faults[answer.status] += 1
        except (ClientError, OSError, TimeoutError):
            pass  # it is down: kept and tried again
        if time.monotonic() > visits.until + 20:
            return token
        ledger.retries += 1
        await asyncio.sleep(_RETRY_S)


async def _cut_short(url: str, body: bytes, token: str) -> None:
    """Begin to send a chunk and go away, as a closing page or a lost network does."""
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    head = f"POST {schema.CHUNK_PATH}?token={token} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + body[: random.randrange(len(body) + 1)])
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    except OSError:
        return


def _name(header: Header) -> bytes:
    return f"{header.session} {header.tab} {header.sequence}".encode()


@dataclass
class _Server:
    """How to start it."""

    folder: Path
    port: int
    workers: int


async def _start(server: _Server) -> Process:
    more = ["--workers", str(server.workers)] if server.workers > 1 else []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "footfall", "serve", "--storage", str(server.folder), "--port", str(server.port), *more,
        stdout=PIPE, stderr=DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 180)
    if not line:
        raise RuntimeError("The server did not start.")
    return process


def _resident_mb(pid: int) -> float:
    """Return what the process and its children hold in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [child for one in threads for child in (one / "children").read_text().split()]
    own = int(status.partition("VmRSS:")[2].split()[0]) / 1024
    return own + sum(_resident_mb(int(child)) for child in children)


async def _restart(server: _Server, times: int, until: float, ledger: Ledger) -> list[list[float]]:
    """Run the server until `until`, stopped and killed in turn between; return its memory, by run."""
    runs: list[list[float]] = []
    for run in range(times + 1):
        process = await _start(server)
        ledger.is_down = False
        runs.append([])
        ends = time.monotonic() + (until - time.monotonic()) / (times + 1 - run)
        while time.monotonic() < ends:
            await asyncio.sleep(min(1.0, max(0.05, ends - time.monotonic())))
            runs[-1].append(_resident_mb(process.pid))
        if run == times:
            await asyncio.sleep(1)  # what is still on its way
        ledger.is_down = True
        process.send_signal(signal.SIGTERM if run % 2 or run == times else signal.SIGKILL)
        await process.wait()
    return runs


async def soak(
    folder: Path,
    seconds: float,
    *,
    rate: float = 0,
    restarts: int = 3,
    workers: int = 1,
    visitors: int = 64,
) -> Outcome:
    """Soak a server over `folder`; `rate` 0: as fast as the visitors get answers."""
    Projects(folder / "settings.db").ensure(id="p", name="Soak", key=KEY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    until = time.monotonic() + seconds
    visits = _Visits(
        recorded(), f"http://127.0.0.1:{port}{schema.CHUNK_PATH}", Ledger(), until,
        visitors / rate if rate else 0,
    )  # fmt: skip
    timeout = ClientTimeout(total=20)
    async with ClientSession(connector=TCPConnector(limit=0), timeout=timeout) as http:
        server = asyncio.create_task(
            _restart(_Server(folder, port, workers), restarts, until, visits.ledger)
        )
        await asyncio.gather(*(_visit(http, visits, number) for number in range(visitors)))
        memory = await server
    return await asyncio.to_thread(_judge, folder, visits.ledger, memory)


def _judge(folder: Path, ledger: Ledger, memory: list[list[float]]) -> Outcome:
    log, index = Log(folder / "log"), Index(folder / "index.db")
    names = deque(_name(codec.decode_chunk(record.chunk)) for _, record in log.scan())
    stored = Counter(names)
    indexer = Indexer(log, index)
    indexer.catch_up()
    counted = index.summary("p").chunks
    indexer.stop()
    index.close()
    log.close()
    return Outcome(
        acknowledged=len(ledger.acknowledged),
        lost=len(ledger.acknowledged - set(stored)),
        invented=len(set(stored) - ledger.sent),
        stored_twice=len(names) - len(stored),
        doubled=abs(counted - len(stored)),
        faults=dict(ledger.faults),
        p99_ms=statistics.quantiles(ledger.latencies, n=100)[98],
        memory=memory,
    )


def _print(outcome: Outcome, seconds: float) -> None:
    print(f"{outcome.acknowledged} chunks acknowledged, {outcome.acknowledged / seconds:.0f}/s")
    print(
        f"lost {outcome.lost}, doubled {outcome.doubled}, invented {outcome.invented},"
        f" twice in the log {outcome.stored_twice}, server errors and refusals {outcome.faults or 0}"
    )
    print(f"p99 of an acknowledgement {outcome.p99_ms:.0f} ms")
    for number, run in enumerate(outcome.memory, 1):
        if len(run) >= 10:
            early, late = statistics.median(run[len(run) // 5 :][:5]), statistics.median(run[-5:])
            print(f"run {number}: memory {early:.0f} MB → {late:.0f} MB ({late / early - 1:+.1%})")


def _main() -> int:
    parser = argparse.ArgumentParser(description="Soak a server of its own.")
    parser.add_argument("seconds", type=float, nargs="?", default=60)
    parser.add_argument("--rate", type=float, default=0, help="chunks a second; 0: all it takes")
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--visitors", type=int, default=64)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(
            soak(
                Path(folder), options.seconds, rate=options.rate, restarts=options.restarts,
                workers=options.workers, visitors=options.visitors,
            )
        )  # fmt: skip
    _print(outcome, options.seconds)
    return 0 if outcome.is_clean else 1


if __name__ == "__main__":
    os.environ.pop("FOOTFALL_STORAGE", None)
    sys.exit(_main())
