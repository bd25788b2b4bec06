"""What most handlers begin with: the project asked for, the frame of the page, the time."""

import asyncio
import time
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import MultiDictProxy

from footfall.errors import NotFoundError
from footfall.index import SessionRow
from footfall.projects import Project
from footfall.web.errors import RequestError
from footfall.web.keys import INDEX, LOGIN, PROJECTS, TEMPLATES
from footfall.web.render import Shell, html

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PROJECT_COOKIE = "footfall-project"
"""The project that was looked at last: a convenience, trusted for nothing."""


def now_ms() -> int:
    """Return the time, in ms since 1970."""
    return int(time.time() * 1000)


def project_of(request: web.Request) -> Project:
    """Return the project that the path names by its id, or by its key: recorders make links and know no id.

    Blocking. Raises NotFoundError.
    """
    projects, name = request.app[PROJECTS], request.match_info["project"]
    project = projects.get(name) or projects.by_key(name)
    if project is None:
        raise NotFoundError("There is no project of this name.")
    return project


def session_of(request: web.Request, project: str) -> SessionRow:
    """Return the session that the path names. Blocking. Raises NotFoundError."""
    return session_named(request, project, request.match_info["session"])


def session_named(request: web.Request, project: str, session: str) -> SessionRow:
    """Return a session of a project. Blocking. Raises NotFoundError."""
    row = request.app[INDEX].session(project, session)
    if row is None:
        raise NotFoundError("There is no such session in this project. It may have been erased.")
    return row


async def sent_form(
    request: web.Request,
) -> MultiDictProxy[str | bytes | bytearray | web.FileField]:
    """Return the form that was sent. Raises RequestError where its body is none."""
    try:
        return await request.post()
    except (ValueError, LookupError) as error:  # no such boundary, no such charset
        raise RequestError("The form cannot be read. Go back and send it again.") from error


async def page_answer(
    request: web.Request, template: str, page: "DataclassInstance", status: int = 200
) -> web.Response:
    """Answer with a page, written in a thread: else no chunk would be answered meanwhile."""
    return html(await asyncio.to_thread(request.app[TEMPLATES].render, template, page), status)


def account_of(_request: web.Request) -> str:
    """Return who asks. There is one password and so one account, the team; with accounts, theirs goes here."""
    return ""


def remembered(request: web.Request, answer: web.Response) -> web.Response:
    """Return the answer with the mark that its project is the one looked at last."""
    name = request.match_info["project"]
    answer.set_cookie(PROJECT_COOKIE, name, httponly=True, samesite="Lax")
    return answer


def shell(request: web.Request, title: str, section: str, project: Project | None) -> Shell:
    """Return the frame of a page. Blocking."""
    return Shell(
        title=title,
        section=section,
        project=project,
        projects=tuple(request.app[PROJECTS].all()),
        has_login=request.app[LOGIN].is_needed,
    )
