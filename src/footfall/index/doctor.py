"""`footfall doctor`: compares log, index and vault, and says in plain words what is wrong and what repairs it.

Reads everything and changes nothing; a server may be running.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.errors import StorageError, WireError
from footfall.index.packs.check import check_packs
from footfall.index.tables import VERSION, open_for_reading
from footfall.log import Position, Reader, Record, check_folder, describe
from footfall.wire import codec, schema

REINDEX: Final = "footfall reindex"
_SEGMENT_SHIFT: Final = 40
"""A position as one number: the segment's above the bits of the offset."""
_EXAMPLES: Final = 5

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Finding:
    """One thing that was found; `remedy` is "" where nothing needs to be done or can be."""

    text: str
    is_fault: bool = True
    remedy: str = ""


def examine(storage: Path, tell: Callable[[str], None]) -> list[Finding]:
    """Return what there is to say of a data folder; `tell` hears what is looked at. Blocking. Raises StorageError."""
    findings: list[Finding] = []
    tell("reading the log")
    findings += _of_log(storage / "log")
    reader = Reader.of_folder(storage / "log")
    path = storage / "index.db"
    if not path.exists():
        return [*findings, Finding("There is no index yet.", remedy=REINDEX)]
    tell("comparing the index with it")
    try:
        connection = open_for_reading(path)
        try:
            connection.execute("BEGIN")  # all that follows is of one moment
            findings += _of_index(connection, reader)
            tell("reading the assets")
            findings += _of_vault(connection, storage / "assets")
        finally:
            connection.close()
    except sqlite3.Error as error:
        findings.append(Finding(f"The index cannot be read: {error}.", remedy=REINDEX))
    return findings


def _of_log(folder: Path) -> Iterator[Finding]:
    health = check_folder(folder)
    yield Finding(f"The log has {health.records} records in {health.segments} segments.", False)
    if health.unfinished_bytes:
        yield Finding(
            f"{health.unfinished_bytes} bytes at its end are not a whole record: either they are being written just"
            " now, or a crash left them. They were never acknowledged; the next start cuts them off.",
            False,
        )
    for damage in health.damages:
        # Nothing but a copy has what is lost, and what is whole is served all the same.
        lost = (
            "a session is found more slowly"
            if damage.what == "footer"
            else "what stood there is lost"
        )
        yield Finding(
            f"Segment {damage.segment} is damaged: {describe(damage)}; {lost}.",
            remedy="bring log/ back from a backup, if there is one; then: " + REINDEX,
        )


def _of_index(connection: sqlite3.Connection, reader: Reader) -> Iterator[Finding]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        text = f"The index is of version {version}, this program's is {VERSION}; the next start makes it anew."
        yield Finding(text, remedy=REINDEX)
        return
    sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if sound != "ok":
        yield Finding(f"The index's file is damaged: {sound}.", remedy=REINDEX)
        return
    segment, offset = connection.execute("SELECT segment, offset FROM cursor").fetchone()
    cursor = Position(segment, offset, 0)
    if not reader.contains(cursor):
        text = (
            f"The index has read up to {offset} of segment {segment}, which this log does not have."
        )
        yield Finding(text, remedy=REINDEX)
        return
    yield from _of_chunks(connection, reader, cursor)
    yield from _of_sessions(connection)
    yield from (Finding(text, remedy=REINDEX) for text in check_packs(connection))


def _of_chunks(
    connection: sqlite3.Connection, reader: Reader, cursor: Position
) -> Iterator[Finding]:
    stored = _positions(position for position, _ in reader.scan())
    rows = connection.execute("SELECT segment, offset FROM chunks")
    indexed = _positions(Position(segment, offset, 0) for segment, offset in rows)
    end = _number(cursor)
    behind = int((stored >= end).sum())
    yield Finding(f"The index has {len(indexed)} chunks.", False)
    if behind:
        text = f"{behind} records are not indexed yet: a running server does that within seconds, another at its start."
        yield Finding(text, False)
    absent = np.setdiff1d(stored[stored < end], indexed)
    missing, unreadable = _sort_absent(connection, reader, absent)
    if unreadable:
        yield Finding(
            f"{unreadable} records cannot be decoded by this version; they are kept.", False
        )
    if missing:
        shown = ", ".join(missing[:_EXAMPLES])
        yield Finding(
            f"{len(missing)} chunks of the log are not in the index: {shown}.", remedy=REINDEX
        )
    extra = np.setdiff1d(indexed, stored)
    if len(extra):
        text = f"{len(extra)} chunks of the index are not in the log, or the records there are damaged."
        yield Finding(text, remedy=REINDEX)


