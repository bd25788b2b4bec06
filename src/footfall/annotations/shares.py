"""Links that show one session to whoever has them, for a time.

A link is as secret as its token, 192 random bits. The token is kept as it is, so that the session's page can show
the link again: the file beside it holds the secret that signs logins, so hashing it would protect nothing.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from footfall.annotations.tables import prepare
from footfall.errors import ConfigError, NotFoundError
from footfall.settings import database, now_ms

MAX_DAYS: Final = 365
MAX_LIVE: Final = 100
_DAY_MS: Final = 86_400_000
_COLUMNS: Final = "id, token, project, session, created, expires"


@dataclass(frozen=True)
class Share:
    """A link that is good now."""

    id: int
    token: str
    project: str
    """The project's id."""
    session: str
    created: int
    """ms since 1970."""
    expires: int
    """ms since 1970; from then on the link shows nothing."""


class Shares:
    """The share links of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        prepare(path)

    def create(self, project: str, session: str, days: int) -> Share:
        """Make a link that is good for so many days. Raises ConfigError, StorageError."""
        if not 1 <= days <= MAX_DAYS:
            raise ConfigError(f"A link is good for 1 to {MAX_DAYS} days.")
        if len(self.live(project, session)) >= MAX_LIVE:
            raise ConfigError(f"A session has at most {MAX_LIVE} links. Withdraw one first.")
        now, token = now_ms(), secrets.token_urlsafe(24)
        expires = now + days * _DAY_MS
        with database(self._path) as db:
            cursor = db.execute(
                "INSERT INTO shares (token, project, session, created, expires) VALUES (?, ?, ?, ?, ?)",
                [token, project, session, now, expires],
            )
            return Share(int(cursor.lastrowid or 0), token, project, session, now, expires)

    def live(self, project: str, session: str) -> list[Share]:
        """Return a session's links that are good now, the newest first. Raises StorageError."""
        where = "project = ? AND session = ? AND expires > ? AND revoked IS NULL"
        with database(self._path) as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM shares WHERE {where} ORDER BY id DESC",  # noqa: S608 # text of ours
                [project, session, now_ms()],
            )
            return [Share(*row) for row in rows]

    def find(self, token: str) -> Share:
        """Return the link with this token. Raises NotFoundError when it is not good now, StorageError."""
        with database(self._path) as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM shares WHERE token = ? AND expires > ? AND revoked IS NULL",  # noqa: S608 # text of ours
                [token, now_ms()],
            ).fetchone()
        if row is None:
            raise NotFoundError(
                "This link is not good any more: its time is over, or it was withdrawn."
                " Ask for a new one where you got it."
            )
        return Share(*row)

    def revoke(self, project: str, session: str, share: int) -> None:
        """Withdraw a link of this session at once. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute(
                "UPDATE shares SET revoked = ?"
                " WHERE id = ? AND project = ? AND session = ? AND revoked IS NULL",
                [now_ms(), share, project, session],
            )
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such link at this session.")
