"""Attention, exposure and places of the pointer against loops over every millisecond."""

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.attention import EXPOSED_MS, attention, exposed_rows
from footfall.analysis.moves import MAX_DWELL_MS, moves_of
from footfall.analysis.sight import Changes, Seen, Sight, shown_ms, sight_of

HEIGHT = 120
change = st.tuples(st.integers(0, 2), st.integers(-20, 420), st.integers(0, 100))
view = st.tuples(st.integers(0, 50), st.integers(0, 400), st.integers(0, 60))


class Moment(NamedTuple):
    left: int
    top: int
    height: int
    shown: bool


class Told(NamedTuple):
    views: list[tuple[int, int, int]]
    left: list[tuple[int, int, int]]
    top: list[tuple[int, int, int]]
    height: list[tuple[int, int, int]]
    shown: list[tuple[int, int, int]]


told = st.builds(
    Told,
    st.lists(view, min_size=3, max_size=3),
    *[st.lists(change, max_size=4)] * 3,
    st.lists(st.tuples(st.integers(0, 2), st.integers(-20, 420), st.integers(0, 1)), max_size=4),
)


def changes(given: list[tuple[int, int, int]]) -> Changes:
    return Changes(*np.array(given, np.int64).reshape(-1, 3).T)


def sight(what: Told) -> Sight:
    starts, lasts, heights = np.array(what.views, np.int64).T
    seen = Seen(starts, starts + lasts, heights)
    return sight_of(seen, *(changes(one) for one in what[1:]))


def at(what: Told, row: int, time: int) -> Moment:
    """What a view showed at a millisecond."""

    def last(given: list[tuple[int, int, int]], first: int) -> int:
        found = sorted(
            (when, place, value)
            for place, (one, when, value) in enumerate(given)
            if one == row and when <= time
        )
        return found[-1][2] if found else first

    first = (0, 0, what.views[row][2], 1)
    left, top, height, shown = (last(g, f) for g, f in zip(what[1:], first, strict=True))
    return Moment(left, top, height, bool(shown))


def moments(what: Told, row: int) -> list[Moment]:
    start, lasts, _ = what.views[row]
    return [at(what, row, time) for time in range(start, start + lasts)]


@given(told)
def test_attention_is_the_time_in_which_a_band_was_seen(what: Told) -> None:
    oracle = [0] * (HEIGHT // 10)
    for row in range(3):
        for one in moments(what, row):
            for band in range(HEIGHT // 10):
                oracle[band] += one.shown and one.top <= 10 * band + 5 < one.top + one.height
    result = attention(sight(what), HEIGHT)
    assert np.rint(result.seconds * 1000).astype(int).tolist() == oracle
    if sum(oracle):
        assert np.isclose(result.relative.mean(), 1.0)


@given(told, st.integers(0, HEIGHT))
def test_a_row_is_exposed_after_a_stretch_in_sight(what: Told, y: int) -> None:
    oracle = []
    for row in range(3):
        longest = run = 0
        for one in moments(what, row):
            run = run + 1 if one.shown and one.top <= y < one.top + one.height else 0
            longest = max(longest, run)
        if longest >= EXPOSED_MS:
            oracle.append(row)
    assert exposed_rows(sight(what), y).tolist() == oracle


@given(told, st.lists(st.tuples(st.integers(0, 2), st.integers(-20, 480)), max_size=8))
def test_a_pointer_lies_on_the_page_as_it_was_scrolled(
    what: Told, points: list[tuple[int, int]]
) -> None:
    row, time = np.array(points, np.int64).reshape(-1, 2).T
    number = np.arange(len(points))
    moves = moves_of(row, time, number * 1000, number, sight(what))
    oracle = []
    inside = sorted(
        (r, t, n)
        for n, (r, t) in enumerate(points)
        if what.views[r][0] <= t < what.views[r][0] + what.views[r][1]
    )
    for place, (r, t, n) in enumerate(inside):
        one = at(what, r, t)
        later = inside[place + 1] if place + 1 < len(inside) else (-1, 0, 0)
        until = later[1] if later[0] == r else what.views[r][0] + what.views[r][1]
        oracle.append((r, t, n * 1000 + one.left, n + one.top, min(until - t, MAX_DWELL_MS)))
    columns = (moves.row, moves.time, moves.x, moves.y, moves.dwell)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == oracle


def test_a_rest_is_half_a_second() -> None:
    what = Told([(0, 2_000, 50)] * 3, [], [], [], [])
    row, time = np.zeros(3, np.int64), np.array([0, 499, 999])
    moves = moves_of(row, time, row, row, sight(what))
    assert moves.dwell.tolist() == [499, 500, 1_001]
    assert moves.rests.tolist() == [False, True, True]


@given(told)
def test_the_time_shown_is_that_of_the_stretches(what: Told) -> None:
    starts, lasts, _ = np.array(what.views, np.int64).T
    order = sorted(
        range(len(what.shown)), key=lambda at: (what.shown[at][0], what.shown[at][1], at)
    )
    shown = changes([what.shown[at] for at in order])
    found = sight(what)
    expected = np.bincount(found.row, (found.end - found.start) * found.seen, len(starts))
    assert shown_ms(starts, starts + lasts, shown).tolist() == expected.tolist()
