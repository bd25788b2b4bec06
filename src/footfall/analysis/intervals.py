"""Confidence intervals of shares."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Z_95: Final = 1.959963984540054
"""Of a normal distribution, 95 % lie within so many standard deviations."""


def wilson(
    hits: NDArray[np.integer], of: NDArray[np.integer], z: float = Z_95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper ends of Wilson's score interval of hits ÷ of; 0 and 1 where `of` is 0.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    n = np.maximum(of, 1).astype(np.float64)
    share = hits / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    whole = 1 + z**2 / n
    low = np.where(of > 0, np.maximum((middle - half) / whole, 0.0), 0.0)
    high = np.where(of > 0, np.minimum((middle + half) / whole, 1.0), 1.0)
    return low, high
