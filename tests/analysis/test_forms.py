"""Forms against their definitions, written out."""

import statistics
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.forms import FieldVisits, Submits, form_report


class Visit(NamedTuple):
    view: int
    field: int
    ended: int
    duration: int
    first: int
    edits: int
    before: int
    after: int
    pasted: int
    autofilled: bool
    invalid: bool

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


visit_rows = st.lists(
    st.builds(
        Visit,
        st.integers(0, 3), st.integers(0, 2), st.integers(0, 12), st.integers(0, 4), st.integers(-1, 2),
        st.integers(-1, 2), st.integers(-1, 2), st.integers(-1, 2), st.integers(0, 1), st.booleans(), st.booleans(),
    ),
    min_size=1, max_size=14,
)  # fmt: skip
submit_rows = st.lists(
    st.builds(Sent, st.integers(0, 4), st.integers(0, 14), st.booleans()), max_size=6
)


def median(values: Iterable[float]) -> float | None:
    some = list(values)
    return statistics.median(some) if some else None


@settings(deadline=None, max_examples=300)
@given(visit_rows, submit_rows)
def test_reports_equal_their_definition(rows: list[Visit], sent: list[Sent]) -> None:
    visits = FieldVisits(
        *(
            np.array([row[at] for row in rows], np.int64 if at < 9 else np.bool_)
            for at in range(len(Visit._fields))
        )
    )
    submits = Submits(
        np.array([one.view for one in sent], np.int64),
        np.array([one.time for one in sent], np.int64),
        np.array([one.failed for one in sent], np.bool_),
    )
    report = form_report(visits, submits)
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
    assert report.blank == len(sent) - len(after)
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
            any(early.changed for early in mine[:at] if early.view == row.view)
            for at, row in enumerate(mine)
        )
        assert one.corrections == sum(0 <= row.after < row.before for row in mine)
        assert one.errors == sum(row.invalid for row in mine)
        assert one.pastes == sum(row.pasted > 0 for row in mine)
        assert one.autofills == sum(row.autofilled for row in mine)
        assert one.drops == sum(last[v] == one.field for v in begun if v not in done)
        places = [firsts[row.view].index(one.field) for row in mine]
        assert abs(one.place - sum(places) / len(places)) < 1e-9
    assert [one.place for one in report.fields] == sorted(one.place for one in report.fields)
    assert {one.field for one in report.fields} == {row.field for row in rows}
