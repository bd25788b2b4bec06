"""Assets on the disk: storage/assets/ab/abcdef…, named by what they contain, written once, never changed."""

import os
import re
import secrets
import threading
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from footfall.assets.quota import Quotas
from footfall.assets.sniff import SNIFF_BYTES, sniff
from footfall.errors import NotFoundError, StorageError, WireError

MAX_ASSET_BYTES: Final = 5 * 1024 * 1024

_SHA: Final = re.compile(r"[0-9a-f]{64}")


class Vault:
    """The assets of one folder; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path, quotas: Quotas | None = None) -> None:
        """Open or make the folder, remove what interrupted writes left; no `quotas`: no limit. Raises StorageError."""
        self._path = path
        self._quotas = quotas
        self._incoming = path / "incoming"
        self._lock = threading.Lock()
        self._condemned: set[str] = set()
        try:
            self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in self._incoming.iterdir():
                left.unlink()
        except OSError as error:
            raise StorageError(f"{path} cannot be used: {error.strerror}.") from error

    def has(self, sha: str) -> bool:
        """Tell whether the content with this SHA-256 (lower-case hex) is there."""
        return (
            _SHA.fullmatch(sha) is not None
            and sha not in self._condemned
            and self._file(sha).is_file()
        )

    def condemn(self, hashes: Iterable[str]) -> None:
        """Have assets count as not there: `remove` follows. One that is put meanwhile is spared."""
        with self._lock:
            self._condemned.update(hashes)

    def remove(self, hashes: Collection[str]) -> None:
        """Delete those of these assets that are still condemned; pardon all others. Raises StorageError."""
        with self._lock:
            doomed = self._condemned.intersection(hashes)
            try:
                for sha in doomed:
                    self._file(sha).unlink(missing_ok=True)
                for folder in {self._file(sha).parent for sha in doomed}:
                    if folder.is_dir():
                        _sync_folder(folder)
            except OSError as error:
                raise StorageError(f"{self._path} cannot be written: {error.strerror}.") from error
            finally:
                self._condemned.clear()

    def is_full(self, project: str) -> bool:
        """Tell whether a project has had no room for an asset."""
        return self._quotas is not None and self._quotas.is_full(project)

    def put(self, sha: str, data: bytes, project: str | None = None) -> str:
        """Keep `data`, durable on return, and return its MIME type; what is there already is left alone.

        It counts for `project`. Raises WireError (`bad_hash`, `hash`, `type`, `too_large`, `quota`), StorageError.
        """
        check_hash(sha)
        if len(data) > MAX_ASSET_BYTES:
            raise WireError("too_large", f"An asset holds at most {MAX_ASSET_BYTES} bytes.", 413)
        kind = check_type(data)
        if sha256(data).hexdigest() != sha:
            raise WireError("hash", "The bytes do not have this SHA-256.")
        if self._quotas is not None and project is not None:
            self._quotas.take(project, sha, len(data))
        with self._lock:
            self._condemned.discard(sha)
            is_there = self.has(sha)
        if not is_there:
            try:
                self._write(self._file(sha), data)
            except OSError as error:
                raise StorageError(f"{self._path} cannot be written: {error.strerror}.") from error
        return kind

    def open(self, sha: str) -> tuple[Path, str]:
        """Return the file of an asset and its MIME type. Raises NotFoundError."""
        if not _SHA.fullmatch(sha):
            raise NotFoundError("There is no such asset.")
        path = self._file(sha)
        try:
            with path.open("rb") as file:
                kind = sniff(file.read(SNIFF_BYTES))
        except FileNotFoundError as error:
            raise NotFoundError("There is no such asset.") from error
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
        if kind is None:
            raise NotFoundError("This asset is of a type that is no longer served.")
        return path, kind

    def _file(self, sha: str) -> Path:
        return self._path / sha[:2] / sha

    def _write(self, path: Path, data: bytes) -> None:
        new_folder = not path.parent.is_dir()
        path.parent.mkdir(exist_ok=True, mode=0o700)
        incoming = self._incoming / secrets.token_hex(16)
        try:
            with incoming.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            incoming.rename(path)
        except OSError:
            incoming.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        if new_folder:
            _sync_folder(self._path)


def check_hash(sha: str) -> None:
    """Refuse what is no SHA-256 in lower-case hex. Raises WireError `bad_hash`."""
    if not _SHA.fullmatch(sha):
        raise WireError("bad_hash", "sha256 is 64 lower-case hex digits.")


def check_type(data: bytes) -> str:
    """Return the MIME type of a whole file. Raises WireError `type` when it is not one that is kept."""
    kind = sniff(data[:SNIFF_BYTES])
    if kind is not None and (kind.startswith("text/") or kind == "image/svg+xml"):
        try:
            data.decode()
        except UnicodeDecodeError:
            kind = None
    if kind is None:
        raise WireError("type", "Only images, style sheets, fonts and media are kept.", 415)
    return kind


def _sync_folder(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
