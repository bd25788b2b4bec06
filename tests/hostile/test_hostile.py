"""What a hostile body or head means: a 4xx or a closed connection, and nothing more.

Against a real `footfall serve`: never a 5xx, at most 50 MB of memory, valid visits beside it undisturbed.
FOOTFALL_HOSTILE sets how many times everything is sent.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from footfall.errors import WireError
from footfall.log import Log
from footfall.wire import codec, schema
from tests.hostile import bodies, requests
from tests.hostile.requests import post
from tests.hostile.server import PATIENCE_S, Served, exchange, serving
from tests.wire.chunks import KEY, chunk, click, ident, page_view

ROUNDS = int(os.environ.get("FOOTFALL_HOSTILE", "1"))
GROWTH = 50 * 1024 * 1024
AT_ONCE = 16

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs /proc")


@dataclass
class Visits:
    """Valid visits that go on beside an attack."""

    acknowledged: list[bytes] = field(default_factory=list)
    answers: set[tuple[int, ...]] = field(default_factory=set)


async def _visit(server: Served, visits: Visits, ended: asyncio.Event) -> None:
    number = 0
    while not ended.is_set() or number < 3:
        body = chunk([page_view(), click()], session=ident(f"valid-{number}"), frames=bytes(2_000))
        statuses = await exchange(server, post(body, b"Connection: close"))
        visits.answers.add(tuple(statuses))
        if statuses == [200]:
            visits.acknowledged.append(body)
        number += 1
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _attacked(
    folder: Path, *, stores: bool = False, workers: int = 1
) -> AsyncIterator[Served]:
    """A warm server with visits; afterwards: its memory, the visits' answers and the log are looked at.

    `stores`: some of what is sent is right, and may be stored.
    """
    visits, ended = Visits(), asyncio.Event()
    async with serving(folder, workers=workers) as server:
        for number in range(50):  # what is imported and pooled at first is not the attack's
            warm = chunk([click(t=number)] * 300, session=ident(f"warm-{number}"))
            assert await exchange(server, post(warm, b"Connection: close")) == [200]
            visits.acknowledged.append(warm)
        before = server.rss()
        server.forget_peak()
        visiting = asyncio.create_task(_visit(server, visits, ended))
        try:
            yield server
        finally:
            ended.set()
            await asyncio.wait_for(visiting, PATIENCE_S)
        assert visits.answers == {(200,)}
        figures = await server.figures()
        for kind in ("chunk", "asset"):
            assert figures[f'footfall_in_flight_bytes{{kind="{kind}"}}'] == 0
        assert server.peak() - before < GROWTH
        server.stop()
        assert await asyncio.wait_for(server.process.wait(), PATIENCE_S) == 0
    log = Log(folder / "log")
    try:
        stored = [record.chunk for _, record in log.scan()]
    finally:
        log.close()
    assert set(visits.acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    for one in set(stored) - set(visits.acknowledged):
        assert _is_chunk(one)
        assert stores or b"smuggled" not in one


def _is_chunk(body: bytes) -> bool:
    try:
        header = codec.decode_chunk(body)
        codec.decode_facts(
            codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
        )
    except WireError:
        return False
    return header.project == KEY and header.frames_encoding in (schema.PLAIN, schema.DEFLATE_RAW)


async def _send_all(server: Served, sent: Iterator[tuple[str, bytes]]) -> dict[str, list[int]]:
    """Send all, AT_ONCE at a time; return the statuses by name."""
    answers: dict[str, list[int]] = {}
    queue = list(sent)

    async def work() -> None:
        while queue:
            name, data = queue.pop()
            answers[name] = await exchange(server, data)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return answers


def _not_refused(answers: dict[str, list[int]]) -> dict[str, list[int]]:
    return {
        name: statuses
        for name, statuses in answers.items()
        if any(not 400 <= status < 500 for status in statuses) or len(statuses) > 1
    }


async def test_wrong_bodies_are_refused(tmp_path: Path) -> None:
    async with _attacked(tmp_path) as server:
        for _ in range(ROUNDS):
            sent = ((name, post(body)) for name, body in bodies.named().items())
            answers = await _send_all(server, sent)
            assert _not_refused(answers) == {}
            assert [name for name, statuses in answers.items() if not statuses] == []


async def test_damaged_chunks_are_refused_or_still_chunks(tmp_path: Path) -> None:
    async with _attacked(tmp_path) as server:
        for seed in range(ROUNDS):
            damaged = {f"damage {n}": one for n, one in enumerate(bodies.random_damage(seed, 200))}
            answers = await _send_all(
                server, ((name, post(body)) for name, body in damaged.items())
            )
            for name, statuses in _not_refused(answers).items():
                assert statuses == [200]
                assert _is_chunk(damaged[name])


@pytest.mark.parametrize("workers", [1, 2])
async def test_wrong_requests_are_refused_or_closed(tmp_path: Path, workers: int) -> None:
    async with _attacked(tmp_path, workers=workers) as server:
        for _ in range(ROUNDS):
            answers = await _send_all(server, iter(requests.REFUSED.items()))
            assert _not_refused(answers) == {}


@pytest.mark.parametrize("workers", [1, 2])
async def test_damaged_heads_are_never_a_fault_of_ours(tmp_path: Path, workers: int) -> None:
    async with _attacked(tmp_path, stores=True, workers=workers) as server:
        for seed in range(ROUNDS):
            damaged = list(requests.random_damage(seed, 300))
            for first in range(0, len(damaged), AT_ONCE):
                answers = await asyncio.gather(
                    *(exchange(server, one, cut=True) for one in damaged[first : first + AT_ONCE])
                )
                assert {status for told in answers for status in told if status >= 500} == set()


@pytest.mark.parametrize("workers", [1, 2])
async def test_bodies_without_end_are_cut_off(tmp_path: Path, workers: int) -> None:
    piece = b"%x\r\n%s\r\n" % (65_536, bytes(65_536))
    chunked = post(b"", b"Transfer-Encoding: chunked")
    tiny = b"1\r\nx\r\n" * 10_000
    asset = b"/ingest/v1/asset?project=%s&sha256=%s" % (KEY.encode(), b"0" * 64)
    attacks = [
        (chunked, *([piece] * 1_600)),  # 100 MB
        (chunked, *([tiny] * 100)),
        (post(b"", b"Transfer-Encoding: chunked", path=asset), *([piece] * 1_600)),
        (post(b"", b"Content-Length: 100000000"), *([bytes(65_536)] * 1_600)),
    ]
    short = [
        (post(b"3;", b"Transfer-Encoding: chunked"), *([b"a" * 65_536] * 200)),  # an extension
        (post(b"", b"Content-Length: 60000"), b"x" * 59_999),
        (post(b"", b"Content-Length: 5000000", path=asset), *([bytes(65_536)] * 20)),
    ]
    async with _attacked(tmp_path, workers=workers) as server:
        answers = await asyncio.gather(
            *(exchange(server, *one) for one in attacks * 2),
            *(exchange(server, *one, cut=True) for one in short * 2),
        )
        assert {status for statuses in answers for status in statuses} <= {400, 408, 413}


async def test_the_silent_and_the_slow_hold_up_nobody(tmp_path: Path) -> None:
    half = b"POST /ingest/v1/chunk HTTP/1.1\r\nHost: x\r\nX-A: "
    slow = post(b"x", b"Content-Length: 60000")
    async with _attacked(tmp_path) as server:
        opened = []
        for number in range(500):
            reader, writer = await asyncio.open_connection(server.host, server.port)
            opened.append((reader, writer))
            writer.write((b"", half, slow, slow + bytes(59_000))[number % 4])
        for _ in range(5):
            await asyncio.sleep(0.1)
            for _, writer in opened:
                writer.write(b"a")
        for _, writer in opened:
            writer.transport.abort()


async def test_a_reader_who_never_reads_holds_little(tmp_path: Path) -> None:
    asks = b"GET /footfall.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 500
    async with _attacked(tmp_path) as server:
        opened = [await asyncio.open_connection(server.host, server.port) for _ in range(50)]
        for reader, writer in opened:
            reader._transport.pause_reading()  # type: ignore[attr-defined] # asyncio has no public way
            writer.write(asks)
        await asyncio.sleep(0.5)
        for _, writer in opened:
            writer.transport.abort()


async def test_a_flood_of_assets_disturbs_no_visit(tmp_path: Path) -> None:
    path = b"/ingest/v1/asset?project=%s&sha256=" % KEY.encode()
    async with _attacked(tmp_path) as server:
        for number in range(ROUNDS * 40):
            right = [b"GIF89a" + b"%d %d" % (number, other) for other in range(AT_ONCE)]
            large = b"GIF89a" + bytes(4_000_000)
            sent = [post(one, path=path + sha256(one).hexdigest().encode()) for one in right]
            sent += [post(large, path=path + b"0" * 64)] * (number % 10 == 0)
            answers = await asyncio.gather(*(exchange(server, one) for one in sent))
            assert {status for told in answers[:AT_ONCE] for status in told} == {200}
            assert {status for told in answers[AT_ONCE:] for status in told} <= {400}


async def test_a_flood_of_refusals_leaves_nothing_behind(tmp_path: Path) -> None:
    nowhere = post(bytes(60_000), path=b"/nowhere")
    wrong = post(chunk(project="a-project-of-nobody", frames=bytes(60_000)))
    async with _attacked(tmp_path) as server:
        for number in range(ROUNDS * 10):
            sent = ((f"{number}.{n}", (nowhere, wrong)[n % 2]) for n in range(64))
            assert _not_refused(await _send_all(server, sent)) == {}
