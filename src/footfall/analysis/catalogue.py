"""What happens and how often: volumes, trend and last time by name, and the values of properties."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import how_many

Ints = NDArray[np.int64]
TREND: Final = 20
"""Points of a trend."""
TOP_VALUES: Final = 5
"""Values of a property that are named, the most frequent."""
MAX_PROPERTIES: Final = 50
"""Properties of an event that are listed, the most frequent."""


@dataclass(frozen=True)
class Volume:
    """How often something happened."""

    events: int
    sessions: int
    last: int | None
    """ms since 1970; None: never."""
    trend: tuple[int, ...]
    """Events in each of TREND equal parts of the time."""


@dataclass(frozen=True)
class PropertyLine:
    """A property of an event."""

    name: str
    events: int
    """Events that have it."""
    top: tuple[tuple[str, int], ...]
    """Its most frequent values as text, ties in the order of the text, with how many events have each."""


def volume(session: Ints, time: Ints, span: tuple[int, int]) -> Volume:
    """Return the volume of events, arrays of shape (n,): session numbers, and ms since 1970.

    span: ms since 1970, where the trend begins and ends; what is outside counts at its ends.
    """
    if not len(time):
        return Volume(0, 0, None, (0,) * TREND)
    since, until = span
    parts = (time - since) * TREND // max(until - since, 1)
    trend = np.bincount(np.clip(parts, 0, TREND - 1), minlength=TREND)
    return Volume(len(time), how_many(session), int(time.max()), tuple(trend.tolist()))


def property_lines(told: Iterable[tuple[str, int]]) -> tuple[PropertyLine, ...]:
    """Return the properties of events, the most frequent first, then by name.

    told: JSON objects as they came, each with how many events have it; what is no object is left out.
    """
    values: dict[str, Counter[str]] = {}
    for text, events in told:
        for name, value in _object(text).items():
            written = value if isinstance(value, str) else json.dumps(value)
            values.setdefault(name, Counter())[written] += events
    lines = [
        PropertyLine(name, counts.total(), tuple(_most(counts))) for name, counts in values.items()
    ]
    return tuple(sorted(lines, key=lambda one: (-one.events, one.name))[:MAX_PROPERTIES])


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:TOP_VALUES]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
