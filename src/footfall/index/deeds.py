"""Which sessions did something, found in the facts: the filters of the sessions list that no row answers."""

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from footfall.index.packs import Choice, Snapshot
from footfall.index.packs.layout import Array
from footfall.index.rows import Filter
from footfall.index.viewcolumns import view_columns
from footfall.wire.facts import (
    Event,
    Excerpt,
    Failure,
    Gesture,
    Identify,
    Invalid,
    Link,
    Media,
    Request,
    Submit,
)
from footfall.wire.schema import Click, Fact, Input, Scroll

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_MS: Final = 24 * 3_600_000
"""TERMS: a session ends at 24 h, so what it did is at most so much later than its start."""


@dataclass(frozen=True)
class Deeds:
    """What a session must have done, all of it; "" asks for nothing."""

    did: str = ""  # a key of KINDS
    event: str = ""  # an event of this name, told by the site
    text: str = ""  # a click on something with this in its label
    error: str = ""  # an error with this in its name or message
    user: str = ""  # who the site said that it is
    property: str = ""  # a property that the site told of the user …
    value: str = ""  # … and its value; "": any
    element: str = ""  # a click on the element of this key …
    on: str = ""  # … on this page; "": any


@dataclass(frozen=True)
class _Kind:
    name: str
    fact: type[Fact]
    column: str = ""
    value: str = ""


KINDS: Final = {
    "click": _Kind("Clicked", Click),
    "scroll": _Kind("Scrolled", Scroll),
    "input": _Kind("Typed or chose", Input),
    "submit": _Kind("Submitted a form", Submit),
    "invalid": _Kind("Met a field's constraint", Invalid),
    "copy": _Kind("Copied text", Excerpt, "action", "copy"),
    "paste": _Kind("Pasted text", Excerpt, "action", "paste"),
    "download": _Kind("Downloaded a file", Link, "action", "download"),
    "outbound": _Kind("Left by a link", Link, "action", "outbound"),
    "media": _Kind("Played a video or audio", Media, "action", "play"),
    "pinch": _Kind("Zoomed by fingers", Gesture, "action", "pinch"),
    "error": _Kind("Met an error", Failure),
    "request": _Kind("Met a failed request", Request),
    "identify": _Kind("Was identified", Identify),
}
"""Kinds of events to choose from, by their names in the address."""


def sessions_that(
    shot: Snapshot, deeds: Deeds, since: int | None, until: int | None
) -> Array | None:
    """Return the numbers of the sessions that did all of it; None where nothing is asked.

    since, until: ms since 1970, the span in which the sessions began. Some that began outside may be among them.
    """
    last = None if until is None else until + _LONGEST_MS
    within = Choice(since=since, until=last, roughly=True)
    asked: tuple[tuple[str, Callable[[], Array]], ...] = (
        (deeds.did, lambda: _did(shot, KINDS[deeds.did], within, last)),
        (deeds.event, lambda: _equal(shot, Event, "name", deeds.event, within)),
        (deeds.text, lambda: _containing(shot, Click, ("text",), deeds.text, within)),
        (deeds.error, lambda: _containing(shot, Failure, ("name", "message"), deeds.error, within)),
        (deeds.user, lambda: _equal(shot, Identify, "user", deeds.user, within)),
        (deeds.element, lambda: _clicked(shot, deeds.element, _on(deeds.on, within))),
        (deeds.property, lambda: _having(shot, deeds.property, deeds.value, within)),
    )
    found: Array | None = None
    for wanted, find in asked:
        if wanted and (found is None or len(found)):
            numbers = _distinct(find())
            found = numbers if found is None else np.intersect1d(found, numbers)
    return found


def _on(page: str, within: Choice) -> Choice:
    return replace(within, page=page) if page else within


def _distinct(numbers: Array) -> Array:
    """Return the numbers once each, in order: by a table, as sessions are numbered one after the other."""
    present = np.zeros(int(numbers.max(initial=-1)) + 1, np.bool_)
    present[numbers] = True
    found: Array = np.flatnonzero(present)
    return found


def _did(shot: Snapshot, kind: _Kind, within: Choice, last: int | None) -> Array:
    if kind.fact is Click:
        # Page views count their clicks. They are a pack a day, clicks one for each page and day.
        chosen = Filter(since=within.since, until=last)
        views = view_columns(shot, chosen, ("session", "clicks"))
        return views["session"][views["clicks"] > 0]
    if kind.column:
        return _equal(shot, kind.fact, kind.column, kind.value, within)
    return shot.read(kind.fact, ["session"], within)["session"]


def _equal(shot: Snapshot, fact: type[Fact], column: str, value: str, within: Choice) -> Array:
    rows = shot.read(fact, ["session", column], within)
    found: Array = rows["session"][rows[column] == shot.number(value)]
    return found


def _clicked(shot: Snapshot, element: str, within: Choice) -> Array:
    """Return the sessions of clicks on an element: by its key, or by the plain key that takes its place."""
    rows, wanted = shot.read(Click, ["session", "key", "plain"], within), shot.number(element)
    found: Array = rows["session"][(rows["key"] == wanted) | (rows["plain"] == wanted)]
    return found


def _containing(
    shot: Snapshot, fact: type[Fact], columns: tuple[str, ...], text: str, within: Choice
) -> Array:
    rows = shot.read(fact, ["session", *columns], within)
    names = list(shot.like([text]))
    keep = np.logical_or.reduce([np.isin(rows[column], names) for column in columns])
    return rows["session"][keep]


def _having(shot: Snapshot, name: str, value: str, within: Choice) -> Array:
    rows = shot.read(Identify, ["session", "properties"], within)
    # Found by the name as JSON writes it, then read: a text may hold what looks like it.
    told = shot.like([json.dumps(name, ensure_ascii=False)])
    names = [number for number, text in told.items() if _tells(text, name, value)]
    return rows["session"][np.isin(rows["properties"], names)]


def _tells(text: str, name: str, value: str) -> bool:
    """Tell whether properties as they came hold this name, and this value where one is asked for."""
    try:
        properties = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(properties, dict) or name not in properties:
        return False
    held = properties[name]
    written = held if isinstance(held, str) else json.dumps(held)
    return not value or written.casefold() == value.casefold()
