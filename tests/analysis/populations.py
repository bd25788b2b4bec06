"""Samples of one population of sessions, for what must find no difference between them."""

import numpy as np

from footfall.analysis.difference import Sample, difference

WIDTH, HEIGHT = 1280, 6000
RUNS = 200


def sample(rng: np.random.Generator, units: int, spots: list[tuple[int, int]]) -> Sample:
    """Sessions that click one to five times, each at favourite spots, some of them again and again."""
    times = rng.integers(1, 6, units)
    unit = np.repeat(np.arange(units), times)
    favour = 1 / np.arange(1, len(spots) + 1)
    spot = np.repeat(rng.choice(len(spots), units, p=favour / favour.sum()), times)
    wander = rng.random(len(unit)) < 0.5
    spot[wander] = rng.integers(0, len(spots), wander.sum())
    middle = np.array(spots)[spot]
    x, y = (middle + rng.normal(0, 12, middle.shape)).T
    return Sample(x, y, unit, units)


def spots(rng: np.random.Generator) -> list[tuple[int, int]]:
    return [(int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT))) for _ in range(60)]


def runs_that_differ(rng: np.random.Generator) -> int:
    """Return in how many of RUNS maps of two samples anything is marked, as it should be in none."""
    favourites = spots(rng)
    pairs = (
        (sample(rng, 400 + 3 * run, favourites), sample(rng, 600, favourites))
        for run in range(RUNS)
    )
    maps = (difference(a, b, width=WIDTH, height=HEIGHT) for a, b in pairs)
    return sum(bool(one.significant.any()) for one in maps)
