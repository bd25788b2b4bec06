"""The log on a real disk: durable, recovered, locked, and right after every failure."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from footfall.errors import CorruptError, StorageError
from footfall.log import Damage, Log, Overloaded, Position, Reader, check_folder, files
from footfall.log.format import HEADER_BYTES
from tests.log.conftest import Open, numbers, record


async def test_appends_come_back_in_order_and_after_a_restart(open_log: Open) -> None:
    log = open_log()
    positions = await asyncio.gather(*(log.append(record(number)) for number in range(100)))
    assert positions == sorted(positions)
    assert log.commits < 100
    assert [log.read(position) for position in positions] == [record(n) for n in range(100)]
    log = open_log()
    await log.append(record(100))
    assert numbers(log) == list(range(101))
    assert numbers(log, positions[49].end) == list(range(50, 101))
    assert log.cut_bytes == 0


async def test_segments_roll(open_log: Open, tmp_path: Path) -> None:
    log = open_log(segment_bytes=2_000)
    for number in range(60):
        await log.append(record(number))
    assert len(list((tmp_path / "log").glob("*.seg"))) > 2
    assert numbers(log) == list(range(60))
    log = open_log(segment_bytes=2_000)
    assert numbers(log) == list(range(60))


async def test_a_torn_tail_is_cut(open_log: Open, tmp_path: Path) -> None:
    log = open_log()
    for number in range(3):
        await log.append(record(number))
    end = log.end
    log.close()
    path = tmp_path / "log" / "00000001.seg"
    with path.open("ab") as file:
        file.write(path.read_bytes()[HEADER_BYTES : HEADER_BYTES + 30])
    again = open_log()
    assert (again.cut_bytes, again.end) == (30, end)
    await again.append(record(3))
    assert numbers(again) == [0, 1, 2, 3]


@pytest.mark.parametrize("left", [0, 5, HEADER_BYTES - 1])
def test_a_segment_without_a_whole_header_is_dropped(tmp_path: Path, left: int) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "00000007.seg").write_bytes(b"x" * left)
    log = Log(folder)
    log.append_and_wait(record(1))
    assert numbers(log) == [1]
    log.close()


def test_a_segment_with_a_ruined_header_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "00000007.seg").write_bytes(b"x" * 500)
    log = Log(folder)
    log.append_and_wait(record(1))
    told: list[Damage] = []
    assert [record.received_at for _, record in log.scan(on_damage=told.append)] == [1]
    assert [(one.segment, one.length) for one in told] == [(7, 500 - HEADER_BYTES)]
    assert (folder / "00000007.seg").stat().st_size == 500
    log.close()


def test_a_damaged_record_is_refused_skipped_and_told(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    positions = [log.append_and_wait(record(number)) for number in range(3)]
    path = tmp_path / "log" / "00000001.seg"
    data = bytearray(path.read_bytes())
    data[positions[1].offset + 20] ^= 4
    path.write_bytes(data)
    with pytest.raises(CorruptError):
        log.read(positions[1])
    told: list[Damage] = []
    assert [record.received_at for _, record in log.scan(on_damage=told.append)] == [0, 2]
    assert told == [Damage(positions[1].offset, positions[1].length, 1)]
    log.close()


def test_a_position_of_elsewhere_is_refused(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    position = log.append_and_wait(record(1))
    with pytest.raises(CorruptError):
        log.read(position._replace(offset=position.offset + 1))
    with pytest.raises(StorageError):
        log.read(position._replace(segment=9))
    assert log.contains(position.end)
    assert not log.contains(Position(1, position.end.offset + 1, 0))
    assert not log.contains(Position(9, 0, 0))
    log.close()


def test_a_second_process_is_refused_with_the_first_ones_pid(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    code = (
        "import sys; from pathlib import Path; from footfall.log import Log\n"
        "try: Log(Path(sys.argv[1]))\nexcept Exception as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "log")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"process {os.getpid()}" in done.stdout
    log.close()
    Log(tmp_path / "log").close()


def test_a_reader_without_the_lock_sees_what_is_there(open_log: Open, tmp_path: Path) -> None:
    log = open_log(segment_bytes=1_000)
    for number in range(30):
        log.append_and_wait(record(number, session=f"s{number % 2}"))
    reader = Reader.of_folder(tmp_path / "log")
    log.append_and_wait(record(30))
    assert [one.received_at for _, one in reader.scan()] == [*range(30)]
    assert list(reader.find("project", "s1")) == list(log.find("project", "s1"))
    assert reader.end <= log.end
    assert check_folder(tmp_path / "log").records == 31
    with pytest.raises(StorageError, match="cannot be read"):
        Reader.of_folder(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="cannot be read"):
        check_folder(tmp_path / "nowhere")


def test_a_closed_log_takes_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    log.close()
    with pytest.raises(StorageError):
        log.append_and_wait(record(1))


def test_a_folder_that_cannot_be_made_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    with pytest.raises(StorageError, match="log"):
        Log(tmp_path / "log")


async def test_overload_is_refused_at_once(open_log: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    log = open_log(max_queued_bytes=5_000)
    may_go = threading.Event()
    sync = files.sync

    def slow(fd: int) -> None:
        may_go.wait(10)
        sync(fd)

    monkeypatch.setattr(files, "sync", slow)
    waiting: list[asyncio.Future[Position]] = []

    def fill() -> None:
        waiting.extend(log.append(record(number)) for number in range(200))

    with pytest.raises(Overloaded):
        fill()
    may_go.set()
    await asyncio.gather(*waiting)
    for number in range(900, 1_000):  # what is written waits no more
        await log.append(record(number, size=1_000))
    assert numbers(log) == [*range(len(waiting)), *range(900, 1_000)]


async def test_a_loop_that_ended_harms_nobody(open_log: Open) -> None:
    log = open_log()

    async def leave() -> None:
        assert not log.append(record(1)).done()

    await asyncio.to_thread(asyncio.run, leave())
    await log.append(record(2))
    assert numbers(log) == [1, 2]
