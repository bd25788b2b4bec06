"""The page of moments: what each kind means, how many there are, and looking for them anew."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from footfall.analysis.moments import KINDS
from footfall.analysis.steps import StepError
from footfall.index.found import Found, MomentFilter
from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, page_answer, project_of, sent_form, shell
from footfall.web.errors import RequestError
from footfall.web.keys import DETECTOR, INDEX, OWN_MOMENTS
from footfall.web.looking import LOOKING, Run
from footfall.web.render import Shell
from footfall.web.session_choice import MOMENTS
from footfall.web.sessions import FilterBar, filter_bar

ABOUT: Final = {
    "rage": "Three clicks or more in quick succession on one spot.",
    "dead": "A click on something that looks as if it did something, and nothing happened.",
    "slow": "A click that the page answered only after three seconds.",
    "error": "A click that an error or a failed request followed within a second.",
    "quick_back": "A page left back to the one before within seven seconds, with nothing done on it.",
    "thrash": "The pointer moved to and fro, fast and in a small place.",
    "scrolling": "More scrolling up and down than nearly all others on that page.",
    "hesitation": "Three seconds over something, clicked or not, or before a field's first key; five between two keys.",
    "form_abandon": "A form that was begun and not sent by the end of the visit.",
    "last_step": "The same, when the last field was among the form's last.",
    "field_drop": "The field that was touched last before a form was given up.",
    "field_return": "A field that somebody came back to after filling it.",
    "correction": "A field whose text was made shorter again.",
    "comparing": "Two items or more of one kind seen within ten minutes, one of them again.",
    "media_replay": "A video or sound played again, or wound back.",
    "informed_click": "A call to action clicked after ten seconds with a marked zone in sight.",
    "exit_intent": "The pointer left fast through the top of the page.",
    "search_refinement": "Two searches within two minutes and no result clicked between them.",
}
"""What a kind means, in a sentence; the rules are in TERMS and docs/moments.md."""


@dataclass(frozen=True)
class KindLine:
    """A kind of moments."""

    kind: str
    name: str
    about: str
    moments: int
    sessions: str  # query string of the sessions that have one


@dataclass(frozen=True)
class MomentsPage:
    """The context of moments.html."""

    shell: Shell
    base: str
    bar: FilterBar
    lines: tuple[KindLine, ...]
    own: tuple[KindLine, ...]  # that the team defined; `about` is their steps
    names: dict[str, str]
    waiting: int | None  # sessions that no moments were looked for in yet; None: not known yet
    run: Run | None  # over this project; None: none yet


async def moments_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/moments."""
    choice = replace(read_choice(request.query), page="", offset=0, starred=False, label="")

    def build() -> MomentsPage:
        project = project_of(request)
        # As it stands before the counts are read: while it runs, the page asks again.
        run = request.app[LOOKING].of(project.id)
        run = replace(run) if run is not None else None
        waiting = request.app[DETECTOR].waiting(project.id)
        within = choice.filter(now_ms())
        counts = Found(request.app[INDEX].path).counts(
            project.id, MomentFilter(since=within.since, until=within.until)
        )
        return MomentsPage(
            shell=shell(request, f"Moments · {project.name}", "moments", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice),
            lines=tuple(_line(kind, ABOUT[kind], counts, choice) for kind in KINDS),
            own=tuple(
                _line(one.name, one.steps, counts, choice)
                for one in request.app[OWN_MOMENTS].all(project.id)
            ),
            names=MOMENTS,
            waiting=waiting,
            run=run,
        )

    return await page_answer(request, "moments.html", await asyncio.to_thread(build))


async def look_anew(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/moments/look with `what`: "preview", "recompute", or "end" what runs."""
    what = (await sent_form(request)).get("what", "")
    project = await asyncio.to_thread(lambda: project_of(request).id)
    if what == "end":
        request.app[LOOKING].end(project)
    else:
        request.app[LOOKING].start(project, stores=what == "recompute")
    raise web.HTTPSeeOther(f"/p/{project}/moments#anew")


async def define_moment(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/moments with `name` and `steps`: look for it from now on, and in all that is recorded."""
    form = await sent_form(request)
    name, steps = form.get("name", ""), form.get("steps", "")
    if not (isinstance(name, str) and isinstance(steps, str)):
        raise RequestError("The form is not what it should be.")

    def define() -> str:
        project = project_of(request)
        try:
            request.app[OWN_MOMENTS].define(project.id, name, steps)
        except StepError as error:
            raise RequestError(f"The steps cannot be read: {error}") from error
        return project.id

    return _looked_for(request, await asyncio.to_thread(define))


async def remove_moment(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/moments/remove with `name`: forget a moment of the project's own, wherever it was found."""
    name = str((await sent_form(request)).get("name", ""))

    def remove() -> str:
        project = project_of(request)
        request.app[OWN_MOMENTS].remove(project.id, name)
        return project.id

    return _looked_for(request, await asyncio.to_thread(remove))


def _looked_for(request: web.Request, project: str) -> web.StreamResponse:
    """Begin to look through what is recorded, unless that is going on: then it can be asked for by hand."""
    with suppress(RequestError):
        request.app[LOOKING].start(project, stores=True)
    return web.Response(status=303, headers={"Location": f"/p/{project}/moments"})


def _line(kind: str, about: str, counts: Mapping[str, int], choice: Choice) -> KindLine:
    query, asked = choice.query(), urlencode({"moment": kind})
    sessions = f"{query}&{asked}" if query else f"?{asked}"
    return KindLine(kind, MOMENTS.get(kind, kind), about, counts.get(kind, 0), sessions)
