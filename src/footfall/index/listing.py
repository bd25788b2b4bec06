# ruff: noqa: S608 - the texts are built of conditions and columns of ours alone; values are bound
"""A list of sessions that only sets of sessions tell apart: who saw a page, who did something.

SQL gives the numbers of all others' candidates in the list's order, from an index alone; the sets are tables of
booleans by number. So nothing is looked up but the rows that are shown.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.index.concatenated import integers
from footfall.index.found_columns import scores_of
from footfall.index.order import order_by, source
from footfall.index.packs import Snapshot
from footfall.index.rows import Filter, Order
from footfall.index.viewcolumns import view_columns
from footfall.index.where import session_where

Numbers = NDArray[np.int64]


def has_sets(chosen: Filter) -> bool:
    """Tell whether a filter asks for a page, or names many sessions."""
    return chosen.page is not None or chosen.viewed is not None or chosen.numbers is not None


def numbers_in_order(shot: Snapshot, chosen: Filter, order: Order) -> Numbers:
    """Return the numbers (SessionRow.number) of the sessions that fit, in the order of the list."""
    rest = replace(chosen, page=None, viewed=None, numbers=None)
    where, values = session_where(shot.project, rest)
    is_scored = order is Order.FRUSTRATION
    in_sql = Order.RECENT if is_scored else order
    sql = (
        "SELECT group_concat(number, ' ') FROM (SELECT number"
        f" FROM {source(in_sql)} WHERE {where} ORDER BY {order_by(in_sql)})"
    )
    found = integers(shot.connection.execute(sql, values).fetchone()[0])
    for some in _sets(shot, chosen):
        found = found[_is_in(found, some)]
    if is_scored:
        # Of one score the newest first, in which order they are.
        found = found[np.argsort(-_scores(shot, found), kind="stable")]
    return found


def _scores(shot: Snapshot, numbers: Numbers) -> NDArray[np.float64]:
    """Return the frustration scores of sessions, 0 where none was found."""
    known, scores = scores_of(shot)
    table = np.zeros(1 + max(int(numbers.max(initial=0)), int(known.max(initial=0))))
    table[known] = scores
    found: NDArray[np.float64] = table[numbers]
    return found


def _sets(shot: Snapshot, chosen: Filter) -> Iterator[Numbers]:
    if chosen.numbers is not None:
        yield chosen.numbers
    if chosen.page is not None:
        yield _viewers(shot, [chosen.page], chosen.since)
    if chosen.viewed is not None:
        yield _viewers(shot, chosen.viewed, chosen.since)


def _viewers(shot: Snapshot, pages: Collection[str], since: int | None) -> Numbers:
    """Return the sessions that saw any of the pages, and some that began in another time."""
    if not pages:
        return np.empty(0, np.int64)
    chosen = Filter(pages=tuple(pages), since=since)
    found: Numbers = view_columns(shot, chosen, ("session",))["session"]
    return found


def _is_in(numbers: Numbers, some: Numbers) -> NDArray[np.bool_]:
    """Tell which numbers are among some: by a table, as sessions are numbered one after the other."""
    table = np.zeros(1 + max(int(numbers.max(initial=0)), int(some.max(initial=0))), np.bool_)
    table[some] = True
    found: NDArray[np.bool_] = table[numbers]
    return found


def rows_of(
    connection: sqlite3.Connection, project: str, columns: str, numbers: Numbers
) -> list[tuple[Any, ...]]:
    """Return columns of these sessions, in the order of the numbers."""
    sql = (
        # +: without the project's index, which SQLite would walk through to its end.
        f"SELECT number, {columns} FROM sessions WHERE +project = ?"
        " AND number IN (SELECT value FROM json_each(?))"
    )
    found = {
        row[0]: tuple(row)[1:]
        for row in connection.execute(sql, (project, json.dumps(numbers.tolist())))
    }
    return [found[number] for number in numbers.tolist()]
