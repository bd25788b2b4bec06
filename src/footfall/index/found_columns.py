"""What was found in all sessions, as columns: from memory, by parts of the sessions' numbers.

Whoever changes `moments` or `detections` gives the part a new mark (the triggers of tables.py), by which what is kept
of it is known; so the newest sessions' part is read again and again, and the others once.
"""

import json
import secrets
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.concatenated import floats, integers
from footfall.index.packs import Snapshot
from footfall.index.packs.cut import Cut, cut, joined
from footfall.index.packs.layout import Array
from footfall.index.tables import PART_BITS

Place = tuple[str, str, str]
"""kind, page, element"""
_Raw = tuple[str, str, str, str]
"""kind, page, element, and the element's plain key"""
_Drifting = frozenset[tuple[str, str]]
"""Pages, and the plain keys that take the place of keys there"""
_SPARE: Final = 10_000
"""Places that are remembered beyond twice those that there are."""
_MOMENTS: Final = (
    "SELECT group_concat(number, ' '), group_concat(time, ' '), group_concat(length, ' '),"
    " json_group_array(kind), json_group_array(page), json_group_array(element), json_group_array(plain)"
    " FROM moments"
    " WHERE project = ? AND dismissed = 0 AND number >= ? AND number < ?"
)
_SCORES: Final = (
    "SELECT group_concat(number, ' '), group_concat(frustration, ' ') FROM detections"
    " WHERE project = ? AND number >= ? AND number < ? AND frustration > 0"
)


@dataclass(frozen=True, eq=False)
class Places:
    """Moments as columns, and their places."""

    places: list[Place]  # sorted
    pages: list[str]
    page: NDArray[np.int64]  # of each place, into pages
    place: NDArray[np.int64]  # of each moment, into places; rising
    number: NDArray[np.int64]  # SessionRow.number
    time: NDArray[np.int64]  # ms since 1970
    length: NDArray[np.int64]  # ms from the first fact of the evidence to the last


class _Sorted:
    """Places in order, as their elements are known. rank: of each number; page: of each rank, into pages."""

    def __init__(self, numbers: dict[_Raw, int], drifting: _Drifting) -> None:
        self.drifting = drifting
        told: list[Place] = [
            (kind, page, plain if (page, plain) in drifting else element)
            for kind, page, element, plain in numbers
        ]
        self.places = sorted(set(told))
        ranks = dict(zip(self.places, range(len(self.places)), strict=True))
        self.rank = np.fromiter(map(ranks.__getitem__, told), np.int64, len(told))
        pages: dict[str, int] = {}
        found = [pages.setdefault(page, len(pages)) for _, page, _ in self.places]
        self.page = np.array(found, np.int64)
        self.pages = list(pages)
        kinds = np.array([one[0] for one in self.places])
        self.kinds = dict(zip(*np.unique(kinds, return_index=True), strict=True))


class _Known:
    """Places by numbers of this object's own: what is kept of a project holds these. For several threads."""

    def __init__(self) -> None:
        self.mark = secrets.randbits(62)
        self._numbers: dict[_Raw, int] = {}
        self._sorted: _Sorted | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, places: Sequence[_Raw]) -> Array:
        """Return the numbers of places, new ones where they have none."""
        known = self._numbers
        with self._lock:
            before = len(known)
            found = [known.setdefault(place, len(known)) for place in places]
            if len(known) > before:
                self._sorted = None
        return np.array(found, np.int64)

    def sorted(self, drifting: _Drifting) -> _Sorted:
        """Return all places in order."""
        with self._lock:
            if self._sorted is None or self._sorted.drifting != drifting:
                self._sorted = _Sorted(self._numbers, drifting)
            return self._sorted


