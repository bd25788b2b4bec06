"""How much one key may send: a token bucket for each, in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Final

MAX_BUCKETS: Final = 50_000
"""Keys that are remembered at once; some 10 MB."""


@dataclass(frozen=True)
class Rate:
    """What a bucket allows: `per_second` on the long run, `burst` at once."""

    per_second: float = 1_000
    burst: float = 10_000


class Buckets:
    """The buckets of all keys. Who has not sent for a while has a full bucket, and needs none."""

    def __init__(
        self, rate: Rate, clock: Callable[[], float] = monotonic, max_buckets: int = MAX_BUCKETS
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._max_buckets = max_buckets
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> int:
        """Take one; return 0 when it was there, else the whole seconds until it will be."""
        rate, now = self._rate, self._clock()
        level, at = self._buckets.get(key, (rate.burst, now))
        level = min(rate.burst, level + (now - at) * rate.per_second)
        allowed = level >= 1
        self._buckets[key] = (level - 1 if allowed else level, now)
        if len(self._buckets) > self._max_buckets:
            self._forget(now)
        return 0 if allowed else max(1, ceil((1 - level) / rate.per_second))

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full by now, and if that is not half of them, the fuller ones."""

        def filled_at(key: str) -> float:
            level, at = self._buckets[key]
            return at + (self._rate.burst - level) / self._rate.per_second

        emptiest = sorted(self._buckets, key=filled_at, reverse=True)[: self._max_buckets // 2]
        self._buckets = {key: self._buckets[key] for key in emptiest if filled_at(key) > now}
