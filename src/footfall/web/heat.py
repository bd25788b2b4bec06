"""Between the index and the pictures: columns into `analysis`, its results into `render`. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from footfall.analysis import heat
from footfall.analysis.placement import NO_KEY, Backdrop, Clicks, Placement, place
from footfall.analysis.scroll import BAND_PX, scroll_map
from footfall.analysis.tally import Element, Tally, ranked, tally
from footfall.index.page_facts import ClickColumns
from footfall.index.views import Views
from footfall.render.colour import COLOURS, LegendStop
from footfall.render.heatmap import MAX_RADIUS_PX, HeatPicture, Look, heat_picture
from footfall.render.scroll import scroll_png
from footfall.web.errors import RequestError

MAX_BOXES: Final = 20_000
MAX_RANKED: Final = 100
PLAIN: Final = Look()
Boxes = dict[str, tuple[float, float, float, float]]

_DEFAULT_SIZE: Final = (1280, 2000)


@dataclass(frozen=True)
class Canvas:
    """What is drawn upon, as the viewer tells it."""

    width: int  # CSS px of the backdrop page, held to what is drawn
    height: int
    boxes: Boxes  # element key to x, y, width, height
    sights: Boxes = field(default_factory=dict)  # seen of them
    state: str | None = None  # what is open on it, as in Click.state; None: clicks of all states
    drifting: frozenset[str] = frozenset()  # plain keys that take the place of keys


@dataclass(frozen=True)
class ElementLine:
    """An element in the ranking."""

    key: str
    text: str  # its label
    clicks: int
    share: float  # of all clicks, 0..1


@dataclass(frozen=True)
class DrawnClicks:
    """A click heatmap with all that is told beside it."""

    width: int  # CSS px that the picture covers
    height: int
    picture: HeatPicture
    tally: Tally
    elements: tuple[ElementLine, ...]


@dataclass(frozen=True)
class DrawnScroll:
    """A scroll map with all that is told beside it."""

    png: bytes
    views: int
    width: int  # CSS px that the picture covers
    height: int
    fold: float | None  # CSS px, None without views
    lines: dict[str, float]  # percent of the views to the lowest row they reached
    shares: list[float]  # of the views, 0..1, that reached each 10 px
    legend: tuple[LegendStop, ...]


def read_canvas(body: Any) -> Canvas:
    """Check what a viewer sent. Raises RequestError."""
    if not isinstance(body, dict):
        raise RequestError("The body must be a JSON object.")
    boxes = body.get("boxes", {})
    if not isinstance(boxes, dict) or len(boxes) > MAX_BOXES:
        raise RequestError(f"boxes must be an object of at most {MAX_BOXES} element keys.")
    width, height = heat.clamp_size(_size(body, "width"), _size(body, "height"))
    sights, state = body.get("sights", {}), body.get("state")
    if not isinstance(sights, dict) or not sights.keys() <= boxes.keys():
        raise RequestError("sights must be an object of element keys that boxes has.")
    if not isinstance(state, str | None):
        raise RequestError("state must be a text, or null for all.")
    drifting = body.get("drifting", [])
    if not isinstance(drifting, list) or not all(isinstance(one, str) for one in drifting):
        raise RequestError("drifting must be a list of element keys.")
    return Canvas(width, height, _boxes(boxes), _boxes(sights), state, frozenset(drifting))


def read_look(body: dict[Any, Any], look: Look) -> Look:
    """Return a look with what a viewer sent instead. Raises RequestError."""
    colours = body.get("colours", look.colours)
    if colours not in COLOURS:
        raise RequestError(f"colours must be one of: {', '.join(COLOURS)}.")
    radius = body.get("radius", look.radius_px)
    if not _is_number(radius) or not 1 <= radius <= MAX_RADIUS_PX:
        raise RequestError(f"radius must be 1 to {MAX_RADIUS_PX:.0f} px.")
    return replace(look, colours=colours, radius_px=float(radius))


def no_boxes(width: int, height: int) -> Canvas:
    """Return a canvas on which no element's place is known."""
    return Canvas(*heat.clamp_size(width, height), {})


def usual_size(views: Views) -> tuple[int, int]:
    """Return the median size, in CSS px, of the documents that were seen; a default where none is known."""
    known = (views.document_width > 0) & (views.document_height > 0)
    if not known.any():
        return _DEFAULT_SIZE
    width, height = np.median(views.document_width[known]), np.median(views.document_height[known])
    return heat.clamp_size(int(width), int(height))


def placed(columns: ClickColumns, canvas: Canvas) -> Placement:
    """Place clicks on a canvas."""
    return place(_clicks(columns, canvas), _backdrop(columns, canvas))


