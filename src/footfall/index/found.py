# ruff: noqa: S608 - the texts are built of names of ours alone; values are bound
"""What was found in sessions: moments and frustration, stored in index.db. Derived, as all of it.

The finding itself is not the index's: it hands out which sessions to look at, and keeps what it is given. Its tables
are nobody else's, so it writes beside the indexer, in short transactions of its own.

A moment tells its element's key and plain key (`wire.Click`). Who asks for an element means either; places go by the
plain keys of what is kept in `drifting`, where ids are made anew, and else by keys.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.errors import StorageError
from footfall.index.concatenated import integers
from footfall.index.moments import scores_of
from footfall.index.tables import open_for_reading

MAX_LIMIT: Final = 500
_WAIT_S: Final = 30.0
_NONE: Final[NDArray[np.int64]] = np.empty(0, np.int64)
Key = tuple[str, str]
"""(project, session)"""


class MomentRow(NamedTuple):
    """A moment of a session."""

    session: str
    time: int  # ms since 1970, corrected
    kind: str
    tab: str
    page_view: int
    page: str
    element: str
    grade: str
    version: int
    detail: str  # JSON: figures by name
    evidence: str  # JSON: [kind, time, tab, sequence, ordinal] of each fact
    dismissed: int  # 1: a person said that it is no problem there
    plain: str = ""  # the element's plain key; "": its key has no id, or nobody told


class Detection(NamedTuple):
    """What was found in a session, and when that was true."""

    session: str
    chunks: int  # that the session had
    clock_offset: int
    due: int  # ms since 1970 when to look again although nothing comes; 0: never
    rules: str  # names the rules and their settings
    frustration: float  # 0 … 100
    worst: int  # ms since 1970
    parts: str  # JSON: of the score, by kind


@dataclass(frozen=True)
class MomentFilter:
    """Which moments are asked for; None: any."""

    kind: str | None = None
    page: str | None = None
    element: str | None = None
    session: str | None = None
    since: int | None = None  # ms since 1970
    until: int | None = None
    dismissed: bool = False  # whether to tell of those that are no problem, too


@dataclass(frozen=True, eq=False)
class Places:
    """Moments as columns, and their places."""

    places: list[tuple[str, str, str]]  # kind, page, element: sorted
    place: NDArray[np.int64]  # into places, rising
    number: NDArray[np.int64]  # SessionRow.number
    time: NDArray[np.int64]  # ms since 1970
    length: NDArray[np.int64]  # ms from the first fact of the evidence to the last


class Found:
    """The tables `moments` and `detections` of an index.db that is there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def moments(
        self, project: str, chosen: MomentFilter, limit: int = 50, offset: int = 0
    ) -> list[MomentRow]:
        """Return moments, the newest first; those of one session in their order. Raises StorageError."""
        where, values = _where(project, chosen)
        order = "+time, place" if chosen.session else "time DESC, session, place"
        sql = (
            f"SELECT {', '.join(MomentRow._fields)} FROM moments WHERE {where}"
            f" ORDER BY {order} LIMIT :limit OFFSET :offset"
        )
        bounds = {"limit": min(max(1, limit), MAX_LIMIT), "offset": max(0, offset)}
        return [MomentRow(*row) for row in self._rows(sql, {**values, **bounds})]

    def counts(self, project: str, chosen: MomentFilter) -> dict[str, int]:
        """Return how many moments of each kind there are. Raises StorageError."""
        where, values = _where(project, chosen)
        sql = f"SELECT kind, COUNT(*) FROM moments WHERE {where} GROUP BY kind ORDER BY kind"
        return {row[0]: row[1] for row in self._rows(sql, values)}

    def detections(self, project: str, sessions: Sequence[str]) -> dict[str, Detection]:
        """Return what was found in sessions, by session; those not looked at are missing. Raises StorageError."""
        marks = ", ".join("?" * len(sessions))
        sql = (
            f"SELECT {', '.join(Detection._fields)} FROM detections"
            f" WHERE project = ? AND session IN ({marks})"
        )
        return {row[0]: Detection(*row) for row in self._rows(sql, (project, *sessions))}

    def places(self, project: str, kinds: Sequence[str], chosen: MomentFilter) -> Places:
        """Return where moments of these kinds were met, in the order of (kind, page, element). Raises StorageError."""
        where, values = _where(project, replace(chosen, kind=None))
        among = f"FROM {{}} WHERE {where} AND kind = :kind"
        # As one text for each column: a row for each moment would take most of the time.
        told_of = (
            "SELECT json_group_array(page), json_group_array(element), group_concat(met, ' ')"
            f" FROM (SELECT page, element, COUNT(*) AS met {among} GROUP BY page, element ORDER BY page, element)"
        )
        columns = (
            "SELECT group_concat(number, ' '), group_concat(time, ' '), group_concat(length, ' ')"
            f" FROM (SELECT number, time, length {among} ORDER BY page, element)"
        )
        asked = kinds if chosen.kind is None else [kind for kind in kinds if kind == chosen.kind]
        places: list[tuple[str, str, str]] = []
        met, parts = [_NONE], [(_NONE, _NONE, _NONE)]
        with self._reading() as connection:
            drifting = connection.execute(_ANY_DRIFTING, (project,)).fetchone()
            source = _KNOWN if drifting else "moments"
            # Kind by kind: each lies in one index in this order.
            for kind in sorted(asked):
                held = {**values, "kind": kind}
                pages, elements, counts = connection.execute(
                    told_of.format(source), held
                ).fetchone()
                places += zip(
                    repeat(kind), json.loads(pages), json.loads(elements)
                )  # as many as the pages
                met.append(integers(counts))
                number, time, length = connection.execute(columns.format(source), held).fetchone()
                parts.append((integers(number), integers(time), integers(length)))
        place = np.repeat(np.arange(len(places)), np.concatenate(met))
        return Places(places, place, *map(np.concatenate, zip(*parts, strict=True)))

    def drifting(self, project: str, page: str) -> frozenset[str]:
        """Return the plain keys that take the place of keys on a page. Raises StorageError."""
        sql = "SELECT plain FROM drifting WHERE project = ? AND page = ?"
        return frozenset(row[0] for row in self._rows(sql, (project, page)))

    def known_as(self, project: str, kind: str, page: str, element: str) -> str:
        """Return by what the element with a key is known where moments of a kind are: by its plain key where ids drift.

        A key that was several elements' is nobody's but its own. Raises StorageError.
        """
        asked = {"project": project, "kind": kind, "page": page, "element": element}
        plains = self._rows(_KNOWN_AS, asked)
        return str(plains[0][0]) if len(plains) == 1 else element

    def set_drifting(self, project: str, page: str, plains: Iterable[str]) -> None:
        """Let these plain keys, and no others, take the place of keys on a page. Raises StorageError."""
        with self._writing() as connection:
            where = "WHERE project = ? AND page = ?"
            connection.execute(f"DELETE FROM drifting {where}", (project, page))
            rows = [(project, page, plain) for plain in plains]
            connection.executemany("INSERT INTO drifting VALUES (?, ?, ?)", rows)

    def scores(self, project: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the numbers of the sessions whose score is above 0, and their scores. Raises StorageError."""
        with self._reading() as connection:
            return scores_of(connection, project)

    def stale(self) -> list[Key]:
        """Return the sessions not looked at since their last chunk, oldest first. Raises StorageError."""
        sql = (
            "SELECT s.project, s.session FROM sessions s LEFT JOIN detections d USING (project, session)"
            " WHERE d.session IS NULL OR d.chunks <> s.chunks OR d.clock_offset <> s.clock_offset"
            " ORDER BY s.project, s.started, s.session"
        )
        return [(row[0], row[1]) for row in self._rows(sql, ())]

    def due(self, now: int) -> list[Key]:
        """Return the sessions to look at again because they have ended by `now` (ms since 1970)."""
        sql = "SELECT project, session FROM detections WHERE due > 0 AND due <= ?"
        return [(row[0], row[1]) for row in self._rows(sql, (now,))]

    def all(self, project: str | None = None) -> list[Key]:
        """Return all sessions, of a project or of all, oldest first. Raises StorageError."""
        where, values = ("WHERE project = ?", (project,)) if project else ("", ())
        sql = f"SELECT project, session FROM sessions {where} ORDER BY project, started, session"
        return [(row[0], row[1]) for row in self._rows(sql, values)]

    def affected(self, project: str, chosen: MomentFilter) -> list[Key]:
        """Return the sessions that have such moments. Raises StorageError."""
        where, values = _where(project, chosen)
        sql = f"SELECT DISTINCT session FROM moments WHERE {where}"
        return [(project, row[0]) for row in self._rows(sql, values)]

    def store(self, project: str, found: Sequence[tuple[Detection, Sequence[MomentRow]]]) -> None:
        """Put what was found in sessions into the place of what was there, all at once. Raises StorageError."""
        with self._writing() as connection:
            for detection, moments in found:
                session = detection.session
                where = "WHERE project = ? AND session = ?"
                connection.execute(f"DELETE FROM moments {where}", (project, session))
                known = connection.execute(
                    f"SELECT number FROM sessions {where}", (project, session)
                ).fetchone()
                if known is None:  # it was erased meanwhile
                    connection.execute(f"DELETE FROM detections {where}", (project, session))
                    continue
                number = known[0]
                connection.execute(_INSERT_DETECTION, (project, number, *detection))
                rows = [
                    (project, place, number, _length(row), *row)
                    for place, row in enumerate(moments)
                ]
                connection.executemany(_INSERT_MOMENT, rows)

    def _rows(self, sql: str, values: Any) -> list[Any]:
        with self._reading() as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open a connection that sees the tables as they are now, whatever comes. Raises StorageError."""
        try:
            connection = open_for_reading(self.path)
            connection.row_factory = None
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} cannot be read: {error}.") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} cannot be written: {error}.") from error


