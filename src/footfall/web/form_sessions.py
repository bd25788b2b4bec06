"""The sessions behind a form's figures, and behind those of its fields."""

import asyncio
from dataclasses import dataclass
from typing import Final

import numpy as np
from aiohttp import web

from footfall.index import Filter, SessionRow
from footfall.web.choice import read_span
from footfall.web.common import page_answer, project_of, shell
from footfall.web.form_reports import Figure, behind
from footfall.web.forms import labels_on, read_form_choice, scope_of
from footfall.web.keys import INDEX
from footfall.web.render import Shell

_MAX_SESSIONS: Final = 500
_MAX_KEY: Final = 512
_LEAD_MS: Final = 3_000
"""Of a replay, what is shown before what was done."""
_VIEWS: Final = "page views in which that was done"
_VISITS: Final = "visits to the field"
_SENDS: Final = "sendings"
DID: Final = {
    "views": ("came to a field", _VIEWS),
    "starts": ("began", _VIEWS),
    "completions": ("sent it", _VIEWS),
    "drops": ("gave up", _VIEWS),
    "failed": ("sent it in vain", _SENDS),
    "blank": ("sent it blank", _SENDS),
}
"""Figures of a form, what who is behind them did, and what they count."""
DID_IN_FIELD: Final = {
    "views": ("came to {}", _VIEWS),
    "starts": ("changed {}", _VIEWS),
    "hesitation": ("began to fill in {}", _VISITS),
    "returns": ("came back to {}", _VISITS),
    "corrections": ("made {} shorter", _VISITS),
    "errors": ("left {} not valid", _VISITS),
    "blanks": ("sent the form with {} empty", _SENDS),
    "pastes": ("pasted into {}", _VISITS),
    "autofills": ("had {} filled in by the browser", _VISITS),
    "drops": ("gave up at {}", _VIEWS),
}
"""Likewise of a field, whose name stands for {}."""


@dataclass(frozen=True)
class Behind:
    """A session behind a figure."""

    row: SessionRow
    times: int  # how many of what the figure counts are its own
    at: int  # ms from its start to just before the first of them


@dataclass(frozen=True)
class FormSessionsPage:
    """The context of form_sessions.html."""

    shell: Shell
    base: str
    query: str  # of the form's page
    page: str  # "": of all pages
    what: str  # what they did
    began: tuple[int, int] | None  # when, ms since 1970, if only attempts of a time are asked for
    counted: str  # what the figure counts
    count: int  # the figure
    total: int
    rows: tuple[Behind, ...]  # the latest


async def form_sessions(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/forms/sessions?page=&form=&field=&did=&began=: the sessions of those who did so.

    Without a form: with any form of the page, without a page: of any page. field: key of one. began: ms since 1970 of
    the first and the last attempt that counts, as in 1764547200000-1764633599999.
    """
    choice, form = read_form_choice(request), request.query.get("form")
    field, did = request.query.get("field", "")[:_MAX_KEY], request.query.get("did", "")
    known = DID_IN_FIELD if field else DID
    did = did if did in known else "views"
    began = read_span(request.query.get("began", ""))

    def build() -> FormSessionsPage:
        project, index = project_of(request), request.app[INDEX]
        with index.facts(project.id) as shot:
            figure = Figure(form, field or None, did, began)
            session, time = behind(shot, scope_of(request, shot, choice), figure)
            name = _name(labels_on(shot, choice.page, field), field)
        numbers, which, times = np.unique(session, return_inverse=True, return_counts=True)
        first = np.full(len(numbers), np.iinfo(np.int64).max)
        np.minimum.at(first, which, time)
        told = {
            number: (many, at)
            for number, many, at in zip(
                *(column[-_MAX_SESSIONS:].tolist() for column in (numbers, times, first)),
                strict=True,
            )
        }
        ids = index.session_names(project.id, list(told))
        found = Filter(sessions=frozenset(ids.values()))
        what, counted = known[did]
        return FormSessionsPage(
            shell=shell(request, f"Forms · {project.name}", "forms", project),
            base=f"/p/{project.id}",
            query=choice.query(),
            page=choice.page,
            what=what.format(name),
            began=began,
            counted=counted,
            count=len(session),
            total=len(numbers),
            rows=tuple(
                _row(row, *told[row.number])
                for row in index.sessions(project.id, found, limit=_MAX_SESSIONS)
            ),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "form_sessions.html", page)


def _row(row: SessionRow, times: int, at: int) -> Behind:
    return Behind(row, times, max(0, at - row.started - _LEAD_MS))


def _name(labels: dict[str, str], field: str) -> str:
    return f"“{labels.get(field, field)}”"
