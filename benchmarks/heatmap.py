"""Heatmap figures: `python -m benchmarks.heatmap` prints CPU time and size from points to PNG, and false alarms.

In the same run: `np.bincount` alone over cells already computed (the least that any count costs)
and `np.histogram2d`, what one would write without a second thought, which only counts.
"""

import os
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from tests.analysis.populations import RUNS, runs_that_differ

from footfall.analysis import heat
from footfall.render.heatmap import Look, heat_picture

WIDTH_PX, HEIGHT_PX = 1280, 6000
SIZES = (10_000, 1_000_000, 10_000_000)
TARGET_MS = {10_000: 15.0, 1_000_000: 20.0, 10_000_000: 75.0}
TARGET_FULL_MS = 75.0
TARGET_KB = 60.0

Floats = NDArray[np.float32]


def page_clicks(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Clicks as pages get them: 90 % on 120 elements of falling favour, the rest anywhere."""
    elements = 120
    favour = 1 / np.arange(1, elements + 1)
    at = rng.choice(elements, n, p=favour / favour.sum())
    left, top = rng.uniform(0, WIDTH_PX - 300, elements), HEIGHT_PX * rng.beta(1, 2, elements)
    wide, high = rng.uniform(40, 300, elements), rng.uniform(20, 60, elements)
    x = left[at] + wide[at] * rng.beta(3, 3, n)
    y = np.minimum(top[at] + high[at] * rng.beta(3, 3, n), HEIGHT_PX - 1)
    stray = rng.random(n) < 0.1
    x[stray] = rng.uniform(0, WIDTH_PX - 1, stray.sum())
    y[stray] = rng.beta(1, 2, stray.sum()) * (HEIGHT_PX - 1)
    return x.astype(np.float32), y.astype(np.float32)


def even_clicks(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Make the worst page for a PNG: noise everywhere."""
    points = rng.random((2, n), np.float32)
    return points[0] * (WIDTH_PX - 1), points[1] * (HEIGHT_PX - 1)


def picture(x: Floats, y: Floats, cell: int = heat.CELL_PX) -> bytes:
    grid = heat.count(heat.create(WIDTH_PX, HEIGHT_PX, cell), x, y)
    return heat_picture(grid.counts, grid.cell, Look()).png


def cpu_ms(run: Callable[[], object], times: int) -> float:
    """Median CPU time of all threads, after one run to warm up."""
    run()
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return statistics.median(taken) * 1000


def main() -> None:
    rng = np.random.default_rng(6)
    columns, rows = WIDTH_PX // heat.CELL_PX, HEIGHT_PX // heat.CELL_PX
    bounds = ((0, HEIGHT_PX), (0, WIDTH_PX))
    print(f"{WIDTH_PX} × {HEIGHT_PX} px, {os.cpu_count()} CPUs, numpy {np.__version__}; CPU ms")
    print("  points to PNG  target  bincount alone  histogram2d   PNG KB  target")
    for n in SIZES:
        x, y = page_clicks(n, rng)
        cells = (y / heat.CELL_PX).astype(np.intp) * columns + (x / heat.CELL_PX).astype(np.intp)
        times = 5 if n > 1_000_000 else 15
        ours = cpu_ms(partial(picture, x, y), times)
        floor = cpu_ms(partial(np.bincount, cells, minlength=rows * columns), times)
        peer = cpu_ms(partial(np.histogram2d, y, x, (rows, columns), bounds), 3)
        size = len(picture(x, y)) / 1000
        print(
            f"{n:>10,} {ours:7.1f} {TARGET_MS[n]:7.0f} {floor:15.1f} {peer:12.1f}"
            f" {size:8.1f} {TARGET_KB:7.0f}"
        )
    x, y = page_clicks(SIZES[1], rng)
    full = cpu_ms(partial(picture, x, y, 1), 5)
    print(f"{SIZES[1]:,} at full size: {full:.1f} ms (target {TARGET_FULL_MS:.0f})")
    for n in SIZES[:2]:
        size = len(picture(*even_clicks(n, rng))) / 1000
        print(f"{n:,} evenly over the page (worst case of size): {size:.1f} KB")
    silent = RUNS - runs_that_differ(np.random.default_rng(11))
    print(
        f"difference maps of two samples of one population without any cell marked: {silent} of {RUNS}"
        f" ({silent / RUNS:.1%}; target 95 %)"
    )


if __name__ == "__main__":
    main()
