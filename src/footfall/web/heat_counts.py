"""The clicks of a page counted some days at a time; of days that are over, what was counted is kept and merged.

Asked again with other colours, another radius or another period, those days alone are read that are new, that have
changed, or that the period cuts.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.tally import Element, Tally, combined
from footfall.index.by_pack import (
    COLUMNS,
    ClickPack,
    DatedPlaces,
    click_packs,
    clicks_in,
    dated_places,
    open_since,
    versions,
)
from footfall.index.packs import Snapshot
from footfall.index.page_facts import CLICK, choice_of, drawn_together
from footfall.index.renumber import renumbered
from footfall.index.segment import Segment
from footfall.index.viewdays import DAY_MS
from footfall.index.views import NO_VIEW, finder
from footfall.render.heatmap import Look
from footfall.web.heat import Canvas, DrawnClicks, finished
from footfall.web.heat_ground import Ground
from footfall.web.heat_kept import KeptHeat, KeptPart
from footfall.wire.schema import Click

_DAYS_TOGETHER: Final = 8
"""Days of receipt that are counted and kept as one: fewer cost more calls, and of more all are read for a new one."""
_DAYS_BEFORE: Final = 2
"""Of receipt began, as a rule, the page views of clicks: a session has a day at most, and clocks are corrected."""
_LATEST: Final = np.iinfo(np.int64).max
Array = NDArray[Any]
Part = dict[str, Array]


def draw_page_clicks(
    shot: Snapshot,
    segment: Segment,
    canvas: Canvas,
    look: tuple[Look, int],
    kept: tuple[KeptHeat, int],
) -> DrawnClicks:
    """Draw all clicks of a plain segment; look: and the cells' size, kept: and the time, ms since 1970."""
    ground = Ground(shot, canvas, look[1])
    parts = _Counting(shot, segment, ground, *kept).parts()

    def named(one: Element) -> tuple[str, str]:
        key, text = shot.texts((one.key, one.text))
        return key, text

    return finished(combined(parts), canvas, look, shot.number(""), named)


@dataclass(frozen=True, eq=False)
class _Known:
    """Clicks with their page views: columns of some packs, and of each click the row in `places`."""

    clicks: list[Part]
    places: DatedPlaces
    rows: list[Array]


