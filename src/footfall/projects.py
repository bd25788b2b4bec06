"""Projects and the server's secret: settings.db, the one database that is not derived from the log.

Projects are few and read for every chunk, so they are held in memory; a write goes to the file first.
"""

import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlite_utils import Database, Migrations

from footfall.errors import ConfigError, StorageError
from footfall.policy import NO_POLICY, Policy, checked, from_json
from footfall.settings import database, now_ms

MASKS: Final = ("balanced", "strict", "open")
ANY_ORIGIN: Final = "*"
MAX_OVERLAP_DAYS: Final = 90
MAX_RETENTION_DAYS: Final = 3_650
_DAY_MS: Final = 86_400_000

_ID = re.compile(r"[a-z0-9-]{1,40}")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")

_migrations = Migrations("footfall.settings")


@_migrations()
def m001_projects(db: Database) -> None:
    """Make the first tables."""
    db.create_table(
        "projects",
        {"id": str, "name": str, "key": str, "origins": str, "mask": str, "created": int},
        pk="id",
        not_null={"name", "key", "origins", "mask", "created"},
    )
    db.table("projects").create_index(["key"], unique=True)
    db.create_table("secrets", {"name": str, "value": bytes}, pk="name", not_null={"value"})


@_migrations()
def m002_rotation_and_privacy(db: Database) -> None:
    """Let keys be replaced, and let a project say whom it records."""
    db.table("projects").add_column("honours_dnt", int, not_null_default=1)
    db.table("projects").add_column("needs_consent", int, not_null_default=0)
    db.create_table(
        "old_keys",
        {"key": str, "project": str, "valid_until": int},
        pk="key",
        not_null={"project", "valid_until"},
    )


@_migrations()
def m003_retention(db: Database) -> None:
    """Let a project say how long its recordings are kept; none: as the server is set."""
    db.table("projects").add_column("retention_days", int)


@_migrations()
def m004_policy(db: Database) -> None:
    """Let a project say how all its pages are recorded, as policy.py's JSON."""
    db.table("projects").add_column("policy", str, not_null_default="")


@dataclass(frozen=True)
class Project:
    """One recorded site."""

    id: str
    """A slug, [a-z0-9-]{1,40}; it stands in the pages' addresses."""
    name: str
    key: str
    """What the script tag carries. It can only write."""
    origins: tuple[str, ...]
    """scheme://host[:port] each; empty, or one of them "*": any."""
    mask: str
    """One of MASKS."""
    created: int
    """ms since 1970."""
    honours_dnt: bool = True
    """Visitors who send Do Not Track are not recorded (those who send Global Privacy Control never are)."""
    needs_consent: bool = False
    """A session is stored from the chunk on that tells of the visitor's consent."""

    retention_days: int | None = None
    """Recordings are kept for so long, 0: until somebody erases them; None: as the server is set."""

    policy: Policy = NO_POLICY
    """What holds for all its pages, whatever their script tags say."""

    def allows(self, origin: str) -> bool:
        """Tell whether pages of `origin` may send recordings to this project."""
        return not self.origins or ANY_ORIGIN in self.origins or origin.lower() in self.origins


@dataclass(frozen=True)
class OldKey:
    """A key that was replaced."""

    key: str
    project: str
    """The project's id."""
    valid_until: int
    """ms since 1970; from then on it is refused."""


