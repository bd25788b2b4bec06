"""Which sessions and pages are asked for: from a query string to a filter of the index, and back to links.

Total: what makes no sense is left out rather than refused, so that an old link still shows something.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import urlencode

from footfall.clocks import Clock, clock_of, known_zone
from footfall.index import Filter

DEVICES: Final = ("desktop", "tablet", "mobile")
PERIODS: Final = {
    "": "All time",
    "today": "Today",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "custom": "From … to …",
}
_DAYS: Final = {"today": 1, "7d": 7, "30d": 30}
GOALS: Final = {"page": "Saw {}", "event": "Event {}", "segment": "Segment {}", "steps": "Did {}"}
"""Kinds of goals, and how people read one; a page may be a template of the project."""
MAX_GOAL: Final = 2_048
"""Characters of a goal: steps may be long."""
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_MAX_PAGE: Final = 2048
_MAX_LABEL: Final = 40
_MAX_OFFSET: Final = 1_000_000
_MAX_MS: Final = 2**53


@dataclass(frozen=True)
class Choice:
    """The filters of a page, as its query string has them."""

    page: str = ""  # page template; "" for all
    device: str = ""  # device class; "" for all
    period: str = ""  # a key of PERIODS
    since: str = ""  # first day, YYYY-MM-DD, when the period is "custom"
    until: str = ""  # last day, likewise
    zone: str = ""  # the viewer's clock, as `clocks` calls it: days begin there
    offset: int = 0  # rows left out before the first that is shown
    starred: bool = False  # only sessions with a star
    label: str = ""  # only sessions with this label; "" for all

    @property
    def clock(self) -> Clock:
        """The viewer's clock."""
        return clock_of(self.zone)

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.page or self.device or self.period or self.starred or self.label)

    @property
    def is_backwards(self) -> bool:
        """Whether the last day is before the first, so that nothing lies between."""
        return bool(self.since and self.until) and self.until < self.since

    def filter(self, now: int) -> Filter:
        """Return the filter for the index at `now` (ms since 1970)."""
        since, until = self._span(now)
        return Filter(page=self.page or None, device=self.device or None, since=since, until=until)

    def query(self, **changes: str | int) -> str:
        """Return the query string, "" or with its `?`, of this choice with `changes`."""
        changed = replace(self, **changes)  # type: ignore[arg-type] # the fields are str, int or bool
        names = {
            "page": changed.page,
            "device": changed.device,
            "time": changed.period,
            "from": changed.since if changed.period == "custom" else "",
            "to": changed.until if changed.period == "custom" else "",
            "starred": "1" if changed.starred else "",
            "label": changed.label,
            "zone": changed.zone,
            "offset": changed.offset,
        }
        text = urlencode({name: value for name, value in names.items() if value})
        return f"?{text}" if text else ""

    def days_before(self, now: int) -> dict[str, str]:
        """Return the query's values for as many days just before these; nothing where these have no beginning."""
        since, until = self._span(now)
        if since is None:
            return {}
        first, last = (
            self.clock.day(ms) + _FIRST_DAY for ms in (since, now if until is None else until)
        )
        days = last - first + 1
        if days < 1 or first <= days:
            return {}
        told = (date.fromordinal(day).isoformat() for day in (first - days, first - 1))
        return dict(zip(("time", "from", "to"), ("custom", *told), strict=True))

    def _span(self, now: int) -> tuple[int | None, int | None]:
        if self.period in _DAYS:
            return self.clock.day_start(self.clock.day(now) - _DAYS[self.period] + 1), None
        if self.period != "custom":
            return None, None
        first, last = _day_number(self.since), _day_number(self.until)
        return (
            None if first is None else self.clock.day_start(first),
            None if last is None else self.clock.day_start(last + 1) - 1,
        )


def read_choice(query: Mapping[str, str]) -> Choice:
    """Read the filters from a query string's values."""
    page = query.get("page", "")
    device = query.get("device", "")
    label = query.get("label", "")
    since, until = _day(query.get("from", "")), _day(query.get("to", ""))
    period = query.get("time", "custom" if since or until else "")
    if period != "custom":
        since = until = ""  # days beside another period are no part of the choice
    return Choice(
        page=page if len(page) <= _MAX_PAGE else "",
        device=device if device in DEVICES else "",
        period=period if period in PERIODS else "",
        since=since,
        until=until,
        starred=query.get("starred", "") == "1",
        label=label if len(label) <= _MAX_LABEL else "",
        zone=known_zone(query.get("zone", "")),
        offset=whole_number(query.get("offset", ""), 0, _MAX_OFFSET, 0),
    )


class GoalText(NamedTuple):
    """A goal as addresses have it: "page:/thanks", "event:bought", "segment:Buyers", "steps:click > page"."""

    kind: str  # of GOALS
    name: str

    @property
    def words(self) -> str:
        """The same for people."""
        return GOALS[self.kind].format(self.name)

    @property
    def short(self) -> str:
        """The same beside a word that says what a goal is: "Conversion: …"."""
        return self.words if self.kind == "segment" else self.name


def read_goal(text: str) -> GoalText | None:
    """Read a goal as addresses have it; None: it is none. Whether there is such a one, `goal_of` knows."""
    kind, _, name = text.partition(":")
    return GoalText(kind, name) if kind in GOALS and name else None


def goal_words(text: str) -> str:
    """Return a goal for people; "" for none."""
    told = read_goal(text)
    return "" if told is None else told.words


def read_span(text: str) -> tuple[int, int] | None:
    """Read a time as addresses have it: its first and last ms since 1970, "LOW-HIGH"; None: it is none."""
    low, _, high = text.partition("-")
    found = whole_number(low, 0, _MAX_MS, -1), whole_number(high, 0, _MAX_MS, -1)
    return None if -1 in found else found


def whole_number(text: str, low: int, high: int, default: int) -> int:
    """Read an integer and hold it to `low`..`high`; `default` when it is none."""
    try:
        return min(max(int(text), low), high) if len(text) < 20 else default
    except ValueError:
        return default


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _day_number(text: str) -> int | None:
    return date.fromisoformat(text).toordinal() - _FIRST_DAY if text else None
