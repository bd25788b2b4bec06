"""Values as people read them. Pure; used as filters by the templates."""

from datetime import UTC, datetime
from typing import Final

_MS_PER_SECOND: Final = 1000
_UNITS: Final = ("B", "KB", "MB", "GB", "TB")
_LAST_MOMENT_MS: Final = 253_402_300_799_999  # the end of the year 9999, where datetime ends


def duration(ms: int) -> str:
    """Write a length of time with its two largest units: `42 s`, `3 min 05 s`, `1 h 04 min`."""
    seconds = max(round(ms / _MS_PER_SECOND), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min"


def number(value: int) -> str:
    """Write an integer with its thousands apart."""
    return f"{value:,}"


def counted(count: int, one: str) -> str:
    """Write how many there are of something, called `one` where it is one: `1 session`, `1,200 sessions`."""
    return f"{number(count)} {one}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """Write a share of 0..1; what is there is never shown as 0 %, what is missing never as 100 %."""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share * 100:.0f} %"


def points(difference: int) -> str:
    """Write a difference of two shares, percentage points: `+3 points`; "" where there is none."""
    return f"{difference:+d} point{'' if abs(difference) == 1 else 's'}" if difference else ""


def size(count: int) -> str:
    """Write a number of bytes."""
    value = float(count)
    for unit in _UNITS[:-1]:
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} {_UNITS[-1]}"


def iso(ms: int) -> str:
    """Write a moment (ms since 1970) for a `datetime` attribute."""
    return _moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc(ms: int) -> str:
    """Write a moment (ms since 1970) for people; the browser replaces it by its own zone's time."""
    return f"{_moment(ms):%d %b %Y, %H:%M} UTC"


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(min(max(ms, 0), _LAST_MOMENT_MS) / _MS_PER_SECOND, UTC)
