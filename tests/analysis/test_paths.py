"""Paths beside a plainly written oracle."""

import itertools
from collections import defaultdict
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.paths import (
    DROP_OFF,
    GAP_MS,
    OTHER,
    Question,
    Sankey,
    Seen,
    behind,
    sankey,
    walk,
)
from footfall.sorting import in_order
from tests.analysis.histories import LETTERS, Happened, histories

# A unit of the generated times stands for eleven minutes: three of them are more than a gap.
UNIT = 11 * 60_000


@st.composite
def questions(draw: Any) -> Question:
    return Question(
        draw(st.none() | st.integers(0, len(LETTERS) - 1)),
        draw(st.booleans()),
        draw(st.integers(1, 5)),
        draw(st.integers(1, 4)),
        draw(st.sampled_from([0.0, 0.3, 0.6])),
    )


def paths_of(happened: list[Happened], asked: Question) -> list[tuple[int, list[int]]]:
    """Each path as the session and its nodes by position."""
    found = []
    for session in sorted({one.owner for one in happened}):
        events = sorted(one for one in happened if one.owner == session)
        pieces: list[list[int]] = []
        before = None
        for one in events:
            node = LETTERS.index(one.letter)
            if before is None or (one.time - before) * UNIT > GAP_MS:
                pieces.append([node])
            elif pieces[-1][-1] != node:
                pieces[-1].append(node)
            before = one.time
        for piece in pieces:
            nodes = piece[::-1] if asked.backwards else piece
            if asked.start is not None:
                if asked.start not in nodes:
                    continue
                nodes = nodes[nodes.index(asked.start) :]
            found.append((session, nodes))
    return found


def oracle(
    happened: list[Happened], asked: Question
) -> tuple[dict[Any, Any], dict[Any, Any], list[Any]]:
    paths = paths_of(happened, asked)
    shown: list[set[int]] = []
    for position in range(asked.depth):
        counts = {
            node: sum(len(nodes) > position and nodes[position] == node for _, nodes in paths)
            for node in range(len(LETTERS))
        }
        ranked = sorted(counts, key=lambda node: (-counts[node], node))[: asked.top]
        shown.append(
            {
                node
                for node in ranked
                if counts[node] and counts[node] >= asked.min_share * len(paths)
            }
        )
        if position == 0 and asked.start is not None:
            shown[0].add(asked.start)
    nodes_of, edges_of = defaultdict(list), defaultdict(list)
    for session, nodes in paths:
        told = [
            node if node in shown[at] else OTHER for at, node in enumerate(nodes[: asked.depth])
        ]
        if len(told) < asked.depth:
            told.append(DROP_OFF)
        for at, node in enumerate(told):
            nodes_of[at, node].append(session)
        for at, (source, target) in enumerate(itertools.pairwise(told)):
            edges_of[at, source, target].append(session)
    return nodes_of, edges_of, paths


def ask(happened: list[Happened], asked: Question) -> tuple[Sankey, Any]:
    columns = [
        [one.owner, one.time * UNIT, one.tab, one.sequence, one.ordinal, LETTERS.index(one.letter)]
        for one in happened
    ]
    session, time, *ties, node = np.array(columns, np.int64).reshape(len(happened), 6).T
    order = in_order(session, time, tuple(ties))
    moves = walk(Seen(session[order], time[order], node[order]), asked)
    return sankey(moves, moves.session // 2, asked), moves


@settings(deadline=None, max_examples=1_000)
@given(histories(owners=5, most=12, span=14), questions())
def test_paths_are_what_walking_each_of_them_gives(
    happened: list[Happened], asked: Question
) -> None:
    found, moves = ask(happened, asked)
    nodes, edges, paths = oracle(happened, asked)
    assert {(one.position, one.node): (one.paths, one.visitors) for one in found.nodes} == {
        key: (len(some), len({session // 2 for session in some})) for key, some in nodes.items()
    }
    assert {
        (one.position, one.source, one.target): (one.transitions, one.visitors)
        for one in found.edges
    } == {key: (len(some), len({session // 2 for session in some})) for key, some in edges.items()}
    assert found.paths == len(paths)
    for (position, source, target), some in edges.items():
        assert behind(moves, asked, position, source, target).tolist() == sorted(set(some))
    for (position, node), some in nodes.items():
        assert behind(moves, asked, position, node, None).tolist() == sorted(set(some))


@settings(deadline=None, max_examples=1_000)
@given(histories(owners=4, span=14), questions())
def test_the_sums_close(happened: list[Happened], asked: Question) -> None:
    found, _ = ask(happened, asked)
    for node in found.nodes:
        comes = sum(
            one.transitions
            for one in found.edges
            if (one.position + 1, one.target) == (node.position, node.node)
        )
        goes = sum(
            one.transitions
            for one in found.edges
            if (one.position, one.source) == (node.position, node.node)
        )
        assert node.position == 0 or node.paths == comes
        if node.node != DROP_OFF and node.position < asked.depth - 1:
            assert node.paths == goes
    assert sum(one.paths for one in found.nodes if one.position == 0) == found.paths
