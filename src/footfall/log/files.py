"""The file operations of the log, in one place so that tests can make each of them fail."""

import fcntl
import os
from pathlib import Path

from footfall.errors import StorageError


def write_all(fd: int, data: bytes) -> None:
    """Write all of `data`; a short write is continued. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync(fd: int) -> None:
    """Return when what was written is on the disk. Raises OSError."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(fd)
    else:
        os.fsync(fd)


def sync_folder(path: Path) -> None:
    """Return when the folder's entries are on the disk. Raises OSError."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def lock(path: Path) -> int:
    """Take the lock file for this process and return its descriptor; closing it gives the lock back.

    Raises StorageError, in one sentence with the owner's pid, when another process has it.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.pread(fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(fd)
        raise StorageError(
            f"{path.parent} is in use by another Footfall server (process {owner})."
        ) from error
    os.ftruncate(fd, 0)
    os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    return fd
