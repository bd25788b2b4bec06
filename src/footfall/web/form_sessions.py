"""The sessions behind a form's figures."""

import asyncio
from dataclasses import dataclass
from typing import Final

import numpy as np
from aiohttp import web

from footfall.index import Filter, SessionRow
from footfall.index.packs import Choice as PackChoice
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.form_reports import sessions_behind
from footfall.web.forms import read_form_choice
from footfall.web.keys import INDEX
from footfall.web.render import Shell

_MAX_SESSIONS: Final = 500
DID: Final = {
    "views": "came to a field of it",
    "starts": "began it",
    "completions": "sent it",
    "drops": "gave it up",
    "failed": "sent it in vain",
    "blank": "sent it blank",
}
"""Figures of a form, and what who is behind them did."""


@dataclass(frozen=True)
class FormSessionsPage:
    """The context of form_sessions.html."""

    shell: Shell
    base: str
    query: str  # of the form's page
    page: str
    what: str  # whose sessions they are
    total: int
    rows: tuple[SessionRow, ...]


async def form_sessions(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/forms/sessions?page=&form=&did=: the sessions of those who did so with a form of a page."""
    choice, form = read_form_choice(request), request.query.get("form", "")
    did = request.query.get("did", "")
    did = did if did in DID else "views"

    def build() -> FormSessionsPage:
        project, index = project_of(request), request.app[INDEX]
        chosen = choice.filter(now_ms())
        only = None
        if chosen.device is not None:
            only = index.session_columns(project.id, Filter(device=chosen.device)).number
        span = PackChoice(since=chosen.since, until=chosen.until)
        with index.facts(project.id) as shot:
            numbers = np.unique(sessions_behind(shot, (choice.page, form), did, span, only))
        ids = index.session_names(project.id, numbers[-_MAX_SESSIONS:].tolist())
        found = Filter(sessions=frozenset(ids.values()))
        return FormSessionsPage(
            shell=shell(request, f"Forms · {project.name}", "forms", project),
            base=f"/p/{project.id}",
            query=choice.query(),
            page=choice.page,
            what=DID[did],
            total=len(numbers),
            rows=tuple(index.sessions(project.id, found, limit=_MAX_SESSIONS)),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "form_sessions.html", page)
