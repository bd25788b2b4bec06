"""The heatmap viewer's page, and the numbers and pictures it asks the API for.

The viewer builds the recorded page in its sandbox, finds where each element lies there, and sends the boxes;
placing and drawing happen here, off the event loop.
"""

import asyncio
import base64
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from footfall.index import PageRow
from footfall.index.page_facts import clicks_of
from footfall.index.segment import Segment
from footfall.index.views import views_of
from footfall.web.answers import json_answer
from footfall.web.choice import Choice, read_choice, whole_number
from footfall.web.common import now_ms, project_of, shell
from footfall.web.errors import RequestError
from footfall.web.heat import (
    Canvas,
    DrawnClicks,
    draw_clicks,
    draw_scroll,
    no_boxes,
    read_canvas,
    usual_size,
)
from footfall.web.keys import INDEX, TEMPLATES
from footfall.web.render import Shell, html
from footfall.web.sessions import FilterBar, filter_bar

KINDS: Final = {"click": "Clicks", "scroll": "Scroll"}
_MAX_BACKDROPS: Final = 20
_MAX_SIDE: Final = 100_000


@dataclass(frozen=True)
class HeatmapPage:
    """The context of heatmap.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    kind: str  # "click" or "scroll"
    kinds: dict[str, str]  # value to text
    views: dict[str, int]  # by device class, views of this page in this period
    total_views: int  # on all devices
    has_any: bool  # the project has any page at all


async def heatmap_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/heatmap: without a page, that of the most viewed; without a device, the commonest."""
    choice = read_choice(request.query)
    kind = _kind(request)

    def build() -> HeatmapPage | str:
        project, index = project_of(request), request.app[INDEX]
        base = f"/p/{project.id}"
        if not choice.page:
            rows = index.pages(project.id, choice.filter(now_ms()))
            if rows:
                page = max(rows, key=lambda row: (row.views, row.page)).page
                return f"{base}/heatmap{_query(choice, kind, page=page)}"
        row = _page_row(request, project.id, choice)
        views = {} if row is None else dict(row.devices)
        if choice.page and views and "device" not in request.query:
            commonest = max(sorted(views), key=lambda device: views[device])
            return f"{base}/heatmap{_query(choice, kind, device=commonest)}"
        return HeatmapPage(
            shell=shell(request, f"Heatmap · {project.name}", "heatmap", project),
            base=base,
            bar=filter_bar(request, project.id, choice),
            kind=kind,
            kinds=KINDS,
            views=views,
            total_views=sum(views.values()),
            has_any=bool(choice.page),
        )

    built = await asyncio.to_thread(build)
    if isinstance(built, str):
        raise web.HTTPSeeOther(built)
    return html(request.app[TEMPLATES].render("heatmap.html", built))


