"""Problems: what troubles most visitors and costs most conversions, each with the shortest moment that proves it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from aiohttp import web

from footfall.analysis.problems import Occurrence, Problem, problems
from footfall.detect import Verdict
from footfall.index import Filter
from footfall.index.found import Found, MomentFilter
from footfall.index.packs import Choice as PackChoice
from footfall.index.packs import Snapshot
from footfall.index.visits import reached_goal
from footfall.web.answers import csv_answer, json_answer
from footfall.web.choice import Choice, read_choice, read_goal, whole_number
from footfall.web.common import now_ms, project_of, shell
from footfall.web.keys import DETECTOR, INDEX, TEMPLATES, VERDICTS
from footfall.web.render import Shell, html
from footfall.web.session_choice import MOMENTS
from footfall.web.sessions import FilterBar, filter_bar
from footfall.wire.facts import Event
from footfall.wire.schema import Click

TROUBLE: Final = (
    "rage", "dead", "slow", "error", "quick_back", "thrash", "scrolling", "form_abandon", "last_step", "field_drop",
)  # fmt: skip
"""Kinds of moments that tell of trouble; the others tell of interest."""
_ROWS: Final = 50
_MAX_ROWS: Final = 500
_MAX_TEXT: Final = 512
_MAX_TIME: Final = 2**53
_MAX_EVENTS: Final = 50
_LEAD_MS: Final = 3_000
"""Of a clip, what is shown before the moment begins."""
_SPARK: Final = (90, 24)
"""Width and height of a trend, CSS px."""


@dataclass(frozen=True)
class ProblemQuery:
    """What the page is asked for."""

    choice: Choice
    kind: str = ""
    goal: str = ""  # "page:/thanks", "event:bought"; "" for none

    def query(self, **changes: str) -> str:
        """Return the query string, "" or with its `?`, with `changes`."""
        values = {"kind": self.kind, "goal": self.goal, **changes}
        before = self.choice.query()
        text = urlencode({name: value for name, value in values.items() if value})
        if not text:
            return before
        return f"{before}&{text}" if before else f"?{text}"


@dataclass(frozen=True)
class Line:
    """A row of the page."""

    problem: Problem
    name: str  # of the kind
    label: str  # what the element is called; "" where nobody clicked it or it has no text
    clip: str  # query string of the replay that begins just before the shortest moment
    sessions: str  # query string of the list of sessions that have it
    points: str  # of the trend, in a box of _SPARK
    most: int  # visitors in the highest part of the trend


@dataclass(frozen=True)
class ProblemsPage:
    """The context of problems.html."""

    shell: Shell
    base: str
    bar: FilterBar
    query: ProblemQuery
    kinds: Mapping[str, str]
    goals: Mapping[str, str]
    spark: tuple[int, int]
    lines: tuple[Line, ...]
    total: int
    verdicts: tuple[tuple[Verdict, str], ...]  # and what their kinds are called


@dataclass(frozen=True)
class Ranked:
    """Problems that were computed."""

    problems: list[Problem]
    started: Mapping[str, int]  # of sessions, ms since 1970


def read_problem_query(request: web.Request) -> ProblemQuery:
    """Read what an address asks for; what makes no sense is left out."""
    query = request.query
    kind, goal = query.get("kind", ""), query.get("goal", "")[:_MAX_TEXT]
    choice = replace(read_choice(query), offset=0, starred=False, label="")
    if goal.startswith("/"):
        goal = f"page:{goal}"
    return ProblemQuery(
        choice, kind if kind in TROUBLE else "", goal if read_goal(goal) is not None else ""
    )


async def problems_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/problems."""
    query = read_problem_query(request)

    def build() -> ProblemsPage:
        project = project_of(request)
        ranked = _ranked(request, project.id, query)
        shown = ranked.problems[:_ROWS]
        bar = filter_bar(request, project.id, query.choice)
        with request.app[INDEX].facts(project.id) as shot:
            labels = labels_of(shot, {one.element for one in shown})
        return ProblemsPage(
            shell=shell(request, f"Problems · {project.name}", "problems", project),
            base=f"/p/{project.id}",
            bar=bar,
            query=query,
            kinds={"": "All kinds", **{kind: _name(kind) for kind in TROUBLE}},
            goals=goals_of(request, project.id, bar.pages, query.goal),
            spark=_SPARK,
            lines=tuple(_line(one, labels, ranked.started, query) for one in shown),
            total=len(ranked.problems),
            verdicts=tuple(
                (one, _name(one.kind)) for one in sorted(request.app[VERDICTS].all(project.id))
            ),
        )

    return html(request.app[TEMPLATES].render("problems.html", await asyncio.to_thread(build)))


async def problems_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/problems.csv: all of them."""
    query = read_problem_query(request)
    ranked = await asyncio.to_thread(lambda: _ranked(request, project_of(request).id, query))
    names = (
        "kind", "page", "element", "moments", "visitors", "others", "converted", "converted_others", "cost",
    )  # fmt: skip
    rows = [[getattr(one, name) for name in names] for one in ranked.problems]
    return csv_answer("problems.csv", names, rows)


async def problems_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/problems?goal=&kind=&page=&device=&time=&since=&limit=: the dearest first.

    goal: "page:/thanks" (or the page alone), or "event:name". Costs are zero without one. since: ms since 1970.
    """
    query = read_problem_query(request)
    since = whole_number(request.query.get("since", ""), 0, _MAX_TIME, 0)
    limit = whole_number(request.query.get("limit", ""), 1, _MAX_ROWS, _ROWS)

    def build() -> dict[str, Any]:
        ranked = _ranked(request, project_of(request).id, query, since)
        shown = [asdict(one) for one in ranked.problems[:limit]]
        return {"total": len(ranked.problems), "problems": shown}

    return json_answer(await asyncio.to_thread(build))


