"""Which persons a figure of a funnel is about: a group of its breakdown, or who saw a page instead. Blocking."""

from dataclasses import dataclass

import numpy as np
from aiohttp import web

from footfall.analysis.funnels.instead import LEFT, next_view
from footfall.analysis.steps import Filter
from footfall.analysis.steps.table import Mask
from footfall.detect.events import read_table
from footfall.web.funnel_answer import Found, touched
from footfall.web.funnel_labels import labels
from footfall.web.funnel_query import FunnelQuery


@dataclass(frozen=True)
class Part:
    """A part of a funnel's persons; None: all of them."""

    group: str | None = None  # label of the breakdown
    instead: str | None = None  # page template that was seen next; LEFT: none was

    @property
    def text(self) -> str:
        """What it is, in words; "" for all."""
        told = [] if self.group is None else [self.group or "None"]
        if self.instead is not None:
            told.append(f"then {self.instead}" if self.instead else "then nothing more was seen")
        return ", ".join(told)


def read_part(request: web.Request) -> Part:
    """Read what an address asks for."""
    return Part(request.query.get("group"), request.query.get("instead"))


def persons_in(part: Part, found: Found, query: FunnelQuery, step: int) -> Mask:
    """Tell of each person whether they belong to a part. step: from 1, after which a page was seen.

    Raises StepError.
    """
    kept = np.ones(len(found.outcomes.owner), np.bool_)
    if part.group is not None and query.is_grouped:
        numbers, names = labels(found.scope, found.table, touched(found, query), query)
        kept &= np.array([name == part.group for name in names], np.bool_)[numbers]
    if part.instead is not None:
        kept &= _went(part.instead, found, step)
    return kept


def _went(page: str, found: Found, step: int) -> Mask:
    some, scope = found.outcomes, found.scope
    rows = np.flatnonzero(some.depth == step)
    views = read_table(scope, [Filter("page")], found.funnel.per)
    following = next_view(found.table, views, some.places[rows, step - 1])
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
