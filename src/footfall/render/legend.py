"""The legend of a heatmap: a bar of its colours with numbers below it; as SVG here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from footfall.render.colour import LegendStop

WIDTH: Final = 320
_BAR: Final = 14
_MARGIN: Final = 12
_NUMBERS: Final = 5
"""How many numbers stand below the bar, both ends included."""


def short_number(value: float) -> str:
    """Write a value for people: 3 digits, thousands as k and millions as M."""
    for step, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= step:
            return f"{value / step:.3g}{letter}"
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Write a share of 0..1."""
    return f"{share:.0%}"


@dataclass(frozen=True)
class Legend:
    """What a picture's colours are of: evenly spaced stops, none where nothing was drawn, and how to write values."""

    stops: Sequence[LegendStop]
    title: str
    write: Callable[[float], str] = short_number


def legend_svg(legend: Legend) -> str:
    """Draw a legend as an SVG of 320 px; without stops the title alone."""
    stops, title = legend.stops, legend.title
    colours = "".join(
        f'<stop offset="{at / (len(stops) - 1):.4f}" stop-color="{_opaque(stop.css)}"'
        f' stop-opacity="{_alpha(stop.css)}"/>'
        for at, stop in enumerate(stops)
    )
    span = WIDTH - 2 * _MARGIN
    numbers = "".join(_number(stops, at, span, legend.write) for at in range(_NUMBERS) if stops)
    bar = (
        f'<rect x="{_MARGIN}" y="28" width="{span}" height="{_BAR}" fill="#fff"/>'
        f'<rect x="{_MARGIN}" y="28" width="{span}" height="{_BAR}" fill="url(#heat)"/>'
        if stops
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="64"'
        f' viewBox="0 0 {WIDTH} 64" font-family="sans-serif" font-size="12">'
        f'<title>{escape(title)}</title><rect width="{WIDTH}" height="64" fill="#fff"/>'
        f'<defs><linearGradient id="heat">{colours}</linearGradient></defs>'
        f'<text x="{_MARGIN}" y="19" fill="#1d1c1a">{escape(title)}</text>{bar}{numbers}</svg>'
    )


def _number(stops: Sequence[LegendStop], at: int, span: int, write: Callable[[float], str]) -> str:
    stop = stops[round(at * (len(stops) - 1) / (_NUMBERS - 1))]
    anchor = ("start", "middle", "end")[(at > 0) + (at == _NUMBERS - 1)]
    x = _MARGIN + span * at / (_NUMBERS - 1)
    text = escape(write(stop.value))
    return f'<text x="{x:.0f}" y="57" fill="#1d1c1a" text-anchor="{anchor}">{text}</text>'


def _opaque(css: str) -> str:
    return css.partition(" /")[0].replace(" ", ",") + ")"


def _alpha(css: str) -> str:
    return css.partition("/ ")[2].removesuffix(")")
