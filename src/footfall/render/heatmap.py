"""The click heatmap: counts per cell to a transparent PNG that is laid over the page.

The kernel is exp(-d² / radius²). Its volume is that of a full disc of the radius, so a value reads
in two ways that agree: a lone click is 1 at its place, and where clicks lie evenly the value is how
many there are within the radius.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footfall.render.blur import blur
from footfall.render.colour import LEVELS, Colours, LegendStop, heat_palette, legend
from footfall.render.png import palette_png

RADIUS_PX = 20.0
"""The default radius; the picture's spots look about twice as wide."""
MAX_RADIUS_PX = 200.0


@dataclass(frozen=True)
class HeatPicture:
    """A drawn heatmap.

    png: one pixel a cell, to be scaled by the cell's size. max_value: the hottest value, in clicks
    within the radius (see the module). legend: from 0 to the top of the scale, in the same unit;
    empty when nothing was drawn. A value above the scale has the colour of its top.
    """

    png: bytes
    max_value: float
    legend: tuple[LegendStop, ...]


def click_png(
    counts: NDArray[np.generic],
    *,
    cell_px: int,
    radius_px: float = RADIUS_PX,
    colours: Colours = "heat",
    scale_max: float | None = None,
) -> HeatPicture:
    """Draw counts per cell, (rows, columns), of `cell_px` CSS px each.

    The scale ends at `scale_max` clicks within the radius (absolute: pictures can be compared), or
    at the hottest value when it is None (relative). Raises ValueError for a scale not above 0 or a
    radius not in 1..200 px.
    """
    if not 1 <= radius_px <= MAX_RADIUS_PX:
        raise ValueError(f"the radius must be 1 to {MAX_RADIUS_PX:.0f} px, not {radius_px}")
    if scale_max is not None and not (scale_max > 0 and math.isfinite(scale_max)):
        raise ValueError(f"the scale must end above 0, not at {scale_max}")
    values = blur(counts, radius_px / cell_px / math.sqrt(2))
    max_value = float(values.max(initial=0.0))
    top = max_value if scale_max is None else scale_max
    palette = heat_palette(colours)
    return HeatPicture(
        png=palette_png(_levels(values, top), palette),
        max_value=max_value,
        legend=legend(palette, top) if top > 0 else (),
    )


def _levels(values: NDArray[np.float32], top: float) -> NDArray[np.uint8]:
    if top <= 0:
        return np.zeros(values.shape, np.uint8)
    scaled = np.minimum(values, np.float32(top))
    scaled *= np.float32((LEVELS - 1) / top)
    scaled += np.float32(0.5)
    return scaled.astype(np.uint8)
