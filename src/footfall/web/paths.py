"""Paths: where people go from a page, or come from to it."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from aiohttp import web

from footfall.analysis.paths import (
    DROP_OFF,
    OTHER,
    Moves,
    Question,
    Sankey,
    behind,
    sankey,
    walk,
)
from footfall.analysis.templates import Rules
from footfall.detect.events import Scope, read_seen
from footfall.index import Filter, SessionRow
from footfall.index.people import SessionColumns
from footfall.web.answers import csv_answer, json_answer
from footfall.web.choice import Choice, read_choice, whole_number
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.keys import INDEX, PAGE_RULES
from footfall.web.path_events import (
    called_events,
    is_event,
    named_nodes,
    offered_events,
    shown_node,
)
from footfall.web.render import Shell
from footfall.web.sessions import FilterBar, filter_bar

SHARES: Final = {
    0: "Everything",
    1: "1 % of paths",
    2: "2 % of paths",
    5: "5 % of paths",
    10: "10 % of paths",
}
DEPTHS: Final = tuple(range(2, 11))
_TOP: Final = 8
_MAX_SESSIONS: Final = 500
_OTHERS: Final = "Other pages"
_ENDS: Final = {False: "Left", True: "Came in"}


@dataclass(frozen=True)
class PathQuery:
    """What the page of paths is asked for."""

    choice: Choice
    page: str = ""
    """Template or event to begin at, or to end at; "": the first or the last of each path."""
    backwards: bool = False
    depth: int = 5
    share: int = 1  # per cent of all paths: what fewer go through is among the others
    events: bool = False  # the site's own events and those that people named are on the way, too

    @property
    def has_events(self) -> bool:
        """Whether events are on the way: also where one is what paths begin or end at."""
        return self.events or is_event(self.page)

    def query(self, **changes: str) -> str:
        """Return the query string, "" or with its `?`, with `changes`."""
        values = {
            "page": self.page,
            "direction": "to" if self.backwards else "",
            "depth": "" if self.depth == 5 else str(self.depth),
            "share": "" if self.share == 1 else str(self.share),
            "events": "1" if self.events else "",
            **changes,
        }
        before = replace(self.choice, page="").query()
        text = urlencode({name: value for name, value in values.items() if value})
        if not text:
            return before
        return f"{before}&{text}" if before else f"?{text}"


@dataclass(frozen=True)
class Band:
    """A row of the table."""

    position: int  # from 1
    source: str
    target: str
    transitions: int
    visitors: int
    share: float  # of all paths, 0..1
    link: str  # query string of the sessions behind it


@dataclass(frozen=True)
class PathsPage:
    """The context of paths.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    query: PathQuery
    pages: tuple[str, ...]  # templates that may be chosen
    events: tuple[tuple[str, str], ...]  # likewise events: their nodes, and what they are called
    depths: tuple[int, ...]
    shares: dict[int, str]
    paths: int
    visitors: int
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class PathSessionsPage:
    """The context of path_sessions.html."""

    shell: Shell
    base: str
    query: PathQuery
    what: str  # whose sessions they are
    total: int
    rows: tuple[SessionRow, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """Paths that were computed."""

    asked: Question
    moves: Moves
    names: list[str]
    people: SessionColumns
    called: Mapping[str, str]  # as `called_events`

    def name(self, node: int) -> str:
        """Return what a node is called."""
        ends = _ENDS[self.asked.backwards]
        return {OTHER: _OTHERS, DROP_OFF: ends}.get(node) or shown_node(
            self.names[node], self.called
        )

    def diagram(self) -> Sankey:
        """Count the moves."""
        return sankey(self.moves, self.people.visitor_of(self.moves.session), self.asked)


def read_path_query(request: web.Request) -> PathQuery:
    """Read what an address asks for; what makes no sense is left out."""
    query = request.query
    share = whole_number(query.get("share", ""), 0, 50, 1)
    choice = replace(read_choice(query), offset=0, starred=False, label="")
    return PathQuery(
        replace(choice, page=""),
        choice.page,
        query.get("direction") == "to",
        whole_number(query.get("depth", ""), DEPTHS[0], DEPTHS[-1], 5),
        share,
        query.get("events") == "1",
    )


async def paths_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/paths."""
    query = read_path_query(request)

    def build() -> PathsPage:
        project = project_of(request)
        with _computed(request, project.id, query) as found:
            diagram = found.diagram()
        return PathsPage(
            shell=shell(request, f"Paths · {project.name}", "paths", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, query.choice),
            query=query,
            pages=_pages(found.names, query),
            events=offered_events(request, project.id, query.page),
            depths=DEPTHS,
            shares=SHARES,
            paths=diagram.paths,
            visitors=diagram.visitors,
            bands=_bands(found, diagram, query),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "paths.html", page)


async def paths_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/paths: nodes and bands."""
    query = read_path_query(request)

    def build() -> dict[str, Any]:
        with _computed(request, project_of(request).id, query) as found:
            diagram = found.diagram()
        return {
            "paths": diagram.paths,
            "visitors": diagram.visitors,
            "depth": query.depth,
            "backwards": query.backwards,
            "nodes": [
                {
                    "position": one.position,
                    "node": one.node,
                    "name": found.name(one.node),
                    "paths": one.paths,
                    "visitors": one.visitors,
                    "link": _link(query, one.position, one.node, None, found),
                }
                for one in diagram.nodes
            ],
            "edges": [
                {**vars(one), "link": _link(query, one.position, one.source, one.target, found)}
                for one in diagram.edges
            ],
        }

    return json_answer(await asyncio.to_thread(build))


async def paths_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/paths.csv: the table."""
    query = read_path_query(request)

    def build() -> tuple[Band, ...]:
        with _computed(request, project_of(request).id, query) as found:
            return _bands(found, found.diagram(), query)

    names = ("position", "source", "target", "transitions", "visitors", "share")
    rows = [[getattr(one, name) for name in names] for one in await asyncio.to_thread(build)]
    return csv_answer("paths.csv", names, rows)


async def path_sessions(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/paths/sessions?…&position=&source=[&target=]: the sessions behind a node or a band."""
    query = read_path_query(request)

    def build() -> PathSessionsPage:
        project, index = project_of(request), request.app[INDEX]
        position = whole_number(request.query.get("position", ""), 0, DEPTHS[-1], 0)
        source, target = request.query.get("source", ""), request.query.get("target", "")
        with _computed(request, project.id, query) as found:
            numbers = _sessions(found, position, source, target)
        ids = index.session_names(project.id, numbers[-_MAX_SESSIONS:].tolist())
        rows = index.sessions(
            project.id, Filter(sessions=frozenset(ids.values())), limit=_MAX_SESSIONS
        )
        arrow = " ← " if query.backwards else " → "
        return PathSessionsPage(
            shell=shell(request, f"Paths · {project.name}", "paths", project),
            base=f"/p/{project.id}",
            query=query,
            what=arrow.join(_shown(one, query, found.called) for one in (source, target) if one),
            total=len(numbers),
            rows=tuple(rows),
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "path_sessions.html", page)


@contextmanager
def _computed(request: web.Request, project: str, query: PathQuery) -> Iterator[Found]:
    index = request.app[INDEX]
    chosen = query.choice.filter(now_ms())
    people = index.session_columns(project, Filter(device=chosen.device))
    rules = Rules(request.app[PAGE_RULES].templates(project))
    only = people if chosen.device is not None else None
    with index.facts(project) as shot:
        scope = Scope(shot, rules, chosen.since, chosen.until, only)
        named = named_nodes(request, project, query.page) if query.has_events else {}
        seen, names = read_seen(scope, events=query.has_events, named=named)
        known = np.isin(seen.session, people.number)
        if not known.all():
            # A session that has come between the two looks at the index.
            seen = type(seen)(seen.session[known], seen.time[known], seen.node[known])
    called = called_events(request, project)
    start = names.index(query.page) if query.page in names else None
    asked = Question(start, query.backwards, query.depth, _TOP, query.share / 100)
    if query.page and start is None:
        seen = type(seen)(*(one[:0] for one in (seen.session, seen.time, seen.node)))
    yield Found(asked, walk(seen, asked), names, people, called)


def _bands(found: Found, diagram: Sankey, query: PathQuery) -> tuple[Band, ...]:
    return tuple(
        Band(
            one.position + 1,
            found.name(one.source),
            found.name(one.target),
            one.transitions,
            one.visitors,
            one.transitions / max(diagram.paths, 1),
            _link(query, one.position, one.source, one.target, found),
        )
        for one in diagram.edges
    )


def _link(query: PathQuery, position: int, source: int, target: int | None, found: Found) -> str:
    told = {"position": str(position), "source": _written(source, found)}
    if target is not None:
        told["target"] = _written(target, found)
    return query.query(**told)


def _written(node: int, found: Found) -> str:
    return {OTHER: "other", DROP_OFF: "left"}.get(node) or found.names[node]


def _shown(written: str, query: PathQuery, called: Mapping[str, str]) -> str:
    ends = {"other": _OTHERS, "left": _ENDS[query.backwards]}
    return ends.get(written) or shown_node(written, called)


def _pages(names: list[str], query: PathQuery) -> tuple[str, ...]:
    return tuple(sorted(one for one in {*names, query.page} if one and not is_event(one)))


def _sessions(found: Found, position: int, source: str, target: str) -> Any:
    numbers: dict[str, int] = {"other": OTHER, "left": DROP_OFF}
    numbers.update({name: at for at, name in enumerate(found.names)})
    if source not in numbers or (target and target not in numbers):
        return np.zeros(0, np.int64)
    return behind(found.moves, found.asked, position, numbers[source], numbers.get(target))