def _sort_absent(
    connection: sqlite3.Connection, reader: Reader, absent: Positions
) -> tuple[list[str], int]:
    """Of records that no row points at: return the missing ones, and how many cannot be read.

    The others are chunks that were stored twice, as after a crash; the index points at one of the two.
    """
    missing, unreadable = [], 0
    wanted = set(absent.tolist())
    for position, record in reader.scan() if wanted else ():
        if _number(position) not in wanted:
            continue
        name = _name(record)
        if name is None:
            unreadable += 1
        elif not connection.execute(_HAS_CHUNK, (record.project, *name)).fetchone():
            session, tab, sequence = name
            missing.append(f"session {session}, tab {tab}, number {sequence}")
    return missing, unreadable


_HAS_CHUNK: Final = (
    "SELECT 1 FROM chunks WHERE project = ? AND session = ? AND tab = ? AND sequence = ?"
)


def _name(record: Record) -> tuple[str, str, int] | None:
    try:
        header = codec.decode_chunk(record.chunk)
        facts = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
        codec.decode_facts(facts)
    except WireError:
        return None
    return header.session, header.tab, header.sequence


def _of_sessions(connection: sqlite3.Connection) -> Iterator[Finding]:
    counted = "SELECT project, session, COUNT(*) AS n FROM chunks GROUP BY project, session"
    wrong = connection.execute(
        f"SELECT COUNT(*) FROM ({counted}) AS c LEFT JOIN sessions AS s USING (project, session)"  # noqa: S608 # ours
        " WHERE s.chunks IS NOT c.n"
    ).fetchone()[0]
    empty = connection.execute(
        "SELECT COUNT(*) FROM sessions AS s WHERE NOT EXISTS"
        " (SELECT 1 FROM chunks AS c WHERE c.project = s.project AND c.session = s.session)"
    ).fetchone()[0]
    sessions = connection.execute("SELECT COUNT(*) FROM sessions").fetchone()[0]
    yield Finding(f"The index has {sessions} sessions.", False)
    if wrong:
        yield Finding(f"{wrong} sessions do not count the chunks that they have.", remedy=REINDEX)
    if empty:
        yield Finding(f"{empty} sessions have no chunk.", remedy=REINDEX)


def _of_vault(connection: sqlite3.Connection, folder: Path) -> Iterator[Finding]:
    rows = connection.execute("SELECT DISTINCT sha256 FROM assets")
    wanted = {bytes(row[0]).hex() for row in rows}
    files = {path.name: path for path in folder.glob("[0-9a-f][0-9a-f]/*") if path.is_file()}
    wrong = [path for name, path in sorted(files.items()) if _digest(path) != name]
    yield Finding(f"The vault has {len(files)} assets.", False)
    for path in wrong:
        text = f"{path.name} of the vault does not hold what its name says: the file is damaged."
        yield Finding(
            text, remedy=f"rm {path}: it is asked for again of the next visitor who has it"
        )
    absent = len(wanted - files.keys())
    if absent:
        text = (
            f"{absent} assets that recordings use are not in the vault: replays show gaps in their place. That is so"
            " where a visitor left before the upload, or where files were removed. Visitors are asked for them again."
        )
        yield Finding(text, False)
    unused = len(files.keys() - wanted)
    if unused:
        yield Finding(
            f"{unused} assets of the vault are used by no recording that is indexed.", False
        )


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from error


def _number(position: Position) -> int:
    return (position.segment << _SEGMENT_SHIFT) | position.offset


def _positions(positions: Iterable[Position]) -> Positions:
    return np.fromiter(map(_number, positions), np.int64)


def is_sound(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing is wrong."""
    return not any(finding.is_fault for finding in findings)
