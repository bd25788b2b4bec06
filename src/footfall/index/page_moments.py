"""Moments on the page views of a segment, with the clicks that they are made of."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Snapshot
from footfall.index.segment import Segment
from footfall.index.views import NO_VIEW, ViewPlaces, rows_of

Array = NDArray[Any]
_SQL: Final = (
    "SELECT s.number, m.tab, m.page_view, COALESCE(d.plain, m.element), m.evidence, m.time"
    " FROM moments m JOIN sessions s USING (project, session)"
    " LEFT JOIN drifting d ON d.project = m.project AND d.page = m.page AND d.plain = m.plain"
    " WHERE m.project = :project AND m.kind = :kind AND m.dismissed = 0"
    " AND m.page IN (SELECT value FROM json_each(:pages))"
)


@dataclass(frozen=True, eq=False)
class PageMoments:
    """Moments of one kind, those that people said are no problem left out.

    row: of the page view, for each moment; time: when it began, ms since 1970, corrected. click_row, click_order: of
    each click that they are made of, the view's row and ClickDetails.order. elements, element_row: of each moment
    without a click, its element's key (where ids drift its plain key) and the view's row.
    """

    row: NDArray[np.int32]
    time: Array
    click_row: Array
    click_order: Array
    elements: list[str]
    element_row: Array

    def __len__(self) -> int:
        return len(self.row)


def moments_of(shot: Snapshot, segment: Segment, views: ViewPlaces, kind: str) -> PageMoments:
    """Return the moments of a kind that began in these views."""
    pages = json.dumps(segment.pages or [segment.page])
    bound = {"project": shot.project, "kind": kind, "pages": pages}
    told = shot.connection.execute(_SQL, bound).fetchall()
    session = np.array([one[0] for one in told], np.int64)
    tab = np.array([shot.number(one[1]) for one in told], np.int64)
    rows = rows_of(views, session, tab, np.array([one[2] for one in told], np.int64))
    clicks: list[tuple[int, int]] = []
    elsewhere: list[tuple[str, int]] = []
    for row, one in zip(rows.tolist(), told, strict=True):
        if row == NO_VIEW:
            continue
        orders = list(_clicks(one[4]))
        clicks += [(row, order) for order in orders]
        if not orders and one[3]:
            elsewhere.append((one[3], row))
    pairs = np.array(clicks, np.int64).reshape(-1, 2)
    return PageMoments(
        row=rows[rows != NO_VIEW],
        time=np.array([one[5] for one in told], np.int64)[rows != NO_VIEW],
        click_row=pairs[:, 0],
        click_order=pairs[:, 1],
        elements=[key for key, _ in elsewhere],
        element_row=np.array([row for _, row in elsewhere], np.int32),
    )


def _clicks(evidence: str) -> Iterator[int]:
    """Yield ClickDetails.order of each click of a moment's evidence, as `found` has it."""
    for fact, _, _, sequence, ordinal in json.loads(evidence):
        if fact == "Click":
            yield (sequence << 32) + ordinal
