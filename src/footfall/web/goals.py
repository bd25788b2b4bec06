"""Goals: what there is to choose from, and the team's own under their names: tried, kept, counted and removed."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from aiohttp import web

from footfall.analysis.metrics import Visits
from footfall.index.packs import Snapshot
from footfall.web.books import books_of
from footfall.web.choice import goal_words, read_goal
from footfall.web.common import project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.keys import GOALS, INDEX, PAGE_RULES, VIEWS
from footfall.web.overview_data import Data
from footfall.web.overview_query import OverviewQuery, read_overview_query
from footfall.web.overview_show import Tile, share_tile
from footfall.web.problem_lines import ProblemQuery
from footfall.web.session_filter import GoalError, goal_of
from footfall.wire.facts import Event

_MAX_EVENTS: Final = 50
_Query = TypeVar("_Query", OverviewQuery, ProblemQuery)


@dataclass(frozen=True)
class GoalLine:
    """A goal in a time."""

    id: int  # 0: it is not kept
    name: str
    goal: str  # as addresses have it
    what: str  # in words
    problem: str  # why it cannot be counted; "": it can
    sessions: int  # that reached it
    before: int  # that did in the time before
    tile: Tile  # its conversion, beside the time before
    conversion: float | None
    overview: str  # query string of the overview with it


@dataclass(frozen=True)
class Draft:
    """A goal that somebody is about to keep: a choice, or steps."""

    name: str = ""
    counts: str = ""  # as addresses have it
    steps: str = ""  # instead of that

    @property
    def goal(self) -> str:
        """As addresses have it; "" for none."""
        return f"steps:{self.steps}" if self.steps else self.counts


def read_draft(values: Mapping[str, object]) -> Draft:
    """Read what a form, or an address, says of a goal."""
    told = (values.get(name, "") for name in ("name", "counts", "steps"))
    return Draft(*(one.strip() if isinstance(one, str) else "" for one in told))


def goals_of(
    request: web.Request, project: str, pages: Iterable[str], chosen: str
) -> dict[str, str]:
    """Return the goals to choose from, by how addresses have them: the team's own first. Blocking."""
    with request.app[INDEX].facts(project) as shot:
        events = event_names_of(shot)
    goals = {"": "No goal", **saved_goals(request, project)}
    for goal in (
        *(f"segment:{one.name}" for one in request.app[VIEWS].all(project)),
        *(f"page:{template}" for template in request.app[PAGE_RULES].templates(project)),
        *(f"page:{page}" for page in pages),
        *(f"event:{name}" for name in events),
    ):
        goals.setdefault(goal, goal_words(goal))
    if chosen:
        goals.setdefault(chosen, goal_words(chosen))
    return goals


def saved_goals(request: web.Request, project: str) -> dict[str, str]:
    """Return the names of the team's own goals by how addresses have them. Blocking."""
    return {one.goal: one.name for one in request.app[GOALS].all(project)}


def countable(request: web.Request, project: str, query: _Query) -> tuple[_Query, str]:
    """Return what a page is asked for without a goal that cannot be counted, and why it cannot. Blocking."""
    try:
        goal_of(books_of(request), project, query.goal)
    except GoalError as error:
        return replace(query, goal=""), str(error)
    return query, ""


def event_names_of(shot: Snapshot) -> list[str]:
    """Return the names of the site's own events, the commonest first, and at most 50."""
    numbers, counts = np.unique(shot.read(Event, ["name"])["name"], return_counts=True)
    commonest = numbers[np.argsort(-counts, kind="stable")][:_MAX_EVENTS]
    return shot.texts(commonest)


def goal_lines(
    request: web.Request, project: str, data: Data, query: OverviewQuery
) -> tuple[GoalLine, ...]:
    """Count the sessions that reached each saved goal. Blocking."""
    return tuple(
        _line(request, project, data, replace(query, goal=one.goal), (one.id, one.name))
        for one in request.app[GOALS].all(project)
    )


def preview(
    request: web.Request, project: str, data: Data, query: OverviewQuery, draft: Draft
) -> GoalLine | None:
    """Count the sessions that would have reached a goal that is not kept; None: there is none. Blocking."""
    if read_goal(draft.goal) is None:
        return None
    return _line(request, project, data, replace(query, goal=draft.goal), (0, draft.name))


def _line(
    request: web.Request, project: str, data: Data, query: OverviewQuery, named: tuple[int, str]
) -> GoalLine:
    """Count a goal, which `query` has."""
    problem, reached = "", np.empty(0, np.int64)
    try:
        goal = goal_of(books_of(request), project, query.goal)
    except GoalError as error:
        problem = str(error)
    else:
        if goal is not None:
            with request.app[INDEX].facts(project) as shot:
                reached = goal.reached(shot)["session"]
    (now, of), before = ((_hits(some, reached), len(some)) for some in (data.now, data.before))
    number, name = named
    what = goal_words(query.goal)
    known = before if before[1] and not problem else None
    return GoalLine(
        id=number,
        name=name,
        goal=query.goal,
        what=what,
        problem=problem,
        sessions=now,
        before=before[0],
        tile=share_tile(name, now, 0 if problem else of, known, 1, what),
        conversion=now / of if of and not problem else None,
        overview=query.query(),
    )


def _hits(visits: Visits, reached: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    return int(np.isin(visits.number, reached).sum())


async def keep_goal(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/goals with `name`, and `counts` (docs/goals.md) or `steps`: keep it for the team."""
    draft = read_draft(await sent_form(request))
    if read_goal(draft.goal) is None:
        raise RequestError(
            "A goal is a page, an event, a segment or steps: page:/thanks, event:bought."
        )

    def keep() -> str:
        project = project_of(request)
        goal_of(books_of(request), project.id, draft.goal)
        request.app[GOALS].save(project.id, draft.name, draft.goal)
        return project.id

    raise web.HTTPSeeOther(_overview(request, await asyncio.to_thread(keep)))


async def remove_goal(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/goals/{goal}/remove."""

    def remove() -> str:
        project = project_of(request)
        request.app[GOALS].remove(project.id, int(request.match_info["goal"]))
        return project.id

    raise web.HTTPSeeOther(_overview(request, await asyncio.to_thread(remove)))


def _overview(request: web.Request, project: str) -> str:
    return f"/p/{project}/overview{read_overview_query(request.query).query()}#goals"
