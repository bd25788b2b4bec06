"""How much one key may send: a token bucket for each, in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic


@dataclass(frozen=True)
class Rate:
    """What a bucket allows: `per_second` on the long run, `burst` at once."""

    per_second: float = 1_000
    burst: float = 10_000


class Buckets:
    """The buckets of all keys. Keys are those of known projects, so they are few."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> int:
        """Take one; return 0 when it was there, else the whole seconds until it will be."""
        now = self._clock()
        level, at = self._buckets.get(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - at) * self._rate.per_second)
        allowed = level >= 1
        self._buckets[key] = (level - 1 if allowed else level, now)
        return 0 if allowed else max(1, ceil((1 - level) / self._rate.per_second))
