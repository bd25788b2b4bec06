"""A funnel's figures as shapes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from footfall.analysis.funnels import Summary, TrendPoint
from footfall.web.line_chart import Line, LineChart


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
    """A point of the trend."""

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


def points(trend: Sequence[TrendPoint]) -> tuple[Point, ...]:
    """Return the days on which anybody began."""
    return tuple(
        Point(
            one.converted / one.entered,
            one.entered,
            one.converted,
            one.start,
            f"{one.start}-{one.end - 1}",
        )
        for one in trend
        if one.entered
    )


def trend_chart(points: Sequence[Point], links: Sequence[str]) -> LineChart:
    """Return the share that converted over time; links: of each point."""
    line = Line("Conversion", [one.share for one in points])
    return LineChart([one.start for one in points], [line], links, share=True)
