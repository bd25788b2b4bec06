"""API tokens: secrets with which programs ask and tell. Kept hashed; shown once, when made.

A token is `ff_` and 192 random bits, so its SHA-256 can neither be guessed nor turned round without a slow hash.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError, NotFoundError
from footfall.settings import database, now_ms

SCOPES: Final = ("read", "events")
"""read: ask for analyses; events: send events by POST /api/events."""
MAX_LIVE: Final = 50
"""Tokens of a project that are good at once."""
MAX_NAME: Final = 80
_TOKEN: Final = re.compile(r"ff_[A-Za-z0-9_-]{32}")
_BEARER: Final = re.compile(r"Bearer +(\S+) *", re.IGNORECASE)
_COLUMNS: Final = "id, project, scope, name, created, last_used"

_migrations = Migrations("footfall.api_tokens")


@_migrations()
def m001_api_tokens(db: Database) -> None:
    """Make the table."""
    db.create_table(
        "api_tokens",
        {
            "id": int, "project": str, "scope": str, "name": str, "hash": bytes,
            "created": int, "last_used": int, "revoked": int,
        },
        pk="id",
        not_null={"project", "scope", "name", "hash", "created"},
    )  # fmt: skip
    db.table("api_tokens").create_index(["hash"], unique=True)
    db.table("api_tokens").create_index(["project"])


@dataclass(frozen=True)
class ApiToken:
    """A token that is good now, without its secret."""

    id: int
    project: str
    """The project's id."""
    scope: str
    """One of SCOPES."""
    name: str
    """What it is for, in its maker's words."""
    created: int
    """ms since 1970."""
    last_used: int | None
    """ms since 1970, to the minute; None: never."""


class ApiTokens:
    """The API tokens of one settings.db; safe to use from several threads. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Use this settings.db, which is there. Raises StorageError."""
        self._path = path
        with database(path) as db:
            _migrations.apply(db)

    def create(self, project: str, scope: str, name: str) -> tuple[ApiToken, str]:
        """Make a token; return it and its secret, which nobody can ask for again. Raises ConfigError, StorageError."""
        stripped = " ".join(name.split())
        if scope not in SCOPES:
            raise ConfigError(f"A token's scope is one of {', '.join(SCOPES)}.")
        if not 1 <= len(stripped) <= MAX_NAME:
            raise ConfigError(f"A token's name has 1 to {MAX_NAME} characters.")
        secret, now = f"ff_{secrets.token_urlsafe(24)}", now_ms()
        with database(self._path) as db:
            # Counted and added in one statement, so that two at once do not both get the last place.
            cursor = db.execute(
                "INSERT INTO api_tokens (project, scope, name, hash, created) SELECT ?, ?, ?, ?, ?"
                " WHERE (SELECT COUNT(*) FROM api_tokens WHERE project = ? AND revoked IS NULL) < ?",
                [project, scope, stripped, _hash(secret), now, project, MAX_LIVE],
            )
            if cursor.rowcount == 0:
                raise ConfigError(f"A project has at most {MAX_LIVE} tokens. Revoke one first.")
            token = ApiToken(int(cursor.lastrowid or 0), project, scope, stripped, now, None)
        return token, secret

    def live(self, project: str, scope: str = "") -> list[ApiToken]:
        """Return a project's good tokens, of one scope or all, the newest first. Raises StorageError."""
        with database(self._path) as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM api_tokens WHERE project = ? AND revoked IS NULL"  # noqa: S608 # text of ours
                " AND ? IN ('', scope) ORDER BY id DESC",
                [project, scope],
            )
            return [ApiToken(*row) for row in rows]

    def find(self, secret: str, scope: str) -> ApiToken | None:
        """Return the good token with this secret and scope, and note that it was used. Raises StorageError."""
        if not _TOKEN.fullmatch(secret):
            return None
        digest = _hash(secret)
        with database(self._path) as db:
            row = db.execute(
                f"SELECT {_COLUMNS}, hash FROM api_tokens"  # noqa: S608 # text of ours
                " WHERE hash = ? AND scope = ? AND revoked IS NULL",
                [digest, scope],
            ).fetchone()
            if row is None or not hmac.compare_digest(bytes(row[-1]), digest):
                return None
            minute = now_ms() // 60_000 * 60_000
            if row[5] != minute:  # one write a minute at most
                db.execute("UPDATE api_tokens SET last_used = ? WHERE id = ?", [minute, row[0]])
            return replace(ApiToken(*row[:-1]), last_used=minute)

    def revoke(self, project: str, token: int) -> None:
        """Revoke a token of this project at once. Raises NotFoundError, StorageError."""
        with database(self._path) as db:
            cursor = db.execute(
                "UPDATE api_tokens SET revoked = ? WHERE id = ? AND project = ? AND revoked IS NULL",
                [now_ms(), token, project],
            )
            if cursor.rowcount == 0:
                raise NotFoundError("There is no such token in this project.")


def bearer(header: str) -> str:
    """Return the secret in an Authorization header; "" where there is none."""
    found = _BEARER.fullmatch(header)
    return found[1] if found else ""


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
