"""The forms of some pages, from the index to their reports."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.form_visits import FieldVisits, Submits
from footfall.analysis.forms import (
    Attempts,
    Deeds,
    FormReport,
    attempts,
    field_deeds,
    form_deeds,
    form_report,
    parted,
)
from footfall.analysis.moments.failing import fails, undoing
from footfall.analysis.moments.groups import NO_FORM, is_search, searches
from footfall.analysis.moments.rules import Forms
from footfall.detect.keys import known_names
from footfall.index.form_answers import Answers, answers_of
from footfall.index.form_columns import FormColumns, Sends, SentColumns, form_columns
from footfall.index.form_events import completing
from footfall.index.packs import Choice, Snapshot
from footfall.index.views import Array


class Found(NamedTuple):
    """A form of a page."""

    page: str
    form: str  # as Field.form has it
    report: FormReport
    keys: list[str]  # of its fields, by FieldReport.field
    tried: Attempts


class Figure(NamedTuple):
    """A figure of forms: what is counted."""

    form: str | None  # as Field.form has it; None: each
    field: str | None  # key of a field; None: the form's own figure
    did: str  # as `form_deeds` or, of a field, `field_deeds` calls it
    began: tuple[int, int] | None  # when, ms since 1970, if only attempts of a time count


class Scope(NamedTuple):
    """Of what page views forms are told."""

    pages: tuple[str, ...]
    span: Choice  # since and until alone
    sessions: Array | None  # SessionRow.number of those that count; None: all
    rules: Forms


def found_forms(shot: Snapshot, scope: Scope) -> list[Found]:
    """Return the forms of pages."""
    return [
        Found(
            page,
            form,
            form_report(*some, is_loose=form == NO_FORM),
            told.keys,
            attempts(*some),
        )
        for page, told, mine in _parted(shot, scope)
        for form, some in mine.items()
    ]


def behind(shot: Snapshot, scope: Scope, figure: Figure) -> tuple[Array, Array]:
    """Return the session (SessionRow.number) and the time (ms since 1970) of all that a figure counts, in no order."""
    found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for _, told, mine in _parted(shot, scope):
        for form, some in mine.items():
            if figure.form is None or form == figure.form:
                deeds = _deeds(told, form, some, figure)
                found.append((told.sessions[deeds.view], deeds.time))
    session, time = (np.concatenate(column) for column in zip(*found, strict=True))
    return session, time


def _deeds(
    told: FormColumns, form: str, some: tuple[FieldVisits, Submits], figure: Figure
) -> Deeds:
    if figure.field is None:
        deeds = form_deeds(*some, is_loose=form == NO_FORM)[figure.did]
    elif figure.field in told.keys:
        deeds = field_deeds(*some, told.keys.index(figure.field))[figure.did]
    else:
        return Deeds(np.empty(0, np.int64), np.empty(0, np.int64))
    if figure.began is None:
        return deeds
    tried = attempts(*some)
    first, last = figure.began
    fits = np.isin(deeds.view, tried.view[(tried.begun >= first) & (tried.begun <= last)])
    return Deeds(deeds.view[fits], deeds.time[fits])


def _parted(
    shot: Snapshot, scope: Scope
) -> Iterator[tuple[str, FormColumns, dict[str, tuple[FieldVisits, Submits]]]]:
    columns, answers = _read(shot, scope)
    for page, told in columns.items():
        yield (
            page,
            told,
            parted(*_visits_and_submits(shot, told, answers, scope), told.forms, scope.rules),
        )


def _read(
    shot: Snapshot, scope: Scope
) -> tuple[dict[str, FormColumns], Mapping[tuple[int, int], Answers]]:
    rules, span = scope.rules, scope.span
    sends = Sends(rules.sends, partial(searches, rules=rules), known_names)
    columns = {
        page: form_columns(
            shot, Choice(since=span.since, until=span.until, page=page), sends, scope.sessions
        )
        for page in scope.pages
    }
    near = (rules.begun_ms, rules.failed_ms)
    return columns, answers_of(shot, [one.sent for one in columns.values()], span, near)


def _visits_and_submits(
    shot: Snapshot, told: FormColumns, answers: Mapping[tuple[int, int], Answers], scope: Scope
) -> tuple[FieldVisits, Submits]:
    rules, sent = scope.rules, told.sent
    is_searched = {
        pair: is_search(*pair, rules) for pair in set(zip(told.told, told.kinds, strict=True))
    }
    visits = FieldVisits(
        **told.visits,
        typed=np.array([kind not in rules.untyped for kind in told.kinds], np.bool_),
        searched=np.array(
            [is_searched[pair] for pair in zip(told.told, told.kinds, strict=True)], np.bool_
        ),
    )
    submits = Submits(
        view=sent.view,
        time=sent.time,
        failed=_failed(sent, answers, rules),
        form=sent.form,
        pressed=sent.pressed,
        searched=sent.searched,
        told=np.zeros(len(sent.view), np.bool_),
    )
    view, time = completing(shot, told, scope.span, rules.completions)
    if len(view):
        submits = _with_events(submits, view, time)
    return visits, submits


def _with_events(submits: Submits, view: Array, time: Array) -> Submits:
    """Return sendings and the events that complete the forms of page views."""
    no, yes = np.zeros(len(view), np.bool_), np.ones(len(view), np.bool_)
    events = Submits(view, time, no, np.full(len(view), -1), no, no, yes)
    names = [one.name for one in fields(Submits)]
    return Submits(
        **{name: np.concatenate([getattr(submits, name), getattr(events, name)]) for name in names}
    )


def _failed(
    sent: SentColumns, answers: Mapping[tuple[int, int], Answers], rules: Forms
) -> NDArray[np.bool_]:
    """Tell which sendings failed; where nothing went wrong near any of a tab's, none."""
    undone = {
        place: undoing(one.wrong, one.troubles, one.sendings, rules)
        for place, one in answers.items()
    }
    places = zip(sent.session.tolist(), sent.tab.tolist(), strict=True)
    failed = [
        place in answers and fails(time, page, undone[place], answers[place].moves, rules)
        for place, time, page in zip(places, sent.time.tolist(), sent.page.tolist(), strict=True)
    ]
    return np.array(failed, np.bool_)
