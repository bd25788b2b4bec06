"""Steps: said in a builder or as a text, who did them, and what to keep them as."""

import asyncio
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from footfall.analysis.funnels import make_funnel
from footfall.analysis.steps import Sequence, StepError, parse, write
from footfall.analysis.steps.text import duration
from footfall.detect.events import Scope
from footfall.index import Filter, SessionRow
from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.did import done_in
from footfall.web.funnel_form import (
    BuilderOptions,
    Row,
    form_rows,
    is_form,
    rows_of,
    steps_of,
    with_blanks,
)
from footfall.web.keys import INDEX
from footfall.web.render import Shell
from footfall.web.sessions import FilterBar, filter_bar
from footfall.web.template_pages import rules_of

_SHOWN: Final = 10
_LEAD_MS: Final = 3_000
"""Of a replay, what is shown before the last step."""


@dataclass(frozen=True)
class StepsQuery:
    """What the page is asked for. Texts as the address has them."""

    choice: Choice
    steps: str = ""

    def query(self) -> str:
        """Return the query string, "" or with its `?`."""
        return _joined(self.choice.query(), self.steps.strip() and urlencode({"steps": self.steps}))


@dataclass(frozen=True)
class Who:
    """A session that did the steps."""

    row: SessionRow
    at: int  # ms from its start to just before the last step


@dataclass(frozen=True)
class Done:
    """Who did the steps."""

    sessions: int
    of: int  # sessions in the time
    rows: tuple[Who, ...]  # the latest
    all: str  # query string of the list of all of them
    written: str  # the steps as they are always written
    is_event: bool  # they are one step alone, which may have a name
    is_session: bool  # of one session, as a moment is
    funnel: str  # query string of the same as a funnel; "" where they make none


@dataclass(frozen=True)
class StepsPage:
    """The context of steps.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    query: StepsQuery
    rows: tuple[Row, ...]
    options: BuilderOptions
    within: str  # in how long all of it happens; "" for any time
    per: str
    done: Done | None
    problem: str


async def steps_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/steps: the builder's rows become `steps`, so that they have one address."""
    choice = replace(read_choice(request.query), page="", offset=0, starred=False, label="")
    if is_form(request.query):
        made = StepsQuery(choice, _written(request))
        raise web.HTTPSeeOther(f"/p/{request.match_info['project']}/steps{made.query()}")
    query = StepsQuery(choice, request.query.get("steps", ""))

    def build() -> StepsPage:
        project = project_of(request)
        sequence, problem = _read(query.steps)
        return StepsPage(
            shell=shell(request, f"Steps · {project.name}", "segments", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice, templates=True),
            query=query,
            rows=with_blanks(_rows(query.steps, sequence), 1),
            options=BuilderOptions(),
            within="" if sequence is None or not sequence.within else duration(sequence.within),
            per="session" if sequence is None else sequence.per,
            done=None if sequence is None else _done(request, project.id, query, sequence),
            problem=problem,
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "steps.html", page, 400 if page.problem else 200)


def _written(request: web.Request) -> str:
    """Return the text of the rows that were sent, with the time and the people of the whole."""
    text = steps_of(form_rows(request.query))
    within = request.query.get("within", "").strip()
    if not text:
        return ""
    whole = f" in {within}" if within else ""
    return text + whole + (" per user" if request.query.get("per") == "user" else "")


def _read(text: str) -> tuple[Sequence | None, str]:
    if not text.strip():
        return None, ""
    try:
        return parse(text), ""
    except StepError as error:
        return None, str(error)


def _rows(text: str, sequence: Sequence | None) -> list[Row]:
    if sequence is None:
        return rows_of(text, timed=True)
    return rows_of(write(replace(sequence, within=None, per="session")), timed=True)


def _done(request: web.Request, project: str, query: StepsQuery, sequence: Sequence) -> Done:
    """Look for who did it. Blocking."""
    index, written = request.app[INDEX], write(sequence)
    people = index.session_columns(project, query.choice.filter(now_ms()))
    with index.facts(project) as shot:
        times = done_in(Scope(shot, rules_of(request, project)), written)
    inside = set(people.number.tolist())
    found = {number: at for number, at in times.items() if number in inside}
    latest = sorted(found, key=lambda number: (-found[number], number))[:_SHOWN]
    ids = index.session_names(project, latest)
    rows = index.sessions(project, Filter(sessions=frozenset(ids.values())), _SHOWN)
    asked = urlencode({"steps": written})
    is_one = len(sequence.steps) == 1
    return Done(
        sessions=len(found),
        of=len(inside),
        rows=tuple(Who(row, max(0, found[row.number] - row.started - _LEAD_MS)) for row in rows),
        all=_joined(query.choice.query(), asked),
        written=written,
        is_event=is_one and sequence == Sequence((replace(sequence.steps[0], times=1),)),
        is_session=sequence.per == "session",
        funnel=f"?{asked}" if _is_funnel(sequence) else "",
    )


def _is_funnel(sequence: Sequence) -> bool:
    try:
        make_funnel(sequence, "ordered", window=None, each=None, exclude=())
    except StepError:
        return False
    return True


def _joined(query: str, more: str) -> str:
    if not more:
        return query
    return f"{query}&{more}" if query else f"?{more}"
