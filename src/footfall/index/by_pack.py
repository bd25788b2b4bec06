"""The clicks of a page pack by pack, for those who keep what they made of one: what it holds, and what that hangs on.

A pack of a day that is over only loses facts (to an erasure), as the server's clock says which day a fact is packed
in (`packs/write.py`). To which page view a click belongs says a row that any later chunk of its session may change;
`versions` tells that by the day on which the view began. An erasure or a new index gives all days new ones.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import KINDS, Snapshot
from footfall.index.packs.layout import unpack, widen
from footfall.index.packs.stored import columns_of
from footfall.index.page_facts import CLICK, choice_of
from footfall.index.segment import Segment
from footfall.index.viewcolumns import view_columns
from footfall.index.viewdays import DAY_MS, DEVICES
from footfall.index.views import ViewPlaces
from footfall.wire.schema import Click

Array = NDArray[Any]
COLUMNS: Final = (*CLICK, "session", "tab", "view")
"""Columns of a part: those that heatmaps ask of clicks, and which page view each belongs to."""
_KIND: Final = KINDS[Click].number


class ClickPack(NamedTuple):
    """A pack of clicks. Of a day that is over, two contents are never the same in all of this while `versions` are."""

    number: int
    day: int  # of receipt, days since 1970, UTC
    page: int
    rows: int
    first: int
    directory: bytes


@dataclass(frozen=True, eq=False)
class DatedPlaces(ViewPlaces):
    """Page views of a page, with their beginning (ms since 1970, corrected), its day, and whether all but that fits."""

    started: Array
    day: NDArray[np.int32]
    fits: NDArray[np.bool_]


def is_plain(segment: Segment) -> bool:
    """Tell whether nothing is asked of sessions, nor of addresses: a view's own row says whether it is meant."""
    asked = (segment.path, segment.source, segment.visitors, segment.user, segment.moment)
    return all(one is None for one in (*asked, segment.converted))


def click_packs(shot: Snapshot, segment: Segment) -> list[ClickPack]:
    """Return the packs that may hold clicks of a plain segment."""
    chosen = choice_of(segment)
    pages = [shot.number(page) for page in segment.pages or (segment.page,)]
    sql = (
        "SELECT id, day, page, rows, first, directory FROM packs WHERE project = ? AND kind = ?"
        " AND page IN (SELECT value FROM json_each(?)) AND day >= ? AND first <= ?"
    )
    since = -1 if chosen.since is None else chosen.since // DAY_MS - 1
    until = np.iinfo(np.int64).max if chosen.until is None else chosen.until
    bound = (shot.project, _KIND, json.dumps(pages), since, int(until))
    return [ClickPack(*row) for row in shot.connection.execute(sql, bound)]


def clicks_in(shot: Snapshot, one: ClickPack) -> dict[str, Array]:
    """Return COLUMNS of a pack."""
    (data,) = shot.connection.execute(
        "SELECT data FROM packs WHERE id = ?", (one.number,)
    ).fetchone()
    entries = unpack(one.directory, set(COLUMNS))
    stored = columns_of(shot.connection, one.number, data, entries)
    return {name: widen(column) for name, column in stored.items()}


def open_since(shot: Snapshot, now: int) -> int:
    """Return the first day of receipt, since 1970, that may get more facts; `now` is ms since 1970."""
    sql = "SELECT MIN(received_at) FROM fresh WHERE project = ?"
    (waiting,) = shot.connection.execute(sql, (shot.project,)).fetchone()
    return int(min(now, now if waiting is None else waiting) // DAY_MS)


def versions(shot: Snapshot) -> dict[int, int]:
    """Return for each day of page views a number that no other content of it ever has; others are not settled."""
    sql = "SELECT day, id FROM view_days WHERE project = ?"
    return dict(shot.connection.execute(sql, (shot.project,)).fetchall())


def dated_places(
    shot: Snapshot, segment: Segment, days: tuple[int, int] | None = None
) -> DatedPlaces:
    """Return the page's views that began on these days since 1970 (both ends included), or whenever they did."""
    since, until = (None, None) if days is None else (days[0] * DAY_MS, (days[1] + 1) * DAY_MS - 1)
    asked = Segment(segment.page, since=since, until=until, pages=segment.pages)
    by_width = segment.min_width is not None or segment.max_width is not None
    names = ["session", "tab", "number", "started"]
    names += ["device"] * (segment.device is not None) + ["width"] * by_width
    told = view_columns(shot, asked.filter, tuple(names))
    fits = np.ones(len(told["session"]), np.bool_)
    if segment.device is not None:
        known = DEVICES.index(segment.device) if segment.device in DEVICES else -1
        fits &= told["device"] == known
    if by_width:
        most = np.inf if segment.max_width is None else segment.max_width
        fits &= (told["width"] >= max(segment.min_width or 1, 1)) & (told["width"] <= most)
    day = (told["started"] // DAY_MS).astype(np.int32)
    found = DatedPlaces(told["session"], told["tab"], told["number"], told["started"], day, fits)
    if (found.session[1:] < found.session[:-1]).any():
        found = found.take(np.argsort(found.session, kind="stable"))
    return found
