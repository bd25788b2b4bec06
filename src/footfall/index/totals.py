"""A project in numbers, kept by adding up what each chunk adds."""

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple


class Added(NamedTuple):
    """What some chunks add to their project."""

    project: str
    first: int  # received, ms since 1970
    last: int
    sessions: int
    page_views: int
    clicks: int
    chunks: int
    bytes: int


_ADD: Final = (
    "INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project) DO UPDATE SET"
    " first = MIN(first, excluded.first), last = MAX(last, excluded.last),"
    " sessions = sessions + excluded.sessions, page_views = page_views + excluded.page_views,"
    " clicks = clicks + excluded.clicks, chunks = chunks + excluded.chunks, bytes = bytes + excluded.bytes"
)


def add(connection: sqlite3.Connection, added: Iterable[Added]) -> None:
    """Add to the totals of each project."""
    connection.executemany(_ADD, added)
