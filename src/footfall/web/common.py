"""What most handlers begin with: the project asked for, the frame of the page, the time."""

import time

from aiohttp import web

from footfall.errors import NotFoundError
from footfall.projects import Project
from footfall.web.keys import LOGIN, PROJECTS
from footfall.web.render import Shell

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


def shell(request: web.Request, title: str, section: str, project: Project | None) -> Shell:
    """Return the frame of a page. Blocking."""
    return Shell(
        title=title,
        section=section,
        project=project,
        projects=tuple(request.app[PROJECTS].all()),
        has_login=request.app[LOGIN].is_needed,
    )
