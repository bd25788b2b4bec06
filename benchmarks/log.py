"""The log against its limits, in one run.

python -m benchmarks.log [SECONDS [GIGABYTES]]

- Appends of 10 KB, 64 at once, until they are durable: ours; the same with the sync left out; SQLite blobs with
  group commit (WAL, synchronous=FULL, one thread, executemany of all that waits). In turns, medians of three.
- The start after a crash: a log of so many gigabytes (10) whose newest segment has a torn end. All segments but that
  one are one file under many names; a start reads the same of them as of many files.
"""

import asyncio
import os
import queue
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path
from unittest.mock import patch

import uvloop

from footfall.log import Log, Record, files

PAYLOAD = random.Random(1).randbytes(10_000)
RECORD = Record("p", 1, "Chrome 156 · Linux", PAYLOAD, "session-0000000001")
AT_ONCE = 64
ROUNDS = 3


class Blobs:
    """What a log in SQLite would be: one thread commits all that waits."""

    def __init__(self, path: Path) -> None:
        self.commits = 0
        self._waiting: queue.SimpleQueue[tuple[bytes, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(path,))
        self._thread.start()

    async def append(self, payload: bytes) -> None:
        """Return once the payload is durable."""
        done: Future[None] = Future()
        self._waiting.put((payload, done))
        await asyncio.wrap_future(done)

    def close(self) -> None:
        """Commit what waits, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self, path: Path) -> None:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE chunk (id INTEGER PRIMARY KEY, body BLOB)")
        while (first := self._waiting.get()) is not None:
            group = [first]
            while not self._waiting.empty():
                one = self._waiting.get()
                if one is None:
                    self._waiting.put(None)
                    break
                group.append(one)
            database.execute("BEGIN")
            database.executemany("INSERT INTO chunk (body) VALUES (?)", ((p,) for p, _ in group))
            database.execute("COMMIT")
            self.commits += 1
            for _, done in group:
                done.set_result(None)
        database.close()


async def _rate(append: Callable[[], Awaitable[object]], seconds: float) -> float:
    """Return appends per second of AT_ONCE who each wait for theirs."""
    stop_at = time.perf_counter() + seconds

    async def go_on() -> int:
        count = 0
        while time.perf_counter() < stop_at:
            await append()
            count += 1
        return count

    began = time.perf_counter()
    count = sum(await asyncio.gather(*(go_on() for _ in range(AT_ONCE))))
    return count / (time.perf_counter() - began)


def _ours(folder: Path, seconds: float) -> tuple[float, float]:
    """Return appends per second and how many went into one commit."""
    log = Log(folder / "log")
    rate = uvloop.run(_rate(lambda: log.append(RECORD), seconds))
    log.close()
    return rate, rate * seconds / max(1, log.commits)


def _without_sync(folder: Path, seconds: float) -> tuple[float, float]:
    with patch.object(files, "sync", lambda _: None):
        return _ours(folder, seconds)


def _sqlite(folder: Path, seconds: float) -> tuple[float, float]:
    blobs = Blobs(folder / "blobs.db")
    rate = uvloop.run(_rate(lambda: blobs.append(PAYLOAD), seconds))
    blobs.close()
    return rate, rate * seconds / max(1, blobs.commits)


KINDS: dict[str, Callable[[Path, float], tuple[float, float]]] = {
    "without sync": _without_sync,
    "ours": _ours,
    "SQLite blobs": _sqlite,
}


def _appends(seconds: float) -> None:
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in KINDS}
    for _ in range(ROUNDS):
        for name, measure in KINDS.items():
            with tempfile.TemporaryDirectory() as folder:
                measured[name].append(measure(Path(folder), seconds))
                os.sync()  # what one leaves to the disk is not the next one's to wait for
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in measured.items()
    }
    print(f"{'10 KB, 64 at once':24}{'appends/s':>12}{'a commit':>12}{'ours ÷ it':>12}")
    for name, (rate, group) in medians.items():
        print(f"{name:24}{rate:>12.0f}{group:>12.1f}{medians['ours'][0] / rate:>12.2f}")


def _start(gigabytes: float) -> None:
    with tempfile.TemporaryDirectory() as name, patch.object(files, "sync", lambda _: None):
        folder = Path(name) / "log"
        log = Log(folder)
        while log.end.segment < 2:
            uvloop.run(_append_many(log))
        closed = log.segments()[0].bytes
        count = max(2, round(gigabytes * 1e9 / closed))
        while log.end.offset < closed - 8_000_000:
            uvloop.run(_append_many(log))
        log.close()
        newest = folder / "00000002.seg"
        newest.rename(folder / f"{count:08}.seg")
        for number in range(2, count):
            (folder / f"{number:08}.seg").hardlink_to(folder / "00000001.seg")
        torn = folder / f"{count:08}.seg"
        os.truncate(torn, torn.stat().st_size - 5_000)
        read, read_at = 0, files.read_at

        def counted(fd: int, size: int, offset: int) -> bytes:
            nonlocal read
            data = read_at(fd, size, offset)
            read += len(data)
            return data

        with patch.object(files, "read_at", counted):
            began = time.perf_counter()
            again = Log(folder)
            took = time.perf_counter() - began
        print(
            f"\nstart after a crash, {count * closed / 1e9:.1f} GB in {count} segments:"
            f" {took * 1000:.0f} ms, {read / 1e6:.1f} MB read, {again.cut_bytes} bytes cut"
        )
        began = time.perf_counter()
        found = sum(1 for _ in again.find("p", "session-0000000002"))
        took = time.perf_counter() - began
        print(f"a session looked for in all footers: {took * 1000:.0f} ms, {found} chunks")
        again.close()


async def _append_many(log: Log) -> None:
    await asyncio.gather(*(log.append(RECORD) for _ in range(200)))


if __name__ == "__main__":
    _appends(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
    _start(float(sys.argv[2]) if len(sys.argv) > 2 else 10.0)
