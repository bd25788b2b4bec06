"""The catalogue of events: what visitors did, by kind and by the site's own names, as page, JSON and CSV."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from aiohttp import web
from numpy.typing import NDArray

from footfall.analysis.catalogue import PropertyLine, Volume, property_lines, volume
from footfall.analysis.steps import Condition, Filter, Step, StepError, parse, write
from footfall.analysis.steps import Sequence as Steps
from footfall.annotations import EventName
from footfall.annotations.event_names import MAX_NAME
from footfall.detect.events import Scope
from footfall.index import Filter as Sessions
from footfall.index import Index
from footfall.index.packs import Choice as FactChoice
from footfall.index.packs import Snapshot
from footfall.index.people import SessionColumns
from footfall.web.answers import csv_answer, json_answer
from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.keys import EVENT_NAMES, INDEX
from footfall.web.named_events import Clicked, clicked, occurrences, own_name
from footfall.web.path_events import event_node
from footfall.web.render import Shell
from footfall.web.sessions import FilterBar, filter_bar
from footfall.web.template_pages import rules_of
from footfall.wire.facts import Event, Excerpt, Link, Media, Submit
from footfall.wire.schema import SESSION_MAX_MS, Click, Fact, PageView

_CHART_W: Final = 120
_CHART_H: Final = 24
_MAX_STEP: Final = 1_000


@dataclass(frozen=True)
class _Captured:
    """A kind of events that the recorder captures by itself."""

    title: str
    fact: type[Fact]
    kind: str  # in the language of steps
    did: str = ""  # in the sessions' filter; "": every session
    action: str = ""  # value of the column of this name; "": any


_CAPTURED: Final = (
    _Captured("Page viewed", PageView, "page"),
    _Captured("Clicked", Click, "click", "click"),
    _Captured("Submitted a form", Submit, "submit", "submit"),
    _Captured("Downloaded a file", Link, "link", "download", "download"),
    _Captured("Left by a link", Link, "link", "outbound", "outbound"),
    _Captured("Played a video or audio", Media, "media", "media", "play"),
    _Captured("Copied text", Excerpt, "copy", "copy", "copy"),
)


SEARCHES: Final = (
    EventName("page(page*=search)", "Searched the site", hidden=False),
    EventName("submit(element*=search|suche)", "Searched by a form", hidden=False),
    EventName(
        'page(url*="?q="|"?s="|"?query="|"?search="|"&q="|"&query="|"&search=")',
        "Searched by a query in the address",
        hidden=False,
    ),
)
"""What is searched for is not recorded; that somebody searched, the page of the results tells, or a form, or what the
site allows to be kept of addresses."""


@dataclass(frozen=True)
class EventLine:
    """An event of the catalogue."""

    name: str
    custom: bool  # the site gave it its name, by footfall.track
    named: bool  # a person named it later
    recorded: str  # what it is called in the recordings, where a person renamed it; else ""
    hidden: bool  # from the catalogue
    step: str  # as a step
    volume: Volume
    properties: tuple[PropertyLine, ...]
    sessions: str  # query string of the sessions that have it
    funnel: str  # query string of the funnel from any page view to it
    paths: str  # and of the paths that begin at it
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Of properties' names and values: query string of the sessions that have them, where it can be asked for."""

    @property
    def points(self) -> str:
        """The trend as an SVG polyline's points, in a box of 120 × 24."""
        trend = self.volume.trend
        most, step = max(max(trend), 1), _CHART_W / (len(trend) - 1)
        return " ".join(
            f"{at * step:.1f},{_CHART_H - 1 - one * (_CHART_H - 2) / most:.1f}"
            for at, one in enumerate(trend)
        )


@dataclass(frozen=True)
class EventsPage:
    """The context of events.html."""

    shell: Shell
    base: str  # path of the project, "/p/id"
    bar: FilterBar
    query: str  # of the same figures in another form
    lines: tuple[EventLine, ...]
    has_any: bool  # anything happened
    clicks: tuple[Clicked, ...] | None  # to be named; None: not asked for
    step: str  # to be named, where a link brought it
    called: str  # a name for it that the link proposes