async def heatmap_facts(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/heatmap?page=…: how much there is, the element keys, the backdrops to choose from."""

    def build() -> dict[str, Any]:
        project, segment = _asked(request)
        index = request.app[INDEX]
        with index.facts(project) as shot:
            views = views_of(shot, segment)
            clicks = clicks_of(shot, segment, views)
        backdrops = index.backdrops(project, segment.filter, limit=_MAX_BACKDROPS)
        return {
            "views": len(views),
            "clicks": len(clicks.key_ids),
            "keys": clicks.keys,
            "backdrops": [
                {
                    "session": row.session,
                    "tab": row.tab,
                    "document": row.document,
                    "page_view": row.page_view,
                    "sequence": row.sequence,
                    "width": row.width,
                    "height": row.height,
                    "started": row.started,
                    "title": row.title,
                }
                for row in backdrops
            ],
        }

    return json_answer(await asyncio.to_thread(build))


async def click_picture(request: web.Request) -> web.StreamResponse:
    """POST …/heatmap/click {width, height, boxes: {key: [x, y, w, h]}, radius, colours}: the drawn clicks."""
    canvas = await _canvas(request)

    def build() -> dict[str, Any]:
        project, segment = _asked(request)
        with request.app[INDEX].facts(project) as shot:
            clicks = clicks_of(shot, segment, views_of(shot, segment))
        return _clicks_json(draw_clicks(clicks, canvas))

    return json_answer(await asyncio.to_thread(build))


async def scroll_picture(request: web.Request) -> web.StreamResponse:
    """POST …/heatmap/scroll {width, height, colours}: how far down the page views went."""
    canvas = await _canvas(request)

    def build() -> dict[str, Any]:
        project, segment = _asked(request)
        with request.app[INDEX].facts(project) as shot:
            drawn = draw_scroll(views_of(shot, segment), canvas)
        return {
            "png": base64.b64encode(drawn.png).decode(),
            "views": drawn.views,
            "width": drawn.width,
            "height": drawn.height,
            "fold": drawn.fold,
            "lines": drawn.lines,
            "shares": drawn.shares,
            "legend": [{"value": stop.value, "colour": stop.css} for stop in drawn.legend],
        }

    return json_answer(await asyncio.to_thread(build))


async def heatmap_png(request: web.Request) -> web.StreamResponse:
    """GET …/heatmap.png?page=&kind=&device=&width=&height=: the picture alone, without a browser.

    Where elements lie is not known then: clicks stand at their page coordinates, scaled to the size asked for.
    """
    kind = _kind(request)

    def build() -> tuple[bytes, Canvas]:
        project, segment = _asked(request)
        with request.app[INDEX].facts(project) as shot:
            views = views_of(shot, segment)
            clicks = clicks_of(shot, segment, views)
        width, height = usual_size(clicks, views)
        canvas = no_boxes(
            whole_number(request.query.get("width", ""), 1, _MAX_SIDE, width),
            whole_number(request.query.get("height", ""), 1, _MAX_SIDE, height),
        )
        if kind == "scroll":
            return draw_scroll(views, canvas).png, canvas
        return draw_clicks(clicks, canvas).picture.png, canvas

    png, canvas = await asyncio.to_thread(build)
    return web.Response(
        body=png,
        content_type="image/png",
        headers={
            "X-Footfall-Placement": "page-coordinates",
            "X-Footfall-Page-Size": f"{canvas.width}x{canvas.height}",
        },
    )


async def _canvas(request: web.Request) -> Canvas:
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestError("The body must be JSON.") from error
    return read_canvas(body)


def _asked(request: web.Request) -> tuple[str, Segment]:
    """Return the project's id and the page views asked for, of one page. Blocking."""
    choice = read_choice(request.query)
    if not choice.page:
        raise RequestError("Say which page: ?page=/…")
    found = choice.filter(now_ms())
    segment = Segment(choice.page, since=found.since, until=found.until, device=found.device)
    return project_of(request).id, segment


def _clicks_json(drawn: DrawnClicks) -> dict[str, Any]:
    placement, picture = drawn.placement, drawn.picture
    reasons = placement.reasons
    return {
        "png": base64.b64encode(picture.png).decode(),
        "max": picture.max_value,
        "legend": [{"value": stop.value, "colour": stop.css} for stop in picture.legend],
        "width": drawn.width,
        "height": drawn.height,
        "clicks": drawn.clicks,
        "by_element": placement.by_element,
        "scaled": placement.scaled,
        "not_placed": placement.not_placed,
        "reasons": {
            "element_hidden": reasons.element_hidden,
            "fixed_unknown": reasons.fixed_unknown,
            "not_finite": reasons.not_finite,
            "outside": reasons.outside,
        },
        "elements": [
            {"key": one.key, "text": one.text, "clicks": one.clicks, "share": one.share}
            for one in drawn.elements
        ],
    }


def _kind(request: web.Request) -> str:
    kind = request.query.get("kind", "")
    return kind if kind in KINDS else "click"


def _query(choice: Choice, kind: str, **changes: str) -> str:
    """Return the query string with `changes` and the kind; `device` stands there even when it is empty."""
    text = choice.query(**changes)
    return f"{text}&kind={kind}" if text else f"?kind={kind}"


def _page_row(request: web.Request, project: str, choice: Choice) -> PageRow | None:
    """Return the row of the chosen page over all devices. Blocking."""
    found = replace(choice, device="").filter(now_ms())
    rows = request.app[INDEX].pages(project, found) if choice.page else []
    return next((row for row in rows if row.page == choice.page), None)
