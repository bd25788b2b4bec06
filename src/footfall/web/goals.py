"""Goals: what there is to choose from, and the team's own under their names: kept, counted and removed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from aiohttp import web

from footfall.analysis.metrics import Visits
from footfall.annotations.goals import SavedGoal
from footfall.index.packs import Snapshot
from footfall.index.visits import reached_goal
from footfall.web.choice import read_goal
from footfall.web.common import project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.keys import GOALS, INDEX
from footfall.web.overview_data import Data
from footfall.web.overview_query import OverviewQuery, read_overview_query
from footfall.web.overview_show import Tile, share_tile
from footfall.wire.facts import Event

_MAX_EVENTS: Final = 50


@dataclass(frozen=True)
class GoalLine:
    """A saved goal in a time."""

    id: int
    name: str
    goal: str  # as addresses have it
    what: str  # in words
    sessions: int  # that reached it
    before: int  # that did in the time before
    tile: Tile  # its conversion, beside the time before
    conversion: float | None
    overview: str  # query string of the overview with it


def goals_of(
    request: web.Request, project: str, pages: Iterable[str], chosen: str
) -> dict[str, str]:
    """Return the goals to choose from, by how addresses have them: the team's own first. Blocking."""
    with request.app[INDEX].facts(project) as shot:
        events = event_names_of(shot)
    goals = {"": "No goal", **saved_goals(request, project)}
    for goal in (*(f"page:{page}" for page in pages), *(f"event:{name}" for name in events)):
        goals.setdefault(goal, in_words(goal))
    if chosen:
        goals.setdefault(chosen, in_words(chosen))
    return goals


def saved_goals(request: web.Request, project: str) -> dict[str, str]:
    """Return the names of the team's own goals by how addresses have them. Blocking."""
    return {one.goal: one.name for one in request.app[GOALS].all(project)}


def in_words(goal: str) -> str:
    """Return a goal for people."""
    kind, _, name = goal.partition(":")
    return f"Saw {name}" if kind == "page" else f"Event {name}"


def event_names_of(shot: Snapshot) -> list[str]:
    """Return the names of the site's own events, the commonest first, and at most 50."""
    numbers, counts = np.unique(shot.read(Event, ["name"])["name"], return_counts=True)
    commonest = numbers[np.argsort(-counts, kind="stable")][:_MAX_EVENTS]
    return shot.texts(commonest)


def goal_lines(
    request: web.Request, project: str, data: Data, query: OverviewQuery
) -> tuple[GoalLine, ...]:
    """Count the sessions that reached each saved goal. Blocking."""
    saved = request.app[GOALS].all(project)
    if not saved:
        return ()
    with request.app[INDEX].facts(project) as shot:
        return tuple(_line(shot, one, data, query) for one in saved)


def _line(shot: Snapshot, one: SavedGoal, data: Data, query: OverviewQuery) -> GoalLine:
    goal = read_goal(one.goal)
    reached = np.empty(0, np.int64) if goal is None else reached_goal(shot, goal)["session"]
    (now, of), before = ((_hits(some, reached), len(some)) for some in (data.now, data.before))
    return GoalLine(
        id=one.id,
        name=one.name,
        goal=one.goal,
        what=in_words(one.goal),
        sessions=now,
        before=before[0],
        tile=share_tile(one.name, now, of, before if before[1] else None, 1, in_words(one.goal)),
        conversion=now / of if of else None,
        overview=replace(query, goal=one.goal).query(),
    )


def _hits(visits: Visits, reached: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    return int(np.isin(visits.number, reached).sum())


async def keep_goal(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/goals with `name` and `goal` (page:/thanks, event:bought): keep it for the team."""
    form = await sent_form(request)
    name, goal = form.get("name", ""), form.get("goal", "")
    if not (isinstance(name, str) and isinstance(goal, str)):
        raise RequestError("The form is not what it should be.")
    if read_goal(goal) is None:
        raise RequestError("A goal is a page or an event: page:/thanks, event:bought.")

    def keep() -> str:
        project = project_of(request)
        request.app[GOALS].save(project.id, name, goal)
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
