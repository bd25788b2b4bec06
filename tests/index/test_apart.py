"""The indexer in a process of its own, a real one: it follows, it is replaced when it dies, it ends with its owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from footfall.errors import StorageError
from footfall.index import ApartIndexer, Index, Indexer
from footfall.index.erase import erase_sessions
from footfall.log import Log, Record
from tests.wire.chunks import chunk, click, ident, page_view


def _append(log: Log, session: str, *sequences: int) -> None:
    for sequence in sequences:
        body = chunk([page_view(), click()], session=ident(session), sequence=sequence)
        log.append_and_wait(Record("p", time.time_ns() // 1_000_000, "Test", body, ident(session)))


@contextmanager
def _following(folder: Path) -> Iterator[tuple[Log, Index, ApartIndexer]]:
    log, index = Log(folder / "log", tail_bytes=0), Index(folder / "index.db")
    command = [sys.executable, "-m", "footfall.web.indexing", str(folder / "log"), str(index.path)]
    indexer = ApartIndexer(log, index, command)
    try:
        yield log, index, indexer
    finally:
        indexer.stop()
        log.close()
        index.close()


def _process_of(folder: Path) -> int:
    (found,) = (
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and str(folder).encode() in _command_of(entry)
    )
    return found


def _command_of(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


def _chunks(index: Index, session: str) -> list[int]:
    return [one.sequence for one in index.chunks("p", ident(session))]


def test_it_catches_up_follows_and_finishes(tmp_path: Path) -> None:
    with _following(tmp_path) as (log, index, indexer):
        _append(log, "before", 0, 1)
        indexer.start()
        assert _chunks(index, "before") == [0, 1]
        _append(log, "after", 0, 1, 2)
        indexer.catch_up()
        assert _chunks(index, "after") == [0, 1, 2]
        assert indexer.position == log.end
        _append(log, "last", 0)
        indexer.wake()
        indexer.stop()
        assert _chunks(index, "last") == [0]
        assert (indexer.unreadable, indexer.damaged) == (0, 0)


def test_one_that_is_killed_is_replaced_and_counts_nothing_twice(tmp_path: Path) -> None:
    with _following(tmp_path) as (log, index, indexer):
        indexer.start()
        for sequence in range(12):
            _append(log, "long", sequence)
            indexer.wake()
            if sequence % 4 == 3:
                os.kill(_process_of(tmp_path), signal.SIGKILL)
                _append(log, f"while dead {sequence}", 0)
                indexer.catch_up()
        indexer.catch_up()
        assert _chunks(index, "long") == list(range(12))
        (session,) = (one for one in index.sessions("p", limit=10) if one.session == ident("long"))
        assert (session.chunks, session.clicks) == (12, 12)


def test_it_rests_while_the_index_is_changed(tmp_path: Path) -> None:
    with _following(tmp_path) as (log, index, indexer):
        indexer.start()
        _append(log, "kept", 0, 1)
        _append(log, "gone", 0, 1)
        erase = partial(erase_sessions, project="p", sessions=[ident("gone")])
        indexer.change(erase)
        assert (_chunks(index, "kept"), _chunks(index, "gone")) == ([0, 1], [])
        _append(log, "kept", 2)
        indexer.catch_up()
        assert _chunks(index, "kept") == [0, 1, 2]


def test_it_ends_with_an_owner_that_is_killed_and_the_next_one_indexes(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "footfall", "serve", "--storage", str(tmp_path), "--port", "0",
         "--workers", "2"], stdout=subprocess.PIPE,
    )  # fmt: skip
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline()
        owner.kill()
    log, index = Log(tmp_path / "log"), Index(tmp_path / "index.db")
    indexer = Indexer(log, index)
    _append(log, "next", 0)
    indexer.start()  # waits for the other to be gone
    assert _chunks(index, "next") == [0]
    indexer.stop()
    log.close()


def test_one_that_cannot_begin_says_so(tmp_path: Path) -> None:
    log, index = Log(tmp_path / "log"), Index(tmp_path / "index.db")
    indexer = ApartIndexer(log, index, [sys.executable, "-c", "import sys; sys.exit('no')"])
    with pytest.raises(StorageError, match="ended"):
        indexer.start()
    indexer.stop()
    log.close()
