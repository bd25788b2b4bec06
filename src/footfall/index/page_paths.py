"""Scrolling, pointers, windows and fields of the page views of a segment, as columns."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Snapshot, absolute
from footfall.index.page_facts import choice_of, read_facts
from footfall.index.segment import Segment
from footfall.index.views import NO_VIEW, Views, rows_of
from footfall.wire.facts import Field, Submit
from footfall.wire.schema import Fact, Pointer, Scroll, Viewport, Visibility

Array = NDArray[Any]
_IN_ORDER: Final = ("time", "tab", "sequence", "ordinal")


@dataclass(frozen=True, eq=False)
class Points:
    """Points of page views. row: of the view; time: ms since 1970, corrected; x, y: CSS px."""

    row: NDArray[np.int32]
    time: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Values:
    """What a page view's window changed to. row, time as in Points; value: a height in CSS px, or 1 and 0."""

    row: NDArray[np.int32]
    time: NDArray[np.int64]
    value: Array


@dataclass(frozen=True, eq=False)
class FieldColumns:
    """Visits to form fields. key_ids: into keys; time: when it ended; duration: ms of focus."""

    keys: list[str]
    key_ids: Array
    row: Array
    time: Array
    duration: Array
    changed: Array


def scrolls_of(shot: Snapshot, segment: Segment, views: Views) -> Points:
    """Return where the window stood scrolled."""
    return _points(shot, Scroll, ("node",), segment, views)


def pointers_of(shot: Snapshot, segment: Segment, views: Views) -> Points:
    """Return where mouse and pen were in the viewport; a finger does not hover."""
    return _points(shot, Pointer, ("pointer",), segment, views)


def heights_of(shot: Snapshot, segment: Segment, views: Views) -> Values:
    """Return the viewport's heights after the window was resized."""
    told = _ordered(read_facts(shot, Viewport, (*_IN_ORDER, "height"), segment, views))
    return Values(told["row"], told["time"], told["height"])


def shown_of(shot: Snapshot, segment: Segment, views: Views) -> Values:
    """Return when the tab was visible and focused (1) and when not (0)."""
    told = read_facts(shot, Visibility, (*_IN_ORDER, "visible", "focused"), segment, views)
    told = _ordered(told)
    return Values(told["row"], told["time"], (told["visible"] & told["focused"]).astype(np.int64))


def fields_of(shot: Snapshot, segment: Segment, views: Views) -> FieldColumns:
    """Return the visits to form fields."""
    told = read_facts(shot, Field, ("time", "key", "duration", "edits", "first"), segment, views)
    numbers, ids = np.unique(told["key"], return_inverse=True)
    # Of a secret field no edits are told, but when it was first changed is.
    changed = (told["edits"] > 0) | (told["first"] >= 0)
    return FieldColumns(
        shot.texts(numbers), ids, told["row"], told["time"], told["duration"], changed
    )


def submits_of(shot: Snapshot, segment: Segment, views: Views) -> tuple[Array, Array]:
    """Return the page views' rows and the times (ms) at which forms were submitted."""
    told = read_facts(shot, Submit, ("time",), segment, views)
    return told["row"], told["time"]


def _points(
    shot: Snapshot, kind: type[Fact], also: tuple[str, ...], segment: Segment, views: Views
) -> Points:
    names = [*_IN_ORDER, "session", "view", "points", "times", "xs", "ys", *also]
    told = shot.read(kind, names, choice_of(segment))
    row = rows_of(views, told["session"], told["tab"], told["view"])
    fits = row != NO_VIEW
    if kind is Scroll:
        fits &= told["node"] == 0
    else:
        fits &= told["pointer"] != shot.number("touch")
    points = told["points"]
    each = np.repeat(fits, points)
    counts = points[fits]
    times, x, y = (absolute(told[name][each], counts) for name in ("times", "xs", "ys"))
    time = np.repeat(told["time"][fits], counts) + times
    # Within a row points are in order; rows are put in theirs.
    rank = np.lexsort(tuple(told[name][fits] for name in reversed(_IN_ORDER)))
    place = np.empty(len(rank), np.int64)
    place[rank] = np.arange(len(rank))
    order = np.argsort(np.repeat(place, counts), kind="stable")
    return Points(np.repeat(row[fits], counts)[order], time[order], x[order], y[order])


def _ordered(told: dict[str, Array]) -> dict[str, Array]:
    order = np.lexsort(tuple(told[name] for name in reversed(_IN_ORDER)))
    return {name: values[order] for name, values in told.items()}
