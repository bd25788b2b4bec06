"""Facts of many chunks to columns at once.

Read one by one, facts cost some microseconds each, most of it for objects that live for a moment. Here the facts
of many chunks become one stream of values by one call of msgpack; a loop of few steps notes where each fact
begins; all else is done by column.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, NamedTuple

import msgpack
import numpy as np
from numpy.typing import NDArray

from footfall.errors import WireError
from footfall.index.packs.kinds import BY_NUMBER, KINDS, POINTS, Column, Form, Kind
from footfall.index.packs.layout import Array
from footfall.index.packs.names import Names
from footfall.wire import codec, schema
from footfall.wire.schema import PageView

STREAM_BYTES: Final = 4 * 1024 * 1024
"""Facts that are decoded at once, inflated; their values take some 20 times as much for a moment."""
_BREAK: Final = b"\xc0\x01\x00"
"""Begins a chunk: looks like a fact whose kind is nil, which ingest has let into no chunk."""
_DAY_MS: Final = 86_400_000
_VIEW: Final = KINDS[PageView].number

_log = logging.getLogger("footfall.index")


class Fresh(NamedTuple):
    """The facts of a chunk that are not packed yet. Times are the visitor's own, ms since 1970."""

    session: int
    tab: str
    sequence: int
    page_view: int
    url: str
    base: int  # the facts' t count from here
    latest: int  # no event is later
    received_at: int  # by the server's clock
    encoding: int
    facts: bytes


class Table(NamedTuple):
    """Facts of one kind: `columns` of KINDS, and the day (of receipt, since 1970, UTC) of each."""

    kind: Kind
    days: NDArray[np.int64]
    columns: dict[str, Array]


def decode(chunks: Sequence[Fresh], names: Names) -> list[Table]:
    """Return the facts of chunks of one project as tables, in the chunks' order, without those that cannot be read."""
    tables: list[Table] = []
    for some, parts in _streams(chunks):
        try:
            tables += _decode_stream(some, parts, names)
        except (TypeError, ValueError, IndexError, OverflowError) as error:
            # What ingest let in cannot be meant; so the log was forged, or a limit has become stricter.
            if len(some) == 1:
                _log.warning("facts of a chunk cannot be packed: %s", error)
                continue
            for one in some:
                tables += decode([one], names)
    return tables


