"""A funnel in numbers: steps, times, breakdown, trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.funnels.choose import Outcome, Outcomes
from footfall.analysis.steps.table import Ints, Mask, Table
from footfall.clocks import DAY_MS, Clock

BINS: Final = 20
MAX_GROUPS: Final = 10


@dataclass(frozen=True)
class Summary:
    """A funnel of n steps in numbers."""

    reached: tuple[int, ...]  # (n,): persons who reached each step
    dropped: tuple[int, ...]  # (n,): whose last step it was, their window over; the last one's is 0
    pending: tuple[int, ...]  # (n,): whose last step it is so far
    median: float | None  # ms from the first step to the last, converters only
    p90: float | None
    steps_median: tuple[
        float | None, ...
    ]  # (n − 1,): ms from each step to the next, of who reached it
    histogram: tuple[int, ...]  # converters in BINS equal parts of 0..`longest`
    longest: int  # ms
    removed: int  # persons whom an exclusion has taken out

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Return the least and the greatest time, ms, of each part of the histogram."""
        edges = np.ceil(np.linspace(0, max(self.longest, 1), BINS + 1)).astype(np.int64).tolist()
        ends = [*(edge - 1 for edge in edges[1:-1]), edges[-1]]
        return tuple(zip(edges[:-1], ends, strict=True))

    @property
    def entered(self) -> int:
        """Persons who reached the first step."""
        return self.reached[0]

    @property
    def converted(self) -> int:
        """Persons who reached the last step."""
        return self.reached[-1]


@dataclass(frozen=True)
class Group:
    """A part of a breakdown."""

    name: str
    reached: tuple[int, ...]  # persons who reached each step
    pending: int


@dataclass(frozen=True)
class TrendPoint:
    """Who began on a day."""

    start: int  # ms since 1970
    end: int  # likewise, no more in it
    entered: int
    converted: int
    pending: int


def summarise(found: Outcomes, table: Table) -> Summary:
    """Count the outcomes of a funnel."""
    steps = found.places.shape[1]
    times = found.times(table)
    done = found.depth == steps
    taken = times[done, -1] - times[done, 0]
    longest = int(taken.max()) if len(taken) else 0
    bins, _ = np.histogram(taken, BINS, (0, max(longest, 1)))
    return Summary(
        reached=_reached(found.depth, steps),
        dropped=_last(found, Outcome.DROPPED, steps),
        pending=_last(found, Outcome.PENDING, steps),
        median=_quantile(taken, 0.5),
        p90=_quantile(taken, 0.9),
        steps_median=tuple(_step_median(found.depth, times, at) for at in range(1, steps)),
        histogram=tuple(bins.tolist()),
        longest=longest,
        removed=found.removed,
    )


def breakdown(found: Outcomes, groups: NDArray[np.int64], names: Sequence[str]) -> list[Group]:
    """Count by group; groups: (n,), of each person an index into `names`. The largest first, the rest as “Other”."""
    steps = found.places.shape[1]
    counts = np.bincount(groups, minlength=len(names))
    order = np.lexsort((np.arange(len(names)), -counts))
    order = order[counts[order] > 0]
    # One more than the limit would be shown alone under “Other”: then it can bear its own name.
    shown = order if len(order) <= MAX_GROUPS + 1 else order[:MAX_GROUPS]
    found_groups = [_group(found, groups == number, names[number], steps) for number in shown]
    if len(shown) < len(order):
        rest = ~np.isin(groups, shown)
        found_groups.append(_group(found, rest, "Other", steps))
    return found_groups


def trend(found: Outcomes, table: Table, *, days: int, clock: Clock) -> list[TrendPoint]:
    """Count by when people began, in stretches of days by the clock."""
    if not len(found.owner):
        return []
    begin = clock.local(table.time[found.places[:, 0]]) // (days * DAY_MS)
    low = int(begin.min())
    length = int(begin.max()) - low + 1
    done = found.depth == found.places.shape[1]
    waits = found.outcome == Outcome.PENDING
    entered, converted, pending = (
        np.bincount(begin[mask] - low, minlength=length)
        for mask in (np.ones(len(begin), np.bool_), done, waits)
    )
    return [
        TrendPoint(
            clock.day_start((low + at) * days),
            clock.day_start((low + at + 1) * days),
            int(entered[at]),
            int(converted[at]),
            int(pending[at]),
        )
        for at in range(length)
    ]


def _group(found: Outcomes, mask: Mask, name: str, steps: int) -> Group:
    pending = int((found.outcome[mask] == Outcome.PENDING).sum())
    return Group(name, _reached(found.depth[mask], steps), pending)


def _reached(depth: Ints, steps: int) -> tuple[int, ...]:
    counts = np.bincount(depth, minlength=steps + 1)
    return tuple(np.cumsum(counts[::-1])[::-1][1:].tolist())


def _last(found: Outcomes, outcome: Outcome, steps: int) -> tuple[int, ...]:
    counts = np.bincount(found.depth[found.outcome == outcome], minlength=steps + 1)
    return tuple(counts[1:].tolist())


def _step_median(depth: Ints, times: Ints, at: int) -> float | None:
    rows = np.flatnonzero(depth > at)
    return _quantile(times[rows, at] - times[rows, at - 1], 0.5)


def _quantile(values: Ints, share: float) -> float | None:
    return float(np.quantile(values, share)) if len(values) else None
