"""What sessions come to: visitors, bounce, engagement, conversion, by time and by group. Pure; TERMS.md's terms."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import how_many
from footfall.clocks import DAY_MS, Clock
from footfall.sorting import ordering

Array = NDArray[Any]
ENGAGED_MS: Final = 10_000
"""TERMS, engaged session: over 10 s of engagement time, or a key event, or at least two page views (GA4)."""
_HOUR_MS: Final = 3_600_000
_MONDAY: Final = 3
"""1970-01-01 was a Thursday; days of the week count from Monday."""


@dataclass(frozen=True, eq=False)
class Visits:
    """Sessions as columns of one length.

    number: SessionRow.number; visitor: any number for each; started: ms since 1970; views: page views; engaged: ms in
    which a tab was visible and focused; converted: whether the goal was reached; score: frustration, 0..100.
    """

    number: Array
    visitor: Array
    started: Array
    views: Array
    engaged: Array
    converted: Array
    score: Array

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: Array) -> "Visits":
        """Return these rows (bool or numbers) as visits."""
        return Visits(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


@dataclass(frozen=True)
class Totals:
    """What some sessions come to. Shares and means are None where there is no session."""

    sessions: int
    visitors: int
    page_views: int
    bounced: int  # sessions that were not engaged
    converted: int
    engagement: float | None  # median ms of a session
    frustration: float | None  # mean score, 0..100

    @property
    def bounce_rate(self) -> float | None:
        """Return 1 − engaged sessions ÷ sessions."""
        return self.bounced / self.sessions if self.sessions else None

    @property
    def conversion(self) -> float | None:
        """Return converted sessions ÷ sessions."""
        return self.converted / self.sessions if self.sessions else None

    @property
    def views_each(self) -> float | None:
        """Return page views ÷ sessions."""
        return self.page_views / self.sessions if self.sessions else None


def is_bounce(visits: Visits) -> NDArray[np.bool_]:
    """Tell which sessions were not engaged."""
    is_engaged = (visits.engaged > ENGAGED_MS) | (visits.views >= 2) | visits.converted
    bounced: NDArray[np.bool_] = ~is_engaged
    return bounced


def totals(visits: Visits) -> Totals:
    """Return what all these sessions come to."""
    count = len(visits)
    return Totals(
        sessions=count,
        visitors=how_many(visits.visitor),
        page_views=int(visits.views.sum()),
        bounced=int(is_bounce(visits).sum()),
        converted=int(visits.converted.sum()),
        engagement=float(np.median(visits.engaged)) if count else None,
        frustration=float(visits.score.mean()) if count else None,
    )


def grouped(visits: Visits, group: Array, count: int) -> list[Totals]:
    """Return the totals of each group: `group` has a number below `count` for each session."""
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group, minlength=count)
    ends = np.cumsum(sizes)
    return [totals(visits.take(order[a:b])) for a, b in zip(ends - sizes, ends, strict=True)]


def per_part(visits: Visits, edges: Sequence[int]) -> list[Totals]:
    """Return the totals of the parts of time between edges, ms since 1970; what begins at one is after it.

    Sessions before or after them are left out.
    """
    count = len(edges) - 1
    part = np.searchsorted(np.array(edges, np.int64), visits.started, side="right") - 1
    inside = (part >= 0) & (part < count)
    return grouped(visits.take(inside), part[inside], count)


def hours_of_week(started: Array, clock: Clock) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the day of the week (0 is Monday) and the hour in which sessions began, ms since 1970."""
    local = clock.local(started).astype(np.int64)
    return (local // DAY_MS + _MONDAY) % 7, local % DAY_MS // _HOUR_MS


def by_hour(started: Array, clock: Clock) -> NDArray[np.int64]:
    """Return how many sessions began in each hour of the week: (7, 24), Monday first. As `hours_of_week`."""
    day, hour = hours_of_week(started, clock)
    return np.bincount(day * 24 + hour, minlength=7 * 24).reshape(7, 24).astype(np.int64)


def p75(values: Array) -> float | None:
    """Return the 75th percentile (web vitals' custom): the least value that three quarters do not exceed."""
    if not len(values):
        return None
    ordered = np.sort(values)
    return float(ordered[-(-3 * len(ordered) // 4) - 1])


def exits(page: Array, session: Array, started: Array, count: int) -> NDArray[np.int64]:
    """Return for each page (numbers below `count`) how many sessions had their last view there.

    page, session, started: of page views, columns of one length, in any order; of views that began together the
    last given is the later one.
    """
    order = ordering(session, started)
    ordered = session if order is None else session[order]
    is_last = np.ones(len(ordered), np.bool_)
    is_last[:-1] = ordered[1:] != ordered[:-1]
    last = page[is_last] if order is None else page[order[is_last]]
    return np.bincount(last, minlength=count).astype(np.int64)