class Projects:
    """The projects of one settings.db; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises StorageError."""
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
        with database(self._path) as db:
            _migrations.apply(db)
            fresh = {"name": "secret", "value": secrets.token_bytes(32)}
            db.table("secrets").insert(fresh, ignore=True)
            self._secret = bytes(db.table("secrets").get("secret")["value"])
        self._by_id: dict[str, Project] = {}
        self._by_key: dict[str, Project] = {}
        self._old_keys: dict[str, OldKey] = {}
        self._loaded_at = 0
        self._load()

    def create(
        self, name: str, origins: Sequence[str] = (), mask: str = "balanced", *, key: str = ""
    ) -> Project:
        """Make a project with a new id and (if none is given) a new key. Raises ConfigError, StorageError."""
        with self._lock:
            return self._insert(self._free_id(name), name, key, origins, mask)

    def ensure(self, id: str, name: str, key: str, origins: Sequence[str] = ()) -> Project:  # noqa: A002 # its name
        """Return the project with this id, made if it is not there. Raises ConfigError, StorageError."""
        with self._lock:
            return self._by_id.get(id) or self._insert(id, name, key, origins, "balanced")

    def refresh(self) -> None:
        """Read the file again if somebody has written to it. Raises StorageError."""
        if self._written_at() != self._loaded_at:
            with self._lock:
                self._load()

    def all(self) -> list[Project]:
        """Return all projects, oldest first."""
        return list(self._by_id.values())

    def get(self, id: str) -> Project | None:  # noqa: A002 # its name
        """Return the project with this id."""
        return self._by_id.get(id)

    def by_key(self, key: str) -> Project | None:
        """Return the project that this key writes to; a replaced key does so until its time is over."""
        project = self._by_key.get(key)
        if project is None:
            old = self._old_keys.get(key)
            if old is not None and now_ms() < old.valid_until:
                return self._by_id.get(old.project)
        return project

    def why_not(self, key: str) -> str:
        """Return why a key writes to no project, in a sentence for who set up the site."""
        if key in self._old_keys:
            return "This key was replaced. Put the new one, from the project's set-up page, into the site."
        return "No project has this key."

    def old_keys(self, id: str) -> list[OldKey]:  # noqa: A002 # its name
        """Return the replaced keys of a project that are still taken, the first to end first."""
        now = now_ms()
        mine = [one for one in self._old_keys.values() if one.project == id]
        return sorted(
            (one for one in mine if one.valid_until > now), key=lambda one: one.valid_until
        )

    def rotate(self, id: str, days: float) -> Project:  # noqa: A002 # its name
        """Give a project a new key; the one it has is taken for so many days more (0: refused at once).

        Keys replaced before end no later than this one. Raises ConfigError, StorageError.
        """
        if not 0 <= days <= MAX_OVERLAP_DAYS:
            raise ConfigError(f"An old key is taken for 0 to {MAX_OVERLAP_DAYS} days.")
        with self._lock:
            project = self._known(id)
            until = now_ms() + round(days * _DAY_MS)
            with database(self._path) as db:
                db.execute(
                    "UPDATE old_keys SET valid_until = min(valid_until, ?) WHERE project = ?",
                    [until, id],
                )
                old = {"key": project.key, "project": id, "valid_until": until}
                db.table("old_keys").insert(old, replace=True)
                db.table("projects").update(id, {"key": secrets.token_urlsafe(18)})
            self._load()
            return self._by_id[id]

    def set_privacy(self, id: str, *, honours_dnt: bool, needs_consent: bool) -> Project:  # noqa: A002 # its name
        """Say whom a project records. Raises ConfigError, StorageError."""
        with self._lock:
            self._known(id)
            values = {"honours_dnt": int(honours_dnt), "needs_consent": int(needs_consent)}
            with database(self._path) as db:
                db.table("projects").update(id, values)
            self._load()
            return self._by_id[id]

    def set_retention(self, id: str, days: int | None) -> Project:  # noqa: A002 # its name
        """Say for how many days recordings are kept (0: for ever; None: as set). Raises ConfigError, StorageError."""
        if days is not None and not 0 <= days <= MAX_RETENTION_DAYS:
            raise ConfigError(
                f"Recordings are kept for 1 to {MAX_RETENTION_DAYS} days, or 0: for ever."
            )
        with self._lock:
            self._known(id)
            with database(self._path) as db:
                db.table("projects").update(id, {"retention_days": days})
            self._load()
            return self._by_id[id]

    def set_policy(self, id: str, policy: Policy) -> Project:  # noqa: A002 # its name
        """Say how all pages of a project are recorded. Raises ConfigError, StorageError."""
        text = checked(policy).to_json()
        with self._lock:
            self._known(id)
            with database(self._path) as db:
                db.table("projects").update(id, {"policy": text})
            self._load()
            return self._by_id[id]

    def secret(self) -> bytes:
        """Return the 32 random bytes, made once, that sign tokens and cookies."""
        return self._secret

    def _known(self, id_: str) -> Project:
        project = self._by_id.get(id_)
        if project is None:
            raise ConfigError(f"There is no project {id_!r}.")
        return project

    def _insert(self, id_: str, name: str, key: str, origins: Sequence[str], mask: str) -> Project:
        project = Project(
            id=id_,
            name=_checked_name(name),
            key=key or secrets.token_urlsafe(18),
            origins=tuple(dict.fromkeys(normal_origin(origin) for origin in origins)),
            mask=mask,
            created=now_ms(),
        )
        if not _ID.fullmatch(project.id) or not _KEY.fullmatch(project.key):
            raise ConfigError("A project's id is [a-z0-9-]{1,40}, its key [A-Za-z0-9_-]{16,64}.")
        if mask not in MASKS:
            raise ConfigError(f"A mask mode is one of {', '.join(MASKS)}.")
        if project.key in self._by_key or project.key in self._old_keys:
            raise ConfigError("Another project has this key.")
        with database(self._path) as db:
            row = {**vars(project), "origins": "\n".join(project.origins), "policy": ""}
            db.table("projects").insert(row)
        self._load()
        return project

    def _free_id(self, name: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32].strip("-") or "project"
        number = 1
        while (candidate := slug if number == 1 else f"{slug}-{number}") in self._by_id:
            number += 1
        return candidate

    def _written_at(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}.") from error

    def _load(self) -> None:
        self._loaded_at = self._written_at()
        with database(self._path) as db:
            rows = list(db.table("projects").rows_where(order_by="created, id"))
            old = [OldKey(**row) for row in db.table("old_keys").rows]
        projects = [_project(row) for row in rows]
        self._by_key = {project.key: project for project in projects}
        self._by_id = {project.id: project for project in projects}
        self._old_keys = {one.key: one for one in old}


def normal_origin(written: str) -> str:
    """Return an origin as browsers write it, or "*". Raises ConfigError when it is none."""
    text = written.strip().lower().rstrip("/")
    if text == ANY_ORIGIN:
        return text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"{written!r} is not an origin.") from error
    default = {"http": 80, "https": 443}.get(parts.scheme)
    if (
        default is None
        or not parts.hostname
        or "@" in text
        or text != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ConfigError(f"{written!r} is not an origin; write it as https://shop.example.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, default) else f":{port}")


def _checked_name(name: str) -> str:
    stripped = " ".join(name.split())
    if not 1 <= len(stripped) <= 80:
        raise ConfigError("A project's name has 1 to 80 characters.")
    return stripped


def _project(row: dict[str, Any]) -> Project:
    flags = {name: bool(row[name]) for name in ("honours_dnt", "needs_consent")}
    policy = from_json(row["policy"])
    return Project(**{**row, **flags, "origins": tuple(row["origins"].split()), "policy": policy})
