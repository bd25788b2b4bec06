"""The facts of many chunks as columns, read at once.

Read one by one, facts cost some microseconds each, most of it for objects that live for a moment. Here the facts
of many chunks become one stream of values by one call of msgpack; a loop of few steps notes where each fact
begins; all else, checking too, is done by column. So whoever gets a stream need not doubt what is in it.
"""

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple

import msgpack
import numpy as np

from footfall.errors import WireError
from footfall.index.packs.columns import (
    Facts,
    Ints,
    Rows,
    hashes_of,
    lots_of,
    rows_of,
    taken,
    whole_numbers,
)
from footfall.index.packs.kinds import BY_NUMBER, KINDS
from footfall.wire import codec, schema
from footfall.wire.schema import FACT_KINDS, Asset, PageView

STREAM_BYTES: Final = 4 * 1024 * 1024
"""Facts that are read at once, inflated; their values take some 20 times as much for a moment."""
_BREAK: Final = b"\xc0\x01\x00"
"""Begins a chunk: looks like a fact whose kind is nil, which ingest has let into no chunk."""
_VIEW: Final = KINDS[PageView].number
_ASSET: Final = next(number for number, kind in FACT_KINDS.items() if kind is Asset)
_BREAK_KIND: Final = -1
_KNOWN: Final = {None: _BREAK_KIND, _ASSET: _ASSET} | {number: number for number in BY_NUMBER}
"""What stands for a fact's kind; for those that this reader does not know: 0."""

_log = logging.getLogger("footfall.index")


class Fresh(NamedTuple):
    """The facts of a chunk as they came. Times are the visitor's own, ms since 1970."""

    project: str
    tab: str
    sequence: int
    page_view: int
    url: str
    base: int  # the facts' t count from here
    latest: int  # no event is later
    received_at: int  # by the server's clock
    encoding: int
    facts: bytes


@dataclass(frozen=True, slots=True)
class Passages:
    """The stretches of chunks in which one page view goes on: from a chunk's beginning or a PageView fact on.

    They are in the stream's order.
    """

    chunk: Ints
    opened: Ints  # the row of the PageView fact; -1: the chunk began in it


@dataclass(frozen=True, slots=True)
class Stream:
    """The facts of chunks by kind."""

    places: list[int]  # of these chunks among those that were given
    chunks: list[Fresh]
    base: Ints
    latest: Ints
    breaks: Ints  # where each chunk begins among the stream's values
    passages: Passages
    kinds: dict[int, Rows]  # by KINDS' numbers, those that occur
    assets: list[tuple[int, bytes]]  # (chunk, SHA-256) of each that could be had


@contextmanager
def without_collector() -> Iterator[None]:
    """Have no garbage collected meanwhile: what is read holds no cycles, but each tuple counts as one that may."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def streams(chunks: Sequence[Fresh]) -> Iterator[Stream]:
    """Yield the facts of chunks in their order; what cannot be read is told in the log and left out."""
    places: list[int] = []
    parts: list[bytes] = []
    size = 0
    for place, chunk in enumerate(chunks):
        try:
            facts = codec.inflate(chunk.facts, chunk.encoding, schema.MAX_FACTS_BYTES)
        except WireError as error:
            _complain(error)
            continue
        places.append(place)
        parts.append(facts)
        size += len(facts)
        if size >= STREAM_BYTES:
            yield from _readable(chunks, places, parts)
            places, parts, size = [], [], 0
    if places:
        yield from _readable(chunks, places, parts)


def _readable(chunks: Sequence[Fresh], places: list[int], parts: list[bytes]) -> Iterator[Stream]:
    """Yield the facts of chunks; where they cannot be read, of halves, and so on down to the one that is wrong."""
    try:
        with without_collector():
            stream = _read([chunks[place] for place in places], places, parts)
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        # Ingest has read them before they were stored: the log was forged, or a limit has become stricter.
        if len(places) == 1:
            _complain(error)
            return
    else:
        yield stream
        return
    half = len(places) // 2
    yield from _readable(chunks, places[:half], parts[:half])
    yield from _readable(chunks, places[half:], parts[half:])


def _complain(error: Exception) -> None:
    _log.warning("facts of a chunk cannot be read: %s", error)


def _read(chunks: list[Fresh], places: list[int], parts: list[bytes]) -> Stream:
    """Return the facts of chunks. Raises TypeError, ValueError, IndexError, OverflowError where they are none."""
    values = _values(b"".join(chain.from_iterable((_BREAK, part) for part in parts)))
    begins = _begins(values)
    at = np.array(begins, np.int64)
    kinds = np.array([_KNOWN.get(values[begin], 0) for begin in begins], np.int64)
    is_break, is_view = kinds == _BREAK_KIND, kinds == _VIEW
    if is_break.sum() != len(chunks):
        raise ValueError("a fact has no kind")
    is_passage = is_break | is_view
    chunk, passage = np.cumsum(is_break) - 1, np.cumsum(is_passage) - 1
    opened = np.where(is_view, np.cumsum(is_view) - 1, -1)
    cells = np.fromiter(values, object, len(values))
    base, latest = (np.array([one[field] for one in chunks], np.int64) for field in (5, 6))
    order = np.argsort(kinds, kind="stable")
    counts = whole_numbers(taken(cells, [at[order] + 1]))
    lots = list(lots_of(kinds[order], Facts(at[order], chunk[order], passage[order], counts)))
    rows = rows_of([lot for lot in lots if lot.number in BY_NUMBER], cells, base, latest)
    assets = [one for lot in lots if lot.number == _ASSET for one in hashes_of(lot, cells)]
    passages = Passages(chunk[is_passage], opened[is_passage])
    return Stream(places, chunks, base, latest, at[is_break], passages, rows, assets)


def _values(stream: bytes) -> list[Any]:
    unpacker = msgpack.Unpacker(
        max_buffer_size=len(stream), max_array_len=schema.MAX_POINTS, max_map_len=0, max_ext_len=0,
        use_list=False,
    )  # fmt: skip
    unpacker.feed(stream)
    values = list(unpacker)
    if unpacker.tell() != len(stream):
        raise ValueError("the facts are cut short")
    return values


def _begins(values: list[Any]) -> list[int]:
    """Return where facts begin. Raises IndexError, TypeError, ValueError where they are none."""
    begins: list[int] = []
    at, end = 0, len(values)
    while at < end:
        begins.append(at)
        count = values[at + 1]
        if count < 0:
            raise ValueError("a fact has fewer than no fields")
        at += 2 + count
    if at != end:
        raise ValueError("the last fact is cut short")
    return begins
