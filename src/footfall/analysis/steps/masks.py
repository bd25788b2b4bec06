"""A filter as a mask over the columns of its kind of facts. Texts are looked at once each, not once a row."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import eq
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.steps.language import Condition, Filter, is_number
from footfall.analysis.steps.pattern import matches
from footfall.wire.facts import (
    Event,
    Excerpt,
    Failure,
    Field,
    Link,
    Media,
    Request,
    Submit,
    Vital,
)
from footfall.wire.schema import Click, Fact, PageView

Mask = NDArray[np.bool_]
_NEGATED: Final = ("is not", "contains not")
_CLOSE: Final = 10_000
"""A table of so many integers is made in microseconds."""
Texts = Callable[[Iterable[int]], list[str]]
"""The texts that numbers of a column stand for."""


@dataclass(frozen=True)
class Source:
    """Where the fields of a kind of event stand in its facts; "" : it has none."""

    fact: type[Fact]
    element: str = ""
    plain: str = ""  # column of keys that elements go by, too
    text: str = ""
    name: str = ""
    properties: tuple[str, ...] = ()  # columns that may be asked for as properties
    bag: str = ""  # column of a JSON object of properties


SOURCES: Final[dict[str, Source]] = {
    "page": Source(PageView, text="title", name="cause", properties=("referrer", "width", "url")),
    "click": Source(
        Click, element="key", plain="plain", text="text", properties=("pointer", "button")
    ),
    "event": Source(Event, name="name", bag="properties"),
    "submit": Source(Submit, element="key", text="text", name="method", properties=("url",)),
    "field": Source(
        Field, element="key", plain="plain", name="field", properties=("duration", "edits")
    ),
    "link": Source(Link, element="key", text="text", name="action", properties=("url", "type")),
    "media": Source(Media, element="key", name="action", properties=("media", "position")),
    "copy": Source(Excerpt, element="key", name="action", properties=("length",)),
    "error": Source(Failure, text="message", name="cause", properties=("url",)),
    "request": Source(Request, name="cause", properties=("url", "status", "method", "duration")),
    "vital": Source(Vital, element="key", name="name", properties=("value",)),
}
NUMBERS: Final = frozenset(
    {"width", "button", "duration", "edits", "position", "length", "status", "value"}
)
"""Columns that hold numbers; all others hold names."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Facts of one kind: arrays of one length by name, and what their names stand for."""

    arrays: dict[str, NDArray[Any]]
    texts: Texts
    page: Callable[[str], str]  # a path to its page template
    _known: dict[str, tuple[NDArray[Any], NDArray[Any]]] = field(default_factory=dict, init=False)

    def __len__(self) -> int:
        return len(next(iter(self.arrays.values()), ()))

    def numbered(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return what `numbered` says of a column; many filters may look at one."""
        if name not in self._known:
            self._known[name] = numbered(self.arrays[name])
        return self._known[name]


def needed(wanted: Filter) -> set[str]:
    """Return the columns that a filter looks at."""
    source = SOURCES[wanted.kind]
    found = {_column(source, one) for one in wanted.where}
    return (found | {source.plain} if source.element in found else found) - {""}


def mask(wanted: Filter, columns: Columns) -> Mask:
    """Return which rows a filter means; shape (n,). A condition on what this kind lacks never holds."""
    kept = np.ones(len(columns), np.bool_)
    source = SOURCES[wanted.kind]
    for one in wanted.where:
        name = _column(source, one)
        if not name:
            return np.zeros(len(columns), np.bool_)
        holds = _holds(one, name, source, columns)
        if name == source.element and source.plain:
            other = _holds(one, source.plain, source, columns)
            holds = holds & other if one.operator in _NEGATED else holds | other
        kept &= holds
    return kept


def _column(source: Source, one: Condition) -> str:
    if one.is_property:
        return source.bag or (one.field if one.field in source.properties else "")
    if one.field == "page":
        return "page"
    found: str = getattr(source, one.field)
    return found


def _holds(one: Condition, name: str, source: Source, columns: Columns) -> Mask:
    different, place = columns.numbered(name)
    told: Iterable[object] = different.tolist()
    if name not in NUMBERS:
        texts = columns.texts(different.tolist())
        if name == "page":
            told = (test_page(one, text, columns.page(text)) for text in texts)
            return np.fromiter(told, np.bool_, len(different)).take(place)
        is_bag = name == source.bag
        told = (_property(text, one.field) for text in texts) if is_bag else texts
    verdict: Mask = np.fromiter((test(one, value) for value in told), np.bool_, len(different))
    return verdict.take(place)


def lookup(values: NDArray[Any], judge: Callable[[list[int]], list[bool]]) -> Mask:
    """Judge each different number once; return the verdict of every row."""
    if not len(values):
        return np.zeros(0, np.bool_)
    different, place = numbered(values)
    verdict: Mask = np.array(judge(different.tolist()), np.bool_)
    return verdict.take(place)


def numbered(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the different numbers in order, and of each row which it is; without a sort where integers lie close."""
    if not len(values):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if values.dtype.kind == "f":
        return np.unique(values, return_inverse=True)
    low, high = int(values.min()), int(values.max())
    if high - low > max(4 * len(values), _CLOSE):
        return np.unique(values, return_inverse=True)
    place = np.zeros(high - low + 1, np.int32)
    rows = values - low if low else values
    place[rows] = 1
    there = np.flatnonzero(place)
    place[there] = np.arange(len(there))
    return there + low, place.take(rows)


def test(one: Condition, value: object) -> bool:
    """Tell whether a condition holds for one value: a text, a number, or None where there is none."""
    if value is None:
        return False
    if one.operator == "between":
        return _is_between(one, value)
    if one.operator == "is" and isinstance(value, str):
        return value in one.values
    text = value if isinstance(value, str) else json.dumps(value)
    negated = one.operator in _NEGATED
    return any(_COMPARE[one.operator](wanted, text) for wanted in one.values) != negated


def test_page(one: Condition, page: str, template: str) -> bool:
    """Tell whether a condition holds for a page: by its template, and named exactly by its own name, too."""
    told = {page, template} if one.operator in ("is", "is not") else {template}
    verdicts = [test(one, text) for text in told]
    return all(verdicts) if one.operator in _NEGATED else any(verdicts)


def _contains(wanted: str, text: str) -> bool:
    return wanted.casefold() in text.casefold()


_COMPARE: Final[dict[str, Callable[[str, str], bool]]] = {
    "is": eq,
    "is not": eq,
    "contains": _contains,
    "contains not": _contains,
    "pattern": matches,
}


def _is_between(one: Condition, value: object) -> bool:
    try:
        number = float(value) if isinstance(value, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        return False
    if isinstance(value, bool) or not is_number(number):
        return False
    return (one.low is None or number >= one.low) and (one.high is None or number <= one.high)


def _property(text: str, name: str) -> object:
    try:
        bag = json.loads(text) if text else {}
    except ValueError:
        return None
    return bag.get(name) if isinstance(bag, dict) else None