async def events_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/events."""

    def build() -> EventsPage:
        project, choice = project_of(request), _choice(request)
        lines = _lines(request, project.id, choice)
        clicks = None
        if request.query.get("clicks") == "1":
            chosen = choice.filter(now_ms())
            within = _within(chosen, _people(request.app[INDEX], project.id, chosen))
            with request.app[INDEX].facts(project.id) as shot:
                clicks = clicked(shot, within, rules_of(request, project.id))
        return EventsPage(
            shell=shell(request, f"Events · {project.name}", "events", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice),
            query=choice.query(),
            lines=lines,
            has_any=any(one.volume.events for one in lines),
            clicks=clicks,
            step=request.query.get("step", "")[:_MAX_STEP],
            called=" ".join(request.query.get("called", "").split())[:MAX_NAME],
        )

    page = await asyncio.to_thread(build)
    return await page_answer(request, "events.html", page)


async def events_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/events: the same figures; times in ms since 1970."""

    def build() -> dict[str, Any]:
        lines = _lines(request, project_of(request).id, _choice(request))
        return {
            "events": [
                {
                    "name": one.name,
                    "custom": one.custom,
                    "named": one.named,
                    "recorded": one.recorded,
                    "hidden": one.hidden,
                    "step": one.step,
                    **asdict(one.volume),
                    "properties": [asdict(line) for line in one.properties],
                }
                for one in lines
            ]
        }

    return json_answer(await asyncio.to_thread(build))


async def events_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/events.csv: the table."""

    def build() -> list[tuple[object, ...]]:
        lines = _lines(request, project_of(request).id, _choice(request))
        return [
            (
                one.name,
                int(one.custom),
                one.volume.events,
                one.volume.sessions,
                one.volume.last,
                one.step,
            )
            for one in lines
        ]

    header = ("name", "custom", "events", "sessions", "last_ms", "step")
    return csv_answer("events.csv", header, await asyncio.to_thread(build))


def _choice(request: web.Request) -> Choice:
    return replace(read_choice(request.query), offset=0, starred=False, label="", page="")


def _lines(request: web.Request, project: str, choice: Choice) -> tuple[EventLine, ...]:
    """Count the events of the sessions that are chosen, those of the site's own names last. Blocking."""
    index, now = request.app[INDEX], now_ms()
    chosen = choice.filter(now)
    people = _people(index, project, chosen)
    within = _within(chosen, people)
    said = {one.step: one for one in request.app[EVENT_NAMES].all(project)}
    with index.facts(project) as shot:
        book = _Book(shot, within, choice)
        found = [(one, *book.rows(one)) for one in _CAPTURED]
        own = shot.read(Event, ("session", "time", "name", "properties"), book.within)
        times = [time for _, _, time in found] + [own["time"]]
        first = min((int(one.min()) for one in times if len(one)), default=now)
        span = (first if chosen.since is None else chosen.since, chosen.until or now)
        captured = [book.captured(one, volume(session, time, span)) for one, session, time in found]
        lines = [*captured, *book.custom(own, span)]
        known = {line.step for line in lines} | {one.step for one in SEARCHES}
        later = [*SEARCHES, *(one for step, one in said.items() if step not in known)]
        scope = Scope(shot, rules_of(request, project), people=people)
        found_later = occurrences(scope, [one.step for one in later])
        counted = [
            book.named(one, volume(*facts, span))
            for one, facts in zip(later, found_later, strict=True)
        ]
        named = counted[len(SEARCHES) :]
        searches = [replace(one, named=False) for one in counted[: len(SEARCHES)]]
        lines[len(_CAPTURED) : len(_CAPTURED)] = searches
    return (*(_as_said(line, said.get(line.step)) for line in lines), *named)


def _people(index: Index, project: str, chosen: Sessions) -> SessionColumns | None:
    """Return the sessions that are chosen; None: all, of which each would be looked up for nothing."""
    return None if chosen == Sessions() else index.session_columns(project, chosen)


