"""Saved views of the sessions list: kept under a name and removed, by forms of that page."""

import asyncio

from aiohttp import web

from footfall.web.common import project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.keys import VIEWS
from footfall.web.session_choice import read_session_choice


async def save_view(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/views with `name`, and the list's query in the address: keep it for the team."""
    form = await sent_form(request)
    name = form.get("name", "")
    if not isinstance(name, str):
        raise RequestError("The form is not what it should be.")
    query = read_session_choice(request.query).query(offset=0)

    def save() -> str:
        project = project_of(request)
        request.app[VIEWS].save(project.id, name, query.removeprefix("?"))
        return project.id

    project = await asyncio.to_thread(save)
    raise web.HTTPSeeOther(f"/p/{project}/sessions{query}")


async def remove_view(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/views/{view}/remove."""

    def remove() -> str:
        project = project_of(request)
        request.app[VIEWS].remove(project.id, int(request.match_info["view"]))
        return project.id

    project = await asyncio.to_thread(remove)
    query = read_session_choice(request.query).query(offset=0)
    raise web.HTTPSeeOther(f"/p/{project}/sessions{query}")
