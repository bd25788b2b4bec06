"""The scroll map as a narrow picture that the browser stretches over the page."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footfall.render.colour import LEVELS, Colours, LegendStop, legend, veil_palette
from footfall.render.png import palette_png


@dataclass(frozen=True)
class ScrollPicture:
    """png: one pixel a band; legend: shares of page views, 0..1, and their colours."""

    png: bytes
    legend: tuple[LegendStop, ...]


def scroll_png(
    shares: NDArray[np.floating], *, width_cells: int = 1, colours: Colours = "heat"
) -> ScrollPicture:
    """Draw the share (0..1) of page views that reached each band, the page's top first.

    Where nobody came it is transparent. Raises ValueError without bands, and for shares outside
    0..1.
    """
    if shares.size == 0 or not (shares.min() >= 0 and shares.max() <= 1):
        raise ValueError("shares must be one or more numbers of 0..1")
    levels = np.rint(shares * (LEVELS - 1)).astype(np.uint8)
    # However few came, it is not nobody.
    levels[(levels == 0) & (shares > 0)] = 1
    palette = veil_palette(colours)
    picture = np.repeat(levels[:, None], width_cells, axis=1)
    return ScrollPicture(palette_png(picture, palette), legend(palette, 1.0))
