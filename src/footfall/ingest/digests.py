"""The digests of one session's stored chunks, in little memory: there are as many of them as chunks of all visitors.

A recorder numbers the chunks of a tab from 0 on, and they come in that order but for a few. So a tab's digests stand in
a row, 16 bytes each; as entries of a dictionary each took 290 with its name.
"""

from collections.abc import Iterable
from typing import Final

Name = tuple[str, int]
"""(tab, sequence)"""
_WIDTH: Final = 16


class Digests:
    """A mapping from names to digests."""

    __slots__ = ("_count", "_others", "_rows")

    def __init__(self, given: Iterable[tuple[Name, bytes]] = ()) -> None:
        self._rows: dict[str, bytearray] = {}
        # What came before one before it, or is not as wide.
        self._others: dict[Name, bytes] | None = None
        self._count = 0
        for name, digest in sorted(given):
            self.add(name, digest)

    def __len__(self) -> int:
        return self._count

    def get(self, name: Name) -> bytes | None:
        """Return a chunk's digest, None when there is none."""
        row, at = self._rows.get(name[0]), name[1] * _WIDTH
        if row is not None and at < len(row):
            return bytes(row[at : at + _WIDTH])
        return None if self._others is None else self._others.get(name)

    def add(self, name: Name, digest: bytes) -> None:
        """Note the digest of a chunk that has none yet."""
        self._count += 1
        tab, sequence = name
        row = self._rows.get(tab)
        if row is None:
            row = self._rows[tab] = bytearray()
        if sequence * _WIDTH == len(row) and len(digest) == _WIDTH:
            row += digest
            if self._others is not None:
                self._close_ranks(tab, row)
        else:
            self._keep_apart(name, digest)

    def remove(self, name: Name) -> None:
        """Forget a chunk: it could not be stored."""
        if self.get(name) is None:
            return
        self._count -= 1
        tab, sequence = name
        row, at = self._rows[tab], sequence * _WIDTH
        if at >= len(row):
            (self._others or {}).pop(name)
            return
        for later in range(at + _WIDTH, len(row), _WIDTH):
            self._keep_apart((tab, later // _WIDTH), bytes(row[later : later + _WIDTH]))
        del row[at:]

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._others, self._count = None, 0

    def _keep_apart(self, name: Name, digest: bytes) -> None:
        if self._others is None:
            self._others = {}
        self._others[name] = digest

    def _close_ranks(self, tab: str, row: bytearray) -> None:
        """Take into a tab's row what waits for its turn."""
        others = self._others or {}
        while len(others.get((tab, len(row) // _WIDTH), b"")) == _WIDTH:
            row += others.pop((tab, len(row) // _WIDTH))
        if not others:
            self._others = None