@dataclass(frozen=True)
class _Counting:
    """One request."""

    shot: Snapshot
    segment: Segment
    ground: Ground
    kept: KeptHeat
    now: int

    def parts(self) -> list[Tally]:
        """Return the tallies of all that is packed, and of what is not yet."""
        told, is_open = versions(self.shot), open_since(self.shot, self.now)
        packs = click_packs(self.shot, self.segment)
        over = sorted((one for one in packs if one.day < is_open), key=lambda one: one.day)
        found = [
            self._of_closed(tuple(some), told)
            for _, some in groupby(over, lambda one: one.day // _DAYS_TOGETHER)
        ]
        rest = [clicks_in(self.shot, one) for one in packs if one.day >= is_open]
        rest += self.shot.fresh(Click, COLUMNS, choice_of(self.segment))
        days = (is_open, self.now // DAY_MS)
        return [one for one in found if one is not None] + (
            [self._counted(self._known(rest, days))] if rest else []
        )

    def _of_closed(self, packs: tuple[ClickPack, ...], told: dict[int, int]) -> Tally | None:
        """Return what is kept of some packs, or count them."""
        key = (self.shot.project, packs, self.ground.name, *self._asked_of_views)
        part, known = self.kept.get(key), None
        if part is None or not self._holds(part, told):
            known = self._read(packs)
            part = self._to_keep(known, told)
            if part is None:
                return self._counted(known)
            self.kept.put(key, part)
        since, until = self._period
        if part.last < since or part.first > until:
            return None
        if part.first >= since and part.last <= until:
            return part.tally
        return self._counted(known or self._read(packs))

    def _holds(self, part: KeptPart, told: dict[int, int]) -> bool:
        boxes = self.ground.boxes_of(part.numbers)
        same_boxes = np.array_equal(boxes, part.boxes, equal_nan=True)
        same_keys = np.array_equal(self.ground.drift_at(part.plains), part.drifts)
        return same_boxes and same_keys and part.days.items() <= told.items()

    def _to_keep(self, known: _Known, told: dict[int, int]) -> KeptPart | None:
        """Count clicks for any period; None where they hang on page views that are not settled, or not known."""
        places = known.places
        if any((row == NO_VIEW).any() for row in known.rows):
            return None
        days = {day for row in known.rows for day in _distinct(places.day[row])}
        if not told.keys() >= days:
            return None
        fits = [places.fits[row] for row in known.rows]
        started = [places.started[row[fit]] for row, fit in zip(known.rows, fits, strict=True)]
        drawn = _drawn(known, fits)
        tally, plains = self.ground.count(drawn), renumbered(drawn["plain"])[0]
        return KeptPart(
            tally=tally,
            first=min(int(one.min(initial=_LATEST)) for one in started),
            last=max(int(one.max(initial=-1)) for one in started),
            days={day: told[day] for day in days},
            numbers=tally.keys,
            boxes=self.ground.boxes_of(tally.keys),
            plains=plains,
            drifts=self.ground.drift_at(plains),
        )

    def _counted(self, known: _Known) -> Tally:
        """Count what the period has of some clicks."""
        return self.ground.count(_drawn(known, [self._fits(known, row) for row in known.rows]))

    def _fits(self, known: _Known, row: Array) -> Array:
        """Tell which clicks are of page views that fit, in the period, too."""
        fits: Array = row != NO_VIEW
        if fits.any():
            since, until = self._period
            started = known.places.started[row]
            fits &= known.places.fits[row] & (started >= since) & (started <= until)
        return fits

    def _read(self, packs: Sequence[ClickPack]) -> _Known:
        days = [one.day for one in packs]
        return self._known([clicks_in(self.shot, one) for one in packs], (min(days), max(days)))

    def _known(self, clicks: list[Part], days: tuple[int, int]) -> _Known:
        """Find the page views of clicks that were received on these days: begun not long before, as a rule."""
        near = (days[0] - _DAYS_BEFORE, days[1] + 1)
        known = _known(clicks, dated_places(self.shot, self.segment, near))
        if any((row == NO_VIEW).any() for row in known.rows):
            known = _known(clicks, self._all_places)
        return known

    @cached_property
    def _all_places(self) -> DatedPlaces:
        return dated_places(self.shot, self.segment)

    @property
    def _period(self) -> tuple[int, float]:
        since, until = self.segment.since, self.segment.until
        return (0 if since is None else since), (np.inf if until is None else until)

    @property
    def _asked_of_views(self) -> tuple[Hashable, ...]:
        return (self.segment.device, self.segment.min_width, self.segment.max_width)


def _known(clicks: list[Part], places: DatedPlaces) -> _Known:
    find = finder(places)
    return _Known(clicks, places, [find(one["session"], one["tab"], one["view"]) for one in clicks])


def _drawn(known: _Known, fits: Sequence[Array]) -> Part:
    """Return the columns of the clicks that fit."""
    told = zip(known.clicks, known.rows, fits, strict=True)
    return drawn_together(_chosen(*one) for one in told)


def _chosen(clicks: Part, row: Array, fits: Array) -> Part:
    part = {**{name: clicks[name] for name in CLICK}, "row": row}
    if fits.all():
        return part
    kept = np.flatnonzero(fits)
    return {name: column[kept] for name, column in part.items()}


def _distinct(days: NDArray[np.int32]) -> list[int]:
    """Return the distinct ones; a pack has few, and at least one."""
    low = int(days.min())
    found: list[int] = (np.flatnonzero(np.bincount(days - low)) + low).tolist()
    return found
