"""The moments just before people dropped out of a funnel. Blocking."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from footfall.analysis.funnels import Outcome, Outcomes
from footfall.analysis.steps import Table
from footfall.index import Index

BEFORE_MS: Final = 30_000
AFTER_MS: Final = 120_000
"""What happens from half a minute before the last step that was reached to two minutes after it is near the drop: own
choice, as most visits that drop end within two minutes."""
MOST: Final = 1_000
"""Persons whose moments are looked at: the latest."""


def moments_before(
    index: Index, project: str, found: Outcomes, table: Table, depth: int
) -> Counter[str]:
    """Count how many of the persons whose last step was `depth` (from 1) had a moment of each kind near it."""
    counts: Counter[str] = Counter()
    for _, kinds in kinds_before(index, project, found, table, depth):
        counts.update(kinds)
    return counts


def kinds_before(
    index: Index, project: str, found: Outcomes, table: Table, depth: int
) -> Iterator[tuple[int, set[str]]]:
    """Yield the persons whose last step was `depth`, as rows of `found`, with the kinds of moments near it."""
    rows = np.flatnonzero((found.depth == depth) & (found.outcome == Outcome.DROPPED))
    places = found.places[rows, depth - 1]
    latest = np.argsort(-table.time[places], kind="stable")[:MOST]
    rows, places = rows[latest], places[latest]
    session, last = table.session[places].tolist(), table.time[places].tolist()
    ids = index.session_names(project, set(session))
    told: dict[str, list[tuple[str, int]]] = {}
    for name, kind, time in index.moment_times(project, ids.values()):
        told.setdefault(name, []).append((kind, time))
    for row, number, at in zip(rows.tolist(), session, last, strict=True):
        near = told.get(ids.get(number, ""), ())
        yield row, {kind for kind, time in near if at - BEFORE_MS <= time <= at + AFTER_MS}
