"""Which elements of a page are clicked most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ElementRanking:
    """Elements with at least one click, most clicked first (then by key id); rows belong together.

    shares: of all clicks given, those without a key included, so that the sum may stay below 1.
    """

    key_ids: NDArray[np.intp]
    clicks: NDArray[np.intp]
    shares: NDArray[np.float64]
    total: int


def rank_elements(key_ids: NDArray[np.int32]) -> ElementRanking:
    """Rank elements by their clicks; `key_ids` has one entry a click, below 0 when without a key."""
    counts = np.bincount(key_ids[key_ids >= 0])
    order = np.argsort(-counts, kind="stable")
    ranked = order[: np.count_nonzero(counts)]
    clicks = counts[ranked]
    return ElementRanking(ranked, clicks, clicks / max(len(key_ids), 1), len(key_ids))
