"""What the log does when the disk says no: nothing acknowledged is lost, nothing refused comes back, it goes on."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from footfall.errors import StorageError
from footfall.log import Damage, files
from tests.log.conftest import Open, numbers, record


def _fail(error: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    return fail


def _half(error: int) -> Callable[..., None]:
    def write(fd: int, *parts: bytes) -> None:
        data = b"".join(parts)
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
        await log.append(record(number))
    before = log.end
    with monkeypatch.context() as patch:
        patch.setattr(files, name, failing)
        for _ in range(2):
            with pytest.raises(StorageError):
                await log.append(record(666))
    assert numbers(log) == list(range(after))
    position = await log.append(record(100))
    assert position.segment > before.segment
    assert numbers(log) == [*range(after), 100]
    assert numbers(open_log()) == [*range(after), 100]


@pytest.mark.parametrize("failing", [_fail(errno.ENOSPC), _half(errno.ENOSPC)])
async def test_a_write_without_room_is_cut_back_and_the_segment_goes_on(
    open_log: Open, monkeypatch: pytest.MonkeyPatch, failing: Callable[..., None]
) -> None:
    log = open_log()
    await log.append(record(0))
    before = log.end
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_all", failing)
        for _ in range(3):
            with pytest.raises(StorageError, match="No space left"):
                await log.append(record(666))
    position = await log.append(record(1))
    assert (position.segment, position.offset) == before[:2]
    assert numbers(log) == [0, 1]
    log = open_log()
    assert (numbers(log), log.cut_bytes) == ([0, 1], 0)


async def test_a_write_that_cannot_be_cut_back_ends_the_segment(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log()
    await log.append(record(0))
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_all", _half(errno.ENOSPC))
        patch.setattr(files, "cut", _fail(errno.EIO))
        with pytest.raises(StorageError):
            await log.append(record(666))
    assert (await log.append(record(1))).segment == 2
    assert numbers(log) == [0, 1]


async def test_nothing_is_acknowledged_from_a_file_after_its_sync_failed(
    open_log: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As databases learnt in 2018: the second sync succeeds, and says nothing about what the first was for."""
    log = open_log()
    await log.append(record(0))
    synced: list[int] = []
    failing = (tmp_path / "log" / "00000001.seg").stat().st_ino

    def sync(fd: int) -> None:
        inode = os.fstat(fd).st_ino
        synced.append(inode)
        if len(synced) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(files, "sync", sync)
    refused = [log.append(record(number)) for number in range(1, 5)]
    told = await asyncio.gather(*refused, return_exceptions=True)
    assert {type(one) for one in told} == {StorageError}
    await log.append(record(9))
    assert synced[0] == failing
    assert failing not in synced[1:]
    assert numbers(log) == [0, 9]


async def test_failing_tries_leave_no_files(
    open_log: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = open_log()
    with monkeypatch.context() as patch:
        patch.setattr(files, "sync", _fail(errno.EIO))
        for _ in range(5):
            with pytest.raises(StorageError):
                await log.append(record(1))
    assert list((tmp_path / "log").glob("*.seg")) == []


def test_a_page_the_disk_has_lost_costs_what_lies_on_it(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log()
    positions = [log.append_and_wait(record(number, 500)) for number in range(40)]
    bad, read_at = positions[20].offset, files.read_at

    def read(fd: int, size: int, offset: int) -> bytes:
        if offset <= bad < offset + size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read_at(fd, size, offset)

    monkeypatch.setattr(files, "read_at", read)
    told: list[Damage] = []
    found = {one.received_at for _, one in log.scan(on_damage=told.append)}
    lost = set(range(40)) - found
    assert {20} <= lost <= {18, 19, 20, 21, 22}
    assert [(one.offset, one.length) for one in told] == [
        (positions[min(lost)].offset, sum(positions[number].length for number in lost))
    ]
    with pytest.raises(StorageError, match="cannot be read"):
        log.read(positions[20])


async def test_whatever_ends_the_writer_nobody_waits_for_ever(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours in the writer's thread: all are refused, none is left without an answer."""
    log = open_log()
    await log.append(record(0))

    def mistake(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("footfall.log.writer.head_of", mistake)
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    told = await asyncio.gather(
        *(log.append(record(number)) for number in range(3)), return_exceptions=True
    )
    assert {type(one) for one in told} == {StorageError}
    with pytest.raises(StorageError):
        log.append_and_wait(record(9))
    with pytest.raises(StorageError):
        log.rewrite(1, lambda _: True)
    assert numbers(log) == [0]


async def test_what_is_too_long_is_refused_before_it_waits(open_log: Open) -> None:
    log = open_log()
    with pytest.raises(ValueError, match="at most"):
        await log.append(record(0, 50_000))
    await log.append(record(1))
    assert numbers(log) == [1]
