"""Retention: sessions are kept for so many days after the last of them was received, those with a star for ever.

A clock that jumps ahead must not empty the folder: whenever it is found over two days ahead of the time that was
seen last (a mad clock, or a server that was off), and at the very first look, nothing expires for a day.
"""

from dataclasses import dataclass
from typing import Final

from footfall.annotations import Annotations
from footfall.erasure.choose import BATCH, before
from footfall.erasure.journal import Journal
from footfall.index import Index
from footfall.projects import Project
from footfall.settings import database

_DAY_MS: Final = 86_400_000
JUMP_MS: Final = 2 * _DAY_MS
WAIT_MS: Final = _DAY_MS


@dataclass(frozen=True)
class Expired:
    """The sessions of a project whose time is over, the oldest first."""

    project: Project
    days: int
    sessions: list[str]


def days_of(project: Project, default: int) -> int:
    """Return for how many days a project's sessions are kept; 0: until somebody erases them."""
    return default if project.retention_days is None else project.retention_days


def expires(project: Project, default: int, received_at: int) -> int | None:
    """Return when a session expires whose last chunk came at `received_at`, ms since 1970; None: never."""
    days = days_of(project, default)
    return received_at + days * _DAY_MS if days else None


def expired(
    index: Index, annotations: Annotations, project: Project, default: int, now: int
) -> Expired:
    """Return what has expired of a project at `now` (ms since 1970). Blocking. Raises StorageError."""
    days = days_of(project, default)
    if not days:
        return Expired(project, 0, [])
    found = before(index, project.id, now - days * _DAY_MS)
    starred = annotations.starred(project.id) if found else set()
    return Expired(project, days, [one for one in found if one not in starred])


class Retention:
    """Begins the erasures of what has expired; the eraser does them. Every method may block."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def trusts(self, now: int, *, is_sure: bool = False) -> bool:
        """Tell whether the clock may be believed, and note what it says; a person may be sure of it.

        Raises StorageError.
        """
        with database(self._journal.path) as db:
            row = db.execute("SELECT seen, waits_until FROM retention_clock").fetchone()
            waits_until = row[1] if row else now + WAIT_MS
            if row and now > row[0] + JUMP_MS:
                waits_until = now + WAIT_MS
            if is_sure or waits_until > now + WAIT_MS:  # or the clock was set back
                waits_until = now
            db.execute(
                "INSERT OR REPLACE INTO retention_clock VALUES (1, ?, ?)", [now, waits_until]
            )
        return bool(now >= waits_until)

    def begin(self, one: Expired) -> list[int]:
        """Begin to erase what has expired of a project; return the erasures' numbers. Raises StorageError."""
        return [
            self._journal.begin(one.project.id, "retention", one.sessions[at : at + BATCH])
            for at in range(0, len(one.sessions), BATCH)
        ]
