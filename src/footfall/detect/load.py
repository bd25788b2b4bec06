"""From columns of the index to the records that the rules of moments read."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np

from footfall.analysis.moments import Told
from footfall.index.packs import Choice, Snapshot
from footfall.index.packs.kinds import COMMON, KINDS, POINTS, Column, Form
from footfall.index.packs.layout import Array
from footfall.wire.facts import (
    Event,
    Excerpt,
    Exposure,
    Failure,
    Field,
    Gesture,
    Hover,
    Invalid,
    Media,
    Reaction,
    Request,
    Submit,
)
from footfall.wire.schema import (
    Click,
    Fact,
    Input,
    PageHide,
    PageView,
    Pointer,
    Scroll,
    Viewport,
    Visibility,
)

USED: Final[tuple[type[Fact], ...]] = (
    PageView, Click, Pointer, Scroll, Input, Viewport, Visibility, PageHide, Field, Submit, Invalid, Excerpt, Media,
    Failure, Request, Reaction, Event, Gesture, Hover, Exposure,
)  # fmt: skip
"""The kinds of facts that rules read."""


def records(
    shot: Snapshot, choice: Choice, kinds: Iterable[type[Fact]] = USED
) -> dict[int, list[Told]]:
    """Return facts of some kinds by the number of their session, in no special order; their `t` is 0."""
    found: dict[int, list[Told]] = {}
    for kind in kinds:
        for session, told in _of_kind(shot, kind, choice):
            found.setdefault(session, []).append(told)
    return found


def _of_kind(shot: Snapshot, kind: type[Fact], choice: Choice) -> Iterator[tuple[int, Told]]:
    columns = KINDS[kind].columns
    names = [column.name for column in columns]
    points = [POINTS] if KINDS[kind].is_ragged else []
    read = shot.read(kind, [*COMMON, *names, *points], choice)
    own = [_values(shot, column, read) for column in columns]
    places = zip(
        read["session"].tolist(),
        read["time"].tolist(),
        _texts(shot, read["tab"]),
        read["sequence"].tolist(),
        read["ordinal"].tolist(),
        read["view"].tolist(),
        _texts(shot, read["page"]),
        strict=True,
    )
    rows: Iterable[tuple[Any, ...]] = zip(*own, strict=True)
    for (session, *place), fields in zip(places, rows, strict=True):
        yield session, Told._make((*place, kind(0, *fields)))


def _values(shot: Snapshot, column: Column, read: dict[str, Array]) -> list[Any]:
    values = read[column.name]
    if column.form is Form.TEXT:
        return _texts(shot, values)
    if column.form is Form.RAGGED:
        rows = np.split(values, np.cumsum(read[POINTS])[:-1]) if len(read[POINTS]) else []
        return [tuple(row.tolist()) for row in rows]
    found: list[Any] = values.tolist()
    return found


def _texts(shot: Snapshot, numbers: Array) -> list[str]:
    unique, places = np.unique(numbers, return_inverse=True)
    texts = shot.texts(unique)
    return [texts[place] for place in places.tolist()]
