"""How far page views were scrolled, for the overview. Blocking."""

from typing import Final

import numpy as np

from footfall.index import Filter, Index
from footfall.index.viewcolumns import view_columns
from footfall.web import show
from footfall.web.overview_data import Span
from footfall.web.overview_show import Tile

ABOUT: Final = "Share of the page that half of the page views saw at least, from its top"
_NAMES: Final = ("depth", "document_height", "height")


def depths(
    index: Index, project: str, span: Span, device: str | None
) -> tuple[float | None, float | None]:
    """Return the median scroll depth (TERMS.md), 0..1, of the page views of a time and of the time before."""
    with index.facts(project) as shot:

        def median(first: int, last: int) -> float | None:
            chosen = Filter(since=first, until=last, device=device)
            told = view_columns(shot, chosen, _NAMES)
            known = (told["height"] > 0) & (told["document_height"] > 0)
            share = told["depth"][known] / told["document_height"][known]
            return float(np.median(share)) if len(share) else None

        return median(span.first, span.last), span.before and median(*span.before)


def depth_tile(now: float | None, before: float | None) -> Tile:
    """Return them as a tile."""
    value, old = ("" if one is None else show.percent(one) for one in (now, before))
    points = 0 if now is None or before is None else round((now - before) * 100)
    return Tile(
        "Scroll depth", value or "–", old, f"{points:+d} points" if points else "", "", ABOUT
    )
