"""The one segment that is being appended to, and what becomes of it when the disk says no.

- A write for which there is no room is cut back; the segment stays in use.
- After a failed sync, or any other failure, it is cut back to its last durable record and never appended to again:
  a later sync of that file could succeed and still have lost what the failed one was for.
"""

import logging
import secrets
from collections.abc import Sequence
from pathlib import Path

from footfall.log import files
from footfall.log.footer import Contents, pack_footer
from footfall.log.format import HEADER_BYTES, SALT_BYTES, Record, pack_header
from footfall.log.segments import opened, path_of, read_contents

_log = logging.getLogger("footfall.log")


class Appender:
    """An open segment; `size` counts what is durable."""

    def __init__(self, folder: Path, segment: int, fd: int, salt: bytes) -> None:
        """Take over an open file that holds no more than its header. Use `create` or `resume`."""
        self.segment = segment
        self.salt = salt
        self.size = HEADER_BYTES
        self.is_sound = True
        """False: nothing may be appended any more."""
        self._fd = fd
        self._path = path_of(folder, segment)
        self._contents = Contents()

    @classmethod
    def create(cls, folder: Path, segment: int) -> "Appender":
        """Begin a segment: its header and its entry in the folder are durable. Raises OSError."""
        salt, path = secrets.token_bytes(SALT_BYTES), path_of(folder, segment)
        fd = files.create(path)
        try:
            files.write_all(fd, pack_header(salt))
            files.sync(fd)
            files.sync_folder(folder)
        except OSError:
            files.close(fd)
            _remove(path)
            raise
        return cls(folder, segment, fd, salt)

    @classmethod
    def resume(cls, folder: Path, segment: int, size: int, contents: Contents) -> "Appender":
        """Go on in a segment that recovery has read and cut to `size`. Raises OSError, StorageError."""
        with opened(folder, segment) as file:
            salt = file.salt or b""
        appender = cls(
            folder, segment, files.open_file(path_of(folder, segment), writing=True), salt
        )
        files.move_to(appender._fd, size)
        appender.size, appender._contents = size, contents
        return appender

    def append(self, parts: Sequence[bytes], end: int) -> None:
        """Return once the parts are durable, which end at offset `end`. Raises OSError; then look at `is_sound`."""
        self.is_sound = False
        try:
            files.write_all(self._fd, *parts)
        except OSError as error:
            if error.errno in files.FULL:
                files.cut(self._fd, self.size)
                self.is_sound = True
            raise
        files.sync(self._fd)
        self.size = end
        self.is_sound = True

    def list(self, record: Record, offset: int, length: int) -> None:
        """Note a durable record for the footer."""
        self._contents.add(record, offset, length)

    def close(self, *, seal: bool) -> None:
        """Close the file, with a footer if asked; should the disk say no, only that is lost."""
        if seal:
            try:
                files.write_all(self._fd, pack_footer(self._contents, self.salt, self.size))
                files.sync(self._fd)
            except OSError as error:
                _log.warning("segment %d stays without a footer: %s", self.segment, error)
                self._cut_back()
        files.close(self._fd)

    def abandon(self) -> bool:
        """Close the file for ever with what is durable in it; tell whether it is gone, as that was nothing."""
        self._cut_back()
        files.close(self._fd)
        # Else every try on a failing disk would leave an empty segment.
        return self.size == HEADER_BYTES and _remove(self._path)

    def _cut_back(self) -> None:
        try:
            files.cut(self._fd, self.size)
        except OSError as error:
            # What is left behind was never acknowledged; readers stop at the durable end.
            _log.warning("segment %d keeps an unfinished tail: %s", self.segment, error)


def settle(folder: Path, segment: int) -> int:
    """Return where the records of an older segment end, giving it the footer that a failing disk has kept from it.

    One that ends in what cannot be read is left as it is, and so is one whose header is damaged.
    Raises OSError, StorageError.
    """
    with opened(folder, segment) as file:
        trailer = file.trailer()
        if trailer is not None:
            return trailer.records_end
        if file.salt is None:
            return file.size
        size, (end, contents) = file.size, read_contents(file)
    if end == size:
        Appender.resume(folder, segment, size, contents).close(seal=True)
    return size


def _remove(path: Path) -> bool:
    try:
        files.remove(path)
    except OSError as error:
        _log.warning("%s cannot be removed: %s", path, error)
        return False
    return True
