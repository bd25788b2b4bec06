"""The index made anew beside the live one: the same, taken over while it is used, harmless when interrupted."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from footfall import cli
from footfall.errors import StorageError
from footfall.index import Index, Indexer
from footfall.index.beside import Progress, hand_over, next_of, rebuild
from footfall.log import Log, Reader
from tests.index.stage import Stage
from tests.index.test_packs import everything
from tests.wire.chunks import T0, chunk, click, ident, page_view


def fill(stage: Stage, sessions: int = 3, chunks: int = 4) -> None:
    stage.add(
        *(
            chunk(
                [page_view(), click(7), click(9, key=f"#k{number}")],
                session=ident(f"session-{session}"),
                sequence=number,
                base_time=T0 + number * 5_000,
            )
            for session in range(sessions)
            for number in range(chunks)
        )
    )


def remake(stage: Stage) -> Progress:
    return rebuild(Reader.of_folder(stage.folder / "log"), stage.index.path, lambda _: None)


def test_the_new_index_equals_the_old(stage: Stage) -> None:
    fill(stage)
    stage.add(b"junk")
    before, facts = stage.dump(), everything(stage)
    seen: list[Progress] = []
    reader = Reader.of_folder(stage.folder / "log")
    done = rebuild(reader, stage.index.path, seen.append)
    assert (done.chunks, done.unreadable, seen[-1]) == (12, 1, done)
    assert stage.dump() == before
    stage.indexer.catch_up()
    assert not next_of(stage.index.path).exists()
    assert stage.dump() == before
    assert everything(stage) == facts
    assert stage.indexer.position == stage.log.end
    stage.add(chunk([click()], session=ident("session-0"), sequence=99))
    row = stage.index.session("p", ident("session-0"))
    assert row is not None
    assert row.chunks == 5


def test_what_came_meanwhile_is_there_before_the_new_index_is(stage: Stage) -> None:
    fill(stage)
    remake(stage)
    stage.add(chunk([page_view()], session=ident("late")))
    stage.indexer.stop()
    stage.index.close()
    stage.index = Index(stage.folder / "index.db")
    assert stage.index.session_count("p") == 4
    stage.indexer = Indexer(stage.log, stage.index)
    assert next_of(stage.index.path).exists() is False
    assert stage.index.session_count("p") == 4


def test_readers_see_the_one_or_the_other_and_nothing_less(stage: Stage) -> None:
    fill(stage, sessions=30)
    stop, seen, errors = threading.Event(), set[int](), list[Exception]()

    def ask() -> None:
        while not stop.is_set():
            try:
                seen.add(stage.index.session_count("p"))
                with stage.index.facts("p"):
                    seen.add(len(stage.index.sessions("p")))
            except Exception as error:  # noqa: BLE001 # whatever it is, the test shows it
                errors.append(error)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        remake(stage)
        stage.indexer.catch_up()
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen == {30}


def test_a_taking_over_that_was_interrupted_is_ended(stage: Stage) -> None:
    fill(stage)
    before = stage.dump()
    remake(stage)
    stage.indexer.stop()
    stage.index.close()
    for suffix in ("", "-wal", "-shm"):  # the crash came before the new one had its name
        stage.index.path.with_name("index.db" + suffix).unlink(missing_ok=True)
    remake(stage)
    stage.index = Index(stage.index.path)
    stage.indexer = Indexer(stage.log, stage.index)
    stage.indexer.catch_up()
    assert stage.dump() == before


def test_a_new_index_that_is_of_no_use_is_dropped(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(stage)
    before = stage.dump()
    next_of(stage.index.path).write_bytes(b"not a database" * 100)
    assert stage.indexer.catch_up() == 0
    assert "of no use" in caplog.text
    assert stage.dump() == before
    assert not next_of(stage.index.path).exists()


def test_an_interrupted_making_leaves_the_live_one(stage: Stage) -> None:
    fill(stage)
    before = stage.dump()

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(Reader.of_folder(stage.folder / "log"), stage.index.path, stop)
    assert stage.dump() == before
    assert [path.name for path in stage.folder.glob("index.*") if "db-" not in path.name] == [
        "index.db"
    ]


def test_two_at_once_are_refused(stage: Stage) -> None:
    fill(stage)
    told: list[str] = []

    def again(_: Progress) -> None:
        with pytest.raises(StorageError) as raised:
            remake(stage)
        told.append(str(raised.value))

    rebuild(Reader.of_folder(stage.folder / "log"), stage.index.path, again)
    assert told == [
        "A footfall reindex, or an erasure, is at work in this folder; try again when it is done."
    ]


def test_a_running_server_takes_it(stage: Stage) -> None:
    fill(stage)
    stage.indexer.start()
    remake(stage)
    assert not hand_over(stage.index.path, stage.folder / "log", 0)
    stage.indexer.wake()
    assert hand_over(stage.index.path, stage.folder / "log", 30)
    assert stage.index.session_count("p") == 3


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(tmp_path / "log")
    log.close()
    assert cli.main(["reindex", "--storage", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "The index is made anew from 0 chunks.\n"
    assert cli.main(["reindex", "--storage", str(tmp_path / "none")]) == 1
    assert "log cannot be read" in capsys.readouterr().err


def test_kill_at_any_moment(stage: Stage) -> None:
    """However a process that makes or places an index dies: the live one answers, and the next attempt succeeds."""
    fill(stage, sessions=40, chunks=6)
    stage.indexer.stop()
    stage.index.close()
    stage.log.close()
    before = stage.dump()
    command = [sys.executable, "-m", "footfall", "reindex", "--storage", str(stage.folder)]
    for delay in (0.25, 0.35, 0.45, 0.55):
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(delay)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate()
        assert stage.dump() == before
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "The index is made anew from 240 chunks.\n"
    stage.log = Log(stage.folder / "log")
    stage.index = Index(stage.index.path)
    stage.indexer = Indexer(stage.log, stage.index)
    assert stage.indexer.position == stage.log.end
    assert stage.dump() == before
