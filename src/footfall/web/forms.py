"""Forms: which there are, who sends them, and what happens in each field."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from footfall.analysis.form_fields import FieldReport
from footfall.analysis.forms import FormReport
from footfall.analysis.funnels.compare import compare
from footfall.analysis.moments import RULES, completed_by
from footfall.analysis.moments.groups import NO_FORM, UNTOLD
from footfall.index import Filter
from footfall.index.packs import Choice as PackChoice
from footfall.index.packs import Snapshot
from footfall.web.answers import csv_answer, json_answer
from footfall.web.choice import Choice, read_choice, read_span
from footfall.web.common import now_ms, page_answer, project_of, shell
from footfall.web.form_reports import Found, Scope, found_forms
from footfall.web.form_trend import Part, Trend, parts_over_time, trend
from footfall.web.goals import event_names_of
from footfall.web.keys import FORM_EVENTS, INDEX
from footfall.web.problem_lines import labels_of
from footfall.web.render import Shell
from footfall.web.sessions import FilterBar, filter_bar
from footfall.wire.facts import Field

_MAX_PAGES: Final = 100
_TREND: Final = ("page", "form", "start_ms", "starts", "completions", "completion_rate")


@dataclass(frozen=True)
class FieldLine:
    """A field of a form."""

    report: FieldReport
    key: str
    label: str  # what clicks on it were told to be on; "" where nobody knows
    sessions: str  # query string of the sessions behind its figures, up to what `did` is


@dataclass(frozen=True)
class FormLine:
    """A form of a page."""

    page: str
    name: str  # its label or key
    key: str  # "" where it has none
    report: FormReport
    link: str  # query string of the page with the page's forms
    sessions: str  # likewise, of the sessions behind its figures, up to what `did` is
    worst: FieldLine | None  # the field at which most gave up; None where nobody did
    fields: tuple[FieldLine, ...]
    trend: Trend


@dataclass(frozen=True)
class FormsPage:
    """The context of forms.html: of all forms, or of one page's."""

    shell: Shell
    base: str
    bar: FilterBar
    lines: tuple[FormLine, ...]
    page: str  # whose forms these are; "": of all
    query: str  # query string of this page
    trend: Trend  # of all these forms
    behind: str  # query string of the sessions behind it, up to what `did` is
    completing: tuple[str, ...]  # events that complete a form
    events: tuple[str, ...]  # the site's others


async def forms_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/forms, and with ?page= the forms of one page."""
    choice = read_form_choice(request)

    def build() -> FormsPage:
        project = project_of(request)
        found, labels = _found(request, project.id, choice)
        completing = request.app[FORM_EVENTS].all(project.id)
        return FormsPage(
            shell=shell(request, f"Forms · {project.name}", "forms", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice),
            lines=tuple(_line(one, choice, labels) for one in found),
            page=choice.page,
            query=choice.query(),
            trend=trend(_parts(found, choice), _with(choice.query(), "did=")),
            behind=_with(choice.query(), "did="),
            completing=completing,
            events=_others(request, project.id, completing),
        )

    return await page_answer(request, "forms.html", await asyncio.to_thread(build))


async def forms_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/forms?page=&device=&time=&from=&to=&zone=&beside=: the forms of the pages and their fields.

    beside: another time that all of them are compared with, "LOW-HIGH", ms since 1970.
    """
    choice, other = read_form_choice(request), read_span(request.query.get("beside", ""))

    def build() -> dict[str, Any]:
        project = project_of(request).id
        found, labels = _found(request, project, choice)
        sums = _sums(found)
        return {
            **sums,
            "beside": None if other is None else _beside(request, project, choice, other, sums),
            "trend": [
                {
                    "start": one.start,
                    "starts": one.starts,
                    "completions": one.completions,
                    "completion_rate": one.completion_rate,
                }
                for one in _parts(found, choice)
            ],
            "forms": [_told(one, labels) for one in found],
        }

    return json_answer(await asyncio.to_thread(build))


def _sums(found: list[Found]) -> dict[str, Any]:
    starts, sent = (
        sum(getattr(one.report, name) for one in found) for name in ("starts", "completions")
    )
    return {
        "starts": starts,
        "completions": sent,
        "completion_rate": sent / starts if starts else None,
    }


def _beside(
    request: web.Request,
    project: str,
    choice: Choice,
    other: tuple[int, int],
    sums: dict[str, Any],
) -> dict[str, Any]:
    """Return what all forms came to in another time, and how much better they are now."""
    with request.app[INDEX].facts(project) as shot:
        scope = scope_of(request, shot, choice)
        span = PackChoice(since=other[0], until=other[1])
        found = found_forms(shot, scope._replace(span=span))
    old = _sums(found)
    told = compare(sums["completions"], sums["starts"], old["completions"], old["starts"])
    both = sums["starts"] and old["starts"]
    return {
        **old,
        "difference": told.difference if both else None,
        "is_significant": told.is_significant,
    }


