"""Page views as columns, a pack for each day: what lists of pages are counted from.

The table `page_views` is the truth. A day's pack is thrown away by whoever changes a row of that day, and made again
in the background; what has no pack is read from the rows.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from xxhash import xxh3_64_intdigest

from footfall.index.packs.layout import Array, Narrow, narrow, pack, unpack, widen
from footfall.index.packs.names import Names
from footfall.index.packs.stored import INLINE_BYTES, columns_of
from footfall.index.rows import Filter, PageRow

DAY_MS: Final = 86_400_000
DEVICES: Final = ("unknown", "mobile", "tablet", "desktop")
COLUMNS: Final = (
    "page", "session", "device", "started", "clicks", "depth", "document_height", "height",
    "tab", "number", "width", "document_width", "ended", "visitor",
)  # fmt: skip
"""page, tab: names; session: SessionRow.number; device: its place in DEVICES; visitor: `visitor_code` of the
session's; the others as in `page_views`."""
_LISTED: Final = COLUMNS[:8]

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
    for day in list(_days_without(connection, project))[:-1]:
        if made == limit:
            break
        columns = _read_rows(connection, names, project, (day * DAY_MS, (day + 1) * DAY_MS - 1))
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


def page_rows(connection: sqlite3.Connection, project: str, chosen: Filter) -> list[PageRow]:
    """Return the pages of the views that fit, most viewed first. The connection is in a read transaction."""
    names = Names(connection, project, may_write=False)
    days = [
        _fitting(part, chosen, names) for part in _read(connection, names, project, chosen, _LISTED)
    ]
    days = [part for part in days if len(part["page"])]
    if not days:
        return []
    day = np.repeat(np.arange(len(days)), [len(part["page"]) for part in days])
    whole = {name: np.concatenate([part[name] for part in days]) for name in _LISTED}
    pages, whole["page"] = renumbered(whole["page"])
    texts = names.texts(pages.tolist())
    count = len(pages)
    views = np.bincount(
        whole["page"] * len(DEVICES) + whole["device"], minlength=count * len(DEVICES)
    )
    views = views.reshape(count, len(DEVICES))
    clicks = np.bincount(whole["page"], whole["clicks"], count).astype(np.int64)
    sessions = _count_sessions(day, whole["page"], whole["session"], count)
    last = np.zeros(count, np.int64)
    order = np.argsort(
        whole["page"].astype(_narrowest(count)), kind="stable"
    )  # 16 bits: a radix sort
    bounds = np.cumsum(np.bincount(whole["page"], minlength=count))
    last = np.maximum.reduceat(whole["started"][order], np.concatenate([[0], bounds[:-1]]))
    medians = _medians(whole, order, bounds)
    rows = [
        PageRow(
            page=texts[at],
            views=int(views[at].sum()),
            sessions=int(sessions[at]),
            clicks=int(clicks[at]),
            median_depth_share=medians[at],
            last_seen=int(last[at]),
            devices={name: int(n) for name, n in sorted(zip(DEVICES, views[at], strict=True)) if n},
        )
        for at in range(count)
    ]
    return sorted(rows, key=lambda row: (-row.views, row.page))


def page_names(connection: sqlite3.Connection, project: str) -> list[str]:
    """Return the pages of a project, most viewed first. The connection is in a read transaction."""
    names = Names(connection, project, may_write=False)
    pages = view_columns(connection, names, project, Filter(), ("page",))["page"]
    numbers, places = renumbered(pages)
    views = np.bincount(places).tolist()
    ordered = sorted(zip(views, names.texts(numbers.tolist()), strict=True), key=_most_first)
    return [page for _, page in ordered]


def _most_first(counted: tuple[int, str]) -> tuple[int, str]:
    return -counted[0], counted[1]


def view_columns(
    connection: sqlite3.Connection,
    names: Names,
    project: str,
    chosen: Filter,
    wanted: tuple[str, ...] = COLUMNS,
) -> Columns:
    """Return some of COLUMNS of the views that fit, in no special order.

    What the table lacks, `names` numbers below 0.
    """
    days = [
        _fitting(part, chosen, names) for part in _read(connection, names, project, chosen, wanted)
    ]
    return {
        name: np.concatenate([np.empty(0, np.int32), *(part[name] for part in days)])
        for name in wanted
    }


def renumbered(numbers: Array) -> tuple[Array, Array]:
    """Return the distinct numbers in order, and each number's place among them; without sorting all of them.

    For names and the like, of which the highest is not much above their count: it makes a table of them.
    """
    if not len(numbers):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    low = int(numbers.min())
    is_there = np.zeros(int(numbers.max()) - low + 1, np.bool_)
    is_there[numbers - low] = True
    places = np.cumsum(is_there) - 1
    return np.flatnonzero(is_there) + low, places[numbers - low]


