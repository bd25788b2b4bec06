"""The tables of index.db, made and changed by sqlite-utils' migrations.

It is derived: a change that needs no more than new indexes or empty tables is a migration; for one after which the
rows would say something else, VERSION goes up, and the file is made anew from the log.
"""

import logging
import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from footfall.errors import StorageError

VERSION: Final = 7
"""To be raised with every change of a table or of what reduce.py makes of a chunk."""

_TABLES: Final[dict[str, tuple[dict[str, type], tuple[str, ...]]]] = {
    "chunks": (
        {
            "project": str, "session": str, "tab": str, "sequence": int, "document": int, "page_view": int,
            "url": str, "start": int, "end": int, "flags": int, "bytes": int, "digest": bytes,
            "received_at": int, "segment": int, "offset": int, "length": int,
        },
        ("project", "session", "tab", "sequence"),
    ),
    "sessions": (
        {
            "project": str, "session": str, "visitor": str, "agent": str, "lead_time": int, "lead_tab": str,
            "lead_sequence": int, "skew": int, "clock_offset": int, "first": int, "last": int, "spans": bytes,
            "chunks": int, "bytes": int, "started": int, "ended": int, "active": int, "page_views": int,
            "clicks": int, "tabs": int, "device": str, "width": int, "height": int, "entry_page": str,
            "exit_page": str, "number": int,
        },
        ("project", "session"),
    ),
    "page_views": (
        {
            "project": str, "session": str, "tab": str, "number": int, "document": int, "told": int,
            "first": int, "last": int, "url": str, "title": str, "referrer": str, "cause": str, "width": int,
            "height": int, "document_width": int, "document_height": int, "reach": int, "scroll": int,
            "clicks": int, "keyframe": int, "page": str, "device": str, "started": int, "ended": int,
            "depth": int,
        },
        ("project", "session", "tab", "number"),
    ),
    "assets": ({"project": str, "sha256": bytes}, ("project", "sha256")),
    "asset_uses": ({"asset": int, "session": int}, ("asset", "session")),
    "cursor": ({"id": int, "segment": int, "offset": int}, ("id",)),
    "names": ({"id": int, "project": str, "text": str}, ("id",)),
    "fresh": (
        {
            "id": int, "project": str, "session": int, "tab": str, "sequence": int, "page_view": int, "url": str,
            "base": int, "latest": int, "received_at": int, "encoding": int, "facts": bytes,
        },
        ("id",),
    ),
    "packs": (
        {
            "id": int, "project": str, "kind": int, "day": int, "page": int, "rows": int, "first": int,
            "directory": bytes, "data": bytes,
        },
        ("id",),
    ),
    "view_days": ({"id": int, "project": str, "day": int, "directory": bytes, "data": bytes}, ("id",)),
    "view_columns": ({"id": int, "pack": int, "name": str, "data": bytes}, ("id",)),
    "totals": (
        {
            "project": str, "first": int, "last": int, "sessions": int, "page_views": int, "clicks": int,
            "chunks": int, "bytes": int,
        },
        ("project",),
    ),
    "pack_columns": ({"id": int, "pack": int, "name": str, "data": bytes}, ("id",)),
    "moments": (
        {
            "project": str, "session": str, "place": int, "time": int, "kind": str, "tab": str,
            "page_view": int, "page": str, "element": str, "grade": str, "version": int, "detail": str,
            "evidence": str, "dismissed": int, "plain": str, "number": int, "length": int,
        },
        ("project", "session", "place"),
    ),
    "drifting": ({"project": str, "page": str, "plain": str}, ("project", "page", "plain")),
    "detections": (
        {
            "project": str, "session": str, "chunks": int, "clock_offset": int, "due": int, "rules": str,
            "frustration": float, "worst": int, "parts": str, "number": int,
        },
        ("project", "session"),
    ),
}  # fmt: skip
_BY_ROWID: Final = frozenset(
    {"names", "fresh", "packs", "pack_columns", "view_days", "view_columns"}
)
"""Tables whose rows SQLite numbers by itself, or that are too long for the tree of a key."""
_MOMENT_INDEXES: Final = (
    ("moments", ("project", "kind", "time")),
    ("moments", ("project", "time")),
    ("detections", ("due",)),
    ("detections", ("project", "frustration", "number")),
)
_INDEXES: Final = (
    ("sessions", ("project", "started DESC", "session", "number")),
    ("sessions", ("project", "device", "started DESC", "session", "number")),
    ("page_views", ("project", "page", "started")),
    ("page_views", ("project", "started")),
    ("chunks", ("project", "received_at")),
    ("sessions", ("number",)),
    ("sessions", ("project", "clock_offset", "number")),
    ("sessions", ("project", "visitor", "started", "number")),
    ("names", ("project", "text")),
    ("fresh", ("project", "session")),
    ("packs", ("project", "kind", "day", "page")),
    ("packs", ("project", "kind", "page", "day")),
    ("pack_columns", ("pack", "name")),
    ("view_days", ("project", "day")),
    ("view_columns", ("pack", "name")),
    *_MOMENT_INDEXES,
)
_UNIQUE: Final = frozenset({"names", "pack_columns", "view_days", "view_columns"})
migrations: Final = Migrations("index")
_CHECKPOINT_TRIES: Final = 50
_CHECKPOINT_WAIT_S: Final = 0.1
_log = logging.getLogger("footfall.index")
TABLES: Final = tuple(_TABLES)


