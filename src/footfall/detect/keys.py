"""Which elements' ids are made anew for each visit, learned from the facts (`analysis/drifting.py`). Blocking."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.drifting import Met, drifting
from footfall.index.packs import Choice, Snapshot
from footfall.index.packs.layout import Array
from footfall.index.page_facts import renumbered
from footfall.index.people import session_columns
from footfall.index.rows import Filter
from footfall.wire.facts import Field
from footfall.wire.schema import Click

LEARNED_FROM: Final = 100_000
"""Clicks on elements with ids, spread over all: more of them say the same and take half a second a million."""
_COLUMNS: Final = ("session", "key", "plain")


def which_drift(
    shot: Snapshot,
    names: tuple[Sequence[str], Sequence[str]],
    met: tuple[Array, Array],
    session_of: Callable[[Array], Array],
) -> NDArray[np.bool_]:
    """Tell of each plain key whether the ids of its element drift.

    names: keys and plain keys; met: into both, columns of one length, of keys -1 where there is none; session_of: gives
    SessionRow.number of their rows.
    """
    keys, plains = names
    has_plain = np.array([plain != "" for plain in plains], np.bool_)
    rows = np.flatnonzero(has_plain[met[1]] & (met[0] >= 0))
    key, plain = met[0][rows].astype(np.int64), met[1][rows]
    if not _is_mixed(key, plain, len(plains)):
        return np.zeros(len(plains), np.bool_)
    some = slice(None, None, -(-len(rows) // LEARNED_FROM))
    people = session_columns(shot.connection, shot.project, Filter())
    visitor = people.visitor_of(session_of(rows[some]))
    return drifting(keys, plains, Met(key[some], plain[some], visitor))


def _is_mixed(key: Array, plain: Array, size: int) -> bool:
    """Tell whether there is a place with several ids: on most pages there is none."""
    some = np.zeros(size, np.int64)
    some[plain] = key
    return bool((some[plain] != key).any())


def drifting_names(shot: Snapshot, key: Array, plain: Array, session: Array) -> Array:
    """Return the names (as `Snapshot.texts` has them) of the plain keys that take the place of keys, in order.

    key, plain: names, of what the sessions (SessionRow.number) met on a page.
    """
    rows = np.flatnonzero(plain != shot.number(""))
    plains, plain_ids = renumbered(plain[rows])
    keys, key_ids = renumbered(key[rows])
    if not _is_mixed(key_ids, plain_ids, len(plains)):
        return plains[:0]
    names = shot.texts(keys), shot.texts(plains)
    return plains[which_drift(shot, names, (key_ids, plain_ids), lambda at: session[rows[at]])]


def known_names(shot: Snapshot, key: Array, plain: Array, session: Array) -> Array:
    """Return the names by which elements are known: of their keys, or where ids drift of their plain keys."""
    found = drifting_names(shot, key, plain, session)
    return np.where(np.isin(plain, found), plain, key) if len(found) else key


def learned(shot: Snapshot, page: str, before: frozenset[str], since: int) -> frozenset[str]:
    """Return the plain keys that take the place of keys on a page, from clicks and visits to fields.

    before: those that did; what nobody has met since (ms since 1970) stays as it was.
    """
    within = Choice(since=since, page=page)
    told = [shot.read(kind, _COLUMNS, within) for kind in (Click, Field)]
    key, plain, session = (
        np.concatenate([one[name] for one in told]) for name in ("key", "plain", "session")
    )
    found = frozenset(shot.texts(drifting_names(shot, key, plain, session)))
    if not before:
        return found
    met = frozenset(shot.texts(np.unique(plain)))
    return found | (before - met)