def _count_sessions(day: Array, page: Array, session: Array, count: int) -> Array:
    """Return how many sessions saw each page. Rows are sorted by (day, page, session).

    A session of one day, as nearly all are, is counted where its rows of a page begin; the others one by one.
    """
    most = int(session.max()) + 1
    first_day = np.empty(most, np.int64)
    first_day[session[::-1]] = day[::-1]
    is_long = np.zeros(most, np.bool_)
    is_long[session[first_day[session] != day]] = True
    long = is_long[session]
    begins = np.ones(len(session), np.bool_)
    begins[1:] = (session[1:] != session[:-1]) | (page[1:] != page[:-1])
    found: Array = np.bincount(page[begins & ~long], minlength=count)
    pairs = np.unique(page[long].astype(np.int64) * most + session[long])
    return found + np.bincount(pairs // most, minlength=count)


def _medians(whole: Columns, order: Array, bounds: Array) -> list[float | None]:
    """Return the median share of the document that was seen, by page; `order` sorts the rows by page."""
    known = (whole["height"] > 0) & (whole["document_height"] > 0)
    share = whole["depth"] / np.maximum(whole["document_height"], 1)
    share, known = share[order], known[order]
    medians: list[float | None] = []
    start = 0
    for end in bounds.tolist():
        found = share[start:end][known[start:end]]
        medians.append(float(np.median(found)) if len(found) else None)
        start = end
    return medians


def _narrowest(count: int) -> type[np.uint16 | np.int64]:
    return np.uint16 if count < 2**16 else np.int64


def _fitting(part: Columns, chosen: Filter, names: Names) -> Columns:
    """Return the rows that fit in time, device and pages; of which page they are, `_read` has seen to."""
    conditions: list[Array] = []
    if "started" in part:  # of days that lie within the time as a whole it may not have been read
        if chosen.since is not None:
            conditions.append(part["started"] >= chosen.since)
        if chosen.until is not None:
            conditions.append(part["started"] <= chosen.until)
    if chosen.device is not None:
        known = DEVICES.index(chosen.device) if chosen.device in DEVICES else -1
        conditions.append(part["device"] == known)
    if chosen.pages:
        conditions.append(np.isin(part["page"], [names[page] for page in chosen.pages]))
    if not conditions:
        return part
    fits = np.logical_and.reduce(conditions)
    return part if fits.all() else {name: values[fits] for name, values in part.items()}


def _read(
    connection: sqlite3.Connection,
    names: Names,
    project: str,
    chosen: Filter,
    columns: tuple[str, ...],
) -> Iterator[Columns]:
    """Yield the views of each day in question, of the page if one is asked for, sorted by (page, session)."""
    first = day_of(chosen.since) if chosen.since is not None else None
    last = day_of(chosen.until) if chosen.until is not None else None
    sql = (
        "SELECT day, id, directory, data FROM view_days WHERE project = ? AND day >= IFNULL(?, day)"
        " AND day <= IFNULL(?, day) ORDER BY day"
    )
    page = None if chosen.page is None else names[chosen.page]
    also = ("device",) * (chosen.device is not None) + ("page",) * bool(chosen.pages)
    for day, number, directory, data in connection.execute(sql, (project, first, last)):
        asked = {*columns, *also, *(("started",) if day in (first, last) else ())}
        entries = unpack(directory, asked if page is None else {*asked, "page"})
        stored = columns_of(connection, number, data, entries, "view_columns")
        yield _widened(stored, asked, page)
    for day in _days_without(connection, project, first or 0, last):
        span = (day * DAY_MS, (day + 1) * DAY_MS - 1)
        rows = _read_rows(connection, names, project, span, chosen.page)
        yield {name: rows[name] for name in (*columns, *also, "started")}


def _widened(stored: dict[str, Narrow], columns: set[str], page: int | None) -> Columns:
    """Return columns of a day, of one page's rows alone where one is asked for: they lie side by side."""
    if page is None:
        return {name: widen(stored[name]) for name in columns}
    pages = widen(stored["page"])
    low, high = (int(np.searchsorted(pages, page, side)) for side in ("left", "right"))
    return {name: widen(_rows(stored[name], low, high)) for name in columns}


def _rows(stored: Narrow, low: int, high: int) -> Narrow:
    size = np.dtype(stored.dtype).itemsize if stored.dtype else 0
    return stored._replace(length=high - low, data=stored.data[low * size : high * size])


def _days_without(
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


def _read_rows(
    connection: sqlite3.Connection,
    names: Names,
    project: str,
    span: tuple[int, int],
    page: str | None = None,
) -> Columns:
    """Return the views that began within a span of time (ms, both ends included), sorted by (page, session)."""
    sql = (
        "SELECT v.page, s.number, v.device, v.started, v.clicks, v.depth, v.document_height, v.height,"
        " v.tab, v.number, v.width, v.document_width, v.ended, s.visitor"
        " FROM page_views AS v JOIN sessions AS s USING (project, session)"
        " WHERE v.project = ? AND v.started BETWEEN ? AND ?"
    )
    bound: tuple[str | int, ...] = (project, *span)
    if page is not None:
        sql, bound = f"{sql} AND v.page = ?", (*bound, page)
    rows = connection.execute(sql, bound).fetchall()
    columns: Columns = {}
    for at, name in enumerate(COLUMNS):
        values = [row[at] for row in rows]
        if name in ("page", "tab"):
            values = [names[text] for text in values]
        elif name == "device":
            values = [DEVICES.index(device) for device in values]
        elif name == "visitor":
            values = [visitor_code(visitor) for visitor in values]
        columns[name] = np.array(values, np.int64)
    order = np.lexsort((columns["session"], columns["page"]))
    return {name: values[order] for name, values in columns.items()}