def _within(chosen: Sessions, people: SessionColumns | None) -> FactChoice:
    """Return the facts of the sessions that are chosen; packs from long before they began are not read."""
    since = None if chosen.since is None else chosen.since - SESSION_MAX_MS
    return FactChoice(since=since, roughly=True, sessions=None if people is None else people.number)


def _as_said(line: EventLine, said: EventName | None) -> EventLine:
    """Return an event's line with what people say of it."""
    if said is None:
        return line
    recorded = line.name if said.name else ""
    return replace(line, name=said.name or line.name, recorded=recorded, hidden=said.hidden)


@dataclass(frozen=True)
class _Book:
    """Where the catalogue is counted."""

    shot: Snapshot
    within: FactChoice
    choice: Choice

    def rows(self, one: _Captured) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return session and time of the events of a kind."""
        columns = ("session", "time", *(["action"] if one.action else []))
        told = self.shot.read(one.fact, columns, self.within)
        keep: Any = slice(None)
        if one.action:
            keep = told["action"] == self.shot.number(one.action)
        return told["session"][keep], told["time"][keep]

    def captured(self, one: _Captured, told: Volume) -> EventLine:
        """Return the line of a kind that is captured."""
        where = (Condition("name", "is", (one.action,)),) if one.action else ()
        return self._line(one.title, told, Filter(one.kind, where), {"did": one.did})

    def custom(self, own: dict[str, NDArray[Any]], span: tuple[int, int]) -> Sequence[EventLine]:
        """Return the lines of the site's own events, the most frequent first, then by name."""
        lines = []
        names = np.unique(own["name"])
        for number, name in zip(names.tolist(), self.shot.texts(names.tolist()), strict=True):
            mine = own["name"] == number
            bags, counts = np.unique(own["properties"][mine], return_counts=True)
            told = zip(self.shot.texts(bags.tolist()), counts.tolist(), strict=True)
            step = Filter("event", (Condition("name", "is", (name,)),))
            line = self._line(
                name,
                volume(own["session"][mine], own["time"][mine], span),
                step,
                # The list's field for events takes blanks around a name for typing.
                {"event": name} if name == name.strip() else {"steps": write(Steps((Step(step),)))},
            )
            properties = property_lines(told)
            values = _values(step, properties, self.choice.query())
            lines.append(replace(line, custom=True, properties=properties, values=values))
        return sorted(lines, key=lambda one: (-one.volume.events, one.name))

    def named(self, one: EventName, told: Volume) -> EventLine:
        """Return the line of an event that a person named."""
        line = self._line(
            one.name or one.step, told, parse(one.step).steps[0].filter, {"steps": one.step}
        )
        own = own_name(one.step)
        if own:  # the site's own, of which nothing is here
            return _as_said(replace(line, name=own, custom=True), one)
        return replace(line, named=True, hidden=one.hidden)

    def _line(self, name: str, told: Volume, step: Filter, did: dict[str, str]) -> EventLine:
        period = self.choice.query()
        asked = urlencode({key: value for key, value in did.items() if value})
        steps = urlencode({"steps": write(Steps((Step(Filter("page")), Step(step))))})
        return EventLine(
            name=name,
            custom=False,
            named=False,
            recorded="",
            hidden=False,
            step=write(Steps((Step(step),))),
            volume=told,
            properties=(),
            sessions=_joined(period, asked),
            funnel=_joined(period, steps),
            paths=_joined(period, urlencode({"page": event_node(write(Steps((Step(step),))))})),
        )


def _values(
    step: Filter, properties: tuple[PropertyLine, ...], period: str
) -> Mapping[tuple[str, str], str]:
    """Return the sessions in which the event had a value, by the property's name and the value."""
    found = {}
    for one in properties:
        for value, _ in one.top:
            has = Condition(one.name, "is", (value,), is_property=True)
            sequence = Steps((Step(replace(step, where=(*step.where, has))),))
            with suppress(StepError):  # of what is too long, or no text of steps, nobody can ask
                if parse(write(sequence)) == sequence:
                    asked = urlencode({"steps": write(sequence)})
                    found[one.name, value] = _joined(period, asked)
    return found


def _joined(query: str, more: str) -> str:
    if not more:
        return query
    return f"{query}&{more}" if query else f"?{more}"
