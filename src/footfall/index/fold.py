# ruff: noqa: S608 - the texts are built of names of ours alone
"""Folding a batch of chunks into the tables. The caller owns the transaction."""

import sqlite3
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import reduce
from operator import itemgetter
from typing import Any, Final, NamedTuple

from footfall.index import activity, totals, viewdays
from footfall.index.packs.decode import Fresh
from footfall.index.packs.write import INSERT_FRESH, Packer
from footfall.index.pages import device_of, page_of
from footfall.index.reduce import (
    Part,
    Tally,
    View,
    clock_offset,
    merge_tallies,
    merge_views,
)
from footfall.index.tables import columns, indexed, keys
from footfall.index.walk import bounds
from footfall.log import Position

MAX_KNOWN: Final = 5_000
"""Sessions that are remembered: those that are going on now, of which the next chunk may come any moment."""
MAX_KNOWN_VIEWS: Final = 100
"""Page views of a session that is remembered; a longer one is loaded each time."""

Key = tuple[str, str]
"""(project, session)"""
_Row = tuple[Any, ...]
_Place = tuple[str, int]
"""(tab, page view number)"""


class Arrival(NamedTuple):
    """A chunk's part, whose it is and where it lies."""

    project: str
    received_at: int
    position: Position
    part: Part


@dataclass(slots=True)
class _Session:
    """What the tables hold of a session, and the columns of its rows that the tables' indexes hold."""

    number: int
    tally: Tally | None = None
    views: dict[_Place, View] = field(default_factory=dict)
    indexed: dict[_Place | None, Any] = field(default_factory=dict)  # None: of the session itself


class Fold:
    """Adds chunks to the tables of one connection, which nobody else writes through or beside."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: OrderedDict[Key, _Session] = OrderedDict()
        self._next_number = 0  # of a session; 0: not known
        self._changed: set[viewdays.Day] = set()
        self._added: dict[str, totals.Added] = {}
        self.packer = Packer(connection)
        self.packs_at_once = False
        """Whether facts are given to the packer as they come; else they wait in the table `fresh`."""

    def forget(self) -> None:
        """Trust the tables alone: a transaction was rolled back, or somebody else wrote."""
        self._known.clear()
        self._next_number = 0
        self.packer.forget()

    def add(self, arrivals: list[Arrival]) -> int:
        """Add what is new among the arrivals; what is there already adds nothing. Returns how many were new."""
        new = self._insert_chunks(arrivals)
        assets = [(arrival.project, sha) for arrival in new for sha in arrival.part.assets]
        self._connection.executemany("INSERT OR IGNORE INTO assets VALUES (?, ?)", assets)
        by_session: dict[Key, list[Part]] = {}
        for arrival in new:
            key = (arrival.project, arrival.part.header.session)
            by_session.setdefault(key, []).append(arrival.part)
        writes: dict[str, list[_Row]] = {}
        self._changed.clear()
        self._added.clear()
        for key, parts in by_session.items():
            self._update(key, parts, writes)
        for statement, rows in writes.items():
            self._connection.executemany(statement, rows)
        viewdays.drop(self._connection, self._changed)
        totals.add(self._connection, self._added.values())
        self._keep_facts(new)
        return len(new)

    def _keep_facts(self, arrivals: list[Arrival]) -> None:
        """Have the facts of new chunks packed, now or later. Their sessions are known or in the tables."""
        numbers: dict[Key, int] = {}
        rows = []
        for arrival in arrivals:
            header = arrival.part.header
            key = (arrival.project, header.session)
            if key not in numbers:
                numbers[key] = self._session(key).number
            rows.append(_fresh_row(arrival, numbers[key]))
        if self.packs_at_once:
            self.packer.take([(row[0], Fresh._make(row[1:])) for row in rows])
        else:
            self._connection.executemany(INSERT_FRESH, rows)

    def _insert_chunks(self, arrivals: list[Arrival]) -> list[Arrival]:
        """Insert the chunks that are not there and return them."""
        rows = list(map(_chunk_row, arrivals))
        self._connection.execute("SAVEPOINT chunks")
        # All are new but after a crash: one statement for all, and one by one where it was not so.
        if self._connection.executemany(_INSERT_CHUNK, rows).rowcount == len(rows):
            self._connection.execute("RELEASE chunks")
            return arrivals
        self._connection.execute("ROLLBACK TO chunks")
        self._connection.execute("RELEASE chunks")
        return [
            arrival
            for arrival, row in zip(arrivals, rows, strict=True)
            if self._connection.execute(_INSERT_CHUNK, row).rowcount == 1
        ]

    def _update(self, key: Key, parts: list[Part], writes: dict[str, list[_Row]]) -> None:
        """Add parts to their session; what is to be written goes to `writes`: rows by statement."""
        session = self._session(key)
        tallies = [part.tally for part in parts]
        before = session.tally
        tally = session.tally = reduce(merge_tallies, tallies, before or tallies.pop(0))
        offset = clock_offset(tally.skew)
        views, touched = session.views, set[_Place]()
        many = len(views)
        for part in parts:
            for view in part.views.values():
                place = (view.tab, view.number)
                views[place] = merge_views(views[place], view) if place in views else view
                touched.add(place)
        has_moved = before is not None and clock_offset(before.skew) != offset
        if has_moved:
            self.packer.note_moved(key[0], max(0, tally.first + offset))
        for place in views if has_moved else touched:
            self._write_view(writes, key, session, place, offset)
        self._add_up(key[0], parts, int(before is None), len(views) - many)
        _write(writes, "sessions", session, None, _session_row(key, session, tally, offset))
        if len(views) > MAX_KNOWN_VIEWS:
            del self._known[key]

    def make_view_days(self, limit: int) -> None:
        """Pack page views by day where that is not done, `limit` days of each project at most."""
        for (project,) in self._connection.execute("SELECT project FROM totals").fetchall():
            viewdays.make(self._connection, self.packer.names_of(project), project, limit)

    def _write_view(
        self, writes: dict[str, list[_Row]], key: Key, session: _Session, place: _Place, offset: int
    ) -> None:
        row = _view_row(key, session.views[place], offset)
        before = session.indexed.get(place)
        if before is not None:
            self._changed.add((key[0], viewdays.day_of(before[1])))
        _write(writes, "page_views", session, place, row)
        self._changed.add((key[0], viewdays.day_of(session.indexed[place][1])))

    def _add_up(self, project: str, parts: list[Part], sessions: int, page_views: int) -> None:
        received = [part.tally.skew + part.header.sent_at for part in parts]
        clicks = sum(view.clicks for part in parts for view in part.views.values())
        size = sum(part.size for part in parts)
        added = totals.Added(
            project, min(received), max(received), sessions, page_views, clicks, len(parts), size
        )
        known = self._added.get(project)
        self._added[project] = totals.merge(known, added) if known else added

    def _session(self, key: Key) -> _Session:
        """Return what is known of a session, from memory or the tables."""
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        rows = self._rows("sessions", key)
        session = self._known[key] = _Session(rows[0][-1] if rows else self._number())
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        for row in rows:
            session.tally = _tally(row)
            session.indexed[None] = _INDEXED["sessions"](row)
            for row in self._rows("page_views", key):
                view = View._make(row[2 : 2 + len(View._fields)])
                session.views[view.tab, view.number] = view
                session.indexed[view.tab, view.number] = _INDEXED["page_views"](row)
        return session

    def _number(self) -> int:
        """Return the number of a new session."""
        if not self._next_number:
            most = self._connection.execute("SELECT MAX(number) FROM sessions").fetchone()[0]
            self._next_number = (most or 0) + 1
        self._next_number += 1
        return self._next_number - 1

    def _rows(self, table: str, key: Key) -> list[_Row]:
        sql = f"SELECT * FROM {table} WHERE project = ? AND session = ?"
        return self._connection.execute(sql, key).fetchall()


def _write(
    writes: dict[str, list[_Row]], table: str, session: _Session, place: _Place | None, row: _Row
) -> None:
    """Note a row to be written, without touching the table's indexes where it need not."""
    now = _INDEXED[table](row)
    statement = _UPDATE[table] if session.indexed.get(place) == now else _REPLACE[table]
    session.indexed[place] = now
    writes.setdefault(statement, []).append(row)