class _Part:
    """A part of what was found, as it is stored: the source of what is kept."""

    def __init__(self, shot: Snapshot, part: int, known: _Known | None) -> None:
        bound = (shot.project, part << PART_BITS, (part + 1) << PART_BITS)
        self._columns: dict[str, Array]
        if known is None:
            number, score = shot.connection.execute(_SCORES, bound).fetchone()
            self._columns = {"number": integers(number), "score": floats(score)}
        else:
            told = shot.connection.execute(_MOMENTS, bound).fetchone()
            number, time, length = map(integers, told[:3])
            places = list(zip(*map(json.loads, told[3:]), strict=True))
            self._columns = {"number": number, "time": time, "length": length}
            self._columns["known"] = known.numbers(places)
        self.rows = len(self._columns["number"])

    def read(self, names: Collection[str]) -> dict[str, Array]:
        return {name: self._columns[name] for name in names}


def scores_of(shot: Snapshot) -> tuple[Array, Array]:
    """Return the numbers of the sessions whose score is above 0, and their scores (0..100)."""
    told = _joined(shot, ("number", "score"), ("number", "number"), None)
    return told["number"], told["score"].astype(np.float64, copy=False)


def places_of(
    shot: Snapshot,
    kinds: Iterable[str],
    page: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Places:
    """Return where moments of these kinds were met, of a page and a time (ms since 1970) alone where they are named.

    Elements go by their plain keys where ids are made anew, else by their keys.
    """
    key = (shot.project, "places")
    known = _Known() if shot.asker is None else shot.asker.shared(key, _Known)
    told = _joined(shot, ("known", "number", "time", "length"), ("number", "time"), known)
    sql = "SELECT page, plain FROM drifting WHERE project = ?"
    order = known.sorted(frozenset(map(tuple, shot.connection.execute(sql, (shot.project,)))))
    rank = order.rank.take(told["known"])
    keep = _meant(order, kinds, page).take(rank)
    if since is not None:
        keep &= told["time"] >= since
    if until is not None:
        keep &= told["time"] <= until
    # One sort of one number: by place, and as they come.
    rows = np.flatnonzero(keep)
    by_place = np.sort((rank[rows] << 32) | rows)
    rows, rank = by_place & 0xFFFFFFFF, by_place >> 32
    is_first = np.ones(len(rank), np.bool_)
    is_first[1:] = rank[1:] != rank[:-1]
    met = rank[is_first]
    there = np.zeros(len(order.rank), np.bool_)
    there[told["known"]] = True
    if shot.asker is not None and len(there) > 2 * int(there.sum()) + _SPARE:
        shot.asker.let_go(key)  # many are of moments that are no more
    return Places(
        [order.places[at] for at in met.tolist()],
        order.pages,
        order.page[met],
        np.cumsum(is_first) - 1,
        *(told[name].take(rows).astype(np.int64) for name in ("number", "time", "length")),
    )


def _meant(order: _Sorted, kinds: Iterable[str], page: str | None) -> NDArray[np.bool_]:
    """Tell of each rank whether it is of these kinds, and of the page."""
    found = np.zeros(len(order.places), np.bool_)
    begins = [*order.kinds.values(), len(found)]
    ends = dict(zip(order.kinds, begins[1:], strict=True))
    for kind in kinds:
        if kind in ends:
            found[order.kinds[kind] : ends[kind]] = True
    if page is not None:
        found &= order.page == (order.pages.index(page) if page in order.pages else -1)
    return found


def _joined(
    shot: Snapshot, names: tuple[str, ...], by: tuple[str, str], known: _Known | None
) -> dict[str, Array]:
    """Return columns of all parts: of moments, whose places are `known`, or of scores."""
    what, mark = ("scores", 0) if known is None else ("moments", known.mark)
    parts: list[Cut] = []
    sql = "SELECT part, mark FROM found_parts WHERE project = ?"
    for part, one in shot.connection.execute(sql, (shot.project,)).fetchall():
        source = partial(_Part, shot, part, known)
        key = (shot.project, what, part)
        stored = shot.asker and shot.asker.columns(key, (one, mark), names, by, source)
        parts.append(cut(stored or source().read(names), None))
    return joined(parts, names)
