"""A funnel's figures as shapes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from footfall.analysis.funnels import Summary, TrendPoint

WIDTH: Final = 600
HEIGHT: Final = 120


@dataclass(frozen=True)
class Bar:
    """A step as a bar."""

    reached: int
    dropped: int
    pending: int
    share: float  # of the first step, 0..1
    before: float  # of the step before, 0..1
    median: float | None  # ms from the step before


@dataclass(frozen=True)
class Point:
    """A point of the trend, in a picture of WIDTH × HEIGHT."""

    x: float
    y: float
    share: float  # converted, 0..1
    entered: int
    converted: int
    start: int  # ms since 1970
    began: str  # both ends of its time as addresses have them, ms since 1970


def bars(summary: Summary) -> tuple[Bar, ...]:
    """Return a bar for each step."""
    first = max(summary.entered, 1)
    return tuple(
        Bar(
            reached,
            summary.dropped[at],
            summary.pending[at],
            reached / first,
            reached / max(summary.reached[max(at - 1, 0)], 1),
            summary.steps_median[at - 1] if at else None,
        )
        for at, reached in enumerate(summary.reached)
    )


def line(points: Sequence[TrendPoint]) -> tuple[Point, ...]:
    """Return the days on which anybody began; the y axis goes from 0 to the best day."""
    shares = [one.converted / one.entered if one.entered else 0.0 for one in points]
    top = max([*shares, 0.01])
    step = WIDTH / max(len(points) - 1, 1)
    return tuple(
        Point(
            round(at * step, 1),
            round(HEIGHT - HEIGHT * share / top, 1),
            share,
            one.entered,
            one.converted,
            one.start,
            f"{one.start}-{one.end - 1}",
        )
        for at, (one, share) in enumerate(zip(points, shares, strict=True))
        if one.entered
    )
