"""What is known of a page without its recording: where clicks say that its elements lie."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.wireframe import element_boxes, element_places
from footfall.index.packs import Snapshot
from footfall.index.page_facts import ClickColumns
from footfall.index.segment import Segment
from footfall.index.views import views_of
from footfall.render.compose import Box
from footfall.web.heat import Canvas
from footfall.web.heat_keys import known_clicks

_ALIKE: Final = 0.05
"""Documents whose width is off by less of the canvas's tell more than all: few pages grow evenly with the window."""
MAX_LABELS: Final = 200
"""Elements whose boxes are not known and that are named at their place: those most clicked."""


def page_boxes(shot: Snapshot, segment: Segment, canvas: Canvas) -> list[Box]:
    """Return the elements' boxes on a canvas, as far as anybody's clicks tell.

    Those without size are known by their place alone. Whose clicks are drawn makes no other page of it, so what is
    asked of visitors is left out.
    """
    anybody = replace(
        segment, source=None, visitors=None, user=None, moment=None, goal=None, converted=None
    )
    clicks = known_clicks(shot, anybody, views_of(shot, anybody))
    clicks = clicks.take(np.flatnonzero(~clicks.fixed))  # these tell how far it was scrolled
    off = np.abs(clicks.document_width - canvas.width)
    near = clicks.take(np.flatnonzero(off <= _ALIKE * canvas.width))
    boxes = _first(_boxes(near, canvas), _boxes(clicks, canvas))
    lacking: NDArray[np.bool_] = np.isnan(boxes[:, 0])
    places = _first(_places(near, canvas), _places(clicks, canvas))
    found = [
        (boxes[key].tolist(), clicks.texts[key] or clicks.keys[key])
        for key in np.flatnonzero(~lacking).tolist()
    ]
    told = [Box(x, y, width, height, text) for (x, y, width, height), text in found]
    return [*told, *_labels(clicks, places, lacking)]


def _first(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of one, and of the other where it has none."""
    found: NDArray[np.float64] = np.where(np.isnan(one).any(axis=1, keepdims=True), other, one)
    return found


def _labels(
    clicks: ClickColumns, places: NDArray[np.float64], lacking: NDArray[np.bool_]
) -> list[Box]:
    """Return the names of elements whose boxes are lacking, the most clicked first."""
    amounts = np.bincount(clicks.key_ids[clicks.key_ids >= 0], minlength=len(clicks.keys))
    rows = np.flatnonzero(lacking & (amounts > 0))
    most = rows[np.argsort(-amounts[rows], kind="stable")][:MAX_LABELS].tolist()
    named = [(clicks.texts[key], places[key].tolist()) for key in most]
    return [Box(x, y, 0, 0, text) for text, (x, y) in named if text]


def _boxes(clicks: ClickColumns, canvas: Canvas) -> NDArray[np.float64]:
    shares = (clicks.place_x, clicks.place_y)
    return element_boxes(clicks.key_ids, shares, _on(clicks, canvas), len(clicks.keys))


def _places(clicks: ClickColumns, canvas: Canvas) -> NDArray[np.float64]:
    x, y = _on(clicks, canvas)
    down = y * (canvas.height / np.maximum(clicks.document_height, 1))  # as the heat lies
    return element_places(clicks.key_ids, (x, down), len(clicks.keys))


def _on(clicks: ClickColumns, canvas: Canvas) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return where clicks are on a canvas whose width alone is another."""
    return clicks.x * (canvas.width / np.maximum(clicks.document_width, 1)), clicks.y
