"""The log on a real disk: durable, recovered, locked, and right after every failure."""

import asyncio
import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footfall.errors import CorruptError, StorageError
from footfall.log import START, Damage, Log, Overloaded, Position, Record, files
from footfall.log.format import HEADER_BYTES

Open = Callable[..., Log]


def _record(number: int, size: int = 10) -> Record:
    return Record("project", number, "Chrome 156 · Linux", number.to_bytes(4, "big") * size)


def _numbers(log: Log, start: Position = START) -> list[int]:
    return [record.received_at for _, record in log.scan(start)]


@pytest.fixture
def open_log(tmp_path: Path) -> Iterator[Open]:
    opened: list[Log] = []

    def make(**options: int) -> Log:
        for log in opened:
            log.close()
        opened[:] = [Log(tmp_path / "log", **options)]
        return opened[0]

    yield make
    for log in opened:
        log.close()


async def test_appends_come_back_in_order_and_after_a_restart(open_log: Open) -> None:
    log = open_log()
    positions = await asyncio.gather(*(log.append(_record(number)) for number in range(100)))
    assert positions == sorted(positions)
    assert log.commits < 100
    assert [log.read(position) for position in positions] == [_record(n) for n in range(100)]
    log = open_log()
    await log.append(_record(100))
    assert _numbers(log) == list(range(101))
    assert _numbers(log, positions[49].end) == list(range(50, 101))
    assert log.cut_bytes == 0


async def test_segments_roll(open_log: Open, tmp_path: Path) -> None:
    log = open_log(segment_bytes=2_000)
    for number in range(60):
        await log.append(_record(number))
    assert len(list((tmp_path / "log").glob("*.seg"))) > 2
    assert _numbers(log) == list(range(60))
    log = open_log(segment_bytes=2_000)
    assert _numbers(log) == list(range(60))


async def test_a_torn_tail_is_cut(open_log: Open, tmp_path: Path) -> None:
    log = open_log()
    for number in range(3):
        await log.append(_record(number))
    end = log.end
    log.close()
    path = tmp_path / "log" / "00000001.seg"
    with path.open("ab") as file:
        file.write(path.read_bytes()[HEADER_BYTES : HEADER_BYTES + 30])
    again = open_log()
    assert (again.cut_bytes, again.end) == (30, end)
    await again.append(_record(3))
    assert _numbers(again) == [0, 1, 2, 3]


@pytest.mark.parametrize("left", [0, 5, HEADER_BYTES - 1])
def test_a_segment_without_a_whole_header_is_dropped(tmp_path: Path, left: int) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "00000007.seg").write_bytes(b"x" * left)
    log = Log(folder)
    log.append_and_wait(_record(1))
    assert _numbers(log) == [1]
    log.close()


def test_a_segment_with_a_ruined_header_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "00000007.seg").write_bytes(b"x" * 500)
    log = Log(folder)
    log.append_and_wait(_record(1))
    told: list[Damage] = []
    assert [record.received_at for _, record in log.scan(on_damage=told.append)] == [1]
    assert [(one.segment, one.length) for one in told] == [(7, 500 - HEADER_BYTES)]
    assert (folder / "00000007.seg").stat().st_size == 500
    log.close()


