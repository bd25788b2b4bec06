"""The overview's breakdown: by page, landing page, source or device. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import numpy as np

from footfall.analysis.distinct import distinct
from footfall.analysis.metrics import Totals, exits, grouped
from footfall.analysis.steps import Condition, Filter, Sequence, Step, write
from footfall.web.choice import Choice
from footfall.web.overview_data import Data
from footfall.web.overview_query import OverviewQuery
from footfall.web.overview_show import behind_tiles


@dataclass(frozen=True)
class Group:
    """A row of the breakdown."""

    name: str
    totals: Totals
    exit_rate: float | None  # of pages: sessions whose last view is the page ÷ views of the page
    views: int  # of the page itself, where pages are the groups; else of its sessions
    link: str  # query string of the sessions behind it; "" where the list cannot be asked for them
    behind: Mapping[
        str, str
    ]  # query strings of those behind its figures, by the names of tiles; "Exit rate": who left


def groups(data: Data, query: OverviewQuery, limit: int | None = None) -> list[Group]:
    """Return the breakdown, most sessions first: at most `limit`."""
    if query.by == "page":
        return _by_page(data, query, limit)
    number, names = data.groups[query.by]
    found = [
        _group(query, name, one, None, one.page_views)
        for name, one in zip(names, grouped(data.now, number, len(names)), strict=True)
        if one.sessions
    ]
    return sorted(found, key=lambda one: (-one.totals.sessions, one.name))[:limit]


def _by_page(data: Data, query: OverviewQuery, limit: int | None) -> list[Group]:
    pages, names, count = data.pages, data.pages.names, len(data.pages.names)
    # A session is in the group of each page that it saw, once.
    pairs = distinct(pages.page * max(len(data.now), 1) + pages.visit)
    page, visit = np.divmod(pairs, max(len(data.now), 1))
    sessions = np.bincount(page, minlength=count).tolist()
    order = sorted(range(count), key=lambda at: (-sessions[at], names[at]))[:limit]
    place = np.full(count, -1, np.int64)
    place[order] = np.arange(len(order))
    shown = np.flatnonzero(place[page] >= 0)
    each = grouped(data.now.take(visit[shown]), place[page[shown]], len(order))
    views = np.bincount(pages.page, minlength=count)
    left = exits(pages.page, pages.visit, pages.started, count)
    return [
        _group(query, names[at], one, float(left[at] / views[at]), int(views[at]))
        for at, one in zip(order, each, strict=True)
    ]


def _group(
    query: OverviewQuery, name: str, found: Totals, exit_rate: float | None, views: int
) -> Group:
    link = _link(query, name)
    behind = behind_tiles(dict(parse_qsl(link[1:])), query.goal) if link else {}
    if exit_rate is not None:
        behind["Exit rate"] = f"{link}&{urlencode({'steps': left_at(name)})}"
    return Group(name, found, exit_rate, views, link, behind)


def left_at(page: str) -> str:
    """Return the steps of the sessions whose last view is of a page."""
    seen = Step(Filter("page", (Condition("page", "is", (page,)),)))
    return write(Sequence((seen, Step(Filter("page"), is_not=True))))


def _link(query: OverviewQuery, name: str) -> str:
    if query.by == "page":
        return replace(query.choice, page=name).query()
    if query.by == "device":
        return replace(query.choice, device=name).query() if name != "unknown" else ""
    return link_with(query.choice, **{query.by: name})


def link_with(choice: Choice, **more: str) -> str:
    """Return the query string of a choice with more values."""
    before = choice.query()
    return f"{before}{'&' if before else '?'}{urlencode(more)}"
