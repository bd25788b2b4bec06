"""How many bytes of assets each project has uploaded, so that a stolen write key cannot fill the disk.

storage/quota/PROJECT: 36 bytes for each asset, its SHA-256 and its size (little-endian). An asset that several
projects use lies in the vault once and counts for each. Losing such a file loses a count, nothing else.
"""

import struct
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from footfall.errors import StorageError, WireError

DEFAULT_BYTES: Final = 2 * 1024**3
"""What a project may upload in all, unless it is set otherwise."""

_ENTRY: Final = struct.Struct("<32sI")


class Quotas:
    """The counts of all projects; safe to use from several threads. Methods may block at a project's first use."""

    def __init__(self, path: Path, limit: int = DEFAULT_BYTES) -> None:
        """Keep the counts in a folder; `limit` in bytes for each project, 0: none."""
        self._path = path
        self._limit = limit
        self._lock = threading.Lock()
        self._used: dict[str, dict[bytes, int]] = {}
        self._bytes: dict[str, int] = {}
        self._full: set[str] = set()

    def used(self, project: str) -> int:
        """Return the bytes of a project's assets. Raises StorageError."""
        with self._lock:
            self._load(project)
            return self._bytes[project]

    def is_full(self, project: str) -> bool:
        """Tell whether a project had no room for an asset since the start; reads nothing."""
        return project in self._full

    def take(self, project: str, sha: str, size: int) -> None:
        """Count an asset for a project, once. Raises WireError `quota` (403) when it has no room, StorageError."""
        name = bytes.fromhex(sha)
        with self._lock:
            known = self._load(project)
            if name in known:
                return
            if self._limit and self._bytes[project] + size > self._limit:
                self._full.add(project)
                raise WireError("quota", "This project has uploaded as many assets as it may.", 403)
            try:
                with self._file(project).open("ab") as file:
                    file.write(_ENTRY.pack(name, size))
            except OSError as error:
                raise StorageError(f"{self._path} cannot be written: {error.strerror}.") from error
            known[name] = size
            self._bytes[project] += size

    def release(self, project: str, hashes: Iterable[str]) -> None:
        """Count these assets (hex) no longer for a project. Raises StorageError; it is safe to try again then."""
        names = {bytes.fromhex(sha) for sha in hashes}
        with self._lock:
            known = self._load(project)
            left = {name: size for name, size in known.items() if name not in names}
            if len(left) == len(known):
                return
            path = self._file(project)
            beside = self._path / f".{project}"  # no project's name begins so
            try:
                beside.write_bytes(b"".join(_ENTRY.pack(*entry) for entry in left.items()))
                beside.replace(path)
            except OSError as error:
                raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
            self._used[project], self._bytes[project] = left, sum(left.values())
            self._full.discard(project)

    def _load(self, project: str) -> dict[bytes, int]:
        known = self._used.get(project)
        if known is None:
            known = self._used[project] = self._read(project)
            self._bytes[project] = sum(known.values())
        return known

    def _read(self, project: str) -> dict[bytes, int]:
        path = self._file(project)
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                return {}
            data = path.read_bytes()
            whole = len(data) - len(data) % _ENTRY.size
            if whole < len(data):  # an interrupted write
                with path.open("r+b") as file:
                    file.truncate(whole)
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
        return dict(_ENTRY.iter_unpack(data[:whole]))

    def _file(self, project: str) -> Path:
        return self._path / project
