"""Pages: what was seen how often, and how far down people went."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from footfall.index import PageRow
from footfall.web.answers import csv_answer
from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.keys import INDEX
from footfall.web.render import Shell
from footfall.web.sessions import FilterBar, filter_bar


@dataclass(frozen=True)
class PageLine:
    """A page in the table."""

    row: PageRow
    share: float  # of its views in those of the most viewed page, 0..1
    choice: Choice  # the filters that hold, with this page: for its links


@dataclass(frozen=True)
class PagesPage:
    """The context of pages.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    lines: tuple[PageLine, ...]  # most viewed first


async def pages_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/pages."""
    choice = read_choice(request.query)

    def build() -> PagesPage:
        project = project_of(request)
        rows = request.app[INDEX].pages(project.id, choice.filter(now_ms()))
        rows = sorted(rows, key=lambda row: (-row.views, row.page))
        top = rows[0].views if rows else 1
        return PagesPage(
            shell=shell(request, f"Pages · {project.name}", "pages", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice),
            lines=tuple(PageLine(row, row.views / top, _with_page(choice, row)) for row in rows),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "pages.html", page)


async def pages_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/pages.csv: the table; scroll depth as a share of the page's height."""
    choice = read_choice(request.query)

    def build() -> list[PageRow]:
        rows = request.app[INDEX].pages(project_of(request).id, choice.filter(now_ms()))
        return sorted(rows, key=lambda row: (-row.views, row.page))

    names = ("page", "views", "sessions", "clicks", "median_depth_share", "last_seen")
    rows = [[getattr(row, name) for name in names] for row in await asyncio.to_thread(build)]
    return csv_answer("pages.csv", (*names[:-1], "last_seen_ms"), rows)


def _with_page(choice: Choice, row: PageRow) -> Choice:
    return Choice(row.page, choice.device, choice.period, choice.since, choice.until, choice.zone)
