"""What other visits say that a rule compares with: computed beside the session, handed to the rules as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

MIN_VIEWS: Final = 20
"""Page views from which a 95th percentile means something: below, it would be the greatest value itself."""


@dataclass(frozen=True)
class Norms:
    """What is usual on the pages of a project; a page that is missing is not known well enough."""

    reversals: Mapping[str, int] = field(default_factory=dict)  # p95 of a page's views
    forms: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By (page, form as in groups.Group): the fields by key, in the order in which visitors come to them.

    Where ids drift, forms and fields by plain key.
    """


NO_NORMS: Final = Norms()


def percentile_95(counts: Sequence[int]) -> int | None:
    """Return the 95th percentile (nearest rank) of counts, one for each page view; None: too few."""
    if len(counts) < MIN_VIEWS:
        return None
    return sorted(counts)[ceil(0.95 * len(counts)) - 1]


def field_order(visits: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the fields of a form in the order in which visits came to them, by the mean of their shares of the way."""
    places: dict[str, list[float]] = {}
    for visit in visits:
        first = list(dict.fromkeys(visit))
        for place, key in enumerate(first):
            places.setdefault(key, []).append(place)
    return tuple(sorted(places, key=lambda key: (sum(places[key]) / len(places[key]), key)))
