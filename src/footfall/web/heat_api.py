"""What the heatmap viewer, scripts and the command line ask for: pictures and numbers of a page.

The viewer builds the recorded page in its sandbox, finds where each element lies there, and POSTs the boxes;
placing and drawing happen here, off the event loop. Without boxes (GET) clicks stand at their page coordinates.
"""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, Final

from aiohttp import web
from PIL import Image

from footfall.analysis.key_names import renamed_keys
from footfall.errors import NotFoundError
from footfall.index import Index
from footfall.index.by_pack import is_plain
from footfall.index.packs import Snapshot
from footfall.index.page_paths import fields_of
from footfall.index.segment import Segment
from footfall.index.views import Views, places_of, views_of
from footfall.render.compose import composed_png
from footfall.render.legend import Legend, legend_svg, short_number
from footfall.render.legend import percent as percent_text
from footfall.web.answers import json_answer
from footfall.web.books import Books, books_of
from footfall.web.choice import whole_number
from footfall.web.common import now_ms, project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.heat import (
    Canvas,
    DrawnClicks,
    draw_clicks,
    draw_scroll,
    no_boxes,
    read_canvas,
    read_look,
    usual_size,
)
from footfall.web.heat_backdrops import backdrops_of
from footfall.web.heat_counts import draw_page_clicks
from footfall.web.heat_csv import COLUMNS, cells_of, elements_csv
from footfall.web.heat_kept import KeptHeat
from footfall.web.heat_keys import learned
from footfall.web.heat_kinds import (
    Drawn,
    chosen_clicks,
    draw_attention,
    draw_confetti,
    draw_difference,
    draw_moves,
    element_rows,
    form_fields,
)
from footfall.web.heat_moments import MOMENT_KINDS, draw_moments, moment_keys
from footfall.web.heat_pages import with_pages
from footfall.web.heat_query import HeatQuery, read_heat_query, second_segment
from footfall.web.heat_states import states_of
from footfall.web.heat_wireframe import page_boxes
from footfall.web.keys import INDEX, KEPT_HEAT, PAGE_RULES
from footfall.web.session_filter import goal_of

_MAX_SIDE: Final = 100_000
TILE_ROWS: Final = 4_096
"""Rows of pixels of a tile; browsers show pictures of up to some 16,000."""
_CSV_HEADERS: Final = {"Content-Disposition": 'attachment; filename="elements.csv"'}
_TITLES: Final = {
    "click": "Clicks within {radius:.0f} px",
    "move": "Pointer within {radius:.0f} px",
    "scroll": "Share of the page views that reached a row",
    "attention": "Time in sight, by the page's average",
    "difference": "Difference in the share of sessions that clicked",
    "rage": "Rage clicks within {radius:.0f} px",
    "dead": "Dead clicks within {radius:.0f} px",
    "error": "Error clicks within {radius:.0f} px",
    "hesitation": "Hesitations within {radius:.0f} px",
}


@dataclass(frozen=True, eq=False)
class Question:
    """A request, read: for whom, what, and on which canvas."""

    index: Index
    project: str
    query: HeatQuery
    segment: Segment
    other: Segment  # what it is compared with
    canvas: Canvas
    kept: KeptHeat = field(default_factory=KeptHeat)  # of days that are over


