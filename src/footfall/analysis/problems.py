"""Problems: moments of one kind at one element of a page, ranked by what they cost. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from footfall.analysis.funnels.compare import Comparison, compare

TREND_PARTS: Final = 14
"""Parts of the time looked at, for the trend: a day each for two weeks."""


class Occurrence(NamedTuple):
    """A moment, as far as problems go."""

    kind: str
    page: str
    element: str
    session: str
    time: int  # ms since 1970
    length: int = 0  # ms from the first fact of its evidence to the last


@dataclass(frozen=True)
class Problem:
    """Moments of one kind at one place."""

    kind: str
    page: str
    element: str
    moments: int
    visitors: int  # that met it
    others: int  # visitors of the page that did not
    converted: float | None  # the share of those that met it; None: nobody did
    converted_others: float | None
    cost: float  # visitors × how much less they converted than the others; 0 where they did not
    example: str  # the session with the shortest moment, the last of equals: it proves the problem soonest
    time: int  # and when, ms since 1970
    length: int  # of that moment, ms
    trend: tuple[int, ...]  # visitors that met it in each of TREND_PARTS equal parts of the span
    comparison: Comparison  # conversion of those that met it beside the others'


def problems(
    found: Iterable[Occurrence],
    visitors: Mapping[str, str],
    viewers: Mapping[str, Collection[str]],
    converted: Collection[str],
    span: tuple[int, int],
) -> list[Problem]:
    """Return the problems, the dearest first; of those that cost the same, the one that more visitors met.

    visitors: the visitor of each session; viewers: the visitors that saw each page, who are the ones to compare with;
    converted: the visitors that reached the goal; span: the time looked at,
    ms since 1970, for the trend. Moments of sessions that nobody knows are left out.
    """
    places: dict[tuple[str, str, str], list[Occurrence]] = {}
    for one in found:
        if one.session in visitors:
            places.setdefault((one.kind, one.page, one.element), []).append(one)
    result = [
        _problem(some, visitors, frozenset(viewers.get(page, ())), frozenset(converted), span)
        for (_, page, _), some in places.items()
    ]
    result.sort(key=lambda one: (-one.cost, -one.visitors, one.kind, one.page, one.element))
    return result


def _problem(
    some: list[Occurrence],
    visitors: Mapping[str, str],
    viewers: frozenset[str],
    converted: frozenset[str],
    span: tuple[int, int],
) -> Problem:
    met = {visitors[one.session] for one in some}
    others = viewers - met
    share, share_others = _share(met, converted), _share(others, converted)
    less = max(0.0, share_others - share) if share is not None and share_others is not None else 0.0
    best = max(some, key=lambda one: (-one.length, one.time, one.session))
    return Problem(
        kind=best.kind,
        page=best.page,
        element=best.element,
        moments=len(some),
        visitors=len(met),
        others=len(others),
        converted=share,
        converted_others=share_others,
        cost=len(met) * less,
        example=best.session,
        time=best.time,
        length=best.length,
        trend=_trend(some, visitors, span),
        comparison=compare(len(met & converted), len(met), len(others & converted), len(others)),
    )


def _share(some: Collection[str], converted: frozenset[str]) -> float | None:
    return sum(one in converted for one in some) / len(some) if some else None


def _trend(
    some: list[Occurrence], visitors: Mapping[str, str], span: tuple[int, int]
) -> tuple[int, ...]:
    first, last = span
    wide = max(1, last - first + 1)
    parts: list[set[str]] = [set() for _ in range(TREND_PARTS)]
    for one in some:
        at = min(max(0, one.time - first), wide - 1) * TREND_PARTS // wide
        parts[at].add(visitors[one.session])
    return tuple(map(len, parts))
