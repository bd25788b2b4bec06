"""The difference map: right on what is known, silent where there is nothing to say."""

from math import comb

import numpy as np
import pytest

from footfall.analysis.difference import Sample, _fisher, difference
from tests.analysis.populations import HEIGHT, RUNS, WIDTH, runs_that_differ, sample, spots


def test_two_samples_of_one_population_do_not_differ() -> None:
    assert runs_that_differ(np.random.default_rng(11)) <= 0.05 * RUNS


def test_what_differs_is_marked_where_it_is() -> None:
    rng = np.random.default_rng(12)
    favourites = spots(rng)
    a, b = sample(rng, 600, favourites), sample(rng, 600, favourites)
    moved = Sample(np.append(b.x, np.full(90, 1_001.0)), np.append(b.y, np.full(90, 5_001.0)),
                   np.append(b.unit, np.arange(90)), b.units)  # fmt: skip
    found = difference(a, moved, width=WIDTH, height=HEIGHT)
    assert np.argwhere(found.significant).tolist() == [[125, 25]]
    assert found.shares[125, 25] == pytest.approx(0.15, abs=0.02)
    assert 0 < found.tested < 500


def test_the_test_is_fishers() -> None:
    def chance(k: int, both: int, n: int, m: int) -> float:
        return comb(n, k) * comb(m, both - k) / comb(n + m, both)

    n, m = 17, 9
    a = np.array([0, 3, 9, 17, 0])
    b = np.array([0, 6, 0, 9, 9])
    p, least = _fisher(a, b, n, m)
    for at, (hits, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        both = hits + other
        span = range(max(0, both - m), min(both, n) + 1)
        tails = [
            sum(chance(k, both, n, m) for k in span if k <= hits),
            sum(chance(k, both, n, m) for k in span if k >= hits),
        ]
        assert p[at] == pytest.approx(min(1.0, 2 * min(tails)))
        ends = [chance(span[0], both, n, m), chance(span[-1], both, n, m)]
        assert least[at] == pytest.approx(min(1.0, 2 * min(ends)))


def test_nothing_does_not_differ_from_nothing() -> None:
    nobody = Sample(np.empty(0), np.empty(0), np.empty(0, np.int64), 0)
    found = difference(nobody, nobody, width=100, height=100)
    assert not found.significant.any()
    assert (found.shares == 0).all()
