"""The forms of some pages, from the index to their reports."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.forms import (
    FieldVisits,
    FormReport,
    Submits,
    form_reports,
    form_views,
    parted,
)
from footfall.analysis.moments.failing import fails, undoing
from footfall.analysis.moments.groups import is_search, searches
from footfall.analysis.moments.rules import RULES
from footfall.detect.keys import known_names
from footfall.index.form_answers import Answers, answers_of
from footfall.index.form_columns import FormColumns, Sends, SentColumns, form_columns
from footfall.index.packs import Choice, Snapshot
from footfall.index.views import Array


class Found(NamedTuple):
    """A form of a page."""

    page: str
    form: str  # as Field.form has it
    report: FormReport
    keys: list[str]  # of its fields, by FieldReport.field


def found_forms(
    shot: Snapshot, pages: Iterable[str], span: Choice, sessions: Array | None
) -> list[Found]:
    """Return the forms of pages in a span of time; sessions: SessionRow.number of those that count, None: all."""
    columns, answers = _read(shot, pages, span, sessions)
    return [
        Found(page, form, report, told.keys)
        for page, told in columns.items()
        for form, report in form_reports(
            *_visits_and_submits(told, answers), told.forms, RULES.forms
        ).items()
    ]


def sessions_behind(
    shot: Snapshot, place: tuple[str, str], did: str, span: Choice, sessions: Array | None
) -> Array:
    """Return the sessions (SessionRow.number) behind a figure of the form that is called place[1] on page place[0].

    did: a key of `form_views`; others as `found_forms`.
    """
    page, form = place
    columns, answers = _read(shot, [page], span, sessions)
    told = columns[page]
    mine = parted(*_visits_and_submits(told, answers), told.forms, RULES.forms).get(form)
    found: Array = told.sessions[[] if mine is None else form_views(*mine)[did]]
    return found


def _read(
    shot: Snapshot, pages: Iterable[str], span: Choice, sessions: Array | None
) -> tuple[dict[str, FormColumns], Mapping[tuple[int, int], Answers]]:
    rules = RULES.forms
    sends = Sends(rules.sends, partial(searches, rules=rules), known_names)
    columns = {
        page: form_columns(
            shot, Choice(since=span.since, until=span.until, page=page), sends, sessions
        )
        for page in pages
    }
    near = (rules.begun_ms, rules.failed_ms)
    return columns, answers_of(shot, [one.sent for one in columns.values()], span, near)


def _visits_and_submits(
    told: FormColumns, answers: Mapping[tuple[int, int], Answers]
) -> tuple[FieldVisits, Submits]:
    rules, sent = RULES.forms, told.sent
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
        failed=_failed(sent, answers),
        form=sent.form,
        pressed=sent.pressed,
        searched=sent.searched,
    )
    return visits, submits


def _failed(sent: SentColumns, answers: Mapping[tuple[int, int], Answers]) -> NDArray[np.bool_]:
    """Tell which sendings failed; where nothing went wrong near any of a tab's, none."""
    rules = RULES.forms
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
