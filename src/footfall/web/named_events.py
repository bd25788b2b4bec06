"""Events that people name later: given, taken back and hidden by forms of the catalogue; and the clicks to name."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from aiohttp import web
from numpy.typing import NDArray

from footfall.analysis.distinct import how_many
from footfall.analysis.steps import Condition, Filter, Sequence, Step, StepError, parse, write
from footfall.analysis.templates import Rules
from footfall.detect.events import Scope, read_table
from footfall.detect.keys import known_names
from footfall.index.packs import Choice as FactChoice
from footfall.index.packs import Snapshot
from footfall.web.choice import read_choice
from footfall.web.common import project_of, sent_form
from footfall.web.errors import RequestError
from footfall.web.keys import EVENT_NAMES
from footfall.wire.schema import Click

MOST_CLICKS: Final = 50
"""Elements that are offered to be named, the most clicked first."""


@dataclass(frozen=True)
class Clicked:
    """An element that was clicked."""

    text: str
    page: str
    element: str  # its key
    events: int
    sessions: int
    step: str  # clicks on it, as a step


async def name_event(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/events/name with `step` and `name`: what fits the step is called so; "": as recorded."""
    form = await sent_form(request)
    step, name = form.get("step", ""), form.get("name", "")
    if not (isinstance(step, str) and isinstance(name, str)):
        raise RequestError("The form is not what it should be.")
    written = one_step(step)

    def keep() -> str:
        project = project_of(request)
        request.app[EVENT_NAMES].name(project.id, written, name)
        return project.id

    raise web.HTTPSeeOther(_catalogue(request, await asyncio.to_thread(keep)))


async def hide_event(request: web.Request) -> web.StreamResponse:
    """POST /p/{project}/events/hide with `step`, and `hidden`: 1 to hide it, 0 to show it again."""
    form = await sent_form(request)
    step = form.get("step", "")
    if not isinstance(step, str):
        raise RequestError("The form is not what it should be.")
    written = one_step(step)

    def keep() -> str:
        project = project_of(request)
        hidden = form.get("hidden") == "1"
        request.app[EVENT_NAMES].hide(project.id, written, hidden=hidden)
        return project.id

    raise web.HTTPSeeOther(_catalogue(request, await asyncio.to_thread(keep)))


def one_step(text: str) -> str:
    """Return a text of one step as it is always written. Raises RequestError for anything else."""
    try:
        sequence = parse(text)
    except StepError as error:
        raise RequestError(f"The event cannot be read: {error}") from error
    plain = Sequence((Step(sequence.steps[0].filter),))
    if sequence != plain:
        raise RequestError('An event is one step alone, as in click(text="Add to cart").')
    return write(plain)


def own_name(step: str) -> str:
    """Return the name of the site's own event that a step means and nothing else; "": it means none."""
    meant = parse(step).steps[0].filter
    if meant.kind != "event" or len(meant.where) != 1:
        return ""
    [one] = meant.where
    is_name = one.field == "name" and not one.is_property and one.operator == "is"
    return one.values[0] if is_name and len(one.values) == 1 else ""


def occurrences(scope: Scope, steps: list[str]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return session and time (ms since 1970) of all that fits each of the steps. Blocking."""
    if not steps:
        return []
    table = read_table(scope, [parse(one).steps[0].filter for one in steps])
    return [(table.session[mask], table.time[mask]) for mask in table.masks]


def clicked(shot: Snapshot, within: FactChoice, rules: Rules) -> tuple[Clicked, ...]:
    """Return the elements that were clicked most, each on its page template. Blocking."""
    told = shot.read(Click, ("session", "key", "plain", "text", "page"), within)
    numbers, row = np.unique(told["page"], return_inverse=True)
    pages = [rules.template_of(text) for text in shot.texts(numbers.tolist())]
    known = {page: at for at, page in enumerate(dict.fromkeys(pages))}
    template = np.array([known[page] for page in pages], np.int64)[row.reshape(-1)]
    told["key"] = _known(shot, told, template)
    # One number for each element of a page; names are numbers of 32 bits, negative while they are new.
    place = template << 32 | told["key"].astype(np.int64) & 0xFFFF_FFFF
    places, first, which, counts = np.unique(
        place, return_index=True, return_inverse=True, return_counts=True
    )
    most = np.lexsort((places, -counts))[:MOST_CLICKS]
    found = []
    for at in most.tolist():
        row = first[at]
        key, text = shot.texts([told[name][row] for name in ("key", "text")])
        page = list(known)[template[row]]
        if not key:
            continue
        where = (Condition("page", "is", (page,)), Condition("element", "is", (key,)))
        step = write(Sequence((Step(Filter("click", where)),)))
        sessions = how_many(told["session"][which == at])
        found.append(Clicked(text, page, key, int(counts[at]), sessions, step))
    return tuple(found)


def _known(shot: Snapshot, told: dict[str, NDArray[Any]], template: NDArray[Any]) -> NDArray[Any]:
    """Return the names by which the clicked elements of each page template are known."""
    plain, key = told["plain"], told["key"]
    rows = np.flatnonzero(plain != shot.number(""))
    place = template[rows] << 32 | plain[rows].astype(np.int64) & 0xFFFF_FFFF
    _, at, which = np.unique(place, return_index=True, return_inverse=True)
    is_other = key[rows] != key[rows][at][which]
    if not is_other.any():
        return key  # one id in each place, as on most pages
    known = key.copy()
    for one in np.unique(template[rows[is_other]]).tolist():
        mine = np.flatnonzero(template == one)
        known[mine] = known_names(shot, key[mine], plain[mine], told["session"][mine])
    return known


def _catalogue(request: web.Request, project: str) -> str:
    return f"/p/{project}/events{read_choice(request.query).query()}"
