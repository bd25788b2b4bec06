"""Problems: what troubles most visitors and costs most conversions, each with the shortest moment that proves it."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from aiohttp import web

from footfall.detect import Verdict
from footfall.web.answers import csv_answer, json_answer
from footfall.web.books import books_of
from footfall.web.choice import MAX_GOAL, read_choice, read_goal, whole_number
from footfall.web.common import now_ms, page_answer, project_of, sent_form, shell
from footfall.web.goals import countable, goals_of
from footfall.web.keys import DETECTOR, INDEX, VERDICTS
from footfall.web.moments import say
from footfall.web.problem_answer import TROUBLE
from footfall.web.problem_lines import (
    SPARK,
    Line,
    ProblemQuery,
    Ranked,
    dearest,
    kind_name,
    lines,
)
from footfall.web.render import Shell
from footfall.web.session_choice import MOMENTS
from footfall.web.session_filter import goal_of
from footfall.web.sessions import FilterBar, filter_bar

_ROWS: Final = 50
_MAX_ROWS: Final = 500
_MAX_TEXT: Final = 512
_MAX_TIME: Final = 2**53


@dataclass(frozen=True)
class ProblemsPage:
    """The context of problems.html."""

    shell: Shell
    base: str
    bar: FilterBar
    query: ProblemQuery
    problem: str  # why the goal that was asked for cannot be counted; "": it can
    kinds: Mapping[str, str]
    goals: Mapping[str, str]
    spark: tuple[int, int]
    lines: tuple[Line, ...]
    total: int
    waiting: int | None  # sessions that no moments were looked for in yet; None: not known yet
    verdicts: tuple[tuple[Verdict, str], ...]  # and what their kinds are called


def read_problem_query(request: web.Request) -> ProblemQuery:
    """Read what an address asks for; what makes no sense is left out."""
    query = request.query
    kind, goal = query.get("kind", ""), query.get("goal", "")[:MAX_GOAL]
    choice = replace(read_choice(query), offset=0, starred=False, label="")
    if goal.startswith("/"):
        goal = f"page:{goal}"
    return ProblemQuery(
        choice, kind if kind in TROUBLE else "", goal if read_goal(goal) is not None else ""
    )


async def problems_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/problems."""
    asked = read_problem_query(request)

    def build() -> ProblemsPage:
        project = project_of(request)
        index, now = request.app[INDEX], now_ms()
        waiting = request.app[DETECTOR].waiting(project.id)  # before what was found is read
        query, problem = countable(request, project.id, asked)
        goal = goal_of(books_of(request), project.id, query.goal)
        found = dearest(index, project.id, query.asked(now, goal), _ROWS, now)
        bar = filter_bar(request, project.id, query.choice)
        return ProblemsPage(
            shell=shell(request, f"Problems · {project.name}", "problems", project),
            base=f"/p/{project.id}",
            bar=bar,
            query=query,
            problem=problem,
            kinds={"": "All kinds", **{kind: kind_name(kind) for kind in TROUBLE}},
            goals=goals_of(request, project.id, bar.pages, query.goal),
            spark=SPARK,
            lines=lines(index, project.id, found, query),
            total=found.total,
            waiting=waiting,
            verdicts=tuple(
                (one, kind_name(one.kind)) for one in sorted(request.app[VERDICTS].all(project.id))
            ),
        )

    return await page_answer(request, "problems.html", await asyncio.to_thread(build))


async def problems_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/problems.csv: all of them."""
    query = read_problem_query(request)

    def build() -> Ranked:
        now, project = now_ms(), project_of(request).id
        asked = query.asked(now, goal_of(books_of(request), project, query.goal))
        return dearest(request.app[INDEX], project, asked, None, now)

    found = await asyncio.to_thread(build)
    names = (
        "kind", "page", "element", "moments", "visitors", "others", "converted", "converted_others", "cost",
    )  # fmt: skip
    rows = [[getattr(one, name) for name in names] for one in found.problems]
    return csv_answer("problems.csv", names, rows)


async def problems_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/problems?goal=&kind=&page=&device=&time=&since=&limit=: the dearest first.

    goal: see docs/goals.md; a page alone, as /thanks, is one, too. Costs are zero without one. since: ms since 1970.
    """
    query = read_problem_query(request)
    since = whole_number(request.query.get("since", ""), 0, _MAX_TIME, 0)
    limit = whole_number(request.query.get("limit", ""), 1, _MAX_ROWS, _ROWS)

    def build() -> dict[str, Any]:
        now, project = now_ms(), project_of(request).id
        asked = query.asked(now, goal_of(books_of(request), project, query.goal))
        if since:
            later = max(since, asked.chosen.since or 0)
            asked = replace(asked, chosen=replace(asked.chosen, since=later))
        waiting = request.app[DETECTOR].waiting(project)
        found = dearest(request.app[INDEX], project, asked, limit, now)
        return {
            "waiting": waiting,
            "total": found.total,
            "problems": [asdict(one) for one in found.problems],
        }

    return json_answer(await asyncio.to_thread(build))


async def judge(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/problems: "not a problem here" (`holds` is "1"), or that it is one after all."""
    form = await sent_form(request)
    query = read_problem_query(request)
    kind, page, element, holds = (
        str(form.get(name, ""))[:_MAX_TEXT] for name in ("kind", "page", "element", "holds")
    )

    def change() -> str:
        project = project_of(request)
        if kind in MOMENTS:
            say(request, project.id, Verdict(kind, page, element), holds=holds == "1")
        return project.id

    project = await asyncio.to_thread(change)
    raise web.HTTPSeeOther(f"/p/{project}/problems{query.query()}")
