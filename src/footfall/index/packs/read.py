# ruff: noqa: S608 - the texts are built of names of ours alone; values are bound
"""Facts of any kind as columns, packed ones and those that have just come."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.choice import ALL, Choice, by_number, is_among, meant_of, needed
from footfall.index.packs.cut import Cut, joined
from footfall.index.packs.decode import Table, tables
from footfall.index.packs.kept import Asker, block_of, whole_blocks
from footfall.index.packs.kinds import KINDS, Form, Kind, names_of
from footfall.index.packs.layout import Array, Narrow, together, unpack, widen
from footfall.index.packs.names import Names
from footfall.index.packs.rows import ragged_of, rows_of
from footfall.index.packs.stored import Stored, columns_of, offsets, shift
from footfall.index.packs.stream import Fresh, streams
from footfall.wire.schema import Fact

_DAY_MS: Final = 86_400_000
_SLACK_MS: Final = 120_000
"""No event is later than its receipt by more than this: a chunk's 60 s, and what counts as a right clock."""


_TOGETHER: Final = 50_000
"""Rows of small packs, of a page's day each, that are made one part: most of reading one is what calls cost."""
_DTYPES: Final = {Form.FLOAT: np.float64, Form.BOOL: np.bool_}
_FEW_PAGES: Final = 30
"""Packs by page are kept in memory where at most so many pages are asked for."""
_FEW_SESSIONS: Final = 1_000
"""Of fewer sessions nothing is kept: who asks looks at what has just come, session by session."""

_NEXT_PAGE: Final = "SELECT MIN(page) FROM packs WHERE project = ?1 AND kind = ?2"
_PAGES: Final = (
    # From each page to the next one: a page's packs, one for each day, are many.
    f"WITH RECURSIVE pages (page) AS ({_NEXT_PAGE} UNION ALL"
    f" SELECT ({_NEXT_PAGE} AND packs.page > pages.page) FROM pages WHERE page IS NOT NULL)"
    " SELECT page FROM pages WHERE page IS NOT NULL"
)