def columns(table: str) -> tuple[str, ...]:
    """Return a table's columns in order."""
    return tuple(_TABLES[table][0])


def keys(table: str) -> tuple[str, ...]:
    """Return the columns of a table's primary key."""
    return _TABLES[table][1]


def indexed(table: str) -> tuple[str, ...]:
    """Return the columns, besides the primary key's, that the table's indexes hold."""
    held = (one.partition(" ")[0] for name, names in _INDEXES if name == table for one in names)
    return tuple(dict.fromkeys(column for column in held if column not in keys(table)))


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open index.db, made or made anew where its version is another; autocommit. Raises StorageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            _log.warning("%s is of version %d, not %d: it is made anew", path, version, VERSION)
            connection.close()
            remove(path)
            connection = _connect(path)
        _migrate(connection, path)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(
            f"{path} cannot be used: {error}. It is derived and may be deleted."
        ) from error
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open index.db for reading, from any thread but one at a time. Raises StorageError."""
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be opened: {error}.") from error
    connection.row_factory = sqlite3.Row
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    # Durable enough for what can be rebuilt: a power cut may cost the last commits, never the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    # What is erased, or was packed, is overwritten: it must not stay in the file's free pages.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def remove(path: Path) -> None:
    """Delete an index and what SQLite keeps beside it. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def empty_wal(connection: sqlite3.Connection) -> None:
    """Write the WAL into the file and cut it to nothing; for after an erasure. Raises StorageError if it is read."""
    for _ in range(_CHECKPOINT_TRIES):
        if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
            return
        time.sleep(_CHECKPOINT_WAIT_S)
    raise StorageError(
        "The index is being read without a pause: what was erased is in its WAL still."
    )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        db = Database(connection)
        pending = [one.name for one in migrations.pending(db)]
        if pending:
            _log.warning("%s is migrated: %s", path, ", ".join(pending))
            migrations.apply(db)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:  # nobody was faster
            migrations.apply(Database(connection))
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


@migrations(name="1 tables")
def _create(db: Database) -> None:
    for name, (types, key) in _TABLES.items():
        sql = db.create_table_sql(
            name, types, pk=key if len(key) > 1 else key[0], not_null=set(types)
        )
        # Rows live in the key's own tree: one lookup less, and a session's rows lie side by side.
        db.execute(sql if name in _BY_ROWID else sql.rstrip().rstrip(";") + " WITHOUT ROWID")
    for table, held in _INDEXES:
        unique = "UNIQUE" if table in _UNIQUE else ""
        db.execute(f"CREATE {unique} INDEX {_called(table, held)} ON {table} ({', '.join(held)})")
    db.execute("INSERT INTO cursor VALUES (1, 0, 0)")


