"""Forms: which there are, who sends them, and what happens in each field."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from aiohttp import web

from footfall.analysis.forms import FieldReport, FieldVisits, FormReport, Submits, form_report
from footfall.analysis.moments.rules import RULES
from footfall.index import Filter
from footfall.index.form_columns import FormColumns, form_columns
from footfall.index.packs import Choice as PackChoice
from footfall.index.packs import Snapshot
from footfall.web.answers import csv_answer, json_answer
from footfall.web.choice import Choice, read_choice
from footfall.web.common import now_ms, project_of, shell
from footfall.web.keys import INDEX, TEMPLATES
from footfall.web.problems import labels_of
from footfall.web.render import Shell, html
from footfall.web.sessions import FilterBar, filter_bar
from footfall.wire.facts import Field

_MAX_FORMS: Final = 100


@dataclass(frozen=True)
class FormLine:
    """A form in the list: the fields of one page."""

    page: str
    report: FormReport
    link: str  # query string of its own page
    worst: str  # the field at which most gave up, as it is called; "" where nobody did


@dataclass(frozen=True)
class FieldLine:
    """A field of a form, and the sessions behind its figures: query strings."""

    report: FieldReport
    key: str
    label: str  # what clicks on it were told to be on; "" where nobody knows
    drops: str
    returns: str
    corrections: str


@dataclass(frozen=True)
class FormsPage:
    """The context of forms.html: of all forms, or of one."""

    shell: Shell
    base: str
    bar: FilterBar
    lines: tuple[FormLine, ...]
    form: FormLine | None
    fields: tuple[FieldLine, ...]
    sessions: str  # query string of the sessions that saw the form's page


async def forms_page(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/forms, and with ?page= one form."""
    choice = _choice(request)

    def build() -> FormsPage:
        project = project_of(request)
        found, labels = _found(request, project.id, choice)
        lines = tuple(_line(one, choice, labels) for one in found)
        form = lines[0] if choice.page and lines else None
        return FormsPage(
            shell=shell(request, f"Forms · {project.name}", "forms", project),
            base=f"/p/{project.id}",
            bar=filter_bar(request, project.id, choice),
            lines=lines,
            form=form,
            fields=_fields(found[0], choice, labels) if form else (),
            sessions=choice.query(),
        )

    return html(request.app[TEMPLATES].render("forms.html", await asyncio.to_thread(build)))


async def forms_json(request: web.Request) -> web.StreamResponse:
    """GET /api/p/{project}/forms?page=&device=&time=&from=&to=&zone=: forms by page, with their fields."""
    choice = _choice(request)

    def build() -> dict[str, Any]:
        found, labels = _found(request, project_of(request).id, choice)
        return {"forms": [_told(page, report, keys, labels) for page, report, keys in found]}

    return json_answer(await asyncio.to_thread(build))


async def forms_csv(request: web.Request) -> web.StreamResponse:
    """GET /p/{project}/forms.csv: a row for each field."""
    choice = _choice(request)
    found, _ = await asyncio.to_thread(lambda: _found(request, project_of(request).id, choice))
    names = (
        "views", "starts", "hesitation", "time", "returns", "corrections", "errors", "pastes", "autofills", "drops",
    )  # fmt: skip
    rows = [
        [
            page,
            report.starts,
            report.completions,
            keys[one.field],
            *(getattr(one, n) for n in names),
        ]
        for page, report, keys in found
        for one in report.fields
    ]
    header = ("page", "form_starts", "form_completions", "field", *names)
    return csv_answer("forms.csv", header, rows)


_Found = list[tuple[str, FormReport, list[str]]]
"""(page, report, keys of its fields), most begun first."""


def _choice(request: web.Request) -> Choice:
    return replace(read_choice(request.query), offset=0, starred=False, label="")


def _found(request: web.Request, project: str, choice: Choice) -> tuple[_Found, dict[str, str]]:
    index = request.app[INDEX]
    chosen = choice.filter(now_ms())
    sessions = None
    if chosen.device is not None:
        sessions = index.session_columns(project, Filter(device=chosen.device)).number
    found: _Found = []
    with index.facts(project) as shot:
        pages = [chosen.page] if chosen.page else shot.texts(shot.pages(Field)[:_MAX_FORMS])
        for page in pages:
            asked = PackChoice(since=chosen.since, until=chosen.until, page=page)
            columns = form_columns(shot, asked, RULES.forms.failed_ms, sessions)
            report = _report(columns)
            if report.views:
                found.append((page, report, columns.keys))
        labels = _labels(shot, found)
    found.sort(key=lambda one: (-one[1].starts, -one[1].views, one[0]))
    return found, labels


def _report(columns: FormColumns) -> FormReport:
    """Report on a form; fields in which one searches are no form's."""
    words, kinds = RULES.forms.searching, columns.kinds
    is_search = np.array([any(word in key.lower() for word in words) for key in columns.keys], bool)
    of_search = np.array([kind == "search" for kind in kinds], np.bool_)
    keep = np.flatnonzero(~of_search & ~is_search[columns.field]) if kinds else np.empty(0, int)
    visits = FieldVisits(**columns.visit_columns()).take(keep)
    there = np.isin(columns.submit_view, visits.view)
    submits = Submits(
        columns.submit_view[there], columns.submit_time[there], columns.submit_failed[there]
    )
    return form_report(visits, submits)


def _labels(shot: Snapshot, found: _Found) -> dict[str, str]:
    return labels_of(shot, {keys[one.field] for _, form, keys in found for one in form.fields})


def _line(
    found: tuple[str, FormReport, list[str]], choice: Choice, labels: Mapping[str, str]
) -> FormLine:
    page, report, keys = found
    most = max(report.fields, key=lambda one: one.drops)
    worst = labels.get(keys[most.field], keys[most.field]) if most.drops else ""
    return FormLine(page, report, replace(choice, page=page).query(), worst)


def _fields(
    found: tuple[str, FormReport, list[str]], choice: Choice, labels: Mapping[str, str]
) -> tuple[FieldLine, ...]:
    page, report, keys = found
    behind = replace(choice, page="").query() or "?"

    def link(kind: str, key: str) -> str:
        told = urlencode({"moment": kind, "where": page, "at": key})
        return f"{behind}{'&' if len(behind) > 1 else ''}{told}"

    return tuple(
        FieldLine(
            one,
            keys[one.field],
            labels.get(keys[one.field], ""),
            link("field_drop", keys[one.field]),
            link("field_return", keys[one.field]),
            link("correction", keys[one.field]),
        )
        for one in report.fields
    )


def _told(
    page: str, report: FormReport, keys: list[str], labels: Mapping[str, str]
) -> dict[str, Any]:
    told = asdict(report)
    for one in told["fields"]:
        one["key"] = keys[one.pop("field")]
        one["label"] = labels.get(one["key"], "")
    return {"page": page, "completion_rate": report.completion_rate, **told}
