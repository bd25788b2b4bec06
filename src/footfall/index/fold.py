# ruff: noqa: S608 - the texts are built of names of ours alone
"""Folding a batch of chunks into the tables. The caller owns the transaction."""

import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, Final

from footfall.index import activity, totals, viewdays
from footfall.index.arrivals import Arrivals
from footfall.index.packs.stream import Stream, streams
from footfall.index.packs.write import INSERT_FRESH, Packer
from footfall.index.pages import device_of, page_of
from footfall.index.reduce import (
    Part,
    Tally,
    View,
    add_up,
    clock_offset,
    merge_views,
)
from footfall.index.tables import columns, indexed, keys

MAX_KNOWN: Final = 5_000
"""Sessions that are remembered: those that are going on now, of which the next chunk may come any moment."""
PACK_CHUNKS: Final = 400
"""Chunks of one project that are packed as they come: fewer would make many small packs, each to be merged again."""
MAX_KNOWN_ASSETS: Final = 50_000
"""Assets that are remembered to be in their table."""
MAX_KNOWN_VIEWS: Final = 100
"""Page views of a session that is remembered; a longer one is loaded each time."""

_NO_VIEW: Final = View(tab="", number=0, document=0, told=0, first=0, last=0, url="")

Key = tuple[str, str]
"""(project, session)"""
_Row = tuple[Any, ...]
_Place = tuple[str, int]
"""(tab, page view number)"""


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
        self._assets: set[tuple[str, bytes]] = set()  # (project, SHA-256): some that the table has
        self._next_number = 0  # of a session; 0: not known
        self._changed: set[viewdays.Day] = set()
        self._counts: dict[str, list[int]] = {}  # new sessions and page views, by project
        self.packer = Packer(connection)
        self._fresh: int | None = None  # rows of that table; None: not known
        self.packs_at_once = False
        """Whether the packer gets all facts and who set this has it write them; else few wait in the table `fresh`."""

    def forget(self) -> None:
        """Trust the tables alone: a transaction was rolled back, or somebody else wrote."""
        self._known.clear()
        self._assets.clear()
        self._next_number = 0
        self._fresh = None
        self.packer.forget()

    @property
    def fresh(self) -> int:
        """How many chunks' facts wait in the table `fresh`."""
        if self._fresh is None:
            count = self._connection.execute("SELECT COUNT(*) FROM fresh").fetchone()
            self._fresh = int(count[0])
        return self._fresh

    def add(self, arrivals: Arrivals) -> int:
        """Add what is new among the arrivals; what is there already adds nothing. Returns how many were new."""
        places = self._insert_chunks(arrivals.parts)
        new = [arrivals.parts[place] for place in places]
        by_session: dict[Key, list[Part]] = {}
        for part in new:
            by_session.setdefault((part.project, part.header.session), []).append(part)
        writes: dict[str, list[_Row]] = {}
        self._changed.clear()
        self._counts.clear()
        numbers = {key: self._update(key, parts, writes) for key, parts in by_session.items()}
        for statement, rows in writes.items():
            self._connection.executemany(statement, rows)
        viewdays.drop(self._connection, self._changed)
        totals.add(self._connection, _added(new, self._counts))
        sessions = [numbers[part.project, part.header.session] for part in new]
        self._note_assets(new, sessions)
        if len(new) == len(arrivals.parts):
            self._keep_facts(arrivals.stream, sessions)
        else:
            for stream in streams([arrivals.stream.chunks[place] for place in places]):
                self._keep_facts(stream, [sessions[place] for place in stream.places])
        return len(new)

    def compact(self, limit: int) -> int:
        """Pack the oldest facts that wait in `fresh`, of at most `limit` chunks; return of how many."""
        packed = self.packer.compact(limit)
        self._fresh = self.fresh - packed if packed else None
        return packed

    def _note_assets(self, parts: list[Part], sessions: list[int]) -> None:
        """Note the assets of chunks, and which sessions use them."""
        assets = {(part.project, sha) for part in parts for sha in part.assets}
        uses = {
            (asset_number(sha), session)
            for part, session in zip(parts, sessions, strict=True)
            for sha in part.assets
        }
        unknown = assets - self._assets  # most visits meet those that others have met
        if len(self._assets) > MAX_KNOWN_ASSETS:
            self._assets.clear()
        self._assets |= unknown
        self._connection.executemany("INSERT OR IGNORE INTO assets VALUES (?, ?)", unknown)
        self._connection.executemany("INSERT OR IGNORE INTO asset_uses VALUES (?, ?)", uses)

    def _keep_facts(self, stream: Stream, sessions: list[int]) -> None:
        """Have the facts of new chunks packed: at once where they are many of a project, else later.

        `sessions`: the number of each chunk's session.
        """
        counts = Counter(chunk.project for chunk in stream.chunks)
        least = 1 if self.packs_at_once else PACK_CHUNKS
        many = {project for project, count in counts.items() if count >= least}
        if many:
            self.packer.take(stream, sessions, many)
            if not self.packs_at_once:
                self.packer.flush()
        rows = [
            (session, *chunk)
            for session, chunk in zip(sessions, stream.chunks, strict=True)
            if chunk.project not in many
        ]
        fresh = self.fresh
        self._connection.executemany(INSERT_FRESH, rows)
        self._fresh = fresh + len(rows)

    def _insert_chunks(self, parts: list[Part]) -> list[int]:
        """Insert the chunks that are not there and return their places."""
        rows = list(map(_chunk_row, parts))
        self._connection.execute("SAVEPOINT chunks")
        # All are new but after a crash: one statement for all, and one by one where it was not so.
        if self._connection.executemany(_INSERT_CHUNK, rows).rowcount == len(rows):
            self._connection.execute("RELEASE chunks")
            return list(range(len(parts)))
        self._connection.execute("ROLLBACK TO chunks")
        self._connection.execute("RELEASE chunks")
        return [
            place
            for place, row in enumerate(rows)
            if self._connection.execute(_INSERT_CHUNK, row).rowcount == 1
        ]

    def _update(self, key: Key, parts: list[Part], writes: dict[str, list[_Row]]) -> int:
        """Add parts to their session and return its number; `writes` gets rows to be written, by statement."""
        session = self._session(key)
        before = session.tally
        tally = session.tally = add_up(before, parts)
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
        if before is not None and before.visitor != tally.visitor:
            # A first chunk that comes late: the days of all page views hold whose they are.
            days = (one[1] for place, one in session.indexed.items() if place is not None)
            self._changed.update((key[0], viewdays.day_of(started)) for started in days)
        if before is not None and before.end != tally.end:
            # Of other page views less or more belongs to the session now.
            low = min(before.end, tally.end)
            touched.update(place for place, view in views.items() if view.last > low)
        for place in views if has_moved else touched:
            self._write_view(writes, key, session, place, offset)
        counts = self._counts.setdefault(key[0], [0, 0])
        counts[0] += before is None
        counts[1] += len(views) - many
        _write(writes, "sessions", session, None, _session_row(key, session, tally, offset))
        if len(views) > MAX_KNOWN_VIEWS:
            del self._known[key]
        return session.number

    def make_view_days(self, limit: int) -> None:
        """Pack page views by day where that is not done, `limit` days of each project at most."""
        for (project,) in self._connection.execute("SELECT project FROM totals").fetchall():
            viewdays.make(self._connection, self.packer.names_of(project), project, limit)

    def _write_view(
        self, writes: dict[str, list[_Row]], key: Key, session: _Session, place: _Place, offset: int
    ) -> None:
        end = session.tally.end if session.tally is not None else 0
        row = _view_row(key, session.views[place], offset, end)
        before = session.indexed.get(place)
        _write(writes, "page_views", session, place, row)
        for indexed_as in (before, session.indexed[place]):
            if indexed_as is not None:
                self._changed.add((key[0], viewdays.day_of(indexed_as[1])))

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


