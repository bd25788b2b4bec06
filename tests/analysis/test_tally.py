"""Clicks placed and counted in parts, against all of them counted at once and plain counting."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis import heat
from footfall.analysis.placement import NO_KEY, Backdrop, Clicks
from footfall.analysis.tally import Tally, combined, ranked, tally

Row = tuple[int, int, int, int]
"""Key id, label, x, y of a click."""
KEYS = np.array([900, 70_000_000, 3, -1])
LABELS = np.array([5, 80_000_000, 1])
BOXES = np.array([[0, 0, 10, 10], [np.nan] * 4, [50, 50, 0, 0]], np.float32)
rows = st.lists(
    st.tuples(st.integers(NO_KEY, 2), st.integers(0, 2), st.integers(-20, 120), st.integers(0, 99))
)


def of(some: list[Row]) -> Tally:
    key, label, x, y = np.array(some, np.int32).reshape(-1, 4).T
    half, wide = np.full(len(some), 0.5, np.float32), np.full(len(some), 100, np.float32)
    clicks = Clicks(
        key, half, half, x.astype(np.float32), y.astype(np.float32), wide, wide, np.zeros(len(some), np.bool_)
    )  # fmt: skip
    return tally(clicks, Backdrop(100, 100, BOXES), heat.create(100, 100), KEYS, (LABELS, label))


def content(one: Tally) -> tuple[object, ...]:
    pairs = zip(one.keys.tolist(), one.texts.tolist(), one.amounts.tolist(), strict=True)
    return (sorted(one.cells.tolist()), sorted(pairs), one.by_element, one.scaled, one.reasons)


@given(st.lists(rows, max_size=4))
def test_parts_make_the_whole(parts: list[list[Row]]) -> None:
    whole = of([row for part in parts for row in part])
    assert content(combined([of(part) for part in parts])) == content(whole)
    assert content(combined([of(part) for part in reversed(parts)])) == content(whole)
    assert whole.by_element + whole.scaled + whole.not_placed == whole.clicks
    assert len(whole.cells) == whole.by_element + whole.scaled


@given(rows)
def test_elements_are_ranked_by_their_clicks(some: list[Row]) -> None:
    clicks = Counter(int(KEYS[key]) for key, *_ in some if key != NO_KEY)
    found = ranked(of(some), int(KEYS[NO_KEY]), 2)
    expected = sorted(clicks.items(), key=lambda one: (-one[1], one[0]))[:2]
    assert [(one.key, one.clicks) for one in found] == expected
    for one in found:
        labels = Counter(int(LABELS[label]) for key, label, *_ in some if KEYS[key] == one.key)
        assert one.text == min(labels, key=lambda text: (-labels[text], text))


@given(rows)
def test_cells_are_those_that_points_are_counted_in(some: list[Row]) -> None:
    x, y = (np.array([row[at] for row in some], np.float32) for at in (2, 3))
    empty = heat.create(100, 100)
    counted = heat.count_cells(heat.create(100, 100), heat.cells_of(empty, x, y))
    assert (counted.counts == heat.add(empty, x, y).counts).all()