def _called(table: str, held: tuple[str, ...]) -> str:
    return "_".join((table, *held)).replace(" DESC", "_down")


@migrations(name="2 sessions of a visitor")
def _visitors(db: Database) -> None:
    db.execute(
        "CREATE INDEX IF NOT EXISTS sessions_project_visitor_started"
        " ON sessions (project, visitor, started)"
    )


@migrations(name="3 moments")
def _moments(db: Database) -> None:
    known = db.table_names()
    for name in ("moments", "detections"):
        if name not in known:
            types, key = _TABLES[name]
            db.execute(
                db.create_table_sql(name, types, pk=key, not_null=set(types)).rstrip().rstrip(";")
                + " WITHOUT ROWID"
            )
    for table, held in _MOMENT_INDEXES:
        name = "_".join((table, *held))
        db.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({', '.join(held)})")


@migrations(name="5 visitors of sessions from an index alone")
def _visitors_as_columns(db: Database) -> None:
    db.execute("DROP INDEX IF EXISTS sessions_project_visitor_started")
    db.execute(
        "CREATE INDEX IF NOT EXISTS sessions_project_visitor_started_number"
        " ON sessions (project, visitor, started, number)"
    )


@migrations(name="6 sessions of a device from an index alone")
def _devices(db: Database) -> None:
    db.execute(
        "CREATE INDEX IF NOT EXISTS sessions_project_device_started_session_number"
        " ON sessions (project, device, started, session, number)"
    )


@migrations(name="7 lists and problems from columns")
def _columns(db: Database) -> None:
    """Hold what lists and problems read in indexes of their own; days of page views name their visitors."""
    db.execute("DROP INDEX IF EXISTS sessions_project_started")
    db.execute(
        "CREATE INDEX IF NOT EXISTS sessions_project_started_session_number"
        " ON sessions (project, started, session, number)"
    )
    for table, names in (("moments", ("number", "length")), ("detections", ("number",))):
        known = {column.name for column in db.table(table).columns}
        for name in names:
            if name not in known:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0")
                # They are found again, with what is new.
                db.execute(f"DELETE FROM {table}")  # noqa: S608 # a table's name
    db.execute(
        "CREATE INDEX IF NOT EXISTS moments_places"
        " ON moments (project, dismissed, kind, page, element, time, number, length)"
    )
    db.execute("DROP INDEX IF EXISTS detections_project_frustration")
    db.execute(
        "CREATE INDEX IF NOT EXISTS detections_project_frustration_number"
        " ON detections (project, frustration, number)"
    )
    db.execute("DELETE FROM view_days")


@migrations(name="8 columns of days of page views apart")
def _view_columns(db: Database) -> None:
    if "view_columns" not in db.table_names():
        types, key = _TABLES["view_columns"]
        db.execute(db.create_table_sql("view_columns", types, pk=key[0], not_null=set(types)))
        db.execute("CREATE UNIQUE INDEX view_columns_pack_name ON view_columns (pack, name)")
    # Whoever throws away a day need not know where its columns lie.
    db.execute(
        "CREATE TRIGGER IF NOT EXISTS view_days_gone AFTER DELETE ON view_days"
        " BEGIN DELETE FROM view_columns WHERE pack = OLD.id; END"
    )
    db.execute("DELETE FROM view_days")


@migrations(name="9 sessions in the order of their list")
def _newest_first(db: Database) -> None:
    """Let indexes hold sessions as lists do: the newest first, by id where they began together. Nothing is sorted."""
    for held in (("project",), ("project", "device")):
        old = "_".join(("sessions", *held, "started", "session", "number"))
        db.execute(f"DROP INDEX IF EXISTS {old}")
        new = (*held, "started DESC", "session", "number")
        name = _called("sessions", new)
        db.execute(f"CREATE INDEX IF NOT EXISTS {name} ON sessions ({', '.join(new)})")
