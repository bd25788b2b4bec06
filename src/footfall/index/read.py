# ruff: noqa: S608 - the texts are built of conditions and columns of ours alone; values are bound
"""The index as the pages ask it. Synchronous and safe to use from several threads; nothing here writes."""

import json
import math
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from footfall.errors import StorageError
from footfall.index.found import MomentRow
from footfall.index.listing import has_sets, numbers_in_order, rows_of
from footfall.index.order import beside, order_by, place_of, source
from footfall.index.packs import Snapshot
from footfall.index.packs.kept import Kept
from footfall.index.page_list import page_names, page_rows
from footfall.index.pages import browser_of, country_of
from footfall.index.people import SessionColumns, session_columns, session_names
from footfall.index.reduce import NO_KEYFRAME
from footfall.index.rows import (
    BackdropRow,
    ChunkRow,
    Filter,
    GapRow,
    Order,
    PageRow,
    PageViewRow,
    SessionRow,
    Summary,
)
from footfall.index.tables import open_for_reading, open_for_writing
from footfall.index.where import Values, session_where, view_where
from footfall.log import Position

ANY: Final = Filter()
MAX_LIMIT: Final = 1_000
_BACKDROP_CANDIDATES: Final = 2_000
_AGENT_CANDIDATES: Final = 5_000

_SESSION_COLUMNS: Final = ", ".join(SessionRow.__dataclass_fields__)
_MOMENT_COLUMNS: Final = ", ".join(MomentRow._fields)
_VIEW_COLUMNS: Final = ", ".join(PageViewRow.__dataclass_fields__)


