"""Clocks on walls: how far each is ahead of UTC at a time, so that days and hours are those of the viewer.

A clock is called by an IANA zone ("Europe/Berlin"), which may be changed for the summer, or by the minutes that it is
always ahead of UTC ("-60"); "" is UTC. Times are ms since 1970, days are counted from 1970-01-01.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, overload
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.integer[Any]]
MAX_MINUTES: Final = 14 * 60
DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_DAY: Final = 50_000
"""In 2106; later days keep its offset."""
_PROBE_DAYS: Final = 7
"""No clock was ever changed twice within so many days since 1970."""
_MINUTES: Final = re.compile(r"-?[0-9]{1,9}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,29}(/[A-Za-z0-9_+-]{1,30}){0,2}")


@dataclass(frozen=True)
class Clock:
    """A clock: from changes[n] on it is offsets[n + 1] ms ahead of UTC, before changes[0] offsets[0]."""

    changes: tuple[int, ...] = ()
    offsets: tuple[int, ...] = (0,)

    @overload
    def local(self, time: int) -> int: ...
    @overload
    def local(self, time: Times) -> Times: ...
    def local(self, time: int | Times) -> int | Times:
        """Return what the clock shows, as if it were UTC."""
        at = np.searchsorted(self.changes, time, side="right")
        if isinstance(time, np.ndarray):
            return time.astype(np.int64) + np.array(self.offsets, np.int64)[at]
        return time + self.offsets[int(at)]

    def utc(self, shown: int) -> int:
        """Return when the clock shows a time: at first, if twice; of a time that it leaves out, when it does so."""
        early = shown - max(self.offsets)
        first = int(np.searchsorted(self.changes, early, side="right"))
        for at in range(first, len(self.offsets)):
            begin = self.changes[at - 1] if at else None
            end = self.changes[at] if at < len(self.changes) else None
            time = shown - self.offsets[at]
            if end is None or time < end:
                return time if begin is None else max(time, begin)
        raise AssertionError("the last offset has no end")

    def day(self, time: int) -> int:
        """Return the day that the clock shows."""
        return self.local(time) // DAY_MS

    def day_start(self, day: int) -> int:
        """Return when a day begins."""
        return self.utc(day * DAY_MS)

    def earlier(self, time: int, days: int) -> int:
        """Return when the clock shows the same so many days before."""
        return self.utc(self.local(time) - days * DAY_MS)


def known_zone(text: str) -> str:
    """Return what a clock is called, as always written; "" (UTC) for what is none."""
    if _MINUTES.fullmatch(text):
        return str(min(max(int(text), -MAX_MINUTES), MAX_MINUTES) or "")
    is_known = _NAME.fullmatch(text) and _zone(text) is not None
    return text if is_known and clock_of(text) != UTC_CLOCK else ""


@lru_cache(maxsize=1024)
def clock_of(zone: str) -> Clock:
    """Return the clock that `known_zone` has called so."""
    if not zone:
        return UTC_CLOCK
    if _MINUTES.fullmatch(zone):
        return Clock((), (int(zone) * _MINUTE_MS,))
    found = _zone(zone)
    if found is None:
        return UTC_CLOCK
    changes: list[int] = []
    offsets = [_offset(found, 0)]
    for day in range(0, _LAST_DAY, _PROBE_DAYS):
        begin, end = day * DAY_MS, (day + _PROBE_DAYS) * DAY_MS
        if _offset(found, end) != offsets[-1]:
            changes.append(_change(found, begin, end))
            offsets.append(_offset(found, end))
    return Clock(tuple(changes), tuple(offsets))


UTC_CLOCK: Final = Clock()


@lru_cache(maxsize=1024)
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # among them: a folder, a file that is no zone
        return None


def _offset(zone: tzinfo, time: int) -> int:
    ahead = (_EPOCH + timedelta(milliseconds=time)).astimezone(zone).utcoffset()
    return 0 if ahead is None else ahead // timedelta(milliseconds=1)


def _change(zone: tzinfo, begin: int, end: int) -> int:
    """Return when the offset of `end` began, which was another at `begin`; to the minute."""
    last = _offset(zone, end)
    while end - begin > _MINUTE_MS:
        middle = (begin + end) // 2 // _MINUTE_MS * _MINUTE_MS
        begin, end = (begin, middle) if _offset(zone, middle) == last else (middle, end)
    return end
