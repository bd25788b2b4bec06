"""“Why is this visitor counted so?”: a session's events as a funnel sees them."""

import asyncio
from dataclasses import dataclass

import numpy as np
from aiohttp import web

from footfall.analysis.funnels.explain import Explanation, explain, why
from footfall.analysis.steps import KINDS
from footfall.errors import NotFoundError
from footfall.index import SessionRow
from footfall.web.common import page_answer, project_of, shell
from footfall.web.funnel_answer import computed, funnel_names, funnel_source
from footfall.web.funnel_form import KIND_NAMES
from footfall.web.funnel_query import FunnelQuery, read_query
from footfall.web.keys import INDEX
from footfall.web.render import Shell

_MOST: int = 500


@dataclass(frozen=True)
class Event:
    """A row of the page."""

    time: int  # ms since 1970
    what: str
    page: str
    steps: tuple[int, ...]  # that it fits, from 1
    is_excluded: bool
    taken: int  # step of the attempt that counts, from 1; 0: none
    link: str  # the replay at it


@dataclass(frozen=True)
class ExplainPage:
    """The context of funnel_explain.html."""

    shell: Shell
    base: str
    query: FunnelQuery
    names: tuple[str, ...]  # of the steps
    row: SessionRow
    sentence: str
    events: tuple[Event, ...]
    total: int  # events, of which the first are shown


async def funnel_explain(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/funnels/explain?…&session=: what the funnel sees of the person of a session."""
    query = read_query(request.query)

    def build() -> ExplainPage:
        project, index = project_of(request), request.app[INDEX]
        row = index.session(project.id, request.query.get("session", ""))
        if row is None:
            raise NotFoundError(
                "There is no such session in this project. It may have been erased."
            )
        base = f"/p/{project.id}"
        with computed(funnel_source(request), query) as found:
            owners = found.table.owner[found.table.session == row.number]
            owner = int(owners[0]) if len(owners) else -1
            told = explain(found.funnel, found.table, found.outcomes, owner)
            sentence = why(found.funnel, told)
            shown = told.lines[:_MOST]
            pages = found.scope.shot.texts([line.page for line in shown])
        numbers = np.unique([line.session for line in shown]).tolist()
        ids = index.session_names(project.id, numbers)
        known = {one: index.session(project.id, one) for one in ids.values()}
        starts = {one.number: one.started for one in known.values() if one is not None}
        return ExplainPage(
            shell=shell(request, f"Funnel · {project.name}", "funnels", project),
            base=base,
            query=query,
            names=funnel_names(query),
            row=row,
            sentence=sentence,
            events=_events(
                told, pages, {number: (ids[number], at) for number, at in starts.items()}, base
            ),
            total=len(told.lines),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "funnel_explain.html", page)


def _events(
    told: Explanation, pages: list[str], sessions: dict[int, tuple[str, int]], base: str
) -> tuple[Event, ...]:
    found = []
    for line, page in zip(told.lines, pages, strict=False):
        name, start = sessions.get(line.session, ("", 0))
        link = f"{base}/sessions/{name}?t={max(line.time - start, 0)}" if name else ""
        what = KIND_NAMES[KINDS[line.kind]].capitalize()
        found.append(Event(line.time, what, page, line.steps, line.is_excluded, line.taken, link))
    return tuple(found)
