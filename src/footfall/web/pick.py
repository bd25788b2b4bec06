"""Naming an event by what was recorded: a recorded page, on which a person picks an element."""

import asyncio
from dataclasses import dataclass, replace

from aiohttp import web

from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.heat_pages import PageLists, most_viewed, page_lists
from footfall.web.keys import INDEX, PAGE_RULES
from footfall.web.render import Shell
from footfall.web.sessions import FilterBar, filter_bar


@dataclass(frozen=True)
class PickPage:
    """The context of pick.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    lists: PageLists  # templates and pages to choose from
    choice: Choice
    events: str  # query string of the catalogue that it came from


async def pick_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/events/pick?page=&device=&time=: without a page, that of the most viewed."""
    choice = replace(read_choice(request.query), offset=0, starred=False, label="")

    def build() -> PickPage:
        project = project_of(request)
        templates = request.app[PAGE_RULES].templates(project.id)
        chosen = choice
        if not chosen.page:
            rows = request.app[INDEX].pages(project.id, choice.filter(now_ms()))
            chosen = replace(choice, page=most_viewed(rows, templates) or "")
        bar = filter_bar(request, project.id, chosen)
        return PickPage(
            shell=shell(request, f"Pick an element · {project.name}", "events", project),
            base=f"/p/{project.id}",
            bar=bar,
            lists=page_lists(bar.pages, templates),
            choice=chosen,
            events=replace(choice, page="").query(),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "pick.html", page)