def _where(project: str, chosen: MomentFilter) -> tuple[str, dict[str, Any]]:
    conditions, values = ["project = :project"], {"project": project}
    for name, condition in _ASKED.items():
        value = getattr(chosen, name)
        if value is not None:
            conditions.append(condition)
            values[name] = value
    if chosen.since is not None:
        conditions.append("time >= :since")
    if chosen.until is not None:
        conditions.append("time <= :until")
    if not chosen.dismissed:
        # +: of one session its own key is meant, not the index that tells them apart by place.
        conditions.append("+dismissed = 0" if chosen.session else "dismissed = 0")
    return " AND ".join(conditions), {**values, "since": chosen.since, "until": chosen.until}


def _length(moment: MomentRow) -> int:
    """Return the ms from the first fact of a moment's evidence to the last."""
    evidence = json.loads(moment.evidence)
    return int(evidence[-1][1] - evidence[0][1]) if evidence else 0


def to_json(value: object) -> str:
    """Return a value as the tables hold it."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


_ASKED: Final = {
    "kind": "kind = :kind",
    "page": "page = :page",
    "element": "(element = :element OR plain = :element AND plain <> '')",
    "session": "session = :session",
}
_ANY_DRIFTING: Final = "SELECT 1 FROM drifting WHERE project = ? LIMIT 1"
_KNOWN_AS: Final = (
    "SELECT DISTINCT d.plain FROM moments m INDEXED BY moments_places CROSS JOIN drifting d"
    " USING (project, page, plain)"
    " WHERE EXISTS (SELECT 1 FROM drifting WHERE project = :project AND page = :page)"
    " AND m.project = :project AND m.dismissed IN (0, 1) AND m.kind = :kind AND m.page = :page AND m.element = :element"
)
_KNOWN: Final = (
    "(SELECT m.project, m.kind, m.page, COALESCE(d.plain, m.element) AS element, m.plain, m.time, m.dismissed,"
    " m.session, m.number, m.length FROM moments m INDEXED BY moments_places LEFT JOIN drifting d"
    " ON d.project = m.project AND d.page = m.page AND d.plain = m.plain)"
)
"""Moments with their elements as they are known where ids drift."""


def _insert(table: str, names: Sequence[str]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})"


_INSERT_DETECTION: Final = _insert("detections", ("project", "number", *Detection._fields))
_INSERT_MOMENT: Final = _insert(
    "moments", ("project", "place", "number", "length", *MomentRow._fields)
)
