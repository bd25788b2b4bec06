"""The list of pages, counted from columns of page views."""

from typing import Final

import numpy as np

from footfall.index.packs import Snapshot
from footfall.index.packs.layout import Array
from footfall.index.renumber import renumbered
from footfall.index.rows import Filter, PageRow
from footfall.index.viewcolumns import view_columns
from footfall.index.viewdays import COLUMNS, DEVICES, Columns

_LISTED: Final = COLUMNS[:8]


def page_rows(shot: Snapshot, chosen: Filter) -> list[PageRow]:
    """Return the pages of the views that fit, most viewed first."""
    whole = view_columns(shot, chosen, _LISTED)
    if not len(whole["page"]):
        return []
    pages, whole["page"] = renumbered(whole["page"])
    texts = shot.texts(pages.tolist())
    count = len(pages)
    views = np.bincount(
        whole["page"] * len(DEVICES) + whole["device"], minlength=count * len(DEVICES)
    )
    views = views.reshape(count, len(DEVICES))
    clicks = np.bincount(whole["page"], whole["clicks"], count).astype(np.int64)
    sessions = _count_sessions(whole["page"], whole["session"], count)
    last = np.zeros(count, np.int64)
    order = np.argsort(
        whole["page"].astype(_narrowest(count)), kind="stable"
    )  # 16 bits: a radix sort
    bounds = np.cumsum(np.bincount(whole["page"], minlength=count))
    last = np.maximum.reduceat(whole["started"][order], np.concatenate([[0], bounds[:-1]]))
    medians = _medians(whole, order, bounds)
    rows = [
        PageRow(
            page=texts[at],
            views=int(views[at].sum()),
            sessions=int(sessions[at]),
            clicks=int(clicks[at]),
            median_depth_share=medians[at],
            last_seen=int(last[at]),
            devices={name: int(n) for name, n in sorted(zip(DEVICES, views[at], strict=True)) if n},
        )
        for at in range(count)
    ]
    return sorted(rows, key=lambda row: (-row.views, row.page))


def page_names(shot: Snapshot) -> list[str]:
    """Return the pages of a project, most viewed first."""
    pages = view_columns(shot, Filter(), ("page",))["page"]
    numbers, places = renumbered(pages)
    views = np.bincount(places).tolist()
    ordered = sorted(zip(views, shot.texts(numbers.tolist()), strict=True), key=_most_first)
    return [page for _, page in ordered]


def _most_first(counted: tuple[int, str]) -> tuple[int, str]:
    return -counted[0], counted[1]


def _count_sessions(page: Array, session: Array, count: int) -> Array:
    """Return how many sessions saw each page. Rows that lie side by side are mostly of one session."""
    most = int(session.max()) + 1
    pairs = np.sort(page.astype(np.int64) * most + session)
    is_first = np.ones(len(pairs), np.bool_)
    is_first[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[is_first] // most, minlength=count)


def _medians(whole: Columns, order: Array, bounds: Array) -> list[float | None]:
    """Return the median share of the document that was seen, by page; `order` sorts the rows by page."""
    known = (whole["height"] > 0) & (whole["document_height"] > 0)
    share = whole["depth"] / np.maximum(whole["document_height"], 1)
    share, known = share[order], known[order]
    medians: list[float | None] = []
    start = 0
    for end in bounds.tolist():
        found = share[start:end][known[start:end]]
        medians.append(float(np.median(found)) if len(found) else None)
        start = end
    return medians


def _narrowest(count: int) -> type[np.uint16 | np.int64]:
    return np.uint16 if count < 2**16 else np.int64
