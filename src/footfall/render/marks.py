"""Pictures of cells and of single points: the difference map and confetti."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.render.colour import LEVELS, LegendStop, Palette
from footfall.render.png import palette_png

# Okabe and Ito's colours, which colour-blind people tell apart too; the last is for all others.
CONFETTI: Final = (
    (0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0), (90, 90, 90),
)  # fmt: skip
_LESS: Final = (0, 90, 181)
_MORE: Final = (220, 90, 10)
_MIDDLE: Final = LEVELS // 2


def difference_png(
    shares: NDArray[np.floating], significant: NDArray[np.bool_]
) -> tuple[bytes, tuple[LegendStop, ...]]:
    """Draw differences of shares by cell, (rows, columns), one pixel each; what is not significant not at all.

    Blue is less, orange more; the largest difference that is drawn is nearly opaque.
    """
    drawn = np.where(significant, shares, 0.0)
    top = float(np.abs(drawn).max(initial=0.0))
    levels = np.zeros(shares.shape, np.uint8)
    if top > 0:
        steps = np.rint(drawn / top * (_MIDDLE - 1)).astype(np.int64)
        steps = np.where(significant & (steps == 0), np.where(shares < 0, -1, 1), steps)
        levels[significant] = (_MIDDLE + steps[significant]).astype(np.uint8)
    palette = _two_sided()
    stops = [-1.0, -0.5, 0.0, 0.5, 1.0] if top > 0 else []
    return palette_png(levels, palette), tuple(
        LegendStop(one * top, palette.css(_MIDDLE + round(one * (_MIDDLE - 1)))) for one in stops
    )


def confetti_png(
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    colour: NDArray[np.integer],
    size: tuple[int, int],
    *,
    cell: int = 1,
    radius: int = 4,
) -> bytes:
    """Draw points (pixels ÷ cell of a picture of `size` = width, height) as discs, the last on top.

    colour: which of CONFETTI, the last for whatever is beyond.
    """
    width, height = -(-size[0] // cell), -(-size[1] // cell)
    column, row = (np.asarray(x) // cell).astype(np.int64), (np.asarray(y) // cell).astype(np.int64)
    owner = np.zeros((height, width), np.int64)  # number of the point on top, from 1
    number = np.arange(1, len(row) + 1)
    reach = max(radius // cell, 1)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down**2 + right**2 > reach**2:
                continue
            r, c = row + down, column + right
            inside = (r >= 0) & (c >= 0) & (r < height) & (c < width)
            np.maximum.at(owner, (r[inside], c[inside]), number[inside])
    level = np.append(0, np.minimum(colour, len(CONFETTI) - 1) + 1).astype(np.uint8)
    levels = level[owner]
    rgb = np.zeros((LEVELS, 3), np.uint8)
    rgb[1 : len(CONFETTI) + 1] = CONFETTI
    alpha = np.zeros(LEVELS, np.uint8)
    alpha[1 : len(CONFETTI) + 1] = 217
    return palette_png(levels, Palette(rgb, alpha))


def _two_sided() -> Palette:
    strength = np.abs(np.arange(LEVELS) - _MIDDLE) / (_MIDDLE - 1)
    rgb = np.where(np.arange(LEVELS)[:, None] < _MIDDLE, _LESS, _MORE).astype(np.uint8)
    alpha = np.rint((0.25 + 0.6 * np.minimum(strength, 1)) * 255).astype(np.uint8)
    alpha[[0, _MIDDLE]] = 0
    return Palette(rgb, alpha)