@contextmanager
def without_collector() -> Iterator[None]:
    """Have no garbage collected meanwhile: decoded facts hold no cycles, but each tuple counts as one that may."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _streams(chunks: Sequence[Fresh]) -> Iterator[tuple[list[Fresh], list[bytes]]]:
    some: list[Fresh] = []
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        try:
            facts = codec.inflate(chunk.facts, chunk.encoding, schema.MAX_FACTS_BYTES)
        except WireError as error:
            _log.warning("facts of a chunk cannot be packed: %s", error)
            continue
        some.append(chunk)
        parts.append(facts)
        size += len(facts)
        if size >= STREAM_BYTES:
            yield some, parts
            some, parts, size = [], [], 0
    if some:
        yield some, parts


def _decode_stream(chunks: list[Fresh], parts: list[bytes], names: Names) -> Iterator[Table]:
    stream = b"".join(chain.from_iterable((_BREAK, part) for part in parts))
    unpacker = msgpack.Unpacker(max_buffer_size=len(stream), use_list=False)
    unpacker.feed(stream)
    values = list(unpacker)
    if unpacker.tell() != len(stream):
        raise ValueError("the facts are cut short")
    places = _places(values)
    breaks = places.pop(None)
    if len(breaks) != len(chunks):
        raise ValueError("a fact has no kind")
    cells = np.fromiter(values, object, len(values))
    places.setdefault(_VIEW, [])
    common = _Common(chunks, breaks, places[_VIEW], cells, names)
    tables = []
    for number, found in places.items():
        kind = BY_NUMBER.get(number)
        if kind is not None and found:
            at = np.array(found, np.int64)
            days, columns = common.of(at, cells)
            columns |= _own(kind, at, cells, names)
            tables.append(Table(kind, days, columns))
    return iter(tables)


def _places(values: list[Any]) -> dict[Any, list[int]]:
    """Return where the facts of each kind begin. Raises IndexError, TypeError, ValueError where they are none."""
    places: defaultdict[Any, list[int]] = defaultdict(list)
    at, end = 0, len(values)
    while at < end:
        places[values[at]].append(at)
        count = values[at + 1]
        if count < 0:
            raise ValueError("a fact has fewer than no fields")
        at += 2 + count
    if at != end:
        raise ValueError("the last fact is cut short")
    return places


class _Common:
    """The common columns of a stream's facts, told by where they stand in it."""

    def __init__(
        self, chunks: list[Fresh], breaks: list[int], views: list[int], cells: Array, names: Names
    ) -> None:
        self._breaks = np.array(breaks, np.int64)
        self._session, self._sequence, self._base, self._latest, received = (
            np.array([chunk[field] for chunk in chunks], np.int64) for field in (0, 2, 5, 6, 7)
        )
        self._tab = np.array([names[chunk.tab] for chunk in chunks], np.int64)
        self._days = received // _DAY_MS
        # Facts belong to the page view that was begun last: in the chunk, or before it.
        at = np.array(views, np.int64)
        begins = np.concatenate([self._breaks, at])
        numbers = [chunk.page_view for chunk in chunks] + cells[at + 3].tolist()
        urls = [chunk.url for chunk in chunks] + cells[at + 4].tolist()
        order = np.argsort(begins)
        self._begins = begins[order]
        self._view = np.array(numbers, np.int64)[order]
        self._page = np.array([names.pages[url] for url in urls], np.int64)[order]

    def of(self, at: NDArray[np.int64], cells: Array) -> tuple[NDArray[np.int64], dict[str, Array]]:
        """Return the days and the common columns of the facts at these places."""
        chunk = np.searchsorted(self._breaks, at, "right") - 1
        view = np.searchsorted(self._begins, at, "right") - 1
        passed = cells[at + 2].astype(np.int64)
        time = self._base[chunk] + np.clip(passed, 0, 2 * schema.SESSION_MAX_MS)
        return self._days[chunk], {
            "session": self._session[chunk],
            "tab": self._tab[chunk],
            "view": self._view[view],
            "page": self._page[view],
            "time": np.minimum(time, self._latest[chunk]),
            "sequence": self._sequence[chunk],
            "ordinal": at - self._breaks[chunk],
        }


def _own(kind: Kind, at: NDArray[np.int64], cells: Array, names: Names) -> dict[str, Array]:
    """Return the columns of a kind's fields."""
    counts = cells[at + 1].astype(np.int64)
    columns: dict[str, Array] = {}
    for column in kind.columns:
        values = _field(column, at, counts, cells)
        if column.form is Form.TEXT:
            found: Array = np.fromiter(map(names.__getitem__, values), np.int64, len(at))
        elif column.form is Form.RAGGED:
            columns[POINTS] = np.fromiter(map(len, values), np.int64, len(at))
            found = np.fromiter(chain.from_iterable(values), np.int64, int(columns[POINTS].sum()))
        elif column.form is Form.FLOAT:
            found = values.astype(np.float64)
        else:
            found = values.astype(np.int64)
        columns[column.name] = found
    return columns


def _field(column: Column, at: Array, counts: Array, cells: Array) -> Array:
    """Return the cells of a field; its default where an older recorder did not have it."""
    if int(counts.min()) > column.place:
        found: Array = cells[at + (2 + column.place)]
        return found
    if column.default is None:
        raise ValueError(f"{column.name} is missing")
    values = np.full(len(at), column.default, object)
    has = counts > column.place
    values[has] = cells[at[has] + (2 + column.place)]
    return values
