# ruff: noqa: S608 - the texts are built of conditions of ours alone; values are bound
"""Whose sessions they are, as columns: what analyses need beside the facts."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from footfall.index.concatenated import integers
from footfall.index.packs import Snapshot
from footfall.index.rows import Filter
from footfall.index.viewcolumns import view_columns
from footfall.index.viewdays import visitor_code
from footfall.index.where import session_where


@dataclass(frozen=True, eq=False)
class SessionColumns:
    """Sessions, by rising number: arrays of one length."""

    number: NDArray[np.int64]  # SessionRow.number
    visitor: NDArray[
        np.int64
    ]  # the same number for the same visitor, from 0, fewer than there are sessions

    def visitor_of(self, sessions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the visitor of each session number, all of which are there."""
        table = np.zeros(int(self.number.max(initial=-1)) + 1, np.int64)
        table[self.number] = self.visitor
        found: NDArray[np.int64] = table[sessions]
        return found


def session_columns(shot: Snapshot, chosen: Filter) -> SessionColumns:
    """Return the sessions that fit."""
    if chosen.is_any:
        return _all(shot)
    where, values = session_where(shot.project, chosen)
    plain = shot.connection.cursor()
    plain.row_factory = None
    sql = (
        "SELECT group_concat(number, ' '), group_concat(visitor, char(10))"
        f" FROM sessions WHERE {where}"
    )
    # One text for each column: a tuple for each session would take most of the time.
    told = plain.execute(sql, values).fetchone()
    number, visitors = integers(told[0]), told[1].split("\n") if told[1] else []
    known: dict[str, int] = {}
    # A visitor's number is the place of its first session here.
    visitor = np.fromiter(map(known.setdefault, visitors, count()), np.int64, len(visitors))
    order = np.argsort(number)
    return SessionColumns(number[order], visitor[order])


def _all(shot: Snapshot) -> SessionColumns:
    """Return all sessions, as their page views tell them; the few without any are looked up.

    A visitor's number grows with that of its first session.
    """
    views = view_columns(shot, Filter(), ("session", "visitor"))
    # +: from the index of these alone, which is short, and not through the whole project.
    sql = "SELECT number, visitor FROM sessions WHERE +project = ? AND page_views = 0"
    rest = shot.connection.execute(sql, (shot.project,)).fetchall()
    # A session's views stand together, most of them: each stretch tells it once.
    begins = np.flatnonzero(np.diff(views["session"], prepend=-1))
    number = np.append(views["session"][begins], [row[0] for row in rest]).astype(np.int64)
    codes = [visitor_code(row[1]) for row in rest]
    code = np.append(views["visitor"][begins], np.array(codes, np.int64))
    code_of = np.zeros(1 + int(number.max(initial=-1)), np.int64)
    code_of[number] = code
    is_there = np.zeros(len(code_of), np.bool_)
    is_there[number] = True
    number = np.flatnonzero(is_there)
    codes_in_order, visitor = np.unique(code_of[number], return_inverse=True)
    # Visitors are numbered as they came: by the first session of each, which is written last.
    first = np.empty(len(codes_in_order), np.int64)
    first[visitor[::-1]] = np.arange(len(number))[::-1]
    place = np.empty(len(first), np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return SessionColumns(number, place.take(visitor))


def session_numbers(
    connection: sqlite3.Connection, project: str, chosen: Filter
) -> NDArray[np.int64]:
    """Return the numbers of the sessions that fit, in no special order."""
    where, values = session_where(project, chosen)
    sql = f"SELECT group_concat(number, ' ') FROM sessions WHERE {where}"
    return integers(connection.execute(sql, values).fetchone()[0])


def session_starts(
    connection: sqlite3.Connection, project: str, chosen: Filter
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the sessions that fit and when each began, ms since 1970, in no special order."""
    where, values = session_where(project, chosen)
    sql = (
        f"SELECT group_concat(number, ' '), group_concat(started, ' ') FROM sessions WHERE {where}"
    )
    numbers, started = connection.execute(sql, values).fetchone()
    return integers(numbers), integers(started)


def session_ends(
    connection: sqlite3.Connection, project: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of all sessions and when each ended, ms since 1970, in no special order."""
    sql = (
        "SELECT group_concat(number, ' '), group_concat(ended, ' ') FROM sessions WHERE project = ?"
    )
    numbers, ended = connection.execute(sql, (project,)).fetchone()
    return integers(numbers), integers(ended)


def session_names(
    connection: sqlite3.Connection, project: str, numbers: Iterable[int]
) -> dict[int, str]:
    """Return the ids of sessions by their numbers."""
    rows = connection.execute(
        "SELECT number, session FROM sessions WHERE +project = ?"
        " AND number IN (SELECT value FROM json_each(?))",
        (project, json.dumps(sorted(map(int, numbers)))),
    )
    return {int(row[0]): str(row[1]) for row in rows}
