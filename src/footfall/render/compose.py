"""A heatmap as a picture of its own: over a wireframe of the page, with its legend below."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from footfall.render.legend import Legend

MAX_WIDTH: Final = 2048
MAX_HEIGHT: Final = 16384
_FOOT: Final = 72
_PAPER: Final = (250, 250, 248)
_LINE: Final = (168, 168, 160)
_FILL: Final = (238, 238, 233)
_INK: Final = (70, 70, 66)
_FAINT: Final = (120, 120, 114)
_MAX_LETTERS: Final = 28
_LINE_PX: Final = 14
_BELOW: Final = 12
"""Px from a place to the text below it: the hottest stays in sight."""


@dataclass(frozen=True)
class Box:
    """An element of the page, CSS px, and what is written in it; without size, below the place that is known of it."""

    x: float
    y: float
    width: float
    height: float
    text: str


def composed_png(
    overlay: bytes,
    covered: tuple[int, int],
    boxes: Sequence[Box],
    legend: Legend,
    beneath: Image.Image | None = None,
) -> bytes:
    """Lay a picture of our own (PNG) over a wireframe of a page; `covered` is its width and height in CSS px.

    beneath: a picture of the page itself, which takes the wireframe's place.

    Larger boxes come first, so that what lies in them is seen; of texts without a box, those are written that have
    room. Beyond MAX_WIDTH and MAX_HEIGHT all is made smaller.
    """
    scale = min(1.0, MAX_WIDTH / covered[0], MAX_HEIGHT / covered[1])
    size = (max(round(covered[0] * scale), 1), max(round(covered[1] * scale), 1))
    page = Image.new("RGB", (max(size[0], 320), size[1] + _FOOT), _PAPER)
    if beneath is None:
        _draw_boxes(page, boxes, scale)
    else:
        page.paste(beneath.resize(size, Image.Resampling.LANCZOS), (0, 0))
    with Image.open(io.BytesIO(overlay), formats=["PNG"]) as heat:
        layer = heat.convert("RGBA").resize(size, Image.Resampling.BILINEAR)
    page.paste(layer, (0, 0), layer)
    if beneath is None:
        _draw_labels(page, boxes, scale)
    _draw_legend(page, legend, size[1])
    out = io.BytesIO()
    page.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _draw_boxes(page: Image.Image, boxes: Sequence[Box], scale: float) -> None:
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for box in sorted((one for one in boxes if one.width), key=lambda one: -one.width * one.height):
        left, top = box.x * scale, box.y * scale
        right, bottom = left + max(box.width * scale, 2), top + max(box.height * scale, 2)
        pen.rectangle((left, top, right, bottom), fill=_FILL, outline=_LINE)
        letters = int((right - left - 8) / 7)
        if letters > 2 and bottom - top >= 14:
            pen.text((left + 4, top + 2), _plain(box.text)[:letters], fill=_INK, font=font)


def _draw_labels(page: Image.Image, boxes: Sequence[Box], scale: float) -> None:
    """Write what stands where the box is not known; of texts that would lie on each other the first."""
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    taken = [
        (box.x * scale, (box.x + box.width) * scale, box.y * scale + 2)
        for box in boxes
        if box.width
    ]
    for box in (one for one in boxes if not one.width):
        text = _plain(box.text)[:_MAX_LETTERS]
        wide = font.getlength(text)
        left = min(max(box.x * scale - wide / 2, 2), max(page.width - wide - 2, 2))
        top = box.y * scale + _BELOW
        is_free = all(
            abs(top - other) >= _LINE_PX or left > end or left + wide < begin
            for begin, end, other in taken
        )
        if is_free and top < page.height - _FOOT - _LINE_PX:
            pen.text((left, top), text, fill=_INK, font=font)
            taken.append((left, left + wide, top))


def _draw_legend(page: Image.Image, legend: Legend, top: int) -> None:
    stops = legend.stops
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    pen.rectangle((0, top, page.width, page.height), fill=(255, 255, 255))
    pen.text((12, top + 8), _plain(legend.title), fill=_INK, font=font)
    if not stops:
        return
    width, at = 296, np.linspace(0, len(stops) - 1, 296)
    colours = np.array([_blended(stop.css) for stop in stops])
    bar = np.column_stack(
        [np.interp(at, np.arange(len(stops)), colours[:, one]) for one in range(3)]
    )
    strip = np.repeat(np.rint(bar).astype(np.uint8)[None], 12, axis=0)
    page.paste(Image.fromarray(strip), (12, top + 30))
    for share in (0.0, 0.5, 1.0):
        text = _plain(legend.write(stops[round(share * (len(stops) - 1))].value))
        x = 12 + share * width - share * font.getlength(text)
        pen.text((x, top + 46), text, fill=_FAINT, font=font)


def _blended(css: str) -> list[float]:
    """Return a CSS colour of a palette as it looks on white."""
    red, green, blue, _, alpha = css.removeprefix("rgb(").removesuffix(")").split(" ")
    share = float(alpha)
    return [float(one) * share + 255 * (1 - share) for one in (red, green, blue)]


def _plain(text: str) -> str:
    """Return a text in the letters that the font has, on one line."""
    ours = text.replace("\N{MINUS SIGN}", "-").replace("\N{MULTIPLICATION SIGN}", "x")
    return " ".join(ours.encode("latin-1", "replace").decode("latin-1").split())
