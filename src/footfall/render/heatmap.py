"""The heatmap: values per cell to a transparent picture that is laid over the page.

The kernel is exp(-d² / radius²). Its volume is that of a full disc of the radius, so a value reads
in two ways that agree: a lone click is 1 at its place, and where clicks lie evenly the value is how
many there are within the radius.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.render.blur import blur
from footfall.render.colour import LEVELS, Colours, LegendStop, Palette, heat_palette, legend
from footfall.render.png import palette_png, palette_webp

RADIUS_PX = 20.0
"""The default radius; the picture's spots look about twice as wide."""
MAX_RADIUS_PX = 200.0
MAX_INTENSITY = 20.0
_ROWS_AT_ONCE: Final = 64
"""Rows whose intermediate arrays stay in the processor's cache."""


@dataclass(frozen=True)
class Look:
    """How a heatmap is drawn.

    radius_px: CSS px. scale_max: the value at which the scale ends (absolute: pictures can be
    compared), or None for the hottest (relative). intensity: how many times earlier the scale ends.
    Raises ValueError for a radius not in 1..200 px, a scale not above 0, an intensity not in 0.05..20.
    """

    radius_px: float = RADIUS_PX
    colours: Colours = "heat"
    scale_max: float | None = None
    intensity: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.radius_px <= MAX_RADIUS_PX:
            raise ValueError(
                f"the radius must be 1 to {MAX_RADIUS_PX:.0f} px, not {self.radius_px}"
            )
        if self.scale_max is not None and not (
            self.scale_max > 0 and math.isfinite(self.scale_max)
        ):
            raise ValueError(f"the scale must end above 0, not at {self.scale_max}")
        if not 1 / MAX_INTENSITY <= self.intensity <= MAX_INTENSITY:
            raise ValueError(f"the intensity must be 0.05 to 20, not {self.intensity}")


@dataclass(frozen=True, eq=False)
class HeatPicture:
    """A heatmap before it is encoded.

    levels: (rows, columns) of 0..255, one pixel a cell, to be scaled by the cell's size. max_value:
    the hottest value, in clicks within the radius (see the module). legend: from 0 to the top of the
    scale, in the same unit; empty when nothing was drawn. A value above the scale has the colour of
    its top.
    """

    levels: NDArray[np.uint8]
    palette: Palette
    max_value: float
    legend: tuple[LegendStop, ...]

    @property
    def png(self) -> bytes:
        """The picture as PNG."""
        return palette_png(self.levels, self.palette)

    @property
    def webp(self) -> bytes:
        """The picture as WebP. Raises ValueError beyond 16,383 px a side."""
        return palette_webp(self.levels, self.palette)

    def tiles(self, rows: int) -> tuple[bytes, ...]:
        """Cut the picture into PNGs of at most so many rows of pixels, the top first."""
        return tuple(
            palette_png(self.levels[top : top + rows], self.palette)
            for top in range(0, len(self.levels), rows)
        )


def heat_picture(counts: NDArray[np.generic], cell_px: int, look: Look) -> HeatPicture:
    """Draw values per cell, (rows, columns), of `cell_px` CSS px each."""
    values = blur(counts, look.radius_px / cell_px / math.sqrt(2))
    max_value = float(values.max(initial=0.0))
    top = (max_value if look.scale_max is None else look.scale_max) / look.intensity
    palette = heat_palette(look.colours)
    return HeatPicture(
        levels=levels_of(values, top),
        palette=palette,
        max_value=max_value,
        legend=legend(palette, top) if top > 0 else (),
    )


def levels_of(values: NDArray[np.float32], top: float) -> NDArray[np.uint8]:
    """Turn values of 0 … `top` into levels, the nearest each; none where `top` is 0."""
    levels = np.zeros(values.shape, np.uint8)
    if top <= 0:
        return levels
    for start in range(0, len(values), _ROWS_AT_ONCE):
        scaled = values[start : start + _ROWS_AT_ONCE] * np.float32((LEVELS - 1) / top)
        scaled += np.float32(0.5)
        np.minimum(scaled, np.float32(LEVELS - 0.5), out=scaled)
        levels[start : start + _ROWS_AT_ONCE] = scaled
    return levels
