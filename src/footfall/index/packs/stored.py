"""Packs as they lie in the tables: what reader and writer share."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Final, Literal, NamedTuple

import numpy as np

from footfall.index.packs.layout import Array, Entry, Narrow, together, unpack, widen

INLINE_BYTES: Final = 64 * 1024
"""Data of a pack that lies in its own row; of larger ones each column lies apart, so that few can be read."""


class Key(NamedTuple):
    """Which facts a pack holds."""

    project: str
    kind: int
    day: int  # of receipt, days since 1970, UTC
    page: int  # a name; 0 where the kind is not read by page


class Pack(NamedTuple):
    """A whole pack."""

    key: Key
    first: int  # no event is earlier, ms since 1970, corrected
    columns: dict[str, Narrow]


def load(connection: sqlite3.Connection, number: int) -> Pack:
    """Return a pack with all its columns."""
    sql = "SELECT project, kind, day, page, first, directory, data FROM packs WHERE id = ?"
    *key, first, directory, data = connection.execute(sql, (number,)).fetchone()
    entries = unpack(directory)
    return Pack(Key(*key), first, columns_of(connection, number, data, entries))


def columns_of(
    connection: sqlite3.Connection,
    number: int,
    data: bytes,
    entries: dict[str, Entry],
    apart_in: str = "pack_columns",
) -> dict[str, Narrow]:
    """Return columns of a pack; `data` is what lies in the pack's own row, `apart_in` a table of ours."""
    apart: dict[str, bytes] = {}
    names = [name for name, entry in entries.items() if entry.size and not data]
    if names:
        marks = ", ".join("?" * len(names))
        sql = f"SELECT name, data FROM {apart_in} WHERE pack = ? AND name IN ({marks})"  # noqa: S608 # bound
        apart = dict(connection.execute(sql, (number, *names)).fetchall())
    return {
        name: Narrow(
            entry.dtype,
            entry.base,
            entry.length,
            apart[name] if name in apart else data[entry.place : entry.place + entry.size],
        )
        for name, entry in entries.items()
    }


class Stored:
    """Some packs of a table as they lie there; none has ragged columns that are read."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        packs: Sequence[int],
        table: Literal["packs", "view_days"] = "packs",
    ) -> None:
        """Look up the packs of these numbers."""
        self._connection = connection
        self._apart_in = "pack_columns" if table == "packs" else "view_columns"
        sql = (
            f"SELECT id, directory, data FROM {table}"  # noqa: S608 # a table's name
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        found = connection.execute(sql, (json.dumps(list(packs)),)).fetchall()
        rows = {row[0]: (row[0], row[1], row[2]) for row in found}
        self._rows = [rows[number] for number in packs]
        self.rows = sum(_length(directory) for _, directory, _ in self._rows)

    def read(self, names: Collection[str]) -> dict[str, Array]:
        """Return columns, those of one pack after the other's."""
        parts: list[dict[str, Array]] = []
        for is_small, some in groupby(self._rows, lambda row: bool(row[2])):
            if is_small:
                parts.append(together([row[1:] for row in some], names))
                continue
            for number, directory, data in some:
                entries = unpack(directory, names)
                found = columns_of(self._connection, number, data, entries, self._apart_in)
                parts.append({name: widen(one) for name, one in found.items()})
        return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _length(directory: bytes) -> int:
    return unpack(directory, ("session",))["session"].length


def offsets(connection: sqlite3.Connection, project: str) -> tuple[Array, Array]:
    """Return the numbers (sorted) and the clock offsets (ms) of a project's sessions whose clock is not right."""
    # Two ranges of an index; `<> 0` would walk through all that are right, and so would ORDER BY number.
    behind = "SELECT number, clock_offset FROM sessions WHERE project = ? AND clock_offset < 0"
    sql = f"{behind} UNION ALL {behind.replace('<', '>')}"
    rows = connection.execute(sql, (project, project)).fetchall()
    found = np.array([tuple(row) for row in rows], np.int64).reshape(-1, 2)
    found = found[np.argsort(found[:, 0])]
    return found[:, 0], found[:, 1]


def shift(sessions: Array, numbers: Array, clock_offsets: Array) -> Array:
    """Return the clock offset (ms) of each session: that of `numbers` (sorted), else 0."""
    if not len(numbers):
        return np.zeros(len(sessions), np.int64)
    at = np.minimum(np.searchsorted(numbers, sessions), len(numbers) - 1)
    found: Array = np.where(numbers[at] == sessions, clock_offsets[at], 0)
    return found
