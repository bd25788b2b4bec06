"""The values of a stream to columns, each checked. Raises TypeError, ValueError, OverflowError where one is wrong."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs.kinds import BY_NUMBER, KINDS, POINTS, Column, Form
from footfall.index.packs.layout import Array
from footfall.wire import schema
from footfall.wire.schema import Asset

Ints = NDArray[np.int64]

_MAX_INT: Final = 2**53
_MAX_T: Final = 2 * schema.SESSION_MAX_MS
_SHA256: Final = Asset._fields.index("sha256")
_MOST_FIELDS: Final = 1 + max(len(kind.columns) for kind in KINDS.values())
_NONE: Final[Ints] = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Rows:
    """All facts of one kind in a stream, in its order."""

    at: Ints  # where each begins among the stream's values; in order
    chunk: Ints  # its place in the stream
    passage: Ints
    t: Ints  # ms since the chunk's base
    time: Ints  # ms since 1970, none later than its chunk can be
    columns: dict[str, Array]  # as KINDS has them, but for texts
    texts: dict[str, list[str]]


class Facts(NamedTuple):
    """Where facts are, and how many fields each has."""

    at: Ints
    chunk: Ints
    passage: Ints
    counts: Ints


class Lot(NamedTuple):
    """The facts of one kind, and how many fields the shortest has."""

    number: int
    facts: Facts
    least: int


def lots_of(kinds: Ints, facts: Facts) -> Iterator[Lot]:
    """Yield facts by kind; they are sorted so."""
    starts = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist()]
    least = np.minimum.reduceat(facts.counts, starts).tolist()
    for fewest, (low, high) in zip(least, pairwise([*starts, len(kinds)]), strict=True):
        yield Lot(int(kinds[low]), Facts._make(one[low:high] for one in facts), fewest)


def rows_of(lots: list[Lot], cells: Array, base: Ints, latest: Ints) -> dict[int, Rows]:
    """Return the facts of the kinds that are packed, each value checked.

    Values of all kinds are taken at once: else small batches would cost most for the calls.
    """
    if any(lot.least < 1 for lot in lots):
        raise ValueError("a fact has no time")
    t = whole_numbers(taken(cells, [lot.facts.at + 2 for lot in lots]))
    if len(t) and (t.min() < 0 or t.max() >= _MAX_T):
        raise ValueError("a fact's t is out of range")
    chunk = np.concatenate([_NONE, *(lot.facts.chunk for lot in lots)])
    time = np.minimum(base[chunk] + t, latest[chunk])
    rows: dict[int, Rows] = {}
    plans: list[tuple[Rows, _Plan, Lot]] = []
    first = 0
    for lot in lots:
        facts, own = lot.facts, slice(first, first + len(lot.facts.at))
        first = own.stop
        found = Rows(facts.at, facts.chunk, facts.passage, t[own], time[own], {}, {})
        rows[lot.number] = found
        plans.append((found, _plan(lot.number, min(lot.least, _MOST_FIELDS)), lot))
    whole = [lot.facts.at + plan.whole_at for _, plan, lot in plans]
    texts = [lot.facts.at + plan.texts_at for _, plan, lot in plans]
    numbers, words = whole_numbers(taken(cells, whole)), _texts(taken(cells, texts))
    number = word = 0
    for found, plan, lot in plans:
        count = len(lot.facts.at)
        for name in plan.whole:
            found.columns[name] = numbers[number : number + count]
            number += count
        for name in plan.texts:
            found.texts[name] = words[word : word + count]
            word += count
        for column in plan.others:
            _add(found, column, _field(column, lot, cells))
    return rows


class _Plan(NamedTuple):
    """How the columns of a kind are read: whole numbers and texts that all facts have at once, others one by one."""

    whole: list[str]
    whole_at: Ints  # where they are after a fact's beginning; shape (columns, 1)
    texts: list[str]
    texts_at: Ints
    others: list[Column]


@cache
def _plan(number: int, least: int) -> _Plan:
    """Return how to read a kind's facts of which none has less than `least` fields."""
    columns = BY_NUMBER[number].columns
    there = [column for column in columns if column.place < least]
    whole = [column for column in there if column.form is Form.INT]
    texts = [column for column in there if column.form is Form.TEXT]
    others = [column for column in columns if column not in whole and column not in texts]
    whole_at, texts_at = (
        2 + np.array([column.place for column in some], np.int64)[:, None]
        for some in (whole, texts)
    )
    names = ([column.name for column in some] for some in (whole, texts))
    return _Plan(next(names), whole_at, next(names), texts_at, others)


def taken(cells: Array, places: list[Ints]) -> list[Any]:
    """Return the values at these places, one after the other."""
    found: list[Any] = cells[np.concatenate([_NONE, *(one.ravel() for one in places)])].tolist()
    return found


def _field(column: Column, lot: Lot, cells: Array) -> list[Any]:
    """Return the values of a field; its default where an older recorder did not have it."""
    at, counts = lot.facts.at, lot.facts.counts
    if lot.least > column.place:
        return taken(cells, [at + (2 + column.place)])
    if column.default is None:
        raise ValueError(f"{column.name} is missing")
    values = np.full(len(at), column.default, object)
    has = counts > column.place
    values[has] = cells[at[has] + (2 + column.place)]
    found: list[Any] = values.tolist()
    return found


def _add(rows: Rows, column: Column, values: list[Any]) -> None:
    """Add a column, checked; with points, if they are not there, where it is ragged."""
    name, columns = column.name, rows.columns
    if column.form is Form.TEXT:
        rows.texts[name] = _texts(values)
    elif column.form is Form.INT:
        columns[name] = whole_numbers(values)
    elif column.form is Form.BOOL:
        if not {bool}.issuperset(map(type, values)):
            raise TypeError("a boolean is none")
        columns[name] = np.array(values, np.int64)
    elif column.form is Form.FLOAT:
        columns[name] = np.frombuffer(array("d", values), np.float64)
        if not np.isfinite(columns[name]).all():
            raise ValueError("a number is not finite")
    else:
        points = np.fromiter(map(len, values), np.int64, len(values))
        if points.min() < 1 or not np.array_equal(points, columns.setdefault(POINTS, points)):
            raise ValueError("columns of one fact are empty, or differ in length")
        columns[name] = whole_numbers(list(chain.from_iterable(values)))


def whole_numbers(values: list[Any]) -> Ints:
    """Return whole numbers as an array; twice as fast as NumPy would, which takes texts and fractions, too."""
    found = np.frombuffer(array("q", values), np.int64)
    if len(found) and (found.min() < -_MAX_INT or found.max() > _MAX_INT):
        raise ValueError("a number is beyond what one may be")
    return found


def _texts(values: list[Any]) -> list[str]:
    """Return texts. Raises TypeError where one is none."""
    "".join(values)  # the fastest that refuses what is no text
    return values


def hashes_of(lot: Lot, cells: Array) -> list[tuple[int, bytes]]:
    """Return the chunk and the SHA-256 of each Asset fact that has one."""
    if lot.least <= _SHA256:
        raise ValueError("an asset has no SHA-256")
    hashes = taken(cells, [lot.facts.at + (2 + _SHA256)])
    if not {bytes}.issuperset(map(type, hashes)) or not {0, 32}.issuperset(map(len, hashes)):
        raise ValueError("a SHA-256 has 32 bytes")
    return [
        (chunk, sha) for chunk, sha in zip(lot.facts.chunk.tolist(), hashes, strict=True) if sha
    ]