def draw_clicks(
    columns: ClickColumns, canvas: Canvas, look: Look = PLAIN, cell: int = heat.CELL_PX
) -> DrawnClicks:
    """Place and draw the clicks of a page."""
    keys = np.append(np.arange(len(columns.keys)), NO_KEY)
    found = tally(
        _clicks(columns, canvas),
        _backdrop(columns, canvas),
        heat.create(canvas.width, canvas.height, cell),
        keys,
        (keys, columns.key_ids % len(keys)),  # the label is that of the element: -1 is the last
    )

    def named(one: Element) -> tuple[str, str]:
        return columns.keys[one.key], columns.texts[one.text]

    return finished(found, canvas, (look, cell), NO_KEY, named)


def finished(
    found: Tally,
    canvas: Canvas,
    look: tuple[Look, int],
    no_key: int,
    named: Callable[[Element], tuple[str, str]],
) -> DrawnClicks:
    """Draw clicks that are counted; `look` and the cells' size as they were, `named`: an element's key and label."""
    grid = heat.count_cells(heat.create(canvas.width, canvas.height, look[1]), found.cells)
    rows, columns = grid.counts.shape
    clicks = max(found.clicks, 1)
    return DrawnClicks(
        width=columns * grid.cell,
        height=rows * grid.cell,
        picture=heat_picture(grid.counts, grid.cell, look[0]),
        tally=found,
        elements=tuple(
            ElementLine(*named(one), one.clicks, one.clicks / clicks)
            for one in ranked(found, no_key, MAX_RANKED)
        ),
    )


def _clicks(columns: ClickColumns, canvas: Canvas) -> Clicks:
    return Clicks(
        key_ids=columns.key_ids,
        rx=columns.place_x,
        ry=columns.place_y,
        x=columns.x,
        y=columns.y,
        doc_width=columns.document_width,
        doc_height=columns.document_height,
        fixed=columns.fixed,
        in_layer=_in_layer(columns, canvas),
    )


def _backdrop(columns: ClickColumns, canvas: Canvas) -> Backdrop:
    boxes = boxes_of(columns.keys, canvas)
    sights = _rows_of(columns.keys, canvas.sights) if canvas.sights else None
    return Backdrop(canvas.width, canvas.height, boxes, sights, bool(canvas.boxes))


def draw_scroll(views: Views, canvas: Canvas, look: Look = PLAIN) -> DrawnScroll:
    """Map and draw how far down the views of a page went."""
    known = views.take(views.height > 0)
    reached = scroll_map(
        known.depth, known.document_height, known.height, page_height=canvas.height
    )
    picture = scroll_png(reached.shares, colours=look.colours)
    return DrawnScroll(
        png=picture.png,
        views=reached.views,
        width=canvas.width,
        height=len(reached.shares) * BAND_PX,
        fold=reached.fold,
        lines={str(line.percent): line.y for line in reached.lines},
        shares=[round(share, 4) for share in reached.shares.tolist()],
        legend=picture.legend,
    )


def boxes_of(keys: list[str], canvas: Canvas) -> NDArray[np.float32]:
    """Return (keys, 4): x, y, width, height of each key's element, NaN where it is not on the canvas."""
    return _rows_of(keys, canvas.boxes)


def _rows_of(keys: list[str], known: Boxes) -> NDArray[np.float32]:
    boxes = np.full((len(keys), 4), np.nan, np.float32)
    for row, key in enumerate(keys):
        if key in known:
            boxes[row] = known[key]
    return boxes


def _in_layer(columns: ClickColumns, canvas: Canvas) -> NDArray[np.bool_] | None:
    if canvas.state is None:
        return None
    # Who draws a layer that is known by plain keys means no other: they begin at the body, as those that drift do not.
    is_open, is_known = (
        np.array([state == canvas.state for state in states], np.bool_)
        for states in (columns.states, columns.plain_states)
    )
    if not canvas.state:
        return is_open[columns.state_ids]
    found: NDArray[np.bool_] = is_open[columns.state_ids] | is_known[columns.plain_state_ids]
    return found


def _boxes(told: dict[str, Any]) -> Boxes:
    return {key: _box(box) for key, box in told.items()}


def _box(value: Any) -> tuple[float, float, float, float]:
    if not isinstance(value, list) or len(value) != 4 or not all(map(_is_number, value)):
        raise RequestError("A box is four finite numbers: x, y, width, height.")
    x, y, width, height = map(float, value)
    return x, y, width, height


def _size(body: dict[Any, Any], name: str) -> int:
    value = body.get(name)
    if not _is_number(value):
        raise RequestError(f"{name} must be a number of CSS pixels.")
    return int(value)


def _is_number(value: Any) -> TypeGuard[float]:
    # Far within float32, in which the boxes are kept; not true of NaN and infinity either.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
