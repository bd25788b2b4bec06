"""The overview's figures as tiles, lines and cells. Pure."""

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.funnels.compare import compare
from footfall.analysis.metrics import Totals, p75
from footfall.analysis.steps import Condition, Filter, Sequence, Step, write
from footfall.clocks import DAY_MS, Clock
from footfall.index import Order
from footfall.web import show

_HOUR_MS: Final = 3_600_000
MOST_PARTS: Final = 90
VITALS: Final = {
    "LCP": (2_500.0, 4_000.0, "Largest contentful paint"),
    "INP": (200.0, 500.0, "Interaction to next paint"),
    "CLS": (0.1, 0.25, "Cumulative layout shift"),
    "FCP": (1_800.0, 3_000.0, "First contentful paint"),
    "TTFB": (800.0, 1_800.0, "Time to first byte"),
}
"""Up to what a web vital is good, above what it is poor, and its name (TERMS.md; web.dev)."""


@dataclass(frozen=True)
class Tile:
    """A figure, and how it was before."""

    name: str
    value: str
    before: str  # "" where nothing came before
    change: str  # "+12 %"; "" where there is nothing to compare with
    mood: str  # "good", "bad" or "": neither, or it may be chance
    about: str  # what it means


@dataclass(frozen=True)
class Vital:
    """A web vital at its 75th percentile."""

    name: str
    text: str
    value: str
    p75: float  # ms, but for CLS
    rating: str  # "good", "needs improvement", "poor"
    samples: int

    @property
    def slowest(self) -> str:
        """The step of the quarter of the documents with the greatest values."""
        told = (
            Condition("name", "is", (self.name,)),
            Condition("value", "between", (), self.p75, None, is_property=True),
        )
        return write(Sequence((Step(Filter("vital", told)),)))

    @property
    def told(self) -> str:
        """The step of the documents that told it."""
        return write(Sequence((Step(Filter("vital", (Condition("name", "is", (self.name,)),))),)))


@dataclass(frozen=True)
class Parts:
    """The parts of a time."""

    edges: tuple[int, ...]  # ms since 1970, one more than there are parts


@dataclass(frozen=True)
class Part:
    """A part of the time: a day or an hour."""

    start: int  # ms since 1970
    sessions: int
    before: int | None
    visitors: int
    conversion: float | None