class Index:
    """The tables of one index.db, made if they are not there. Every method may block."""

    def __init__(self, path: Path) -> None:
        """Open the index. Raises StorageError."""
        self.path = path
        self.kept = Kept()
        open_for_writing(path).close()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    def close(self) -> None:
        """Close the connections of all threads; nobody may be asking."""
        while self._connections:
            self._connections.pop().close()
        self._local = threading.local()

    def forget(self) -> None:
        """Let go of what is kept in memory: something was erased."""
        self.kept.clear()

    def sessions(
        self,
        project: str,
        chosen: Filter = ANY,
        limit: int = 50,
        offset: int = 0,
        order: Order = Order.RECENT,
    ) -> list[SessionRow]:
        """Return sessions, newest first or in another order."""
        if order is Order.FRUSTRATION:
            return self._by_number(project, chosen, limit, offset, order)[0]
        where, values = session_where(project, chosen)
        rows = self._rows(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE {where}"
            f" ORDER BY {order_by(order)} LIMIT :limit OFFSET :offset",
            {**values, "limit": _limit(limit), "offset": max(0, offset)},
        )
        return [SessionRow(*row) for row in rows]

    def listed(
        self,
        project: str,
        chosen: Filter = ANY,
        limit: int = 50,
        offset: int = 0,
        order: Order = Order.RECENT,
    ) -> tuple[list[SessionRow], int]:
        """Return what `sessions` gives, and how many it would give without a limit."""
        if has_sets(chosen) or order is Order.FRUSTRATION:
            return self._by_number(project, chosen, limit, offset, order)
        rows = self.sessions(project, chosen, limit, offset, order)
        return rows, self.session_count(project, chosen)

    def _by_number(
        self, project: str, chosen: Filter, limit: int, offset: int, order: Order
    ) -> tuple[list[SessionRow], int]:
        with self.facts(project) as shot:
            numbers = numbers_in_order(shot, chosen, order)
            first = max(0, offset)
            shown = numbers[first : first + _limit(limit)]
            found = rows_of(shot.connection, project, _SESSION_COLUMNS, shown)
        return [SessionRow(*row) for row in found], len(numbers)

    def neighbours(
        self, project: str, chosen: Filter, order: Order, row: SessionRow
    ) -> tuple[str | None, str | None]:
        """Return the sessions just before and just after one in a list, which need not hold it itself."""
        where, values = session_where(project, chosen)
        held = {**values, **place_of(order, row, self.frustration(project, [row.session]))}
        found = [
            self._rows(
                f"SELECT session FROM {source(order)} WHERE {where} AND {beside(order, back=back)}"
                f" ORDER BY {order_by(order, back=back)} LIMIT 1",
                held,
            )
            for back in (True, False)
        ]
        before, after = (rows[0][0] if rows else None for rows in found)
        return before, after

    def moments(self, project: str, session: str) -> list[MomentRow]:
        """Return the moments of a session in their order, without those that people said are no problem."""
        rows = self._rows(
            f"SELECT {_MOMENT_COLUMNS} FROM moments WHERE project = :project AND session = :session"
            " AND +dismissed = 0 ORDER BY +time, place",
            {"project": project, "session": session},
        )
        return [MomentRow(*row) for row in rows]

    def moment_times(self, project: str, sessions: Iterable[str]) -> list[tuple[str, str, int]]:
        """Return (session, kind, time in ms since 1970) of the sessions' moments; not those said to be no problem."""
        rows = self._rows(
            "SELECT session, kind, time FROM moments WHERE project = :project AND +dismissed = 0"
            " AND session IN (SELECT value FROM json_each(:sessions))",
            {"project": project, "sessions": json.dumps(sorted(sessions))},
        )
        return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]

    def frustration(self, project: str, sessions: Iterable[str]) -> dict[str, float]:
        """Return the frustration scores (0..100) of those of these sessions that have one above 0."""
        held: Values = {"project": project, "sessions": json.dumps(list(sessions))}
        return dict(
            self._rows(
                "SELECT session, frustration FROM detections WHERE project = :project"
                " AND +frustration > 0 AND session IN (SELECT value FROM json_each(:sessions))",
                held,
            )
        )

    def browsers(self, project: str) -> list[str]:
        """Return the browsers of the newest sessions, in order."""
        return sorted({browser_of(agent) for agent in self._agents(project)} - {""})

    def countries(self, project: str) -> list[str]:
        """Return the countries of the newest sessions, in order; none where no proxy tells them."""
        return sorted({country_of(agent) for agent in self._agents(project)} - {""})

    def _agents(self, project: str) -> list[str]:
        sql = (
            "SELECT DISTINCT agent FROM (SELECT agent FROM sessions WHERE project = :project"
            " ORDER BY started DESC LIMIT :limit)"
        )
        rows = self._rows(sql, {"project": project, "limit": _AGENT_CANDIDATES})
        return [str(row[0]) for row in rows]

    def session_count(self, project: str, chosen: Filter = ANY) -> int:
        """Return how many sessions `sessions` would give without a limit."""
        where, values = session_where(project, chosen)
        return int(self._rows(f"SELECT COUNT(*) FROM sessions WHERE {where}", values)[0][0])

    def first_start(self, project: str) -> int | None:
        """Return when the first session began, ms since 1970; None: there is none."""
        sql = "SELECT MIN(started) FROM sessions WHERE project = :project"
        found: int | None = self._rows(sql, {"project": project})[0][0]
        return found

    def session(self, project: str, session: str) -> SessionRow | None:
        """Return one session of this project."""
        rows = self._rows(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE project = :project AND session = :session",
            {"project": project, "session": session},
        )
        return SessionRow(*rows[0]) if rows else None

    def visitor_sessions(self, project: str, visitor: str, limit: int = 50) -> list[SessionRow]:
        """Return a visitor's sessions, newest first."""
        rows = self._rows(
            f"SELECT {_SESSION_COLUMNS} FROM sessions WHERE project = :project AND visitor = :visitor"
            " ORDER BY started DESC, session LIMIT :limit",
            {"project": project, "visitor": visitor, "limit": _limit(limit)},
        )
        return [SessionRow(*row) for row in rows]

    def visitor_count(self, project: str, visitor: str) -> int:
        """Return how many sessions a visitor has."""
        sql = "SELECT COUNT(*) FROM sessions WHERE project = :project AND visitor = :visitor"
        return int(self._rows(sql, {"project": project, "visitor": visitor})[0][0])

    def page_views(self, project: str, session: str) -> list[PageViewRow]:
        """Return a session's page views in the order in which they began."""
        rows = self._rows(
            f"SELECT {_VIEW_COLUMNS} FROM page_views WHERE project = :project AND session = :session"
            " ORDER BY started, tab, number",
            {"project": project, "session": session},
        )
        return [PageViewRow(*row) for row in rows]

    def chunks(self, project: str, session: str) -> list[ChunkRow]:
        """Return a session's chunks by tab and sequence."""
        rows = self._rows(
            "SELECT c.*, s.clock_offset FROM chunks c JOIN sessions s USING (project, session)"
            " WHERE c.project = :project AND c.session = :session ORDER BY c.tab, c.sequence",
            {"project": project, "session": session},
        )
        return [_chunk(row) for row in rows]

    def gaps(self, project: str, session: str) -> list[GapRow]:
        """Return where chunks are missing, as their numbers tell."""
        gaps: list[GapRow] = []
        before: ChunkRow | None = None
        for chunk in self.chunks(project, session):
            if before is not None and before.tab != chunk.tab:
                before = None
            after, start = (before.sequence, before.end) if before else (-1, chunk.start)
            if chunk.sequence > after + 1:
                gaps.append(
                    GapRow(chunk.tab, after, chunk.sequence, start, max(start, chunk.start))
                )
            before = chunk
        return gaps

    def receipts(self, project: str, session: str) -> dict[tuple[str, int], bytes]:
        """Return the digest of each stored chunk by (tab, sequence)."""
        rows = self._rows(
            "SELECT tab, sequence, digest FROM chunks WHERE project = :project AND session = :session",
            {"project": project, "session": session},
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def has_asset(self, project: str, sha256: str) -> bool:
        """Tell whether a recording of this project uses the asset (hex); else it is none of its business."""
        try:
            raw = bytes.fromhex(sha256)
        except ValueError:
            return False
        sql = "SELECT 1 FROM assets WHERE project = :project AND sha256 = :sha256"
        return bool(self._rows(sql, {"project": project, "sha256": raw}))

    def pages(self, project: str, chosen: Filter = ANY) -> list[PageRow]:
        """Return the pages, most viewed first."""
        with self.facts(project) as shot:
            return page_rows(shot, chosen)

    def backdrops(self, project: str, chosen: Filter, limit: int = 20) -> list[BackdropRow]:
        """Page views of `chosen.page` with a keyframe: of the commonest width and layout first, then the newest."""
        where, values = view_where(project, chosen)
        rows = self._rows(
            "SELECT session, tab, document, number, keyframe, width, height, document_height,"
            f" started, title FROM page_views WHERE {where} AND keyframe < :never AND width > 0"
            " ORDER BY started DESC LIMIT :limit",
            {**values, "never": NO_KEYFRAME, "limit": _BACKDROP_CANDIDATES},
        )
        found = [BackdropRow(*row) for row in rows]
        widths = Counter(row.width for row in found)
        layouts = Counter(map(_layout, found))
        found.sort(
            key=lambda row: (
                -widths[row.width], row.width, -layouts[_layout(row)], -row.started, row.session,
            )
        )  # fmt: skip
        return found[: _limit(limit)]

    def page_names(self, project: str) -> list[str]:
        """Return the names of the pages, most viewed first; in a fraction of the time that `pages` takes."""
        with self.facts(project) as shot:
            return page_names(shot)

    def summary(self, project: str) -> Summary:
        """Return a project in numbers."""
        rows = self._rows(
            "SELECT first, last, sessions, page_views, clicks, chunks, bytes FROM totals WHERE project = :project",
            {"project": project},
        )
        return Summary(*rows[0]) if rows else Summary(None, None, 0, 0, 0, 0, 0)

    def session_columns(self, project: str, chosen: Filter = ANY) -> SessionColumns:
        """Return whose sessions they are, as columns."""
        with self.facts(project) as shot:
            return session_columns(shot, chosen)

    def session_names(self, project: str, numbers: Iterable[int]) -> dict[int, str]:
        """Return the ids of sessions by SessionRow.number."""
        with self._reading() as connection:
            return session_names(connection, project, numbers)

    def session_starts(self, project: str, numbers: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return the ids of sessions, and when they began (ms since 1970), by SessionRow.number."""
        rows = self._rows(
            "SELECT number, session, started FROM sessions WHERE +project = :project"
            " AND number IN (SELECT value FROM json_each(:numbers))",
            {"project": project, "numbers": json.dumps(sorted(map(int, numbers)))},
        )
        return {int(row[0]): (str(row[1]), int(row[2])) for row in rows}

    @contextmanager
    def facts(self, project: str) -> Iterator[Snapshot]:
        """Open the facts of a project as columns, as they are now, for this thread. Raises StorageError."""
        asker = self.kept.asker()  # before the transaction: see there
        with self._reading() as connection:
            yield Snapshot(connection, project, asker)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open a connection that sees the index as it is now, whatever comes. Raises StorageError."""
        try:
            connection = open_for_reading(self.path)
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} cannot be read: {error}.") from error

    def _rows(self, sql: str, values: Values) -> list[Any]:
        """Run a query whose text is ours and whose values are bound."""
        try:
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = open_for_reading(self.path)
                self._connections.append(connection)
            return connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} cannot be read: {error}.") from error


def _layout(row: BackdropRow) -> tuple[int, int]:
    """Tell which pages look alike from afar: of one width, and of a height that differs by a tenth or so."""
    return row.width, round(math.log(max(row.document_height, 1)) * 10)


def _limit(limit: int) -> int:
    return min(max(1, limit), MAX_LIMIT)


def _chunk(row: sqlite3.Row) -> ChunkRow:
    offset = row["clock_offset"]
    return ChunkRow(
        tab=row["tab"],
        sequence=row["sequence"],
        document=row["document"],
        page_view=row["page_view"],
        start=max(0, row["start"] + offset),
        end=max(0, row["end"] + offset),
        flags=row["flags"],
        bytes=row["bytes"],
        url=row["url"],
        position=Position(row["segment"], row["offset"], row["length"]),
    )
