"""The peers' figures: `python -m benchmarks.heat_peers` (two minutes, most of it simpleheat's).

`make bench-heatmap` installs datashader first; npm and a Chromium must be there. All in one run and on the same
points: CPU ms from arrays to a picture. Ours is a PNG; the peers in Chromium need only draw. datashader counts and
colours, which spares it most; spread, each point counts within our radius, as it does in our picture. It is given our
cells, too.
"""

import io
from functools import partial
from typing import Final

import datashader
import datashader.transfer_functions as shading
import numpy as np
import pandas as pd

from benchmarks.heat_peers.browser import NAMES, chromium
from benchmarks.heatmap import HEIGHT_PX, SIZES, WIDTH_PX, cpu_ms, page_clicks, picture
from footfall.analysis.heat import CELL_PX
from footfall.render.heatmap import RADIUS_PX

SPREAD: Final = "datashader, spread"
IN_BROWSER: Final = 1_000_000
"""More points than these are not put into the browser's memory as objects."""


def shaded(frame: pd.DataFrame, cell: int, radius_px: float = 0) -> bytes:
    """Draw with datashader; radius_px: CSS px within which a point counts, 0 for its own cell alone."""
    canvas = datashader.Canvas(
        plot_width=WIDTH_PX // cell,
        plot_height=HEIGHT_PX // cell,
        x_range=(0, WIDTH_PX),
        y_range=(0, HEIGHT_PX),
    )
    counts = canvas.points(frame, "x", "y")
    if radius_px:
        counts = shading.spread(counts, px=round(radius_px / cell), shape="circle", how="add")
    image = shading.shade(counts, how="linear").to_pil()
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def main() -> None:
    rng = np.random.default_rng(6)
    print(f"{WIDTH_PX} × {HEIGHT_PX} px; CPU ms, and how many times ours")
    print(
        "  points  cell"
        + "".join(f"{name:>20}" for name in ("Footfall", "datashader", SPREAD, *NAMES))
    )
    with chromium() as peers:
        for n in SIZES:
            x, y = page_clicks(n, rng)
            frame = pd.DataFrame({"x": x, "y": y})
            drawn = {
                name: peers.cpu_ms(name, x, y, 3 if n < IN_BROWSER else 1)
                for name in NAMES
                if n <= IN_BROWSER
            }
            for cell in (CELL_PX, 1):
                ours = cpu_ms(partial(picture, x, y, cell), 5)
                row = {
                    "datashader": cpu_ms(partial(shaded, frame, cell), 3),
                    SPREAD: cpu_ms(partial(shaded, frame, cell, RADIUS_PX), 3),
                    **drawn,
                }
                names = ("datashader", SPREAD, *NAMES)
                cells = "".join(_told(row.get(name), ours) for name in names)
                print(f"{n:>10,} {cell} px {ours:19.1f}{cells}", flush=True)


def _told(taken: float | None, ours: float) -> str:
    return f"{'-':>20}" if taken is None else f"{taken:12,.0f} {taken / ours:6.1f}×"


if __name__ == "__main__":
    main()
