"""Real limits, each in a process of its own: a full disk, a file limit, no descriptors, a read-only folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "-r"]
_MOUNT = 'mount -t tmpfs -o size=1m tmpfs "$0"'


def _can_mount(folder: Path) -> bool:
    command = [*_NAMESPACE, "sh", "-c", _MOUNT, str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:  # no such program here
        return False


def _endure(kind: str, folder: Path, *, in_tmpfs: bool = False) -> int:
    """Return how many appends were refused."""
    command = [sys.executable, "-m", "tests.log.hardship", kind, str(folder)]
    if in_tmpfs:
        shell = f'{_MOUNT} && exec "$@"'
        command = [*_NAMESPACE, "sh", "-c", shell, str(folder), *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_a_full_disk(tmp_path: Path) -> None:
    """Where nothing may be mounted, the limit of a file's size stands for it."""
    may = _can_mount(tmp_path)
    assert _endure("disk" if may else "file", tmp_path, in_tmpfs=may) > 5


@pytest.mark.parametrize("kind", ["file", "descriptors"])
def test_a_limit_of_the_system(tmp_path: Path, kind: str) -> None:
    assert _endure(kind, tmp_path) > 0


def test_a_read_only_folder(tmp_path: Path) -> None:
    assert _endure("read-only", tmp_path, in_tmpfs=_can_mount(tmp_path)) == 0
