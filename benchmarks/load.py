"""A load generator that costs little: requests are patched together from bytes made before, answers hardly read.

Each connection serves visitors in turn, whose sessions have SESSION_CHUNKS chunks; the first chunk's answer brings
the token for the others. One in REPEAT chunks is sent twice. `rate` 0 sends as soon as an answer is there; else each
connection sends by the clock, and latencies count from the moment at which a chunk was due, so that a server that
stalls cannot hide behind a generator that waits for it.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Process, Queue
from typing import Any, Final, cast

import uvloop

from footfall.wire import codec

SESSION_CHUNKS: Final = 12
REPEAT: Final = 50
_SESSION: Final = "session-{0:06}-{1:06}-{2:06}"
Body = Callable[[str, int, int], bytes]
"""(session, sequence, number of the connection) → a chunk with a checksum, of one length for one sequence below 128"""


@dataclass
class Result:
    """What a load has seen."""

    acknowledged: int = 0
    failed: int = 0
    latencies: list[float] = field(default_factory=list)  # ms
    cpu: float = 0.0  # seconds of the generator


_Template = tuple[list[bytes], bytes]
"""What lies around the session in the part that the checksum is of; the frames, which it is not of."""


def template(chunk: bytes, mark: bytes) -> _Template:
    """Return a chunk as a template whose session `mark` stands for."""
    frames = codec.decode_chunk(chunk).frames
    rest = chunk[: -codec.CHECKSUM.size]
    return rest[: len(rest) - len(frames)].split(mark), frames


def patched(template: _Template, session: bytes) -> bytes:
    """Return the chunk for a session, whose name is as long as the mark."""
    parts, frames = template
    checked = session.join(parts)
    return checked + frames + codec.checksum(checked)


class _Connection(asyncio.Protocol):
    def __init__(self, number: int, load: "_Load") -> None:
        self._number, self._load = number, load
        mark = _SESSION.format(0, 0, 0).encode()
        self._templates = [
            template(load.body(mark.decode(), turn, number), mark) for turn in range(SESSION_CHUNKS)
        ]
        self._tokens: dict[int, bytes] = {}
        self._turn = -1
        self._due = 0.0
        self._buffer = b""
        self._repeated = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._due = (
            time.perf_counter() + self._number * self._load.interval / self._load.connections
        )
        self._next()

    def _next(self) -> None:
        if self._load.interval:
            wait = self._due - time.perf_counter()
            if wait > 0:
                asyncio.get_running_loop().call_later(wait, self._send)
                return
        self._send()

    def _send(self) -> None:
        if time.perf_counter() >= self._load.until or self._transport is None:
            self._load.end(self)
            return
        if not self._load.interval:
            self._due = time.perf_counter()
        if self._turn % REPEAT or self._repeated or self._turn <= 0:
            self._turn += 1
            self._repeated = False
        else:
            self._repeated = True
        # Visitors take turns, so that no window of the index sees one of them twice.
        chunk, visitor = divmod(self._turn, self._load.visitors)
        visit, sequence = divmod(chunk + visitor, SESSION_CHUNKS)
        token = self._tokens.get(visitor, b"") if sequence else b""
        session = _SESSION.format(self._number, visitor, visit).encode()
        body = patched(self._templates[sequence], session)
        self._visitor = visitor
        head = b"POST %b?token=%b HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n"
        self._transport.write(head % (self._load.path, token, self._load.headers, len(body)) + body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._buffer.endswith(b"}"):
            return
        answer, self._buffer = self._buffer, b""
        result = self._load.result
        if answer.startswith(b"HTTP/1.1 200"):
            token = answer.partition(b'"token": "')[2]
            self._tokens[self._visitor] = token[: token.index(b'"')]
            if time.perf_counter() >= self._load.count_from:
                result.acknowledged += 1
                result.latencies.append((time.perf_counter() - self._due) * 1000)
        else:
            result.failed += 1
        self._due += self._load.interval
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:  # asyncio's
        self._transport = None
        self._load.end(self)


@dataclass
class _Load:
    path: bytes
    headers: bytes
    body: Body
    connections: int
    visitors: int
    count_from: float
    until: float
    interval: float  # seconds between two chunks of one connection; 0: none
    result: Result = field(default_factory=Result)
    ended: set[_Connection] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, connection: _Connection) -> None:
        """Note that a connection sends no more."""
        self.ended.add(connection)
        if len(self.ended) == self.connections:
            self.over.set()


@dataclass(frozen=True)
class Plan:
    """What is to be sent where."""

    host: str
    port: int
    path: str
    headers: tuple[tuple[str, str], ...]
    body: Body
    seconds: float
    rate: float = 0  # chunks a second of all connections; 0: all it takes
    connections: int = 64
    visitors: int = 8  # who take turns on one connection
    warm_up: float = 0.5  # seconds that are not counted


async def _run(plan: Plan) -> Result:
    loop = asyncio.get_running_loop()
    now = time.perf_counter()
    headers = "".join(f"{name}: {value}\r\n" for name, value in plan.headers)
    load = _Load(
        path=plan.path.encode(), headers=headers.encode(), body=plan.body, connections=plan.connections,
        visitors=plan.visitors, count_from=now + plan.warm_up, until=now + plan.warm_up + plan.seconds,
        interval=plan.connections / plan.rate if plan.rate else 0,
    )  # fmt: skip
    began = time.process_time()
    for number in range(plan.connections):
        await loop.create_connection(partial(_Connection, number, load), plan.host, plan.port)
    await asyncio.wait_for(load.over.wait(), plan.warm_up + plan.seconds + 30)
    load.result.cpu = time.process_time() - began
    return load.result


def _run_alone(plan: Plan, tell: "Queue[Any]") -> None:
    tell.put(uvloop.run(_run(plan)))


def run(plan: Plan) -> Result:
    """Send by the plan from a process of its own."""
    tell: Queue[Any] = Queue()
    process = Process(target=_run_alone, args=(plan, tell), daemon=True)
    process.start()
    result: Result = tell.get(timeout=plan.seconds + plan.warm_up + 60)
    process.join()
    return result
