"""Two funnels side by side: whether the difference is more than chance."""

import math
from dataclasses import dataclass
from typing import Final

SIGNIFICANT: Final = 0.05
"""p-value below which a difference is called significant: the custom of the field."""
_FEWEST: Final = 5
"""Expected converted and not converted of each side; with fewer, the normal approximation does not hold (Cochran)."""


@dataclass(frozen=True)
class Comparison:
    """The conversion of `a` beside that of `b`."""

    share_a: float  # 0..1
    share_b: float
    difference: float  # share_a − share_b
    low: float  # of the difference, 95 % interval
    high: float
    p: float | None  # two-sided; None: too few to say
    is_significant: bool


def compare(converted_a: int, entered_a: int, converted_b: int, entered_b: int) -> Comparison:
    """Compare two shares by the two-proportion z-test (pooled); the interval is Wald's. Entered: 0 or more."""
    if not entered_a or not entered_b:
        share_a = converted_a / entered_a if entered_a else 0.0
        share_b = converted_b / entered_b if entered_b else 0.0
        return Comparison(share_a, share_b, share_a - share_b, -1.0, 1.0, None, False)
    share_a, share_b = converted_a / entered_a, converted_b / entered_b
    pooled = (converted_a + converted_b) / (entered_a + entered_b)
    spread = math.sqrt(share_a * (1 - share_a) / entered_a + share_b * (1 - share_b) / entered_b)
    difference = share_a - share_b
    fewest = min(entered_a, entered_b) * min(pooled, 1 - pooled)
    p = None
    if fewest >= _FEWEST:
        error = math.sqrt(pooled * (1 - pooled) * (1 / entered_a + 1 / entered_b))
        p = math.erfc(abs(difference) / error / math.sqrt(2))
    low, high = max(difference - 1.96 * spread, -1.0), min(difference + 1.96 * spread, 1.0)
    is_significant = p is not None and p < SIGNIFICANT
    return Comparison(share_a, share_b, difference, low, high, p, is_significant)
