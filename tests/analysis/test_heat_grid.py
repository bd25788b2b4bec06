import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from footfall.analysis import heat

# Eighths are exact in float32; NaN, infinities and the edges themselves are wanted.
coordinate = st.one_of(
    st.integers(-80, 480).map(lambda eighths: eighths / 8),
    st.sampled_from([float("nan"), float("inf"), float("-inf"), -0.0, -1e-30, 3e38]),
)
points = st.lists(st.tuples(coordinate, coordinate), max_size=60)


def columns(pairs: list[tuple[float, float]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    array = np.array(pairs, np.float32).reshape(-1, 2)
    return array[:, 0].copy(), array[:, 1].copy()


def counted(pairs: list[tuple[float, float]], width: int, height: int, cell: int) -> list[int]:
    wide, high = -(-width // cell), -(-height // cell)
    cells = [0] * (wide * high)
    for x, y in pairs:
        if 0 <= x < width and 0 <= y < height:
            cells[int(y) // cell * wide + int(x) // cell] += 1
    return cells


@given(points, st.integers(1, 50), st.integers(1, 50), st.integers(1, 7))
def test_add_counts_as_a_plain_loop_does(
    pairs: list[tuple[float, float]], width: int, height: int, cell: int
) -> None:
    grid = heat.add(heat.create(width, height, cell), *columns(pairs))
    assert grid.counts.ravel().tolist() == counted(pairs, width, height, cell)
    assert grid.total == sum(counted(pairs, width, height, cell))


@given(points, points, points)
def test_combine_is_an_algebra(
    a: list[tuple[float, float]], b: list[tuple[float, float]], c: list[tuple[float, float]]
) -> None:
    empty = heat.create(40, 30)
    ga, gb, gc = (heat.add(empty, *columns(pairs)) for pairs in (a, b, c))
    left = heat.combine(heat.combine(ga, gb), gc).counts
    assert (left == heat.combine(ga, heat.combine(gb, gc)).counts).all()
    assert (heat.combine(ga, gb).counts == heat.combine(gb, ga).counts).all()
    assert (heat.combine(ga, empty).counts == ga.counts).all()
    assert (left == heat.add(empty, *columns(a + b + c)).counts).all()


@given(st.lists(st.tuples(coordinate, coordinate, st.integers(0, 2**40)), max_size=40))
def test_weights_add_up_however_the_points_are_split(
    weighed: list[tuple[float, float, int]],
) -> None:
    empty = heat.create(40, 30, is_weighed=True)

    def grid_of(some: list[tuple[float, float, int]]) -> heat.Grid:
        x, y = columns([(x, y) for x, y, _ in some])
        return heat.add(empty, x, y, np.array([one for _, _, one in some], np.int64))

    oracle: dict[tuple[int, int], int] = {}
    for x, y, weight in weighed:
        if 0 <= x < 40 and 0 <= y < 30:
            place = (int(y) // 4, int(x) // 4)
            oracle[place] = oracle.get(place, 0) + weight
    whole = grid_of(weighed)
    assert {(r, c): int(whole.counts[r, c]) for r, c in np.argwhere(whole.counts)} == {
        place: weight for place, weight in oracle.items() if weight
    }
    for at in range(len(weighed) + 1):
        split = heat.combine(grid_of(weighed[:at]), grid_of(weighed[at:]))
        assert (split.counts == whole.counts).all()


def test_many_points_are_counted_over_all_pieces() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-20, 520, (2, 200_000)).astype(np.float32)
    x[70_000:150_000] = np.clip(x[70_000:150_000], 0, 499)
    grid = heat.add(heat.create(500, 490), x, y)
    oracle, _, _ = np.histogram2d(y, x, (123, 125), ((0, 492), (0, 500)))
    oracle[-1] = np.histogram(x[(y >= 488) & (y < 490)], 125, (0, 500))[0]
    assert (grid.counts == oracle).all()


def test_add_leaves_the_grid_it_was_given() -> None:
    grid = heat.create(8, 8)
    heat.add(grid, np.ones(3, np.float32), np.ones(3, np.float32))
    assert grid.total == 0


def test_no_page_can_ask_for_any_amount_of_memory() -> None:
    huge = heat.create(10**9, 10**9)
    assert (huge.counts.shape, huge.cell) == ((65536 // 8, 4096 // 8), 8)
    assert heat.create(1280, 50_000).cell == heat.CELL_PX
    assert heat.create(1280, 6000, 1).cell == 1
    assert heat.create(-5, 0).counts.shape == (1, 1)


def test_wrong_use_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 px"):
        heat.create(10, 10, 0)
    with pytest.raises(ValueError, match="same size"):
        heat.combine(heat.create(10, 10), heat.create(10, 11))


@pytest.mark.parametrize("edge", [(8.0, 0.0), (0.0, 8.0), (-0.125, 0.0), (0.0, -0.125)])
def test_a_point_just_beyond_an_edge_is_left_out(edge: tuple[float, float]) -> None:
    assert heat.add(heat.create(8, 8), *columns([edge])).total == 0
    assert heat.add(heat.create(8, 8), *columns([(0.0, 0.0), (7.875, 7.875)])).total == 2
