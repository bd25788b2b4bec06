"""From the facts of a stream to tables, one for each project and kind, whose texts are names."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.columns import Rows
from footfall.index.packs.kinds import BY_NUMBER, KINDS, POINTS, Form, Kind
from footfall.index.packs.layout import Array
from footfall.index.packs.names import Names
from footfall.index.packs.stream import Stream
from footfall.wire.schema import PageView

_DAY_MS: Final = 86_400_000
_VIEW: Final = KINDS[PageView].number


class Table(NamedTuple):
    """Facts of one kind: `columns` of KINDS, and the day (of receipt, since 1970, UTC) of each."""

    kind: Kind
    days: NDArray[np.int64]
    columns: dict[str, Array]


class _Part(NamedTuple):
    """The chunks of one project in a stream, from one to before another."""

    project: str
    names: Names
    first: int
    last: int


def tables(
    stream: Stream,
    sessions: Sequence[int],
    names_of: Callable[[str], Names],
    projects: Collection[str] | None = None,
) -> Iterator[tuple[str, Table]]:
    """Yield the tables of each project, with it, or of `projects` alone; their rows are in the stream's order.

    `sessions`: the number of each chunk's session. Chunks of one project must stand together in the stream.
    """
    parts = list(_parts(stream, names_of, projects))
    tab, page = _tabs(stream, parts), _pages(stream, parts)
    session = np.array(sessions, np.int64)
    sequence, received = (np.array([one[at] for one in stream.chunks], np.int64) for at in (2, 7))
    views = _views(stream)
    for number, rows in stream.kinds.items():
        kind = BY_NUMBER[number]
        common = {
            "session": session[rows.chunk],
            "tab": tab[rows.chunk],
            "view": views[rows.passage],
            "page": page[rows.passage],
            "time": rows.time,
            "sequence": sequence[rows.chunk],
            "ordinal": rows.at - stream.breaks[rows.chunk],
        }
        days = received[rows.chunk] // _DAY_MS
        for part in parts:
            low, high = np.searchsorted(rows.chunk, (part.first, part.last)).tolist()
            if low < high:
                columns = {name: column[low:high] for name, column in common.items()}
                columns |= _own(kind, rows, low, high, part.names)
                yield part.project, Table(kind, days[low:high], columns)


def _parts(
    stream: Stream, names_of: Callable[[str], Names], projects: Collection[str] | None
) -> Iterator[_Part]:
    first = 0
    for project, chunks in groupby(chunk.project for chunk in stream.chunks):
        last = first + sum(1 for _ in chunks)
        if projects is None or project in projects:
            yield _Part(project, names_of(project), first, last)
        first = last


def _tabs(stream: Stream, parts: list[_Part]) -> Array:
    """Return the name of each chunk's tab."""
    found = np.zeros(len(stream.chunks), np.int64)
    for part in parts:
        tabs = (chunk.tab for chunk in stream.chunks[part.first : part.last])
        found[part.first : part.last] = [part.names[tab] for tab in tabs]
    return found


def _views(stream: Stream) -> Array:
    """Return the page view's number of each passage."""
    passages = stream.passages
    told = np.array([chunk.page_view for chunk in stream.chunks], np.int64)
    found: Array = told[passages.chunk]
    if _VIEW in stream.kinds:
        is_open = passages.opened >= 0
        found[is_open] = stream.kinds[_VIEW].columns["number"][passages.opened[is_open]]
    return found


def _pages(stream: Stream, parts: list[_Part]) -> Array:
    """Return the name of the page of each passage."""
    chunk, opened = stream.passages.chunk, stream.passages.opened
    urls = stream.kinds[_VIEW].texts["url"] if _VIEW in stream.kinds else ()
    found = np.zeros(len(chunk), np.int64)
    for part in parts:
        low, high = np.searchsorted(chunk, (part.first, part.last)).tolist()
        found[low:high] = [
            part.names.pages[stream.chunks[at].url if row < 0 else urls[row]]
            for at, row in zip(chunk[low:high].tolist(), opened[low:high].tolist(), strict=True)
        ]
    return found


def _own(kind: Kind, rows: Rows, low: int, high: int, names: Names) -> dict[str, Array]:
    """Return the columns of a kind's fields for some of its rows."""
    columns: dict[str, Array] = {}
    points = slice(0, 0)
    if kind.is_ragged:
        each = rows.columns[POINTS]
        columns[POINTS] = each[low:high]
        points = slice(int(each[:low].sum()), int(each[:high].sum()))
    for column in kind.columns:
        if column.form is Form.TEXT:
            numbers = map(names.__getitem__, rows.texts[column.name][low:high])
            columns[column.name] = np.fromiter(numbers, np.int64, high - low)
        else:
            values = rows.columns[column.name]
            columns[column.name] = values[
                points if column.form is Form.RAGGED else slice(low, high)
            ]
    return columns
