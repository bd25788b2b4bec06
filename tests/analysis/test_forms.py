"""Forms against their definitions, written out."""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.form_visits import FieldVisits, Submits
from footfall.analysis.forms import (
    FormReport,
    attempts,
    field_deeds,
    form_deeds,
    form_report,
    form_reports,
    over_time,
)
from footfall.analysis.moments.rules import RULES

FORMS = ("#order", "#news", "", "?")
"""Two of one page, none, and what older recorders tell."""


class Visit(NamedTuple):
    view: int
    field: int
    form: int
    ended: int
    duration: int
    first: int
    edits: int
    before: int
    after: int
    pasted: int
    autofilled: bool
    invalid: bool
    typed: bool
    searched: bool

    @property
    def changed(self) -> bool:
        return self.edits > 0 or self.first >= 0 or self.autofilled or self.pasted > 0

    @property
    def began(self) -> int:
        return self.ended - self.duration + max(self.first, 0)


class Sent(NamedTuple):
    view: int
    time: int
    failed: bool
    form: int  # -1: one that nobody visited a field of
    pressed: bool
    searched: bool
    told: bool


often = st.sampled_from((True, True, True, False))
seldom = st.sampled_from((False, False, False, True))
visit_rows = st.lists(
    st.builds(
        Visit,
        st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 12), st.integers(0, 4),
        st.integers(-1, 2), st.integers(-1, 2), st.integers(-1, 2), st.integers(-1, 2), st.integers(0, 1),
        st.booleans(), st.booleans(), often, seldom,
    ),
    min_size=1, max_size=14,
).map(lambda rows: sorted(rows, key=lambda row: row.ended))  # fmt: skip
submit_rows = st.lists(
    st.builds(
        Sent,
        st.integers(0, 4), st.integers(0, 14), st.booleans(), st.integers(-1, 3), st.booleans(), seldom, seldom,
    ).map(lambda one: one._replace(failed=one.failed and not one.told)),
    max_size=8,
)  # fmt: skip


def visits_of(rows: Sequence[Visit]) -> FieldVisits:
    return FieldVisits(
        *(
            np.array([row[at] for row in rows], np.bool_ if name in FLAGS else np.int64)
            for at, name in enumerate(Visit._fields)
        )
    )


FLAGS = ("autofilled", "invalid", "typed", "searched")


def submits_of(sent: Sequence[Sent]) -> Submits:
    return Submits(
        np.array([one.view for one in sent], np.int64),
        np.array([one.time for one in sent], np.int64),
        np.array([one.failed for one in sent], np.bool_),
        np.array([one.form for one in sent], np.int64),
        np.array([one.pressed for one in sent], np.bool_),
        np.array([one.searched for one in sent], np.bool_),
        np.array([one.told for one in sent], np.bool_),
    )


def median(values: Iterable[float]) -> float | None:
    some = list(values)
    return statistics.median(some) if some else None


@settings(deadline=None, max_examples=1_000)
@given(visit_rows, submit_rows)
def test_reports_equal_their_definition(rows: list[Visit], sent: list[Sent]) -> None:
    check(form_report(visits_of(rows), submits_of(sent)), rows, sent)


def was_empty(field: int, rows: list[Visit], sending: Sent) -> bool:
    """Tell whether a field that was visited in a sending's page view, and is not now, was left empty."""
    mine = [one for one in rows if (one.view, one.field) == (sending.view, field)]
    before = [one for one in mine if one.ended <= sending.time]
    later = [one for one in mine if one.ended > sending.time]
    if not before or (later and later[0].ended - later[0].duration <= sending.time):
        return False
    return before[-1].after == 0 and before[-1].typed


@settings(deadline=None, max_examples=1_000)
@given(visit_rows, submit_rows, st.lists(st.integers(0, 14), min_size=2, max_size=5))
def test_each_figure_has_as_many_deeds_each_where_and_when_it_was_done(
    rows: list[Visit], sent: list[Sent], edges: list[int]
) -> None:
    visits, submits = visits_of(rows), submits_of(sent)
    report, deeds = form_report(visits, submits), form_deeds(visits, submits)
    for name, some in deeds.items():
        assert len(some) == getattr(report, name), name
    began = {row.view: [] for row in rows}  # type: dict[int, list[int]]
    for row in rows:
        began[row.view] += [row.began] if row.changed else []
    begun = {view: min(times) for view, times in began.items() if times}
    starts, sendings = deeds["starts"], {(one.view, one.time) for one in sent}
    assert dict(zip(starts.view.tolist(), starts.time.tolist(), strict=True)) == begun
    for name in ("completions", "failed", "blank"):
        done_at = zip(deeds[name].view.tolist(), deeds[name].time.tolist(), strict=True)
        assert set(done_at) <= sendings
    assert set(deeds["drops"].view.tolist()) == set(begun) - set(deeds["completions"].view.tolist())
    for one in report.fields:
        focused = {(row.view, row.ended - row.duration) for row in rows if row.field == one.field}
        for name, some in field_deeds(visits, submits, one.field).items():
            told = set(zip(some.view.tolist(), some.time.tolist(), strict=True))
            assert told <= focused, name
            if name != "hesitation":
                assert len(some) == getattr(one, name), name
        visited = field_deeds(visits, submits, one.field)
        assert set(visited["views"].view.tolist()) == {view for view, _ in focused}
        corrected = [r for r in rows if r.field == one.field and 0 <= r.after < r.before]
        assert sorted(visited["corrections"].view.tolist()) == sorted(r.view for r in corrected)
    tried = attempts(visits, submits)
    done = set(deeds["completions"].view.tolist())
    assert tried.sent.tolist() == [view in done for view in tried.view.tolist()]
    edges = sorted(edges)
    parts = over_time(tried.begun, tried.sent, edges)
    assert parts == [
        (
            sum(low <= time < high for time in begun.values()),
            sum(low <= begun[view] < high for view in done),
        )
        for low, high in itertools.pairwise(edges)
    ]


