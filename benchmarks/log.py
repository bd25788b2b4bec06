"""The log against its limits, in one run.

python -m benchmarks.log [SECONDS [GIGABYTES]]

- Appends of 10 KB, 64 at once, until they are durable: ours; the same with the sync left out; SQLite blobs with
  group commit (WAL, synchronous=FULL, one thread, executemany of all that waits; the same fields, and an index by
  session as our footers are). In turns, medians of five. Sessions of 12 chunks.
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
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from itertools import count, islice
from pathlib import Path
from unittest.mock import patch

import uvloop

from footfall.log import Log, Record, files

PAYLOAD = random.Random(1).randbytes(10_000)
SESSION_CHUNKS = 12
AT_ONCE = 64
ROUNDS = 5


def _records() -> Iterator[Record]:
    """Yield records of sessions that come side by side, as those of visitors do."""
    for turn in count():
        sessions = [
            f"session-{turn:06}-{visitor:06}-{turn * 7919 % 1000:03}" for visitor in range(AT_ONCE)
        ]
        for _ in range(SESSION_CHUNKS):
            for session in sessions:
                yield Record("p", 1, "Chrome 156 · Linux", PAYLOAD, session)


class Blobs:
    """What a log in SQLite would be: one thread commits all that waits."""

    def __init__(self, path: Path) -> None:
        self.commits = 0
        self._waiting: queue.SimpleQueue[tuple[Record, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(path,))
        self._thread.start()

    async def append(self, record: Record) -> None:
        """Return once the record is durable."""
        done: Future[None] = Future()
        self._waiting.put((record, done))
        await asyncio.wrap_future(done)

    def close(self) -> None:
        """Commit what waits, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self, path: Path) -> None:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(
            "CREATE TABLE chunk (id INTEGER PRIMARY KEY, project TEXT, received_at INTEGER,"
            " agent TEXT, body BLOB, session TEXT)"
        )
        database.execute("CREATE INDEX session ON chunk (project, session)")
        while (first := self._waiting.get()) is not None:
            group = [first]
            while not self._waiting.empty():
                one = self._waiting.get()
                if one is None:
                    self._waiting.put(None)
                    break
                group.append(one)
            database.execute("BEGIN")
            database.executemany(
                "INSERT INTO chunk VALUES (NULL, ?, ?, ?, ?, ?)", [record for record, _ in group]
            )
            database.execute("COMMIT")
            self.commits += 1
            for _, done in group:
                done.set_result(None)
        database.close()


async def _rate(append: Callable[[], Awaitable[object]], seconds: float) -> float:
    """Return appends per second of AT_ONCE who each wait for theirs."""
    stop_at = time.perf_counter() + seconds

    async def go_on() -> int:
        done = 0
        while time.perf_counter() < stop_at:
            await append()
            done += 1
        return done

    began = time.perf_counter()
    total = sum(await asyncio.gather(*(go_on() for _ in range(AT_ONCE))))
    return total / (time.perf_counter() - began)


def _ours(folder: Path, seconds: float) -> tuple[float, float]:
    """Return appends per second and how many went into one commit."""
    log, records = Log(folder / "log"), _records()
    rate = uvloop.run(_rate(lambda: log.append(next(records)), seconds))
    log.close()
    return rate, rate * seconds / max(1, log.commits)


def _without_sync(folder: Path, seconds: float) -> tuple[float, float]:
    with patch.object(files, "sync", lambda _: None):
        return _ours(folder, seconds)


def _sqlite(folder: Path, seconds: float) -> tuple[float, float]:
    blobs, records = Blobs(folder / "blobs.db"), _records()
    rate = uvloop.run(_rate(lambda: blobs.append(next(records)), seconds))
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
        segments = max(2, round(gigabytes * 1e9 / closed))
        while log.end.offset < closed - 8_000_000:
            uvloop.run(_append_many(log))
        log.close()
        newest = folder / "00000002.seg"
        newest.rename(folder / f"{segments:08}.seg")
        for number in range(2, segments):
            (folder / f"{number:08}.seg").hardlink_to(folder / "00000001.seg")
        torn = folder / f"{segments:08}.seg"
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
            f"\nstart after a crash, {segments * closed / 1e9:.1f} GB in {segments} segments:"
            f" {took * 1000:.0f} ms, {read / 1e6:.1f} MB read, {again.cut_bytes} bytes cut"
        )
        began = time.perf_counter()
        assert list(again.find("p", "a session that is nowhere")) == []
        took = time.perf_counter() - began
        print(f"a session looked for in all footers and the open segment: {took * 1000:.0f} ms")
        again.close()


async def _append_many(log: Log) -> None:
    await asyncio.gather(*(log.append(one) for one in islice(_records(), 200)))


if __name__ == "__main__":
    _appends(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
    _start(float(sys.argv[2]) if len(sys.argv) > 2 else 10.0)