async def heatmap_facts(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/heatmap?page=…: how much there is, the element keys, the backdrops to choose from."""

    def build() -> dict[str, Any]:
        query = read_heat_query(request.query)
        return facts_of(request.app[INDEX], *_asked(request, query), query)

    return json_answer(await asyncio.to_thread(build))


def facts_of(index: Index, project: str, segment: Segment, query: HeatQuery) -> dict[str, Any]:
    """Return what a heatmap's viewer must know before it draws: see `heatmap_facts`. Blocking."""
    with index.facts(project) as shot:
        views = views_of(shot, segment)
        known = learned(shot, segment, views)
        clicks = known.clicks
        states = states_of(shot, segment, views, clicks)
        backdrops = backdrops_of(index, shot, query, segment, views)
        keys = known.to_find(_more_keys(shot, query, segment, views))
    return {
        "views": len(views),
        "clicks": len(clicks.key_ids),
        "keys": keys,
        "renamed": sorted(renamed_keys(clicks.keys)),
        "drifting": sorted(known.drifting),
        "states": states,
        "backdrops": backdrops,
    }


async def drawn_on_page(request: web.Request) -> web.StreamResponse:
    """POST …/heatmap/{kind} {width, height, boxes: {key: [x, y, w, h]}, radius, colours}: picture and numbers."""
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestError("The body must be JSON.") from error
    canvas = read_canvas(body)
    query = read_heat_query({**request.query, "kind": request.match_info["kind"]})
    look = read_look(body, query.look)
    asked = HeatQuery(**{**vars(query), "look": look})

    def build() -> dict[str, Any]:
        return _told(_question(request, asked, canvas), with_picture=True)

    return json_answer(await asyncio.to_thread(build))


async def elements_on_page(request: web.Request) -> web.StreamResponse:
    """POST …/heatmap.csv with `canvas`, the JSON that `drawn_on_page` takes, as a form: the element table, whole."""
    form = await sent_form(request)
    try:
        body = json.loads(str(form.get("canvas", "")))
    except (ValueError, RecursionError) as error:
        raise RequestError("canvas must be JSON.") from error
    canvas, query = read_canvas(body), read_heat_query(request.query)

    def build() -> bytes:
        return _csv(_question(request, query, canvas))[0]

    text = await asyncio.to_thread(build)
    return web.Response(body=text, content_type="text/csv", headers=_CSV_HEADERS)


async def heatmap_file(request: web.Request) -> web.StreamResponse:
    """GET …/heatmap.{png,webp,svg,json,csv}?page=&kind=…: the picture, its legend, the numbers, the element table."""
    kind = request.match_info["ending"]
    query = read_heat_query(request.query)

    def build() -> tuple[bytes, str, Canvas]:
        asked = _question(request, query, None)
        if kind == "png" and request.query.get("backdrop") == "wireframe":
            return over_wireframe(asked), "image/png", asked.canvas
        if kind == "png" and "tile" in request.query:
            body = _tile(asked, whole_number(request.query["tile"], 0, _MAX_SIDE, 0))
            return body, "image/png", asked.canvas
        body, content_type = FILES[kind](asked)
        return body, content_type, asked.canvas

    body, content_type, canvas = await asyncio.to_thread(build)
    headers = {
        "X-Footfall-Placement": "page-coordinates",
        "X-Footfall-Page-Size": f"{canvas.width}x{canvas.height}",
    }
    if kind == "csv":
        headers |= _CSV_HEADERS
    return web.Response(body=body, content_type=content_type, headers=headers)


def draw(asked: Question) -> Drawn:
    """Draw what is asked for. Blocking. Raises RequestError for a kind that is a table."""
    kind = asked.query.kind
    drawing = _draw_moments if kind in MOMENT_KINDS else _DRAWINGS.get(kind)
    if drawing is None:
        raise RequestError(f"{kind} is a table: ask for JSON or CSV.")
    with asked.index.facts(asked.project) as shot:
        return drawing(shot, asked)


def _draw_clicks(shot: Snapshot, asked: Question) -> Drawn:
    query, look = asked.query, (asked.query.look, asked.query.cell)
    if query.which == "all" and is_plain(asked.segment):
        kept = (asked.kept, now_ms())
        return _drawn(draw_page_clicks(shot, asked.segment, asked.canvas, look, kept), {})
    places = places_of(shot, asked.segment)
    clicks = chosen_clicks(shot, query, asked.segment, places)
    return _drawn(draw_clicks(clicks, asked.canvas, *look), {})


def _draw_moments(shot: Snapshot, asked: Question) -> Drawn:
    found = draw_moments(shot, asked.query, asked.segment, asked.canvas)
    return _drawn(found.drawn, {"moments": found.moments, "views": found.views})


def _draw_scroll(shot: Snapshot, asked: Question) -> Drawn:
    scrolled = draw_scroll(views_of(shot, asked.segment), asked.canvas, asked.query.look)
    names = ("views", "fold", "lines", "shares")
    facts = {name: getattr(scrolled, name) for name in names}
    return Drawn(scrolled.png, scrolled.width, scrolled.height, scrolled.legend, facts)


def _draw_difference(shot: Snapshot, asked: Question) -> Drawn:
    return draw_difference(shot, asked.query, (asked.segment, asked.other), asked.canvas)


_DRAWINGS: Final[dict[str, Callable[[Snapshot, Question], Drawn]]] = {
    "click": _draw_clicks,
    "move": lambda shot, asked: draw_moves(shot, asked.query, asked.segment, asked.canvas),
    "scroll": _draw_scroll,
    "attention": lambda shot, asked: draw_attention(shot, asked.query, asked.segment, asked.canvas),
    "confetti": lambda shot, asked: draw_confetti(shot, asked.query, asked.segment, asked.canvas),
    "difference": _draw_difference,
}


def _told(asked: Question, *, with_picture: bool) -> dict[str, Any]:
    query = asked.query
    if query.kind in ("elements", "conversion"):
        with asked.index.facts(asked.project) as shot:
            rows = element_rows(shot, query, asked.segment, asked.canvas)
        return {"elements": [dict(zip(COLUMNS, cells_of(row), strict=True)) for row in rows]}
    if query.kind == "fields":
        with asked.index.facts(asked.project) as shot:
            lines = form_fields(shot, asked.segment)
        return {"fields": [{"key": key, **vars(line)} for key, line in lines]}
    drawn = draw(asked)
    png = {"png": base64.b64encode(drawn.png).decode()} if with_picture else {}
    legend = [{"value": stop.value, "colour": stop.css} for stop in drawn.legend]
    return {**png, **drawn.facts, "width": drawn.width, "height": drawn.height, "legend": legend}


def over_page(asked: Question, page: Image.Image) -> bytes:
    """Draw what is asked for over a picture of the page. Blocking."""
    drawn = draw(asked)
    size = (drawn.width, drawn.height)
    return composed_png(drawn.png, size, (), _legend(asked, drawn), page)


def over_wireframe(asked: Question) -> bytes:
    """Draw what is asked for over the boxes of the page's elements, as far as clicks tell them. Blocking."""
    drawn = draw(asked)
    with asked.index.facts(asked.project) as shot:
        boxes = page_boxes(shot, asked.segment, asked.canvas)
    size = (drawn.width, drawn.height)
    return composed_png(drawn.png, size, boxes, _legend(asked, drawn))


def _legend(asked: Question, drawn: Drawn) -> Legend:
    kind = asked.query.kind
    title = _TITLES.get(kind, "Clicks").format(radius=asked.query.look.radius_px)
    write = percent_text if kind in ("scroll", "difference") else short_number
    return Legend(drawn.legend, title, write)


def _png(asked: Question) -> tuple[bytes, str]:
    return draw(asked).png, "image/png"


def _tile(asked: Question, number: int) -> bytes:
    """Return a piece of the picture: TILE_ROWS of its rows, the last one less. Raises NotFoundError, RequestError."""
    picture = draw(asked).picture
    if picture is None:
        raise RequestError("In tiles there are clicks and moves; ask for the whole.")
    tiles = picture.tiles(TILE_ROWS)
    if number >= len(tiles):
        raise NotFoundError(f"This picture has {len(tiles)} tiles, from 0.")
    return tiles[number]


def _webp(asked: Question) -> tuple[bytes, str]:
    picture = draw(asked).picture
    if picture is None:
        raise RequestError("As WebP there are clicks and moves; ask for PNG.")
    try:
        return picture.webp, "image/webp"
    except ValueError as error:
        raise RequestError(f"This picture is too long: {error}.") from error


def _svg(asked: Question) -> tuple[bytes, str]:
    return legend_svg(_legend(asked, draw(asked))).encode(), "image/svg+xml"


def _json(asked: Question) -> tuple[bytes, str]:
    with asked.index.facts(asked.project) as shot:
        known = learned(shot, asked.segment, places_of(shot, asked.segment))
    asked = replace(asked, canvas=replace(asked.canvas, drifting=known.drifting))
    body = json_answer(_told(asked, with_picture=False)).body
    return bytes(body) if isinstance(body, bytes) else b"", "application/json"


def _csv(asked: Question) -> tuple[bytes, str]:
    with asked.index.facts(asked.project) as shot:
        rows = element_rows(shot, asked.query, asked.segment, asked.canvas)
    return elements_csv(rows).encode(), "text/csv"


FILES: Final[dict[str, Callable[[Question], tuple[bytes, str]]]] = {
    "png": _png, "webp": _webp, "svg": _svg, "json": _json, "csv": _csv,
}  # fmt: skip
ENDINGS: Final = "|".join(FILES)


def question_of(
    project: str,
    params: Mapping[str, str],
    query: HeatQuery,
    canvas: Canvas | None,
    books: Books,
) -> Question:
    """Put a question together; without a canvas it is the size asked for, or the documents' usual one.

    Blocking. Raises GoalError, StorageError.
    """
    index, goals = books.index, partial(goal_of, books, project)
    templates = books.page_rules.templates(project)
    segment = with_pages(query.segment(now_ms(), goals), templates, index, project)
    if canvas is None:
        with index.facts(project) as shot:
            views = views_of(shot, segment)
        width, height = usual_size(views)
        canvas = no_boxes(
            whole_number(params.get("width", ""), 1, _MAX_SIDE, width),
            whole_number(params.get("height", ""), 1, _MAX_SIDE, height),
        )
    other = with_pages(second_segment(params, now_ms(), goals), templates, index, project)
    return Question(index, project, query, segment, other, canvas)


def _question(request: web.Request, query: HeatQuery, canvas: Canvas | None) -> Question:
    project, _ = _asked(request, query)
    asked = question_of(project, request.query, query, canvas, books_of(request))
    return replace(asked, kept=request.app[KEPT_HEAT])


def _asked(request: web.Request, query: HeatQuery) -> tuple[str, Segment]:
    """Return the project's id and the page views asked for, of one page. Blocking."""
    if not query.choice.page:
        raise RequestError("Say which page: ?page=/…")
    project, index = project_of(request).id, request.app[INDEX]
    templates = request.app[PAGE_RULES].templates(project)
    goals = partial(goal_of, books_of(request), project)
    return project, with_pages(query.segment(now_ms(), goals), templates, index, project)


def _more_keys(shot: Snapshot, query: HeatQuery, segment: Segment, views: Views) -> list[str]:
    """Return the keys of elements that a kind is about though nobody clicked them."""
    if query.kind == "fields":
        return fields_of(shot, segment, views).keys
    return moment_keys(shot, segment, views, query.kind) if query.kind in MOMENT_KINDS else []


def _drawn(drawn: DrawnClicks, more: dict[str, Any]) -> Drawn:
    picture, facts = drawn.picture, {**_click_facts(drawn), **more}
    return Drawn(picture.png, drawn.width, drawn.height, picture.legend, facts, picture)


def _click_facts(drawn: DrawnClicks) -> dict[str, Any]:
    found = drawn.tally
    return {
        "max": drawn.picture.max_value,
        "clicks": found.clicks,
        "by_element": found.by_element,
        "scaled": found.scaled,
        "not_placed": found.not_placed,
        "reasons": asdict(found.reasons),
        "elements": [
            {"key": one.key, "text": one.text, "clicks": one.clicks, "share": one.share}
            for one in drawn.elements
        ],
    }
