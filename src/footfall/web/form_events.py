"""Events that complete forms: said on the page of forms, and taken back there."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from footfall.annotations import FormEvents
from footfall.web.common import project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.forms import read_form_choice
from footfall.web.keys import FORM_EVENTS


async def add_form_event(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/forms/events with `event`: an event of this name completes a form that was begun in its tab."""
    raise await _change(request, FormEvents.add)


async def remove_form_event(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/forms/events/remove with `event`: it completes none any more."""
    raise await _change(request, FormEvents.remove)


async def _change(
    request: web.Request, change: Callable[[FormEvents, str, str], None]
) -> web.HTTPSeeOther:
    event = (await sent_form(request)).get("event", "")
    if not isinstance(event, str):
        raise RequestError("The form is not what it should be.")

    def do() -> str:
        project = project_of(request)
        change(request.app[FORM_EVENTS], project.id, event)
        return project.id

    project = await asyncio.to_thread(do)
    return web.HTTPSeeOther(f"/p/{project}/forms{read_form_choice(request).query()}#events")
