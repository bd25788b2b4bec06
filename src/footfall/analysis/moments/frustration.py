"""The frustration score (TERMS.md): weighted, fading with a half-life, capped, shown with its parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from footfall.analysis.moments.moment import Moment
from footfall.analysis.moments.rules import Score


@dataclass(frozen=True)
class Frustration:
    """How frustrating a session was at its worst."""

    score: float  # 0 … 100
    time: int  # ms since 1970, of the worst; 0: nothing happened
    parts: dict[str, float]  # what each kind adds to the score, before the cap


NONE: Final = Frustration(0.0, 0, {})


def frustration(moments: Iterable[Moment], rules: Score) -> Frustration:
    """Return the greatest sum, at any time, of the weights of what has happened by then, each fading by half-lives.

    Moments are distinct by kind, page view and element: the first of each counts.
    """
    first: dict[tuple[str, str, int, str], Moment] = {}
    for one in sorted(moments, key=lambda one: (one.time, one.kind, one.tab, one.view)):
        if rules.weights.get(one.kind):
            first.setdefault((one.kind, one.tab, one.view, one.element), one)
    worst, worst_sum = NONE, 0.0
    parts: dict[str, float] = {}
    before = 0
    for one in first.values():
        fade = 0.5 ** ((one.time - before) / rules.half_life_ms)
        parts = {kind: part * fade for kind, part in parts.items()}
        parts[one.kind] = parts.get(one.kind, 0.0) + rules.weights[one.kind]
        before = one.time
        if (total := sum(parts.values())) > worst_sum:
            worst, worst_sum = (
                Frustration(min(float(rules.most), total), one.time, dict(parts)),
                total,
            )
    return worst
