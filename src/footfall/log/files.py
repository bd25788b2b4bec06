"""The file operations of the log, in one place so that tests can make each of them fail.

Each raises OSError as the system does; who calls says what it means.
"""

import contextlib
import errno
import fcntl
import os
from pathlib import Path
from typing import Final

from footfall.errors import StorageError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a write fails with when there is no room: nothing is wrong with the file itself."""
_PARTS_AT_ONCE: Final = 1_000
"""What one write may gather: systems take at most 1,024."""


def create(path: Path) -> int:
    """Make a file that is not there yet and return its descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def open_file(path: Path, *, writing: bool = False) -> int:
    """Open a file that is there and return its descriptor."""
    return os.open(path, (os.O_RDWR if writing else os.O_RDONLY) | os.O_CLOEXEC)


def close(fd: int) -> None:
    """Close a descriptor; what it could complain of has been synced before, or is lost for certain."""
    with contextlib.suppress(OSError):
        os.close(fd)


def read_at(fd: int, size: int, offset: int) -> bytes:
    """Return up to `size` bytes from `offset`."""
    return os.pread(fd, size, offset)


def size_of(fd: int) -> int:
    """Return the size of an open file in bytes."""
    return os.fstat(fd).st_size


def write_all(fd: int, *parts: bytes) -> None:
    """Write all of the parts, one after the other; a short write is continued."""
    for at in range(0, len(parts), _PARTS_AT_ONCE):
        group = parts[at : at + _PARTS_AT_ONCE]
        written = os.writev(fd, group)
        if written < sum(map(len, group)):
            rest = memoryview(b"".join(group))[written:]
            while rest:
                rest = rest[os.write(fd, rest) :]


def move_to(fd: int, offset: int) -> None:
    """Have the next write begin at `offset`; what is left out before it is a hole."""
    os.lseek(fd, offset, os.SEEK_SET)


def cut(fd: int, size: int) -> None:
    """Cut the file to `size` bytes and go on writing there."""
    os.ftruncate(fd, size)
    move_to(fd, size)


def sync(fd: int) -> None:
    """Return when what was written is on the disk."""
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: its fsync leaves data in the drive's cache
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    elif hasattr(os, "fdatasync"):
        os.fdatasync(fd)
    else:
        os.fsync(fd)


def sync_folder(path: Path) -> None:
    """Return when the folder's entries are on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(source: Path, target: Path) -> None:
    """Put a file in another's place, all at once."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    path.unlink(missing_ok=True)


def lock(path: Path) -> int:
    """Take the lock file for this process and return its descriptor; closing it gives the lock back.

    Raises StorageError, in one sentence with the owner's pid, when another process has it.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(fd)
        raise StorageError(
            f"{path.parent} is in use by another Footfall server (process {owner}). Stop that one first,"
            " or name another folder with --storage."
        ) from error
    except OSError:
        os.close(fd)
        raise
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    except OSError:
        pass  # the pid is a courtesy; on a full disk the log can still be read
    return fd
