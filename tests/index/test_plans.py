"""What is asked of a session, or of a few, must not walk through the project: SQLite's own word on it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from footfall.index import Filter, Index, found, read
from footfall.index.found import Found, MomentFilter
from footfall.index.tables import open_for_reading

QUESTIONS: dict[str, Callable[[Index], object]] = {
    "moments of a session": lambda index: index.moments("p", "s"),
    "their times": lambda index: index.moment_times("p", ["s"]),
    "moments as the detector has them": lambda index: Found(index.path).moments(
        "p", MomentFilter(session="s")
    ),
    "scores": lambda index: index.frustration("p", ["s"]),
    "names": lambda index: index.session_names("p", [1]),
    "names and beginnings": lambda index: index.session_starts("p", [1]),
    "sessions by number": lambda index: index.sessions("p", Filter(numbers=np.array([1]))),
    "sessions that no page view tells of": lambda index: index.session_columns("p"),
    "rows of a list": lambda index: index.listed("p", Filter(numbers=np.array([1]), since=0)),
}
MEANT = (
    "(number=?)",
    "(project=? AND session=?)",
    "LIST SUBQUERY",
    "SCAN json_each",
    "USING INDEX sessions_without_views",
    "TEMP B-TREE",
)
"""How each step must read: by number, by key, or of what is asked for."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_walks_through_the_project(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def opened(path: Path) -> sqlite3.Connection:
        connection = open_for_reading(path)
        connection.set_trace_callback(asked.append)
        return connection

    for module in (read, found):
        monkeypatch.setattr(module, "open_for_reading", opened)
    index = Index(tmp_path / "index.db")
    QUESTIONS[name](index)
    connection = sqlite3.connect(index.path)
    last = [sql for sql in asked if sql.startswith("SELECT")][-1]
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {last}")]
    assert all(any(one in step for one in MEANT) for step in steps), steps
    connection.close()
    index.close()
