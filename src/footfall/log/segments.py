"""The segment files of a folder: their names, opening them, and reading what is in them."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from footfall.errors import StorageError
from footfall.log import files
from footfall.log.format import HEADER_BYTES, Damage, Found, read_salt, scan

_NAME: Final = re.compile(r"(\d{8})\.seg")


@dataclass(frozen=True)
class Tail:
    """What recovery found in the newest segment."""

    size: int
    """Bytes that are kept; 0: the file held nothing and is gone."""
    cut: int
    """Bytes that were cut off: a write that a crash had interrupted."""


def path_of(folder: Path, segment: int) -> Path:
    """Return the file of a segment."""
    return folder / f"{segment:08}.seg"


def list_segments(folder: Path) -> dict[int, int]:
    """Return the size in bytes of each segment by its number, in order."""
    found = {}
    for entry in folder.iterdir():
        match = _NAME.fullmatch(entry.name)
        if match:
            found[int(match[1])] = entry.stat().st_size
    return dict(sorted(found.items()))


def read_segment(folder: Path, segment: int, start: int, end: int) -> Iterator[Found | Damage]:
    """Yield the records of a segment from offset `start` on. Raises StorageError."""
    fd = _open(folder, segment)
    try:
        salt = read_salt(os.pread(fd, HEADER_BYTES, 0))
        if salt is None:
            yield Damage(start, max(0, end - start), segment)
            return
        for item in scan(_reader(fd), salt, max(start, HEADER_BYTES), end):
            yield replace(item, segment=segment) if isinstance(item, Damage) else item
    except OSError as error:
        raise StorageError(
            f"{path_of(folder, segment)} cannot be read: {error.strerror}."
        ) from error
    finally:
        os.close(fd)


def recover(folder: Path, segment: int, size: int) -> Tail:
    """Cut what follows the last whole record of the newest segment, and put the rest on the disk for sure.

    A file without one whole header has never held an acknowledged record if it is shorter than a header
    (it is removed); a longer one is left as it is for a person to look at. Raises OSError, StorageError.
    """
    path = path_of(folder, segment)
    if size < HEADER_BYTES:
        path.unlink()
        files.sync_folder(folder)
        return Tail(0, size)
    with path.open("rb") as file:
        if read_salt(file.read(HEADER_BYTES)) is None:
            return Tail(size, 0)
    good = HEADER_BYTES
    for item in read_segment(folder, segment, HEADER_BYTES, size):
        if isinstance(item, Found):
            good = item.end
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        if good < size:
            os.ftruncate(fd, good)
        files.sync(fd)
    finally:
        os.close(fd)
    return Tail(good, size - good)


def _open(folder: Path, segment: int) -> int:
    path = path_of(folder, segment)
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise StorageError(f"{path} cannot be opened: {error.strerror}.") from error


def _reader(fd: int) -> Callable[[int, int], bytes]:
    return lambda offset, size: os.pread(fd, size, offset)