class Snapshot:
    """The facts of a project as they are at one moment; for one thread. `Index.facts` makes it."""

    def __init__(
        self, connection: sqlite3.Connection, project: str, asker: Asker | None = None
    ) -> None:
        """Read through a connection that is in a read transaction until the snapshot is no longer used.

        asker: to what is kept in memory; made before the transaction.
        """
        self.connection = connection
        self.project = project
        self.asker = asker
        self.names = Names(connection, project, may_write=False)
        self._offsets = offsets(connection, project)
        self._fresh: dict[int, list[Table]] | None = None

    def read(
        self, kind: type[Fact], columns: Sequence[str], choice: Choice = ALL
    ) -> dict[str, Array]:
        """Return columns of the facts of a kind, in no special order: sort by (time, tab, sequence, ordinal).

        Which columns there are says `names_of(KINDS[kind])`. Each has the shape (n,), but for ragged ones: those hold
        the points of all rows one after the other, sum(points) of them, each the difference to the one before in its
        row (`absolute` adds them up). dtypes: float64 for floats, bool for booleans, else int32, or int64 where a
        value needs it; `time` (ms since 1970, corrected by the session's clock offset) is int64.
        Raises KeyError for a kind or a column that there is not.
        """
        what = KINDS[kind]
        wanted, found = self._found(kind, columns, choice)
        if ragged_of(what) & wanted:
            parts = [cut.wide(wanted) for cut in found]
            told = {name: _whole([part[name] for part in parts]) for name in columns}
        else:
            told = joined(list(found), columns)
        return _shaped(what, told)

    def parts(
        self, kind: type[Fact], columns: Sequence[str], choice: Choice = ALL
    ) -> Iterator[dict[str, Array]]:
        """Yield what `read` returns pack by pack, which is faster where much is left out: it stays in the cache.

        There may be columns that nobody asked for.
        """
        wanted, found = self._found(kind, columns, choice)
        for cut in found:
            yield _shaped(KINDS[kind], cut.wide(wanted))

    def _found(
        self, kind: type[Fact], columns: Sequence[str], choice: Choice
    ) -> tuple[frozenset[str], Iterator[Cut]]:
        """Return the columns that are read, and what fits of them pack by pack, or block by block."""
        what = KINDS[kind]
        known = names_of(what)
        for name in columns:
            if name not in known:
                raise KeyError(f"{kind.__name__} has no column {name}; it has {', '.join(known)}")
        pages = self._pages_of(choice)
        among = None if choice.sessions is None else by_number(choice.sessions)
        wanted = needed(what, columns, choice)
        if pages is not None and choice.meant is None and not what.by_page:
            choice, pages = replace(choice, meant=partial(is_among, pages)), None
        ragged = ragged_of(what) & wanted
        # Without points, only the rows of the pages that are meant come out of the packs.
        rest = choice if ragged else replace(choice, meant=None)
        packed = (
            self._kept(what, wanted, pages, among, choice)
            if self._may_keep(what, wanted, pages, choice)
            else (
                self._fitting(part, ragged, None, among, rest)
                for part in self._packed(what, wanted, pages, choice)
            )
        )
        unpacked = (
            self._fitting(part, ragged, pages, among, choice)
            for part in self._unpacked(what, wanted)
        )
        return wanted, chain(packed, unpacked)

    def fresh(
        self, kind: type[Fact], columns: Sequence[str], choice: Choice = ALL
    ) -> Iterator[dict[str, Array]]:
        """Yield what `parts` yields of facts that no pack holds yet; not of ragged columns."""
        pages = self._pages_of(choice)
        among = None if choice.sessions is None else by_number(choice.sessions)
        for part in self._unpacked(KINDS[kind], needed(KINDS[kind], columns, choice)):
            keep = self._fit(part, pages, among, choice)
            yield part if keep is None else rows_of(part, frozenset(), keep)

    def pages(self, kind: type[Fact]) -> list[int]:
        """Return the names of the pages that there are facts of this kind of, in order."""
        number = KINDS[kind].number
        if not KINDS[kind].by_page:
            return [int(one) for one in np.unique(self.read(kind, ["page"])["page"])]
        found = {int(row[0]) for row in self.connection.execute(_PAGES, (self.project, number))}
        for part in self._unpacked(KINDS[kind], frozenset({"page"})):
            found.update(np.unique(part["page"]).tolist())
        return sorted(found)

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """Return the texts of names, as the columns of this snapshot number them. Raises KeyError."""
        return self.names.texts(map(int, numbers))

    def number(self, text: str) -> int:
        """Return what stands for a text in the columns of this snapshot."""
        return self.names[text]

    def like(self, parts: Sequence[str]) -> dict[int, str]:
        """Return the names, and their texts, that contain all of these; upper or lower case of letters is one.

        What has just come is among them once it has been read.
        """
        return self.names.like(parts)

    def _pages_of(self, choice: Choice) -> list[int] | None:
        if choice.page is not None:
            return [self.names[choice.page]]
        return [self.names[page] for page in choice.pages] or None

    def _may_keep(
        self, kind: Kind, wanted: frozenset[str], pages: list[int] | None, choice: Choice
    ) -> bool:
        """Tell whether what is read is kept in memory."""
        if self.asker is None or ragged_of(kind) & wanted:
            return False
        if choice.sessions is not None and len(choice.sessions) < _FEW_SESSIONS:
            return False
        return not kind.by_page or (pages is not None and len(pages) <= _FEW_PAGES)

    def _kept(
        self,
        kind: Kind,
        wanted: frozenset[str],
        pages: list[int] | None,
        among: NDArray[np.bool_] | None,
        choice: Choice,
    ) -> Iterator[Cut]:
        """Yield what fits of the packs, by blocks of days that are kept in memory."""
        asker = self.asker
        if asker is None:
            return
        since = None if choice.since is None else (choice.since - _SLACK_MS) // _DAY_MS
        first, _ = whole_blocks(since, None)
        sql = (
            "SELECT day, id, first FROM packs WHERE project = ? AND kind = ? AND page = ? AND day >= ?"
            " ORDER BY day, id"
        )
        for page in dict.fromkeys(pages or ()) if kind.by_page else (0,):
            rows = self.connection.execute(sql, (self.project, kind.number, page, first)).fetchall()
            blocks: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
            for day, number, earliest in rows:
                place = block_of(day, rows[-1][0])
                blocks.setdefault(place, []).append((day, number, earliest))
            for place, packs in blocks.items():
                if since is not None and packs[-1][0] < since:
                    continue
                if choice.until is not None and min(one[2] for one in packs) > choice.until:
                    continue
                numbers = [one[1] for one in packs]
                stored = asker.columns(
                    (self.project, kind.number, page, place),
                    numbers,
                    wanted,
                    ("session", "time"),
                    partial(Stored, self.connection, numbers),
                )
                if stored is None:
                    among_packs = "id IN (SELECT value FROM json_each(?))"
                    for part in self._streamed(
                        kind, wanted, choice, among_packs, [json.dumps(numbers)]
                    ):
                        yield self._fitting(
                            part, frozenset(), None, among, replace(choice, meant=None)
                        )
                else:
                    yield self._taken(stored, wanted, among, choice)

    def _taken(
        self,
        stored: Mapping[str, Narrow],
        wanted: frozenset[str],
        among: NDArray[np.bool_] | None,
        choice: Choice,
    ) -> Cut:
        """Return what fits of a block: only the columns that tell it are made wide as a whole."""
        told = set[str]()
        if choice.meant is not None:
            told.add("page")
        if among is not None:
            told.add("session")
        if not choice.roughly and (choice.since is not None or choice.until is not None):
            told |= {"session", "time"}
        keep = self._fit(
            self._corrected({name: widen(stored[name]) for name in told}), None, among, choice
        )
        rows = None if keep is None else np.flatnonzero(keep)
        columns: dict[str, Narrow | Array] = {name: stored[name] for name in wanted}
        if "time" in wanted and (len(self._offsets[0]) or stored["time"].base < 0):
            part = {name: widen(stored[name], rows) for name in ("session", "time")}
            columns["time"] = self._corrected(part)["time"]
        return Cut(columns, rows, stored["session"].length if rows is None else len(rows))

    def _packed(
        self, kind: Kind, wanted: frozenset[str], pages: list[int] | None, choice: Choice
    ) -> Iterable[dict[str, Array]]:
        conditions = ["project = ?", "kind = ?"]
        values: list[str | int] = [self.project, kind.number]
        if pages is not None and kind.by_page:
            is_one = len(pages) == 1
            conditions.append("page = ?" if is_one else "page IN (SELECT value FROM json_each(?))")
            values.append(pages[0] if is_one else json.dumps(pages))
        if choice.since is not None:
            conditions.append("day >= ?")
            values.append((choice.since - _SLACK_MS) // _DAY_MS)
        if choice.until is not None:
            conditions.append("first <= ?")
            values.append(choice.until)
        return self._streamed(kind, wanted, choice, " AND ".join(conditions), values)

    def _streamed(
        self,
        kind: Kind,
        wanted: frozenset[str],
        choice: Choice,
        condition: str,
        values: Sequence[str | int],
    ) -> Iterable[dict[str, Array]]:
        sql = f"SELECT id, rows, directory, data FROM packs WHERE {condition}"
        meant = None if ragged_of(kind) & wanted else choice.meant
        small: list[tuple[bytes, bytes]] = []
        held = 0
        for number, size, directory, data in self.connection.execute(sql, values):
            if data or size == 1:  # a single row has none, as it is constant
                small.append((directory, data))
                held += size
                if held >= _TOGETHER:
                    yield self._corrected(meant_of(together(small, wanted), meant))
                    small, held = [], 0
                continue
            stored = columns_of(self.connection, number, data, unpack(directory, wanted))
            # Few rows are of the pages that are asked for: what the others hold is not made wide.
            rows = None if meant is None else np.flatnonzero(meant(widen(stored["page"])))
            yield self._corrected({name: widen(one, rows) for name, one in stored.items()})
        if small:
            yield self._corrected(meant_of(together(small, wanted), meant))

    def _unpacked(self, kind: Kind, wanted: frozenset[str]) -> Iterable[dict[str, Array]]:
        if self._fresh is None:
            sql = f"SELECT session, {', '.join(Fresh._fields)} FROM fresh WHERE project = ? ORDER BY id"
            rows = self.connection.execute(sql, (self.project,)).fetchall()
            self._fresh = {}
            chunks = [Fresh._make(row[1:]) for row in rows]
            for stream in streams(chunks):
                sessions = [rows[place][0] for place in stream.places]
                for _, table in tables(stream, sessions, lambda _: self.names):
                    self._fresh.setdefault(table.kind.number, []).append(table)
        for table in self._fresh.get(kind.number, ()):
            yield self._corrected({name: table.columns[name] for name in wanted})

    def _corrected(self, part: dict[str, Array]) -> dict[str, Array]:
        if "time" in part:
            time = part["time"].astype(np.int64, copy=False)
            if len(self._offsets[0]):
                time = time + shift(part["session"], *self._offsets)
            # As the page views' times are: never before 1970.
            part["time"] = np.maximum(time, 0)
        return part

    def _fitting(
        self,
        part: dict[str, Array],
        ragged: frozenset[str],
        pages: list[int] | None,
        among: NDArray[np.bool_] | None,
        choice: Choice,
    ) -> Cut:
        """Return the rows that fit."""
        keep = self._fit(part, pages, among, choice)
        found = part if keep is None or keep.all() else rows_of(part, ragged, keep)
        return Cut(found, None, max(map(len, found.values())))

    def _fit(
        self,
        part: dict[str, Array],
        pages: list[int] | None,
        among: NDArray[np.bool_] | None,
        choice: Choice,
    ) -> Array | None:
        """Return which rows fit (bool); None: all."""
        conditions: list[Array] = []
        if choice.since is not None and not choice.roughly:
            conditions.append(part["time"] >= choice.since)
        if choice.until is not None and not choice.roughly:
            conditions.append(part["time"] <= choice.until)
        if pages is not None:
            conditions.append(is_among(pages, part["page"]))
        if choice.meant is not None:
            conditions.append(choice.meant(part["page"]))
        if among is not None:
            conditions.append(among[np.minimum(part["session"], len(among) - 1)])
        return np.logical_and.reduce(conditions) if conditions else None


def _whole(parts: list[Array]) -> Array:
    if not parts:
        return np.empty(0, np.int32)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _shaped(kind: Kind, part: dict[str, Array]) -> dict[str, Array]:
    """Return a part with its booleans and times, and with floats even where it is empty."""
    for column in kind.columns:
        if column.name in part and column.form in _DTYPES:
            part[column.name] = part[column.name].astype(_DTYPES[column.form], copy=False)
    if "time" in part:
        part["time"] = part["time"].astype(np.int64, copy=False)
    return part