def _added(parts: list[Part], counts: dict[str, list[int]]) -> Iterator[totals.Added]:
    """Yield what parts, those of a project together, add to it; `counts` are its new sessions and page views."""
    for project, found in groupby(parts, attrgetter("project")):
        own = list(found)
        received = [part.received_at for part in own]
        clicks = sum(view.clicks for part in own for view in part.views.values())
        size = sum(part.size for part in own)
        sessions, views = counts[project]
        first, last = min(received), max(received)
        yield totals.Added(project, first, last, sessions, views, clicks, len(own), size)


def asset_number(sha: bytes) -> int:
    """Return what stands for an asset in the table `asset_uses`: the first 8 bytes of its SHA-256.

    Should two have the same, both are kept for as long as one is used.
    """
    return int.from_bytes(sha[:8], "big", signed=True)


def _write(
    writes: dict[str, list[_Row]], table: str, session: _Session, place: _Place | None, row: _Row
) -> None:
    """Note a row to be written, without touching the table's indexes where it need not."""
    now = _INDEXED[table](row)
    statement = _UPDATE[table] if session.indexed.get(place) == now else _REPLACE[table]
    session.indexed[place] = now
    writes.setdefault(statement, []).append(row)


def _chunk_row(part: Part) -> _Row:
    header = part.header
    return (
        part.project, header.session, header.tab, header.sequence, header.document, header.page_view,
        header.url, part.start, part.end, header.flags, part.size, part.digest, part.received_at,
        *part.position,
    )  # fmt: skip


def _session_row(key: Key, session: _Session, tally: Tally, offset: int) -> _Row:
    views = session.views
    # Where all that its visitor sent was lost, what the site's server told may be all there is.
    ordered = list(views.values()) or [_NO_VIEW]
    if len(ordered) > 1:
        ordered.sort(key=lambda view: (view.started, view.tab, view.number))
    sized = next((view for view in ordered if view.width), ordered[0])
    started = max(0, tally.first + offset)
    return (
        *key, tally.visitor, tally.agent, *tally.lead, tally.skew, offset, tally.first, tally.last,
        activity.pack(tally.spans), tally.chunks, tally.bytes, started, max(started, tally.end + offset),
        activity.active_ms(tally.spans), len(views), sum(view.clicks for view in ordered),
        len({view.tab for view in ordered}), device_of(sized.width), sized.width, sized.height,
        page_of(ordered[0].url), page_of(ordered[-1].url), session.number,
    )  # fmt: skip


def _view_row(key: Key, view: View, offset: int, end: int) -> _Row:
    """Return a page view's row. end: of its session, by the visitor's clock."""
    started = max(0, view.started + offset)
    ended = max(started, min(view.last, end) + offset)
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
