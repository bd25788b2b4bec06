# ruff: noqa: S608 - the texts are built of names of ours alone
"""Folding a batch of chunks into the tables. The caller owns the transaction."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Any, Final

from footfall.index import activity
from footfall.index.reduce import (
    Part,
    Tally,
    View,
    clock_offset,
    merge_tallies,
    merge_views,
    page_and_device,
)
from footfall.index.tables import columns
from footfall.log import Position

Key = tuple[str, str]
"""(project, session)"""


@dataclass(frozen=True)
class Arrival:
    """A chunk's part, whose it is and where it lies."""

    project: str
    received_at: int
    position: Position
    part: Part


def fold(connection: sqlite3.Connection, arrivals: Iterable[Arrival]) -> int:
    """Add what is new among the arrivals; what is there already adds nothing. Returns how many were new."""
    new = [arrival for arrival in arrivals if _insert_chunk(connection, arrival)]
    _insert_clicks(connection, new)
    _insert_assets(connection, new)
    by_session: dict[Key, list[Part]] = {}
    for arrival in new:
        by_session.setdefault((arrival.project, arrival.part.header.session), []).append(
            arrival.part
        )
    for key, parts in by_session.items():
        _update_session(connection, key, parts)
    return len(new)


def _insert_chunk(connection: sqlite3.Connection, arrival: Arrival) -> bool:
    part, header = arrival.part, arrival.part.header
    row = (
        arrival.project, header.session, header.tab, header.sequence, header.document, header.page_view,
        header.url, part.start, part.end, header.flags, part.size, part.digest, arrival.received_at,
        arrival.position.segment, arrival.position.offset, arrival.position.length,
    )  # fmt: skip
    return connection.execute(_INSERT_CHUNK, row).rowcount == 1


def _insert_clicks(connection: sqlite3.Connection, arrivals: list[Arrival]) -> None:
    connection.executemany(
        _INSERT_CLICK,
        (
            (
                arrival.project, arrival.part.header.session, arrival.part.header.tab, one.number,
                arrival.part.header.sequence, one.ordinal, arrival.part.start + one.click.t, one.click.key,
                one.click.text, one.click.place_x, one.click.place_y, one.click.page_x, one.click.page_y,
                one.click.document_width, one.click.document_height, one.click.fixed, one.click.button,
            )
            for arrival in arrivals
            for one in arrival.part.clicks
        ),
    )  # fmt: skip


def _insert_assets(connection: sqlite3.Connection, arrivals: list[Arrival]) -> None:
    rows = ((arrival.project, sha) for arrival in arrivals for sha in arrival.part.assets)
    connection.executemany("INSERT OR IGNORE INTO assets VALUES (?, ?)", rows)


def _update_session(connection: sqlite3.Connection, key: Key, parts: list[Part]) -> None:
    stored = _load(connection, "sessions", key)
    known = [_tally(row) for row in stored]
    tally = reduce(merge_tallies, [*known, *(part.tally for part in parts)])
    offset = clock_offset(tally.skew)
    views = {
        (view.tab, view.number): view for view in map(_view, _load(connection, "page_views", key))
    }
    touched: set[tuple[str, int]] = set()
    for view in chain.from_iterable(part.views.values() for part in parts):
        place = (view.tab, view.number)
        views[place] = merge_views(views[place], view) if place in views else view
        touched.add(place)
    moved = bool(stored) and stored[0]["clock_offset"] != offset
    changed = views.values() if moved else (views[place] for place in touched)
    connection.executemany(_REPLACE_VIEW, (_view_row(key, view, offset) for view in changed))
    connection.execute(_REPLACE_SESSION, _session_row(key, tally, list(views.values()), offset))


def _session_row(key: Key, tally: Tally, views: list[View], offset: int) -> dict[str, Any]:
    views.sort(key=lambda view: (view.started, view.tab, view.number))
    sized = next((view for view in views if view.width), views[0])
    started = max(0, tally.first + offset)
    return {
        **{name: value for name, value in vars(tally).items() if name not in ("lead", "spans")},
        "project": key[0],
        "session": key[1],
        "lead_time": tally.lead[0],
        "lead_tab": tally.lead[1],
        "lead_sequence": tally.lead[2],
        "spans": activity.pack(tally.spans),
        "clock_offset": offset,
        "started": started,
        "ended": max(started, tally.last + offset),
        "active": activity.active_ms(tally.spans),
        "page_views": len(views),
        "clicks": sum(view.clicks for view in views),
        "tabs": len({view.tab for view in views}),
        "device": page_and_device(sized)[1],
        "width": sized.width,
        "height": sized.height,
        "entry_page": page_and_device(views[0])[0],
        "exit_page": page_and_device(views[-1])[0],
    }


def _view_row(key: Key, view: View, offset: int) -> dict[str, Any]:
    page, device = page_and_device(view)
    started = max(0, view.started + offset)
    return {
        **view._asdict(),
        "project": key[0],
        "session": key[1],
        "page": page,
        "device": device,
        "started": started,
        "ended": max(started, view.last + offset),
        "depth": view.depth,
    }


def _load(connection: sqlite3.Connection, table: str, key: Key) -> list[dict[str, Any]]:
    names = columns(table)
    rows = connection.execute(f"SELECT * FROM {table} WHERE project = ? AND session = ?", key)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        lead=(row["lead_time"], row["lead_tab"], row["lead_sequence"]),
        spans=activity.unpack(row["spans"]),
        **{name: row[name] for name in ("visitor", "agent", "skew", "first", "last")},
        chunks=row["chunks"],
        bytes=row["bytes"],
    )


def _view(row: Mapping[str, Any]) -> View:
    return View(**{name: row[name] for name in View._fields})


def _named(table: str) -> str:
    names = columns(table)
    values = ", ".join(":" + name for name in names)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({values})"


def _positional(verb: str, table: str) -> str:
    return f"{verb} INTO {table} VALUES ({', '.join('?' * len(columns(table)))})"


_INSERT_CHUNK: Final = _positional("INSERT OR IGNORE", "chunks")
_INSERT_CLICK: Final = _positional("INSERT OR IGNORE", "clicks")
_REPLACE_VIEW: Final = _named("page_views")
_REPLACE_SESSION: Final = _named("sessions")
