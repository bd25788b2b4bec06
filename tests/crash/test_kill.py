"""kill -9 under load: what was acknowledged is there, once; nothing was invented; the start is clean.

FOOTFALL_KILLS sets the number of rounds.
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
from footfall.log import Log
from footfall.wire import schema
from tests.wire.chunks import KEY, chunk, click, page_view

ROUNDS = int(os.environ.get("FOOTFALL_KILLS", "3"))
VISITORS = 16


@dataclass
class Ledger:
    """What was sent, and what was acknowledged."""

    sent: set[bytes] = field(default_factory=set)
    acknowledged: set[bytes] = field(default_factory=set)


async def _start(folder: Path) -> tuple[Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.ingest.server", str(folder), KEY, stdout=PIPE
    )
    assert process.stdout is not None
    port = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    return process, f"http://127.0.0.1:{port}{schema.CHUNK_PATH}"


async def _visit(http: ClientSession, url: str, session: str, ledger: Ledger) -> None:
    """Send chunk after chunk, some twice, until the server is gone; the last one is tried again by the next visit."""
    token = ""
    for sequence in range(10_000):
        body = chunk(
            [page_view(), click()],
            session=session, sequence=sequence, frames=random.randbytes(random.choice([50, 9_000, 50_000])),
        )  # fmt: skip
        ledger.sent.add(body)
        try:
            for _ in range(random.choice([1, 1, 1, 2])):
                async with http.post(url, data=body, params={"token": token}) as answer:
                    assert answer.status == 200, await answer.text()
                    token = (await answer.json())["token"]
                    ledger.acknowledged.add(body)
        except (ClientError, OSError):
            return


async def _round(folder: Path, number: int, ledger: Ledger) -> None:
    process, url = await _start(folder)
    timeout = ClientTimeout(total=20)
    async with ClientSession(timeout=timeout) as http:
        before = random.sample(sorted(ledger.acknowledged), min(20, len(ledger.acknowledged)))
        for body in before:  # a visitor who never heard the answer
            async with http.post(url, data=body) as answer:
                assert answer.status == 200
        visits = [
            asyncio.create_task(_visit(http, url, f"session-{number:04}-{visitor:06}", ledger))
            for visitor in range(VISITORS)
        ]
        await asyncio.sleep(random.uniform(0.2, 0.8))
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await asyncio.gather(*visits)


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    ledger = Ledger()
    for number in range(ROUNDS):
        known = len(ledger.acknowledged)
        await _round(tmp_path, number, ledger)
        assert len(ledger.acknowledged) > known
        await asyncio.to_thread(_check, tmp_path, ledger)


def _check(folder: Path, ledger: Ledger) -> None:
    log = Log(folder / "log")
    stored = Counter(record.chunk for _, record in log.scan())
    assert ledger.acknowledged - set(stored) == set()
    assert set(stored) - ledger.sent == set()
    assert set(stored.values()) <= {1}
    index = Index(folder / "index.db")
    indexer = Indexer(log, index)
    indexer.catch_up()
    assert index.summary("p").chunks == len(stored)
    indexer.stop()
    index.close()
    log.close()
