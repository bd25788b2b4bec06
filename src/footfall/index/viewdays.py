# ruff: noqa: S608 - the texts are built of names of ours alone; values are bound
"""Page views as columns, a pack for each day: what lists of pages are counted from.

The table `page_views` is the truth. A day's pack is thrown away by whoever changes a row of that day, and made again
in the background; what has no pack is read from the rows.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import repeat
from typing import Any, Final

import numpy as np
from xxhash import xxh3_64_intdigest

from footfall.index.packs.layout import Array, narrow, pack
from footfall.index.packs.names import Names
from footfall.index.packs.stored import INLINE_BYTES

DAY_MS: Final = 86_400_000
DEVICES: Final = ("unknown", "mobile", "tablet", "desktop")
COLUMNS: Final = (
    "page", "session", "device", "started", "clicks", "depth", "document_height", "height",
    "tab", "number", "width", "document_width", "ended", "visitor",
)  # fmt: skip
"""page, tab: names; session: SessionRow.number; device: its place in DEVICES; visitor: `visitor_code` of the
session's; the others as in `page_views`."""
_OF_ROWS: Final = {
    name: f"{'s' if name in ('session', 'visitor') else 'v'}.{'number' if name == 'session' else name}"
    for name in COLUMNS
}
"""What each column is in the tables, as `read_rows` calls them."""

# Numbered by chance: a number that is gone stands for no other day, nor for another content of its own.
_INSERT: Final = (
    "INSERT INTO view_days (id, project, day, directory, data)"
    " VALUES (random() & 9223372036854775807, ?, ?, ?, ?)"
)
Columns = dict[str, Array]
Day = tuple[str, int]
"""(project, days since 1970, UTC)"""


def day_of(started: int) -> int:
    """Return the day of a time in ms since 1970."""
    return started // DAY_MS


def visitor_code(visitor: str) -> int:
    """Return a number below 2**63 for a visitor: two of a million get the same one with a chance of 1 in 10 million."""
    return xxh3_64_intdigest(visitor.encode()) >> 1


def drop(connection: sqlite3.Connection, days: Iterable[Day]) -> None:
    """Throw away the packs of days whose rows are changed."""
    connection.executemany("DELETE FROM view_days WHERE project = ? AND day = ?", days)


def make(connection: sqlite3.Connection, names: Names, project: str, limit: int) -> int:
    """Make the packs that a project lacks, the oldest first, at most `limit`; return how many.

    The newest day is left to its rows, which most chunks change.
    """
    made = 0
    for day in list(days_without(connection, project))[:-1]:
        if made == limit:
            break
        columns = read_rows(connection, names, project, day)
        stored = {name: narrow(values) for name, values in columns.items()}
        directory, data = pack(stored)
        is_inline = len(data) <= INLINE_BYTES
        row = (project, day, directory, data if is_inline else b"")
        number = connection.execute(_INSERT, row).lastrowid
        if not is_inline:
            connection.executemany(
                "INSERT INTO view_columns (pack, name, data) VALUES (?, ?, ?)",
                [(number, name, one.data) for name, one in stored.items() if one.data],
            )
        made += 1
    return made


def days_without(
    connection: sqlite3.Connection, project: str, first: int = 0, last: int | None = None
) -> Iterator[int]:
    """Yield the days that have page views and no pack, in order: of those from the first to the last."""
    sql = "SELECT day FROM view_days WHERE project = ?"
    packed = {row[0] for row in connection.execute(sql, (project,))}
    after = "SELECT MIN(started) FROM page_views WHERE project = ? AND started >= ?"
    at = max(first, 0) * DAY_MS
    while (found := connection.execute(after, (project, at)).fetchone()[0]) is not None:
        day = day_of(found)
        if last is not None and day > last:
            return
        if day not in packed:
            yield day
        at = (day + 1) * DAY_MS


def read_rows(
    connection: sqlite3.Connection,
    names: Names,
    project: str,
    day: int,
    wanted: Collection[str] = COLUMNS,
    page: str | None = None,
) -> Columns:
    """Return columns of the views that began on a day, of one page's alone where it is named; in no special order."""
    asked = [name for name in COLUMNS if name in wanted]
    sql = (
        f"SELECT {', '.join(_OF_ROWS[name] for name in asked)}"
        " FROM page_views AS v JOIN sessions AS s USING (project, session)"
        " WHERE v.project = ? AND v.started BETWEEN ? AND ?"
    )
    bound: tuple[str | int, ...] = (project, day * DAY_MS, (day + 1) * DAY_MS - 1)
    if page is not None:
        sql, bound = f"{sql} AND v.page = ?", (*bound, page)
    plain = connection.cursor()
    plain.row_factory = None
    rows = plain.execute(sql, bound).fetchall()
    columns: Columns = {}
    for name, found in zip(asked, zip(*rows, strict=True) if rows else repeat(()), strict=False):
        values: Iterable[Any] = found
        if name in ("page", "tab"):
            values = map(names.__getitem__, found)
        elif name == "device":
            values = map(DEVICES.index, found)
        elif name == "visitor":
            values = map(visitor_code, found)
        columns[name] = np.fromiter(values, np.int64, len(rows))
    return columns