async def judge(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/problems: "not a problem here" (`holds` is "1"), or that it is one after all."""
    form = await request.post()
    query = read_problem_query(request)
    kind, page, element, holds = (
        str(form.get(name, ""))[:_MAX_TEXT] for name in ("kind", "page", "element", "holds")
    )

    def change() -> str:
        project = project_of(request)
        if kind in MOMENTS:
            verdict = Verdict(kind, page, element)
            request.app[VERDICTS].set(project.id, verdict, holds=holds == "1")
            chosen = MomentFilter(kind=kind, page=page, element=element, dismissed=True)
            found = Found(request.app[INDEX].path)
            request.app[DETECTOR].look_again(found.affected(project.id, chosen))
        return project.id

    project = await asyncio.to_thread(change)
    raise web.HTTPSeeOther(f"/p/{project}/problems{query.query()}")


def worst(
    request: web.Request, project: str, choice: Choice, goal: str, limit: int
) -> tuple[Line, ...]:
    """Return the dearest problems. Blocking. Raises StorageError."""
    query = ProblemQuery(choice, goal=goal)
    ranked = _ranked(request, project, query)
    shown = ranked.problems[:limit]
    with request.app[INDEX].facts(project) as shot:
        labels = labels_of(shot, {one.element for one in shown})
    return tuple(_line(one, labels, ranked.started, query) for one in shown)


def goals_of(
    request: web.Request, project: str, pages: Iterable[str], chosen: str
) -> dict[str, str]:
    """Return the goals to choose from, by how addresses have them; the one chosen is among them. Blocking."""
    with request.app[INDEX].facts(project) as shot:
        events = _event_names(shot)
    goals = {"": "No goal"}
    goals |= {f"page:{page}": f"Saw {page}" for page in pages}
    goals |= {f"event:{name}": f"Event {name}" for name in events}
    if chosen:
        goals.setdefault(chosen, chosen.partition(":")[2])
    return goals


def labels_of(shot: Snapshot, elements: Iterable[str]) -> dict[str, str]:
    """Return the text that most clicks on each element had, of those that have one."""
    told = shot.read(Click, ["key", "text"], PackChoice())
    found: dict[str, str] = {}
    for element in elements:
        texts = told["text"][told["key"] == shot.number(element)] if element else []
        if len(texts):
            values, counts = np.unique(texts, return_counts=True)
            [text] = shot.texts([int(values[counts.argmax()])])
            found[element] = text
    return {element: text for element, text in found.items() if text}


def _ranked(request: web.Request, project: str, query: ProblemQuery, since: int = 0) -> Ranked:
    """Compute the problems. Blocking. Raises StorageError."""
    index, now = request.app[INDEX], now_ms()
    chosen = query.choice.filter(now)
    if since:
        chosen = replace(chosen, since=max(since, chosen.since or 0))
    found = Found(index.path)
    asked = MomentFilter(
        kind=query.kind or None, page=chosen.page, since=chosen.since, until=chosen.until
    )
    rows = found.occurrences(project, TROUBLE, asked, chosen.device)
    occurrences = [Occurrence(*row[:6]) for row in rows]
    pages = {one.page for one in occurrences}
    times = [one.time for one in occurrences]
    span = (
        min(times, default=now) if chosen.since is None else chosen.since,
        min(now, chosen.until or now),
    )
    ranked = problems(
        occurrences,
        {row[3]: row[6] for row in rows},
        {page: found.viewers(project, page, chosen) for page in pages},
        _converted(request, project, query, chosen),
        span,
    )
    return Ranked(ranked, {row[3]: row[7] for row in rows})


def _converted(
    request: web.Request, project: str, query: ProblemQuery, chosen: Filter
) -> frozenset[str]:
    goal = read_goal(query.goal)
    if goal is None:
        return frozenset()
    index = request.app[INDEX]
    with index.facts(project) as shot:
        told = reached_goal(shot, goal)
    inside = np.ones(len(told["time"]), np.bool_)
    if chosen.since is not None:
        inside &= told["time"] >= chosen.since
    if chosen.until is not None:
        inside &= told["time"] <= chosen.until
    numbers = np.unique(told["session"][inside]).tolist()
    return frozenset(Found(index.path).visitors(project, numbers))


def _line(
    one: Problem, labels: Mapping[str, str], started: Mapping[str, int], query: ProblemQuery
) -> Line:
    at = max(0, one.time - _LEAD_MS - started[one.example])
    behind = replace(query.choice, page="").query() or "?"
    moment = {"moment": one.kind, "where": one.page, "at": one.element}
    most = max(one.trend)
    return Line(
        problem=one,
        name=_name(one.kind),
        label=labels.get(one.element, ""),
        clip=f"?{urlencode({'t': at})}",
        sessions=f"{behind}{'&' if len(behind) > 1 else ''}{urlencode({k: v for k, v in moment.items() if v})}",
        points=_points(one.trend, most),
        most=most,
    )


def _points(trend: tuple[int, ...], most: int) -> str:
    """Return a polyline's points: the first part at the left, the highest at the top."""
    width, height = _SPARK
    step = (width - 2) / (len(trend) - 1)
    return " ".join(
        f"{1 + at * step:.1f},{height - 1 - (height - 2) * value / max(most, 1):.1f}"
        for at, value in enumerate(trend)
    )


def _event_names(shot: Snapshot) -> list[str]:
    numbers, counts = np.unique(shot.read(Event, ["name"])["name"], return_counts=True)
    commonest = numbers[np.argsort(-counts, kind="stable")][:_MAX_EVENTS]
    return shot.texts(commonest)


def _name(kind: str) -> str:
    return MOMENTS.get(kind, kind)