def test_a_damaged_record_is_refused_skipped_and_told(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    positions = [log.append_and_wait(_record(number)) for number in range(3)]
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
    position = log.append_and_wait(_record(1))
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


def test_a_closed_log_takes_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    log.close()
    with pytest.raises(StorageError):
        log.append_and_wait(_record(1))


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
        waiting.extend(log.append(_record(number)) for number in range(200))

    with pytest.raises(Overloaded):
        fill()
    may_go.set()
    await asyncio.gather(*waiting)
    for number in range(900, 1_000):  # what is written waits no more
        await log.append(_record(number, size=1_000))
    assert _numbers(log) == [*range(len(waiting)), *range(900, 1_000)]


def _fail(error: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    return fail


def _half(error: int) -> Callable[..., None]:
    def write(fd: int, data: bytes) -> None:
        os.write(fd, data[: len(data) // 2])
        raise OSError(error, os.strerror(error))

    return write


@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize(
    ("name", "failing"),
    [
        ("write_all", _fail(errno.EIO)),
        ("write_all", _half(errno.EROFS)),
        ("sync", _fail(errno.EIO)),
        ("sync_folder", _fail(errno.EIO)),
    ],
)
async def test_a_failed_write_is_told_and_the_file_never_used_again(
    open_log: Open,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    failing: Callable[..., None],
    after: int,
) -> None:
    log = open_log(segment_bytes=100 if name == "sync_folder" else 10_000_000)
    for number in range(after):
        await log.append(_record(number))
    before = log.end
    with monkeypatch.context() as patch:
        patch.setattr(files, name, failing)
        for _ in range(2):
            with pytest.raises(StorageError):
                await log.append(_record(666))
    assert _numbers(log) == list(range(after))
    position = await log.append(_record(100))
    assert position.segment > before.segment
    assert _numbers(log) == [*range(after), 100]
    assert _numbers(open_log()) == [*range(after), 100]


@pytest.mark.parametrize("failing", [_fail(errno.ENOSPC), _half(errno.ENOSPC)])
async def test_a_write_without_room_is_cut_back_and_the_segment_goes_on(
    open_log: Open, monkeypatch: pytest.MonkeyPatch, failing: Callable[..., None]
) -> None:
    log = open_log()
    await log.append(_record(0))
    before = log.end
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_all", failing)
        for _ in range(3):
            with pytest.raises(StorageError, match="No space left"):
                await log.append(_record(666))
    position = await log.append(_record(1))
    assert (position.segment, position.offset) == before[:2]
    assert _numbers(log) == [0, 1]
    log = open_log()
    assert (_numbers(log), log.cut_bytes) == ([0, 1], 0)


async def test_a_write_that_cannot_be_cut_back_ends_the_segment(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log()
    await log.append(_record(0))
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_all", _half(errno.ENOSPC))
        patch.setattr(files, "cut", _fail(errno.EIO))
        with pytest.raises(StorageError):
            await log.append(_record(666))
    assert (await log.append(_record(1))).segment == 2
    assert _numbers(log) == [0, 1]


async def test_nothing_is_acknowledged_from_a_file_after_its_sync_failed(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As databases learnt in 2018: the second sync succeeds, and says nothing about what the first was for."""
    log = open_log()
    await log.append(_record(0))
    synced: list[int] = []
    failing = {os.stat(f"/proc/self/fd/{fd}").st_ino for fd in _segment_descriptors()}

    def sync(fd: int) -> None:
        inode = os.fstat(fd).st_ino
        synced.append(inode)
        if len(synced) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(files, "sync", sync)
    refused = [log.append(_record(number)) for number in range(1, 5)]
    told = await asyncio.gather(*refused, return_exceptions=True)
    assert {type(one) for one in told} == {StorageError}
    await log.append(_record(9))
    assert set(synced[:1]) == failing
    assert failing.isdisjoint(synced[1:])
    assert _numbers(log) == [0, 9]


async def test_failing_tries_leave_no_files(
    open_log: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = open_log()
    with monkeypatch.context() as patch:
        patch.setattr(files, "sync", _fail(errno.EIO))
        for _ in range(5):
            with pytest.raises(StorageError):
                await log.append(_record(1))
    assert list((tmp_path / "log").glob("*.seg")) == []


async def test_a_loop_that_ended_harms_nobody(open_log: Open) -> None:
    log = open_log()

    async def leave() -> None:
        assert not log.append(_record(1)).done()

    await asyncio.to_thread(asyncio.run, leave())
    await log.append(_record(2))
    assert _numbers(log) == [1, 2]
