"""Columns of page views: of days that have packs from these, of the others from their rows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from footfall.index.packs import Snapshot
from footfall.index.packs.choice import is_among
from footfall.index.packs.cut import Cut, cut, joined
from footfall.index.packs.kept import block_of, whole_blocks
from footfall.index.packs.layout import Array, Narrow
from footfall.index.packs.stored import Stored
from footfall.index.rows import Filter
from footfall.index.viewdays import (
    COLUMNS,
    DAY_MS,
    DEVICES,
    Columns,
    day_of,
    days_without,
    read_rows,
)


def view_columns(shot: Snapshot, chosen: Filter, wanted: tuple[str, ...] = COLUMNS) -> Columns:
    """Return some of COLUMNS of the views that fit, in no special order.

    What the table of names lacks, the snapshot numbers below 0.
    """
    parts = [*_Packed(shot, chosen, wanted).parts(), *_unpacked(shot, chosen, wanted)]
    return joined(parts, wanted)


def _unpacked(shot: Snapshot, chosen: Filter, wanted: tuple[str, ...]) -> Iterator[Cut]:
    first = 0 if chosen.since is None else day_of(chosen.since)
    last = None if chosen.until is None else day_of(chosen.until)
    asked = {*wanted, *_telling(chosen)}
    for day in days_without(shot.connection, shot.project, first, last):
        rows = read_rows(shot.connection, shot.names, shot.project, day, asked, chosen.page)
        yield _cut(shot, chosen, rows)


class _Packed:
    """Reads what fits of days that have packs; from memory, where there is room for them."""

    def __init__(self, shot: Snapshot, chosen: Filter, wanted: tuple[str, ...]) -> None:
        self._shot = shot
        self._chosen = chosen
        self._wanted = wanted

    def parts(self) -> Iterator[Cut]:
        shot, chosen = self._shot, self._chosen
        first = None if chosen.since is None else day_of(chosen.since)
        last = None if chosen.until is None else day_of(chosen.until)
        sql = (
            "SELECT day, id, (SELECT MAX(day) FROM view_days WHERE project = :project) FROM view_days"
            " WHERE project = :project AND day BETWEEN :first AND :last ORDER BY day"
        )
        low, high = whole_blocks(first, last)
        bound = {"project": shot.project, "first": low, "last": high}
        blocks: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for day, number, newest in shot.connection.execute(sql, bound):
            blocks.setdefault(block_of(day, newest), []).append((day, number))
        for place, packs in blocks.items():
            if first is not None:
                packs = packs if packs[-1][0] >= first else []
            if last is not None:
                packs = packs if packs and packs[0][0] <= last else []
            if packs:
                yield from self._block(place, packs)

    def _block(self, place: tuple[int, int], packs: list[tuple[int, int]]) -> Iterator[Cut]:
        asker, numbers = self._shot.asker, [number for _, number in packs]
        chosen = self._within(packs[0][0], packs[-1][0])
        stored = (
            None
            if asker is None
            else asker.columns(
                (self._shot.project, "views", place),
                numbers,
                {*self._wanted, *_telling(chosen)},
                ("session", "started"),
                partial(Stored, self._shot.connection, numbers, "view_days"),
            )
        )
        if stored is not None:
            yield _cut(self._shot, chosen, stored)
            return
        for day, number in packs:
            chosen = self._within(day, day)
            lies = Stored(self._shot.connection, [number], "view_days")
            rows = lies.read({*self._wanted, *_telling(chosen)})
            yield _cut(self._shot, chosen, rows)

    def _within(self, first: int, last: int) -> Filter:
        """Return what is asked of views of these days: of their time only what does not go without saying."""
        chosen = self._chosen
        is_since = chosen.since is not None and chosen.since > first * DAY_MS
        is_until = chosen.until is not None and chosen.until < (last + 1) * DAY_MS - 1
        return replace(
            chosen,
            since=chosen.since if is_since else None,
            until=chosen.until if is_until else None,
        )


def _telling(chosen: Filter) -> tuple[str, ...]:
    """Return the columns that tell which views fit."""
    asked = {
        "started": chosen.since is not None or chosen.until is not None,
        "device": chosen.device is not None,
        "page": chosen.page is not None or bool(chosen.pages),
    }
    return tuple(name for name, is_asked in asked.items() if is_asked)


def _cut(shot: Snapshot, chosen: Filter, columns: Mapping[str, Narrow | Array]) -> Cut:
    """Return the rows that fit: only the columns that tell it are made wide as a whole."""
    whole = Cut(columns, None, 0)
    told = whole.wide(_telling(chosen))
    conditions: list[Array] = []
    if chosen.since is not None:
        conditions.append(told["started"] >= chosen.since)
    if chosen.until is not None:
        conditions.append(told["started"] <= chosen.until)
    if chosen.device is not None:
        known = DEVICES.index(chosen.device) if chosen.device in DEVICES else -1
        conditions.append(told["device"] == known)
    if chosen.page is not None:
        conditions.append(told["page"] == shot.names[chosen.page])
    if chosen.pages:
        conditions.append(is_among([shot.names[page] for page in chosen.pages], told["page"]))
    rows = np.flatnonzero(np.logical_and.reduce(conditions)) if conditions else None
    return cut(columns, rows)
