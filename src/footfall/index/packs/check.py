"""Whether packs say what they should: for `footfall doctor`."""

import sqlite3
from collections.abc import Iterator

import numpy as np

from footfall.index.packs.kinds import BY_NUMBER, POINTS, names_of
from footfall.index.packs.layout import widen
from footfall.index.packs.rows import ragged_of
from footfall.index.packs.stored import Pack, load


def check_packs(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with the packs, in words."""
    rows = connection.execute("SELECT number FROM sessions").fetchall()
    sessions = np.sort(np.array([row[0] for row in rows], np.int64))
    broken = strange = 0
    for number, length in connection.execute("SELECT id, rows FROM packs"):
        try:
            one = load(connection, number)
            if not _is_whole(one, length):
                broken += 1
            elif not np.isin(widen(one.columns["session"]), sessions).all():
                strange += 1
        except (ValueError, TypeError, KeyError):  # whatever bytes stand there
            broken += 1
    if broken:
        yield f"{broken} packs of facts are damaged."
    if strange:
        yield f"{strange} packs hold facts of sessions that the index does not have."


def _is_whole(one: Pack, length: int) -> bool:
    """Tell whether all columns are there and as long as they must be."""
    kind = BY_NUMBER[one.key.kind]
    if set(one.columns) != set(names_of(kind)):
        return False
    ragged = ragged_of(kind)
    points = int(widen(one.columns[POINTS]).sum()) if ragged else 0
    return all(
        len(widen(stored)) == (points if name in ragged else length)
        for name, stored in one.columns.items()
    )
