"""Which sessions have got new chunks: noted by the indexer's thread, taken by whoever looks for moments."""

from collections import deque
from collections.abc import Iterable
from typing import Final

Key = tuple[str, str]
"""(project, session)"""
MAX_NOTED: Final = 100_000
"""Beyond this it is cheaper to compare all sessions."""


class Touched:
    """Sessions with new chunks; at first, and after too many, all of them."""

    def __init__(self) -> None:
        self._noted: deque[Key] = deque()
        self._all = True

    def note(self, keys: Iterable[Key]) -> None:
        """Say that sessions have got chunks; costs some tenths of a microsecond each."""
        if len(self._noted) < MAX_NOTED:
            self._noted.extend(keys)
        else:
            self.note_all()

    def note_all(self) -> None:
        """Say that any session may have changed."""
        self._all = True
        self._noted.clear()

    def noted(self) -> list[Key] | None:
        """Return the sessions noted since they were last taken, which stay; None: any may have changed."""
        return None if self._all else list(self._noted)

    def take(self) -> set[Key] | None:
        """Return the sessions noted since the last call; None: any may have changed."""
        if self._all:
            self._noted.clear()
            self._all = False
            return None
        return {self._noted.popleft() for _ in range(len(self._noted))}
