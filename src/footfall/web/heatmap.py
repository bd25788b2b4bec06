"""The heatmap viewer's page. What it shows it asks heat_api.py for, with the same query string."""

import asyncio
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from footfall.index import PageRow
from footfall.web.choice import Choice
from footfall.web.common import now_ms, project_of, shell
from footfall.web.heat_query import HeatQuery, SegmentFields, read_heat_query
from footfall.web.keys import INDEX, TEMPLATES
from footfall.web.render import Shell, html
from footfall.web.sessions import FilterBar, filter_bar

KINDS: Final = {
    "click": "Clicks",
    "move": "Moves",
    "scroll": "Scroll",
    "attention": "Attention",
}
WHICH_TEXTS: Final = {
    "all": "All clicks",
    "first": "First click of each view",
    "left": "Left button",
    "middle": "Middle button",
    "right": "Right button",
    "touch": "Touch",
}
MOVE_TEXTS: Final = {"dwell": "Time it stayed", "rest": "Points of rest"}


@dataclass(frozen=True)
class HeatmapPage:
    """The context of heatmap.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    more: SegmentFields
    more_query: str  # what of the address the links keep, "" or beginning with "&"
    which: str  # of WHICH_TEXTS
    whiches: dict[str, str]
    move: str  # of MOVE_TEXTS
    moves: dict[str, str]
    kind: str  # of KINDS
    kinds: dict[str, str]  # value to text
    views: dict[str, int]  # by device class, views of this page in this period
    total_views: int  # on all devices
    has_any: bool  # the project has any page at all


async def heatmap_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/heatmap: without a page, that of the most viewed; without a device, the commonest."""
    asked = read_heat_query(request.query)
    choice, kind = asked.choice, asked.kind if asked.kind in KINDS else "click"

    def build() -> HeatmapPage | str:
        project, index = project_of(request), request.app[INDEX]
        base = f"/p/{project.id}"
        if not choice.page:
            rows = index.pages(project.id, choice.filter(now_ms()))
            if rows:
                page = max(rows, key=lambda row: (row.views, row.page)).page
                return _changed(request, base, kind=kind, page=page)
        row = _page_row(request, project.id, choice)
        views = {} if row is None else dict(row.devices)
        if choice.page and views and "device" not in request.query:
            commonest = max(sorted(views), key=lambda device: views[device])
            return _changed(request, base, kind=kind, device=commonest)
        return HeatmapPage(
            shell=shell(request, f"Heatmap · {project.name}", "heatmap", project),
            base=base,
            bar=filter_bar(request, project.id, choice),
            more=asked.more,
            more_query="".join(f"&{one}" for one in (asked.more.query(), _options(asked)) if one),
            which=asked.which,
            whiches=WHICH_TEXTS,
            move=asked.move,
            moves=MOVE_TEXTS,
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


def _changed(request: web.Request, base: str, **changes: str) -> str:
    """Return the address with changes; all else in it stays."""
    return f"{base}/heatmap?{urlencode({**request.query, **changes})}"


def _options(asked: HeatQuery) -> str:
    told = {
        "clicks": "" if asked.which == "all" else asked.which,
        "move": "" if asked.move == "dwell" else asked.move,
    }
    return urlencode({name: value for name, value in told.items() if value})


def _page_row(request: web.Request, project: str, choice: Choice) -> PageRow | None:
    """Return the row of the chosen page over all devices. Blocking."""
    found = replace(choice, device="").filter(now_ms())
    rows = request.app[INDEX].pages(project, found) if choice.page else []
    return next((row for row in rows if row.page == choice.page), None)
