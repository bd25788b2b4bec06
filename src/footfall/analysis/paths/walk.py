"""What was seen, in order, as moves from one position of a path to the next."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
GAP_MS: Final = 30 * 60_000
"""After a gap of more than this a new path starts (TERMS.md)."""
NO_NODE: Final = -2
"""In Moves.target: the path has ended."""
LAST: Final = -3
"""In Moves.target: the path may go on, beyond the depth that was asked for."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen, by session and in each by (time, tab, sequence, ordinal): arrays of one length."""

    session: Ints
    time: Ints  # ms since 1970
    node: Ints  # a page or the name of an event, numbered from 0


@dataclass(frozen=True)
class Question:
    """Which paths are asked for."""

    start: int | None = None
    """Node to begin at, or with `backwards` to end at; None: the path's own first or last."""
    backwards: bool = False
    depth: int = 5  # positions, the first included
    top: int = 8  # nodes that are shown at each position; the others are one
    min_share: float = 0.0  # 0..1, of all paths: what fewer go through is among the others


@dataclass(frozen=True, eq=False)
class Moves:
    """One row for each position of each path: arrays of one length n."""

    session: Ints
    position: Ints  # from 0
    node: Ints
    target: Ints  # node of the next position; NO_NODE, LAST
    time: Ints


def walk(seen: Seen, asked: Question) -> Moves:
    """Return the moves of every path that has the node asked for. Consecutive duplicates are one.

    A path counts from the first time that it meets the node; backwards, from the last.
    """
    path, seen = _paths(seen)
    n = len(path)
    if not n:
        return Moves(*(np.zeros(0, np.int64) for _ in range(5)))
    places = np.arange(n)
    anchor = _anchors(path, seen.node, asked).take(path)
    away = (anchor - places) if asked.backwards else (places - anchor)
    rows = np.flatnonzero((anchor >= 0) & (away >= 0) & (away < asked.depth))
    # The node beside each row, where that is of the same path.
    beside = np.full(n, NO_NODE, np.int64)
    same = path[1:] == path[:-1]
    if asked.backwards:
        np.copyto(beside[1:], seen.node[:-1], where=same)
    else:
        np.copyto(beside[:-1], seen.node[1:], where=same)
    away, target = away.take(rows), beside.take(rows)
    target[away == asked.depth - 1] = LAST
    return Moves(seen.session.take(rows), away, seen.node.take(rows), target, seen.time.take(rows))


def _paths(seen: Seen) -> tuple[Ints, Seen]:
    """Return the number of each row's path, from 0, duplicates taken out."""
    n = len(seen.session)
    begins = np.ones(n, np.bool_)
    begins[1:] = seen.session[1:] != seen.session[:-1]
    begins[1:] |= seen.time[1:] - seen.time[:-1] > GAP_MS
    kept = begins.copy()
    kept[1:] |= seen.node[1:] != seen.node[:-1]
    path: NDArray[Any] = np.cumsum(begins) - 1
    if kept.all():
        return path, seen
    rows = np.flatnonzero(kept)
    return path.take(rows), Seen(*(one.take(rows) for one in (seen.session, seen.time, seen.node)))


def _anchors(path: Ints, node: Ints, asked: Question) -> Ints:
    """Return the row at which each path is counted from; −1: it has none."""
    if asked.start is None:
        begins = np.flatnonzero(np.diff(path, prepend=-1))
        return np.append(begins[1:], len(path)) - 1 if asked.backwards else begins
    anchor = np.full(int(path[-1]) + 1, -1, np.int64)
    rows = np.flatnonzero(node == asked.start)
    # Of several rows of a path the one that is written last stays.
    rows = rows if asked.backwards else rows[::-1]
    anchor[path[rows]] = rows
    return anchor
