"""Which persons a figure of a funnel is about: those of a group, of a time, who saw a page instead. Blocking."""

from dataclasses import dataclass

import numpy as np
from aiohttp import web

from footfall.analysis.funnels.instead import LEFT, next_view
from footfall.analysis.steps.table import Mask
from footfall.index import Index
from footfall.web.choice import read_span
from footfall.web.funnel_answer import Found, touched, with_views
from footfall.web.funnel_labels import labels
from footfall.web.funnel_moments import kinds_before
from footfall.web.funnel_query import FunnelQuery
from footfall.web.session_choice import MOMENTS
from footfall.web.show import duration


@dataclass(frozen=True)
class Part:
    """A part of a funnel's persons; None: all of them."""

    group: str | None = None  # label of the breakdown
    instead: str | None = None  # page template that was seen next; LEFT: none was
    began: tuple[int, int] | None = None  # ms since 1970 of the first step, both ends included
    took: tuple[int, int] | None = None  # ms from the first step to the last, likewise
    moment: str | None = None  # kind of a moment near their drop

    @property
    def text(self) -> str:
        """What it is, in words but for the time; "" for all."""
        told = [] if self.group is None else [self.group or "Not told"]
        if self.instead is not None:
            told.append(f"then {self.instead}" if self.instead else "then nothing more was seen")
        if self.took is not None:
            low, high = (duration(ms) for ms in self.took)
            told.append(f"within {low} to {high}")
        if self.moment is not None:
            told.append(f"{MOMENTS.get(self.moment, self.moment)} near their drop")
        return ", ".join(told)


def read_part(request: web.Request) -> Part:
    """Read what an address asks for."""
    query = request.query
    return Part(
        query.get("group"),
        query.get("instead"),
        read_span(query.get("began", "")),
        read_span(query.get("took", "")),
        query.get("moment"),
    )


def persons_in(part: Part, found: Found, query: FunnelQuery, step: int, index: Index) -> Mask:
    """Tell of each person whether they belong to a part. step: from 1, at which they dropped, if they did.

    Raises StepError.
    """
    kept = np.ones(len(found.outcomes.owner), np.bool_)
    if part.group is not None and query.is_grouped:
        numbers, names = labels(found.scope, found.table, touched(found, query), query)
        kept &= np.array([name == part.group for name in names], np.bool_)[numbers]
    if part.instead is not None:
        kept &= _went(part.instead, found, step)
    times = found.outcomes.times(found.table)
    if part.began is not None:
        kept &= (part.began[0] <= times[:, 0]) & (times[:, 0] <= part.began[1])
    if part.took is not None:
        took = times[:, -1] - times[:, 0]
        kept &= (times[:, -1] >= 0) & (part.took[0] <= took) & (took <= part.took[1])
    if part.moment is not None:
        kept &= _met(part.moment, found, step, index)
    return kept


def _met(kind: str, found: Found, step: int, index: Index) -> Mask:
    kept = np.zeros(len(found.outcomes.owner), np.bool_)
    project = found.scope.shot.project
    for row, kinds in kinds_before(index, project, found.outcomes, found.table, step):
        kept[row] = kind in kinds
    return kept


def _went(page: str, found: Found, step: int) -> Mask:
    some, scope = found.outcomes, found.scope
    rows = np.flatnonzero(some.depth == step)
    table, views = with_views(found)
    following = next_view(table, views, some.places[rows, step - 1])
    seen = following < len(views)
    went = np.zeros(len(rows), np.bool_)
    if page == LEFT:
        went = ~seen
    elif seen.any():
        pages, place = np.unique(views.page[following[seen]], return_inverse=True)
        names = [scope.rules.template_of(text) for text in scope.shot.texts(pages.tolist())]
        went[seen] = np.array([name == page for name in names], np.bool_)[place.reshape(-1)]
    kept = np.zeros(len(some.owner), np.bool_)
    kept[rows[went]] = True
    return kept
