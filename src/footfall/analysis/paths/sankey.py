"""Moves as a Sankey diagram: the top nodes of each position, the others as one, and where people left."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from footfall.analysis.distinct import distinct
from footfall.analysis.paths.walk import LAST, NO_NODE, Ints, Moves, Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER: Final = -1
"""All nodes of a position that are not shown by themselves."""
DROP_OFF: Final = NO_NODE
"""The paths that have ended."""
_FEW_KEYS: Final = 4_000_000


@dataclass(frozen=True)
class Node:
    """A node of the diagram."""

    position: int
    node: int  # as in Seen.node; OTHER or DROP_OFF
    paths: int  # that go through it: what comes in and, but at the last position, what goes out
    visitors: int  # distinct


@dataclass(frozen=True)
class Edge:
    """A band of the diagram, from a node to one of the next position."""

    position: int  # of the source
    source: int
    target: int
    transitions: int
    visitors: int  # distinct


@dataclass(frozen=True)
class Sankey:
    """A diagram; the sums close."""

    paths: int
    visitors: int
    nodes: tuple[Node, ...]  # by position, then the most used first, OTHER and DROP_OFF last
    edges: tuple[Edge, ...]  # by position, then the most used first


@dataclass(frozen=True, eq=False)
class Folded:
    """Moves with the nodes that are not shown folded into OTHER."""

    session: Ints
    position: Ints
    node: Ints
    target: Ints


def sankey(moves: Moves, visitor: Ints, asked: Question) -> Sankey:
    """Count the moves; visitor: (n,), of each move."""
    folded = fold(moves, asked)
    first = moves.position == 0
    goes = folded.target != LAST
    leaves = folded.target == DROP_OFF
    nodes = [
        Node(position, node, *counts)
        for (position, node, _), counts in (
            *_count(folded.position, folded.node, np.zeros_like(folded.node), visitor),
            *_count(
                folded.position[leaves] + 1,
                folded.target[leaves],
                np.zeros_like(folded.node[leaves]),
                visitor[leaves],
            ),
        )
    ]
    edges = [
        Edge(position, source, target, *counts)
        for (position, source, target), counts in _count(
            folded.position[goes], folded.node[goes], folded.target[goes], visitor[goes]
        )
    ]
    return Sankey(
        int(first.sum()),
        int(np.count_nonzero(np.bincount(visitor[first]))),
        tuple(
            sorted(nodes, key=lambda one: (one.position, -min(one.node, 0), -one.paths, one.node))
        ),
        tuple(
            sorted(edges, key=lambda one: (one.position, -one.transitions, one.source, one.target))
        ),
    )


def behind(moves: Moves, asked: Question, position: int, source: int, target: int | None) -> Ints:
    """Return the sessions behind a band, or with target None behind a node; each once, in order."""
    folded = fold(moves, asked)
    if source == DROP_OFF:
        rows = (folded.position == position - 1) & (folded.target == DROP_OFF)
    else:
        rows = (folded.position == position) & (folded.node == source)
        if target is not None:
            rows &= folded.target == target
    return distinct(folded.session[rows])


def fold(moves: Moves, asked: Question) -> Folded:
    """Fold what is not shown."""
    if not len(moves.position):
        return Folded(moves.session, moves.position, moves.node, moves.target)
    size = int(max(moves.node.max(), moves.target.max())) + 1
    shown = np.zeros((asked.depth + 1, size), np.bool_)
    least = asked.min_share * int((moves.position == 0).sum())
    place = moves.position * size
    place += moves.node
    every = np.bincount(place, minlength=asked.depth * size).reshape(asked.depth, size)
    for position, counts in enumerate(every):
        order = np.argsort(-counts, kind="stable")[: asked.top]
        order = order[(counts[order] > 0) & (counts[order] >= least)]
        shown[position, order] = True
        if position == 0 and asked.start is not None:
            shown[0, asked.start] = True
    is_shown = shown.ravel()
    node = np.where(is_shown.take(place), moves.node, OTHER)
    # Of the next position; where there is no node, whatever stands in the table does not count.
    place = (moves.position + 1) * size
    place += np.maximum(moves.target, 0)
    is_other = ~is_shown.take(place)
    is_other &= moves.target >= 0
    target = np.where(is_other, OTHER, moves.target)
    return Folded(moves.session, moves.position, node, target)


def _distinct(place: Ints, visitor: Ints, size: int) -> Ints:
    """Return how many different visitors there are at each of `size` places."""
    people = int(visitor.max()) + 1
    # Half as wide sorts twice as fast.
    kind = np.uint32 if size * people < 2**32 else np.int64
    key: NDArray[Any] = place.astype(kind)
    key *= kind(people)
    key += visitor.astype(kind)
    pairs = distinct(key)
    begins = np.searchsorted(pairs, (np.arange(size) * people).astype(kind))
    return np.diff(np.append(begins, len(pairs)))


def _different(key: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the different keys, each row's place among them, and how often each is there. Without a sort if it can."""
    size = int(key.max()) + 1
    if size > _FEW_KEYS:
        return np.unique(key, return_inverse=True, return_counts=True)
    counts = np.bincount(key)
    keys = np.flatnonzero(counts)
    places = np.zeros(size, np.int64)
    places[keys] = np.arange(len(keys))
    return keys, places.take(key), counts[keys]


def _count(
    position: Ints, source: Ints, target: Ints, visitor: Ints
) -> list[tuple[tuple[int, int, int], tuple[int, int]]]:
    """Count rows and distinct visitors by (position, source, target)."""
    if not len(position):
        return []
    low = min(int(source.min()), int(target.min()))
    width = max(int(source.max()), int(target.max())) - low + 1
    key = (position * width + (source - low)) * width + (target - low)
    keys, place, counts = _different(key)
    visitors = _distinct(place, visitor, len(keys))
    parts = zip(keys.tolist(), counts.tolist(), visitors.tolist(), strict=True)
    return [
        ((one // width // width, one // width % width + low, one % width + low), (count, people))
        for one, count, people in parts
    ]
