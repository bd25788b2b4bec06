"""Columns of the wire as points: the pointer's path and the window's scrolling."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from footfall.analysis.moments.history import Told
from footfall.wire.schema import Pointer, Scroll


class Point(NamedTuple):
    """Where the pointer was (in the viewport), or how far the window was scrolled; CSS px."""

    time: int
    x: int
    y: int
    told: Told  # the fact that says so


def pointer_points(facts: Iterable[Told], kinds: frozenset[str]) -> list[Point]:
    """Return the pointer's points, in order of time, of pointers of these kinds."""
    found = [
        point
        for told in facts
        if isinstance(told.fact, Pointer) and told.fact.pointer in kinds
        for point in _points(told, told.fact)
    ]
    return sorted(found, key=lambda point: point.time)


def drags(facts: Iterable[Told]) -> list[tuple[Point, list[Point]]]:
    """Return what was done with a button held: where it was pressed, and the way from there, press included.

    A finger that lifts is told by nothing but its next press, which begins a stretch: so each of its stretches counts
    as a press.
    """
    found: list[tuple[Point, list[Point]]] = []
    is_held = False
    for told in facts:
        if isinstance(told.fact, Pointer):
            points = list(_points(told, told.fact))
            if told.fact.held and not (is_held and told.fact.pointer == "mouse"):
                found.append((points[0], points))
            elif told.fact.held:
                found[-1][1].extend(points)
            is_held = told.fact.held
    return found


def window_scrolls(facts: Iterable[Told]) -> list[Point]:
    """Return where the window was scrolled to, in order of time."""
    found = [
        point
        for told in facts
        if isinstance(told.fact, Scroll) and not told.fact.key and not told.fact.node
        for point in _points(told, told.fact)
    ]
    return sorted(found, key=lambda point: point.time)


def _points(told: Told, fact: Pointer | Scroll) -> Iterator[Point]:
    columns = (accumulate(fact.times), accumulate(fact.xs), accumulate(fact.ys))
    for after, x, y in zip(*columns, strict=False):
        yield Point(told.time + after, x, y, told)