def parts_of(first: int, last: int, clock: Clock) -> Parts:
    """Return the parts of a time: hours up to two days, else days of the viewer's clock, or several together."""
    # A time that has yet to come has one part, in which nothing was.
    if last - first < 2 * DAY_MS:
        begin = clock.utc(clock.local(first) // _HOUR_MS * _HOUR_MS)
        count = max(1, (last - begin) // _HOUR_MS + 1)
        return Parts(tuple(begin + at * _HOUR_MS for at in range(count + 1)))
    day = clock.day(first)
    days = max(1, clock.day(last) - day + 1)
    each = -(-days // MOST_PARTS)
    count = -(-days // each)
    return Parts(tuple(clock.day_start(day + at * each) for at in range(count + 1)))


def tiles(now: Totals, before: Totals | None, goal: str) -> tuple[Tile, ...]:
    """Return the figures of a time beside those of the time before; None: nothing is known of it."""
    old = before if before is not None and before.sessions else None
    found = [
        _count("Sessions", now.sessions, old.sessions if old else None, "Visits; 30 minutes without anything end one"),
        _count("Visitors", now.visitors, old.visitors if old else None, "Browsers that were seen"),
        _count("Page views", now.page_views, old.page_views if old else None, "Documents, and paths within one"),
        share_tile("Bounce rate", now.bounced, now.sessions, (old.bounced, old.sessions) if old else None, -1,
               "Sessions with neither 10 s of attention nor a second page nor the goal"),
        _duration("Engagement", now.engagement, old.engagement if old else None,
                  "Time with the tab visible and focused, of half the sessions at least"),
        _score("Frustration", now.frustration, old.frustration if old else None),
    ]  # fmt: skip
    if goal:
        share = share_tile(
            "Conversion", now.converted, now.sessions, (old.converted, old.sessions) if old else None, 1,
            "Sessions that reached the goal",
        )  # fmt: skip
        found.insert(3, share)
    return tuple(found)


def told_parts(now: Rows[Totals], before: Rows[Totals] | None, parts: Parts) -> tuple[Part, ...]:
    """Return what is told of each part; `now` and `before` are of these parts, and of as many before them."""
    return tuple(
        Part(
            parts.edges[at],
            one.sessions,
            before[at].sessions if before is not None else None,
            one.visitors,
            one.conversion,
        )
        for at, one in enumerate(now)
    )


def told_totals(one: Totals) -> dict[str, Any]:
    """Return what the API tells of figures."""
    return {
        **asdict(one),
        "bounce_rate": one.bounce_rate,
        "conversion": one.conversion,
        "views_each": one.views_each,
    }


def behind_tiles(asked: Mapping[str, str], goal: str) -> dict[str, str]:
    """Return the query strings of the sessions behind tiles, by their names; asked: of all sessions of that time."""

    def link(**more: str) -> str:
        told = urlencode({**asked, **more})
        return f"?{told}" if told else ""

    found = dict.fromkeys(("Sessions", "Visitors", "Page views", "Scroll depth"), link())
    found["Engagement"] = link(sort=Order.LENGTH.value)
    found["Frustration"] = link(sort=Order.FRUSTRATION.value)
    found["Bounce rate"] = link(
        bounced="yes", **({"goal": goal, "converted": "no"} if goal else {})
    )
    if goal:
        found["Conversion"] = link(goal=goal, converted="yes")
    return found


def vitals(values: Mapping[str, NDArray[Any]]) -> tuple[Vital, ...]:
    """Return the web vitals that were told, at p75."""
    found = []
    for name, (good, poor, text) in VITALS.items():
        told = values.get(name, np.empty(0))
        value = p75(told)
        if value is None:
            continue
        rating = "good" if value <= good else "poor" if value > poor else "needs improvement"
        written = f"{value:.2f}" if name == "CLS" else f"{value:,.0f} ms"
        found.append(Vital(name, text, written, value, rating, len(told)))
    return tuple(found)


def _count(name: str, now: int, before: int | None, about: str) -> Tile:
    if before is None:
        return Tile(name, show.number(now), "", "", "", about)
    change = _by_percent(now, before)
    return Tile(name, show.number(now), show.number(before), change, "", about)


def share_tile(
    name: str, hits: int, of: int, before: tuple[int, int] | None, better: int, about: str
) -> Tile:
    """Return a share of sessions beside the one before; better: 1 where more is, −1 where less is."""
    value = show.percent(hits / of) if of else "–"
    if before is None or not before[1] or not of:
        return Tile(name, value, "", "", "", about)
    told = compare(hits, of, *before)
    points = round(told.difference * 100)
    mood = ""
    if told.is_significant:
        mood = "good" if told.difference * better > 0 else "bad"
    return Tile(
        name, value, show.percent(told.share_b), show.points(points), mood, about
    )  # fmt: skip


def _duration(name: str, now: float | None, before: float | None, about: str) -> Tile:
    value = "–" if now is None else show.duration(round(now))
    if now is None or before is None:
        return Tile(name, value, "", "", "", about)
    change = _by_percent(now, before)
    return Tile(name, value, show.duration(round(before)), change, "", about)


def _by_percent(now: float, before: float) -> str:
    percent = round((now - before) / before * 100) if before else 0
    return f"{percent:+d} %" if percent else ""


def _by_tenths(difference: float) -> str:
    tenths = round(difference * 10)
    return f"{tenths / 10:+.1f}" if tenths else ""


def _score(name: str, now: float | None, before: float | None) -> Tile:
    value = "–" if now is None else f"{now:.1f}"
    change = "" if now is None or before is None else _by_tenths(now - before)
    return Tile(
        name, value, "" if before is None else f"{before:.1f}", change, "",
        "Mean score of a session, 0 to 100: rage, errors, forms given up, clicks in vain",
    )  # fmt: skip
