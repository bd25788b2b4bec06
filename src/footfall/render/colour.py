"""Colour maps of 256 levels with alpha, made from knots in OKLab.

Each runs from dark to light along a smooth path led by its knots, walked at even speed: equal
steps of value look like equal steps of colour. Level 0 is fully transparent: no data, no colour.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Colours = Literal["heat", "blue-yellow"]
COLOURS: tuple[Colours, ...] = get_args(Colours)

LEVELS = 256
LEGEND_STOPS = 9

# OKLab L, a, b. "blue-yellow" varies on the axis that nearly all colour-blind people see.
_KNOTS: dict[Colours, tuple[tuple[float, float, float], ...]] = {
    "heat": (
        (0.42, 0.03, -0.19),
        (0.52, 0.16, -0.12),
        (0.63, 0.20, 0.06),
        (0.76, 0.08, 0.15),
        (0.91, -0.03, 0.17),
    ),
    "blue-yellow": (
        (0.33, -0.01, -0.12),
        (0.62, 0.00, 0.01),
        (0.91, -0.02, 0.16),
    ),
}
# Heat stays see-through where there is little; the hottest places still let the page be read.
_HEAT_ALPHA = 0.85
_FULL_ALPHA_FROM = 0.35
# A scroll map covers the whole page and must never hide it.
_VEIL_ALPHA = 0.5


@dataclass(frozen=True)
class LegendStop:
    """A value and the CSS colour it is drawn in."""

    value: float
    css: str


@dataclass(frozen=True, eq=False)
class Palette:
    """rgb: (256, 3) uint8; alpha: (256,) uint8, 0 at level 0."""

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]

    def css(self, level: int) -> str:
        """Write the colour of a level as CSS."""
        red, green, blue = (int(part) for part in self.rgb[level])
        return f"rgb({red} {green} {blue} / {int(self.alpha[level]) / 255:.3f})"


@cache
def heat_palette(colours: Colours) -> Palette:
    """For spots on a page: from see-through to nearly opaque from a third of the scale on."""
    rising = np.sqrt(np.minimum(np.linspace(0, 1, LEVELS) / _FULL_ALPHA_FROM, 1.0))
    return _palette(colours, rising * _HEAT_ALPHA)


@cache
def veil_palette(colours: Colours) -> Palette:
    """For a layer over the whole page: evenly half transparent, but for level 0."""
    return _palette(colours, np.full(LEVELS, _VEIL_ALPHA))


def legend(palette: Palette, top: float) -> tuple[LegendStop, ...]:
    """Evenly spaced stops from the value 0 to `top`, the value of the highest level."""
    shares = np.linspace(0, 1, LEGEND_STOPS)
    return tuple(
        LegendStop(float(share) * top, palette.css(round(float(share) * (LEVELS - 1))))
        for share in shares
    )


def _palette(colours: Colours, alpha: NDArray[np.float64]) -> Palette:
    levels = np.rint(alpha * 255).astype(np.uint8)
    levels[0] = 0
    rgb = np.rint(_srgb(_even_path(np.array(_KNOTS[colours]))) * 255).astype(np.uint8)
    return Palette(rgb, levels)


def _even_path(knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """(256, 3) points at even distances on a quadratic B-spline led by the knots."""
    led = np.vstack([knots[0], knots, knots[-1]])
    t = np.linspace(0, 1, 64, endpoint=False)[:, None]
    pieces = [
        0.5 * ((1 - t) ** 2 * a + (1 + 2 * t - 2 * t**2) * b + t**2 * c)
        for a, b, c in zip(led, led[1:], led[2:], strict=False)
    ]
    path = np.vstack(pieces)
    walked = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1)))
    at = np.linspace(0, walked[-1], LEVELS)
    return np.column_stack([np.interp(at, walked, axis) for axis in path.T])


def _srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """OKLab (n, 3) to sRGB of 0..1, by the published matrices of the colour space."""
    to_cones = np.array(
        [
            [1.0, 0.3963377774, 0.2158037573],
            [1.0, -0.1055613458, -0.0638541728],
            [1.0, -0.0894841775, -1.2914855480],
        ]
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear: NDArray[np.float64] = np.clip((lab @ to_cones.T) ** 3 @ to_linear.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
