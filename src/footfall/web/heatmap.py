"""The heatmap viewer's page, and the numbers and pictures it asks the API for.

The viewer builds the recorded page in its sandbox, finds where each element lies there, and sends the boxes;
placing and drawing happen here, off the event loop.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web

from footfall.index import PageRow
from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, project_of, shell
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