async def forms_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/forms.csv?table=: a row for each field (usual), or (trend) for each part of the time."""
    choice = read_form_choice(request)
    found, _ = await asyncio.to_thread(lambda: _found(request, project_of(request).id, choice))
    if request.query.get("table", "") == "trend":
        return csv_answer("forms-trend.csv", _TREND, _trend_rows(found, choice))
    names = (
        "views", "starts", "hesitation", "time", "returns", "corrections", "errors", "pastes", "autofills", "drops",
        "blanks",
    )  # fmt: skip
    rows = [
        [
            form.page,
            form.form,
            form.report.views,
            form.report.starts,
            form.report.completions,
            form.report.drops,
            form.keys[one.field],
            *(getattr(one, name) for name in names),
        ]
        for form in found
        for one in form.report.fields
    ]
    header = (
        "page", "form", "form_views", "form_starts", "form_completions", "form_drops", "field", *names,
    )  # fmt: skip
    return csv_answer("forms.csv", header, rows)


def _trend_rows(found: list[Found], choice: Choice) -> list[list[object]]:
    """Return the parts of the time for each form, the same for all of them."""
    since = _parts(found, choice)[0].start
    return [
        [form.page, form.form, one.start, one.starts, one.completions, one.completion_rate]
        for form in found
        for one in _parts([form], choice, since)
    ]


def _parts(found: list[Found], choice: Choice, since: int | None = None) -> tuple[Part, ...]:
    """Return attempts over the time that is asked for; since: from when on where that is all time."""
    now = now_ms()
    chosen = choice.filter(now)
    last = now if chosen.until is None else min(now, chosen.until)
    tried = (one.tried for one in found)
    return parts_over_time(
        tried, since if chosen.since is None else chosen.since, last, choice.clock
    )


def read_form_choice(request: web.Request) -> Choice:
    """Read which forms are asked for."""
    return replace(read_choice(request.query), offset=0, starred=False, label="")


def scope_of(request: web.Request, shot: Snapshot, choice: Choice) -> Scope:
    """Return of what page views the forms are that are asked for. Blocking."""
    index, events = request.app[INDEX], request.app[FORM_EVENTS].all(shot.project)
    chosen = choice.filter(now_ms())
    sessions = None
    if chosen.device is not None:
        sessions = index.session_columns(shot.project, Filter(device=chosen.device)).number
    pages = [choice.page] if choice.page else shot.texts(shot.pages(Field)[:_MAX_PAGES])
    span = PackChoice(since=chosen.since, until=chosen.until)
    return Scope(tuple(pages), span, sessions, completed_by(RULES, events).forms)


def labels_on(shot: Snapshot, page: str, *keys: str) -> dict[str, str]:
    """Return what clicks on a page tell that fields and forms are called, by their keys."""
    return labels_of(shot, {one for one in keys if one}, PackChoice(page=page))


def _found(
    request: web.Request, project: str, choice: Choice
) -> tuple[list[Found], dict[str, str]]:
    """Return the forms, most begun first, and labels of their fields and of the forms themselves. Blocking."""
    with request.app[INDEX].facts(project) as shot:
        found = found_forms(shot, scope_of(request, shot, choice))
        labels = _labels(shot, found)
    found.sort(key=lambda one: (-one.report.starts, -one.report.views, one.page, one.form))
    return found, labels


def _others(request: web.Request, project: str, known: Iterable[str]) -> tuple[str, ...]:
    with request.app[INDEX].facts(project) as shot:
        return tuple(sorted({*event_names_of(shot)} - {*known}))


def _labels(shot: Snapshot, found: list[Found]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for page in {one.page for one in found}:
        forms = [one for one in found if one.page == page]
        keys = {one.keys[each.field] for one in forms for each in one.report.fields}
        named = {one.form for one in forms} - {NO_FORM, UNTOLD}
        labels |= labels_on(shot, page, *keys, *named)
    return labels


def _name(found: Found, labels: Mapping[str, str]) -> str:
    if found.form == UNTOLD:
        return "All fields"
    return labels.get(found.form, found.form) or "Fields in no form"


def _line(found: Found, choice: Choice, labels: Mapping[str, str]) -> FormLine:
    link = replace(choice, page=found.page).query()
    form = _with(link, urlencode({"form": found.form}))
    fields = tuple(
        FieldLine(
            one,
            found.keys[one.field],
            labels.get(found.keys[one.field], ""),
            _with(form, urlencode({"field": found.keys[one.field], "did": ""})),
        )
        for one in found.report.fields
    )
    most = max(fields, key=lambda line: line.report.drops)
    return FormLine(
        page=found.page,
        name=_name(found, labels),
        key="" if found.form == UNTOLD else found.form,
        report=found.report,
        link=link,
        sessions=_with(form, "did="),
        worst=most if most.report.drops else None,
        fields=fields,
        trend=trend(_parts([found], choice), _with(form, "did=")),
    )


def _with(query: str, more: str) -> str:
    return f"{query}&{more}" if query else f"?{more}"


def _told(found: Found, labels: Mapping[str, str]) -> dict[str, Any]:
    report = found.report
    told = asdict(report)
    for one in told["fields"]:
        one["key"] = found.keys[one.pop("field")]
        one["label"] = labels.get(one["key"], "")
    return {
        "page": found.page,
        "form": found.form,
        "name": _name(found, labels),
        "completion_rate": report.completion_rate,
        "drops": report.drops,
        **told,
    }
