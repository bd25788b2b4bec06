"""kill -9 under load: what was acknowledged is there, once; nothing was invented; the start is clean.

FOOTFALL_KILLS sets the number of rounds, 20 unless it is given; the long form is

    FOOTFALL_KILLS=200 pytest tests/crash

Segments are small, so that kills hit their closing and beginning too, and some servers are killed while they start.
"""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from footfall.index import Index, Indexer
from footfall.log import START, Log, Position, check_folder, digest
from footfall.wire import schema
from tests.wire.chunks import KEY, chunk, click, page_view

ROUNDS = int(os.environ.get("FOOTFALL_KILLS", "20"))
VISITORS = 16
SEGMENT_BYTES = 300_000
RETRIED = 20
_FRAMES = random.randbytes(60_000)


@dataclass
class Ledger:
    """What was sent, what was acknowledged, and what the log has been seen to hold: digests of chunks."""

    sent: set[bytes] = field(default_factory=set)
    acknowledged: set[bytes] = field(default_factory=set)
    stored: Counter[bytes] = field(default_factory=Counter)
    read_up_to: Position = START
    recent: list[bytes] = field(default_factory=list)
    """Acknowledged chunks themselves, for visitors who never heard the answer."""


async def _spawn(folder: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.ingest.server", str(folder), KEY, str(SEGMENT_BYTES), stdout=PIPE
    )  # fmt: skip


async def _kill(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def _start(folder: Path) -> tuple[Process, str]:
    process = await _spawn(folder)
    assert process.stdout is not None
    port = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    return process, f"http://127.0.0.1:{port}{schema.CHUNK_PATH}"


async def _visit(http: ClientSession, url: str, session: str, ledger: Ledger) -> None:
    """Send chunk after chunk, some twice, until the server is gone; the last one is tried again by the next visit."""
    token = ""
    for sequence in range(10_000):
        size = random.choice([50, 2_000, 9_000, 50_000])
        at = random.randrange(len(_FRAMES) - size)
        body = chunk(
            [page_view(), click()], session=session, sequence=sequence, frames=_FRAMES[at : at + size]
        )  # fmt: skip
        ledger.sent.add(digest(body))
        try:
            for _ in range(random.choice([1, 1, 1, 2])):
                async with http.post(url, data=body, params={"token": token}) as answer:
                    assert answer.status == 200, await answer.text()
                    token = (await answer.json())["token"]
                    ledger.acknowledged.add(digest(body))
                    ledger.recent = [*ledger.recent[-RETRIED:], body]
        except (ClientError, OSError):
            return


async def _round(folder: Path, number: int, ledger: Ledger) -> None:
    if random.random() < 0.2:
        early = await _spawn(folder)
        await asyncio.sleep(random.uniform(0.3, 0.8))
        await _kill(early)
    process, url = await _start(folder)
    timeout = ClientTimeout(total=20)
    async with ClientSession(timeout=timeout) as http:
        for body in random.sample(ledger.recent, min(3, len(ledger.recent))):
            async with http.post(url, data=body) as answer:
                assert answer.status == 200
        visits = [
            asyncio.create_task(_visit(http, url, f"session-{number:04}-{visitor:06}", ledger))
            for visitor in range(VISITORS)
        ]
        await asyncio.sleep(random.uniform(0.05, 0.3))
        await _kill(process)
        await asyncio.gather(*visits)


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    ledger = Ledger()
    for number in range(ROUNDS):
        await _round(tmp_path, number, ledger)
        await asyncio.to_thread(_check, tmp_path, ledger)
    assert len(ledger.acknowledged) > ROUNDS
    ledger.read_up_to, ledger.stored = START, Counter()
    await asyncio.to_thread(_check, tmp_path, ledger)  # from its beginning, once more
    health = check_folder(tmp_path / "log")
    assert (health.records, health.damages) == (len(ledger.stored), ())
    assert health.segments > ROUNDS // 10
    assert health.without_footer <= 1  # none: the last kill came between two segments


def _check(folder: Path, ledger: Ledger) -> None:
    log = Log(folder / "log", segment_bytes=SEGMENT_BYTES)
    ledger.stored.update(digest(record.chunk) for _, record in log.scan(ledger.read_up_to))
    ledger.read_up_to = log.end
    assert ledger.acknowledged - set(ledger.stored) == set()
    assert set(ledger.stored) - ledger.sent == set()
    assert set(ledger.stored.values()) <= {1}
    index = Index(folder / "index.db")
    indexer = Indexer(log, index)
    indexer.catch_up()
    assert index.summary("p").chunks == len(ledger.stored)
    indexer.stop()
    index.close()
    log.close()
