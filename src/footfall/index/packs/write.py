# ruff: noqa: S608 - the texts are built of names of ours alone; values are bound
"""From fresh facts to packs, merged as they grow. The caller owns the transaction and is the only writer.

A pack holds facts of one project, kind and day of receipt, and of one page where the kind is read by page. The
day is the server's own, so that no visitor's clock can make packs; `first` bounds the events' times from below,
and no event is later than its receipt.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.decode import Table, tables
from footfall.index.packs.kinds import BY_NUMBER, POINTS, Form
from footfall.index.packs.layout import Array, narrow, pack, widen
from footfall.index.packs.names import Names
from footfall.index.packs.rows import ragged_of, rows_of, stretches
from footfall.index.packs.stored import INLINE_BYTES, Key, Pack, load, offsets, shift
from footfall.index.packs.stream import Fresh, Stream, streams

MAX_ROWS: Final = 500_000
"""Rows of a pack that is not merged any more."""
_FRESH: Final = ", ".join(("session", *Fresh._fields))
INSERT_FRESH: Final = f"INSERT INTO fresh ({_FRESH}) VALUES ({', '.join('?' * 11)})"

# Rising, as the newest are merged, and by chance: of a number that is gone no other pack gets the same one, so that
# what is kept in memory (`kept.py`) is known by it.
_INSERT: Final = (
    "INSERT INTO packs (id, project, kind, day, page, rows, first, directory, data) VALUES"
    " ((SELECT IFNULL(MAX(id), 0) + 1 + (random() & 2147483647) FROM packs), ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Packer:
    """Packs facts through one connection, which nobody else writes through or beside."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[str, Names] = {}
        self._waiting: defaultdict[tuple[str, int], list[Table]] = defaultdict(list)
        self.waiting = 0
        """Facts, or points of them where these are more, that are taken and not yet written."""

    def forget(self) -> None:
        """Trust the tables alone: a transaction was rolled back."""
        self._names.clear()
        self._waiting.clear()
        self.waiting = 0

    def compact(self, limit: int) -> int:
        """Pack the oldest fresh chunks, at most `limit`; return how many."""
        sql = f"SELECT rowid, {_FRESH} FROM fresh ORDER BY rowid LIMIT ?"
        rows = self._connection.execute(sql, (limit,)).fetchall()
        if not rows:
            return 0
        last = rows[-1][0]
        rows.sort(key=itemgetter(2))  # by project
        for stream in streams([Fresh._make(row[2:]) for row in rows]):
            self.take(stream, [rows[place][1] for place in stream.places])
        self.flush()
        self._connection.execute("DELETE FROM fresh WHERE rowid <= ?", (last,))
        return len(rows)

    def take(
        self, stream: Stream, sessions: Sequence[int], projects: Collection[str] | None = None
    ) -> None:
        """Take the facts of all projects, or of some; `flush` writes them. `sessions`: the number of each chunk's."""
        for project, table in tables(stream, sessions, self.names_of, projects):
            self._waiting[project, table.kind.number].append(table)
            self.waiting += max(map(len, table.columns.values()))

    def flush(self) -> None:
        """Write what was taken."""
        clocks: dict[str, tuple[Array, Array]] = {}
        for (project, _), waiting in self._waiting.items():
            if project not in clocks:
                clocks[project] = offsets(self._connection, project)
            for key, columns in _parted(project, _joined(waiting)):
                first = int((columns["time"] + shift(columns["session"], *clocks[project])).min())
                self._add(key, columns, first)
        self._waiting.clear()
        self.waiting = 0

    def note_moved(self, project: str, first: int) -> None:
        """Note that a session's corrected times have become earlier: its first event is at `first`, ms since 1970."""
        self._connection.execute(
            "UPDATE packs SET first = ? WHERE project = ? AND day >= ? AND first > ?",
            (first, project, first // 86_400_000 - 1, first),
        )

    def erase(self, project: str, sessions: NDArray[np.int64]) -> int:
        """Take all facts of sessions (their numbers) out; return how many there were. Names only they had go too."""
        erased = 0
        wanted = "SELECT id FROM packs WHERE project = ?"
        for (number,) in self._connection.execute(wanted, (project,)).fetchall():
            one = load(self._connection, number)
            hit = np.isin(widen(one.columns["session"]), sessions)
            if hit.any():
                erased += int(hit.sum())
                self._delete(number)
                if not hit.all():
                    self._insert(one.key, chosen(one, ~hit), one.first)
        self._connection.executemany(
            "DELETE FROM fresh WHERE project = ? AND session = ?",
            [(project, number) for number in sessions.tolist()],
        )
        self._sweep(project)
        return erased

    def _sweep(self, project: str) -> None:
        """Delete the names that no pack of a project uses."""
        used = np.zeros(1, np.int64)
        wanted = "SELECT id FROM packs WHERE project = ?"
        for (number,) in self._connection.execute(wanted, (project,)).fetchall():
            one = load(self._connection, number)
            texts = [c.name for c in BY_NUMBER[one.key.kind].columns if c.form is Form.TEXT]
            for name in ("tab", "page", *texts):
                used = np.union1d(used, widen(one.columns[name]))
        self._connection.execute("CREATE TEMP TABLE used (id INTEGER PRIMARY KEY)")
        self._connection.executemany(
            "INSERT INTO used VALUES (?)", ((number,) for number in used.tolist())
        )
        sql = "DELETE FROM names WHERE project = ? AND id NOT IN (SELECT id FROM used)"
        self._connection.execute(sql, (project,))
        self._connection.execute("DROP TABLE used")
        # Days of page views hold names and sessions too; they are made again from the rows.
        self._connection.execute("DELETE FROM view_days WHERE project = ?", (project,))
        self._names.pop(project, None)

    def names_of(self, project: str) -> Names:
        """Return the names of a project."""
        if project not in self._names:
            self._names[project] = Names(self._connection, project, may_write=True)
        return self._names[project]

    def _add(self, key: Key, columns: dict[str, Array], first: int) -> None:
        """Add rows as a pack, merged with the newer ones of its key that are not much larger.

        So each row is rewritten a number of times that grows as the logarithm of the rows only.
        """
        sql = (
            "SELECT id, rows FROM packs WHERE project = ? AND kind = ? AND day = ? AND page = ?"
            " ORDER BY id DESC"
        )
        rows, merged = len(columns["time"]), [columns]
        for number, size in self._connection.execute(sql, key).fetchall():
            if size > 2 * rows or rows + size > MAX_ROWS:
                break
            one = load(self._connection, number)
            merged.insert(0, {name: widen(stored) for name, stored in one.columns.items()})
            rows, first = rows + size, min(first, one.first)
            self._delete(number)
        if len(merged) > 1:
            columns = {name: np.concatenate([one[name] for one in merged]) for name in columns}
        self._insert(key, columns, first)

    def _insert(self, key: Key, columns: dict[str, Array], first: int) -> None:
        stored = {name: narrow(values) for name, values in columns.items()}
        directory, data = pack(stored)
        is_inline = len(data) <= INLINE_BYTES
        row = (*key, len(columns["time"]), first, directory, data if is_inline else b"")
        number = self._connection.execute(_INSERT, row).lastrowid
        if not is_inline:
            self._connection.executemany(
                "INSERT INTO pack_columns (pack, name, data) VALUES (?, ?, ?)",
                [(number, name, one.data) for name, one in stored.items() if one.data],
            )

    def _delete(self, number: int) -> None:
        self._connection.execute("DELETE FROM packs WHERE id = ?", (number,))
        self._connection.execute("DELETE FROM pack_columns WHERE pack = ?", (number,))


def chosen(one: Pack, keep: Array) -> dict[str, Array]:
    """Return the rows of a pack that `keep` tells."""
    columns = {name: widen(stored) for name, stored in one.columns.items()}
    return rows_of(columns, ragged_of(BY_NUMBER[one.key.kind]), keep)


def _joined(tables: list[Table]) -> Table:
    if len(tables) == 1:
        return tables[0]
    first = tables[0]
    return Table(
        first.kind,
        np.concatenate([table.days for table in tables]),
        {name: np.concatenate([t.columns[name] for t in tables]) for name in first.columns},
    )


def _parted(project: str, table: Table) -> Iterator[tuple[Key, dict[str, Array]]]:
    """Yield the rows of a table by the pack that they belong to, in the table's order."""
    kind, days = table.kind, table.days
    pages = table.columns["page"] if kind.by_page else np.zeros(len(days), np.int64)
    if (days == days[0]).all() and (pages == pages[0]).all():
        yield Key(project, kind.number, int(days[0]), int(pages[0])), table.columns
        return
    order = np.lexsort((pages, days))
    changes = (np.diff(days[order]) != 0) | (np.diff(pages[order]) != 0)
    bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), len(order)]
    ragged = ragged_of(kind)
    points = table.columns[POINTS] if ragged else np.zeros(0, np.int64)
    starts = np.cumsum(points) - points
    for begin, end in pairwise(bounds):
        rows = order[begin:end]
        columns = {name: c[rows] for name, c in table.columns.items() if name not in ragged}
        if ragged:
            at = stretches(starts[rows], points[rows])
            columns |= {name: table.columns[name][at] for name in ragged}
        key = Key(project, kind.number, int(days[rows[0]]), int(pages[rows[0]]))
        yield key, columns
