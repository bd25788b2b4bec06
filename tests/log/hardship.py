"""A process that meets a real limit with a log open, for test_hardship.py.

python -m tests.log.hardship {disk|file|descriptors|read-only} FOLDER

Each asserts that what was acknowledged, and nothing else, is there afterwards, and prints how much was refused.
"""

import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from footfall.errors import StorageError
from footfall.log import Log, check_folder, files
from tests.log.conftest import numbers, record


def _append(log: Log, first: int, count: int) -> list[int]:
    """Append records of all sizes; return the numbers of those that were acknowledged."""
    acknowledged = []
    for number in range(first, first + count):
        try:
            log.append_and_wait(record(number, number * 7_919 % 15_000))
        except StorageError:
            continue
        acknowledged.append(number)
    return acknowledged


def _check(log: Log, folder: Path, acknowledged: list[int], tried: int) -> None:
    assert numbers(log) == acknowledged
    log.close()
    again = Log(folder)
    assert numbers(again) == acknowledged
    again.close()
    assert check_folder(folder).damages == ()
    sys.stdout.write(f"{tried - len(acknowledged)}\n")


def disk(folder: Path) -> None:
    """The disk is full, then has room again."""
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(400_000))
    log = Log(folder / "log", segment_bytes=200_000)
    acknowledged = _append(log, 0, 60)
    assert 0 < len(acknowledged) < 60
    ballast.unlink()
    after = _append(log, 60, 10)
    assert len(after) == 10
    _check(log, folder / "log", acknowledged + after, 70)


def file(folder: Path) -> None:
    """A file may not grow beyond a limit of the system's; the log goes on in another one."""
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (200_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    )
    log = Log(folder / "log")
    acknowledged = _append(log, 0, 60)
    assert len(log.segments()) > 3
    _check(log, folder / "log", acknowledged, 60)


def descriptors(folder: Path) -> None:
    """No file can be opened any more, then some can."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    log = Log(folder / "log", segment_bytes=100_000)
    acknowledged, taken = _append(log, 0, 5), _take_descriptors()
    acknowledged += _append(log, 5, 20)
    taken += _take_descriptors()  # the one of the segment that was closed too
    with pytest.raises(StorageError, match="cannot be read"):
        numbers(log)
    for fd in taken:
        os.close(fd)
    after = _append(log, 25, 5)
    assert len(after) == 5
    _check(log, folder / "log", acknowledged + after, 30)


def _take_descriptors() -> list[int]:
    taken = []
    with suppress(OSError):
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    return taken


def read_only(folder: Path) -> None:
    """The folder cannot be written: one plain error at the start, and it can still be read by `doctor`."""
    log = Log(folder / "log")
    _append(log, 0, 5)
    log.close()
    with pytest.MonkeyPatch.context() as patch:
        if os.geteuid():
            (folder / "log").chmod(0o500)
            (folder / "log" / "lock").chmod(0o400)
        elif subprocess.run(["mount", "-o", "remount,ro", folder], check=False).returncode:
            patch.setattr(files, "lock", _refuse)
        with pytest.raises(StorageError, match=r"cannot be used: (Read-only|Permission)"):
            Log(folder / "log")
        assert check_folder(folder / "log").records == 5
    if os.geteuid():
        (folder / "log").chmod(0o700)
    sys.stdout.write("0\n")


def _refuse(_: Path) -> int:
    raise PermissionError(13, "Permission denied")


if __name__ == "__main__":
    kinds = {"disk": disk, "file": file, "descriptors": descriptors, "read-only": read_only}
    kinds[sys.argv[1]](Path(sys.argv[2]))