def _chunk_row(arrival: Arrival) -> _Row:
    part, header = arrival.part, arrival.part.header
    return (
        arrival.project, header.session, header.tab, header.sequence, header.document, header.page_view,
        header.url, part.start, part.end, header.flags, part.size, part.digest, arrival.received_at,
        *arrival.position,
    )  # fmt: skip


def _fresh_row(arrival: Arrival, session: int) -> _Row:
    header = arrival.part.header
    base, latest = bounds(header)
    return (
        arrival.project, session, header.tab, header.sequence, header.page_view, header.url, base, latest,
        arrival.received_at, header.facts_encoding, header.facts,
    )  # fmt: skip


def _session_row(key: Key, session: _Session, tally: Tally, offset: int) -> _Row:
    views = session.views
    ordered = list(views.values())
    if len(ordered) > 1:
        ordered.sort(key=lambda view: (view.started, view.tab, view.number))
    sized = next((view for view in ordered if view.width), ordered[0])
    started = max(0, tally.first + offset)
    return (
        *key, tally.visitor, tally.agent, *tally.lead, tally.skew, offset, tally.first, tally.last,
        activity.pack(tally.spans), tally.chunks, tally.bytes, started, max(started, tally.last + offset),
        activity.active_ms(tally.spans), len(views), sum(view.clicks for view in ordered),
        len({view.tab for view in ordered}), device_of(sized.width), sized.width, sized.height,
        page_of(ordered[0].url), page_of(ordered[-1].url), session.number,
    )  # fmt: skip


def _view_row(key: Key, view: View, offset: int) -> _Row:
    started = max(0, view.started + offset)
    ended = max(started, view.last + offset)
    return (*key, *view, page_of(view.url), device_of(view.width), started, ended, view.depth)


def _tally(row: _Row) -> Tally:
    value = dict(zip(columns("sessions"), row, strict=True))
    return Tally(
        lead=(value["lead_time"], value["lead_tab"], value["lead_sequence"]),
        spans=activity.unpack(value["spans"]),
        **{name: value[name] for name in ("visitor", "agent", "skew", "first", "last")},
        chunks=value["chunks"],
        bytes=value["bytes"],
    )


def _insert(verb: str, table: str) -> str:
    return f"{verb} INTO {table} VALUES ({', '.join('?' * len(columns(table)))})"


def _upsert(table: str) -> str:
    """Return a statement for a row that is there, whose indexed columns stay as they are."""
    still = {*keys(table), *indexed(table)}
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns(table) if name not in still)
    key = ", ".join(keys(table))
    return f"{_insert('INSERT', table)} ON CONFLICT ({key}) DO UPDATE SET {changes}"


_INSERT_CHUNK: Final = _insert("INSERT OR IGNORE", "chunks")
_REPLACE: Final = {name: _insert("INSERT OR REPLACE", name) for name in ("sessions", "page_views")}
_UPDATE: Final = {name: _upsert(name) for name in _REPLACE}
_INDEXED: Final = {
    name: itemgetter(*(columns(name).index(column) for column in indexed(name)))
    for name in _REPLACE
}