@settings(deadline=None, max_examples=1_000)
@given(visit_rows, submit_rows)
def test_each_form_of_a_page_has_its_own_visits_and_sendings(
    rows: list[Visit], sent: list[Sent]
) -> None:
    mine: dict[str, list[Visit]] = {}
    sendings: dict[str, list[Sent]] = {}
    for view in range(4):
        inside, known = by_form([row for row in rows if row.view == view])
        for form, some in inside.items():
            mine.setdefault(form, []).extend(some)
            sendings.setdefault(form, []).extend(
                one
                for one in sent
                if one.view == view
                and (
                    one.told
                    or (one.pressed == (form == "") and (form == "" or is_of(one, form, known)))
                )
            )
    found = form_reports(visits_of(rows), submits_of(sent), FORMS, RULES.forms)
    assert set(found) == set(mine)
    places = {id(row): place for place, row in enumerate(rows)}  # visits may be alike
    for form, report in found.items():
        own = sorted(mine[form], key=lambda row: places[id(row)])
        check(report, own, sendings[form], blank=form != "")
        assert report.drops == report.starts - report.completions


def is_of(sent: Sent, form: str, known: set[str]) -> bool:
    """Tell whether a submit is a form's own, or nobody's who is known."""
    name = FORMS[sent.form] if sent.form >= 0 else None
    return name == form or (name not in known and not sent.searched)


def held(before: list[Visit]) -> bool:
    """Tell whether there was something in a field after these visits to it."""
    told = [one.changed or one.after > 0 for one in before if one.changed or one.after >= 0]
    return bool(told) and told[-1]


def by_form(rows: list[Visit]) -> tuple[dict[str, list[Visit]], set[str]]:
    """Return the visits of one page view by their form, and all its forms, those too that one searches with."""
    told = {row.field: FORMS[row.form] for row in rows if FORMS[row.form] != "?"}
    only = next(iter(told.values())) if len(set(told.values())) == 1 else "?"
    found: dict[str, list[Visit]] = {}
    for row in rows:
        if not row.searched:
            found.setdefault(told.get(row.field, only), []).append(row)
    typed = {row.field for row in found.get("", []) if row.typed and row.changed}
    is_loose = len(typed) >= 2
    known = {told.get(row.field, only) for row in rows}
    known -= set() if is_loose else {""}
    return {form: some for form, some in found.items() if form or is_loose}, known


def check(report: FormReport, rows: list[Visit], sent: list[Sent], *, blank: bool = True) -> None:
    views = sorted({row.view for row in rows})
    begun = {v: min(r.began for r in rows if r.view == v and r.changed)
             for v in views if any(r.view == v and r.changed for r in rows)}  # fmt: skip
    after = [one for one in sent if one.view in begun and one.time >= begun[one.view]]
    done = {v: min(o.time for o in after if o.view == v and not o.failed)
            for v in begun if any(o.view == v and not o.failed for o in after)}  # fmt: skip
    assert report.views == len(views)
    assert report.starts == len(begun)
    assert report.completions == len(done)
    assert report.failed == sum(one.failed for one in after)
    own = [one for one in sent if not one.told]
    assert report.blank == (sum(one not in after for one in own) if blank else 0)
    focus = {v: min(r.ended - r.duration for r in rows if r.view == v) for v in views}
    assert report.time == median(done[v] - focus[v] for v in done)
    order = sorted(range(len(rows)), key=lambda at: (rows[at].ended, at))
    last = {rows[at].view: rows[at].field for at in order}
    firsts: dict[int, list[int]] = {}
    for at in order:
        seen = firsts.setdefault(rows[at].view, [])
        if rows[at].field not in seen:
            seen.append(rows[at].field)
    for one in report.fields:
        mine = [rows[at] for at in order if rows[at].field == one.field]
        where = {row.view for row in mine}
        assert one.views == len(where)
        assert one.starts == len({row.view for row in mine if row.changed})
        assert one.hesitation == median(row.first for row in mine if row.first >= 0)
        assert one.time == median(sum(r.duration for r in mine if r.view == v) for v in where)
        assert one.returns == sum(
            held([early for early in mine[:at] if early.view == row.view])
            for at, row in enumerate(mine)
        )
        assert one.corrections == sum(0 <= row.after < row.before for row in mine)
        assert one.errors == sum(row.invalid for row in mine)
        assert one.blanks == sum(
            was_empty(one.field, rows, sending) for sending in after if not sending.told
        )
        assert one.pastes == sum(row.pasted > 0 for row in mine)
        assert one.autofills == sum(row.autofilled for row in mine)
        assert one.drops == sum(last[v] == one.field for v in begun if v not in done)
        places = [firsts[row.view].index(one.field) for row in mine]
        assert abs(one.place - sum(places) / len(places)) < 1e-9
    assert [one.place for one in report.fields] == sorted(one.place for one in report.fields)
    assert {one.field for one in report.fields} == {row.field for row in rows}
