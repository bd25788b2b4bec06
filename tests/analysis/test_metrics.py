"""Metrics against their definitions, written out."""

import math
import statistics
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.metrics import Totals, Visits, by_hour, exits, grouped, p75, per_part, totals
from footfall.clocks import clock_of

T0 = 1_700_000_000_000
Row = tuple[int, int, int, int, bool, float]
visit_rows = st.lists(
    st.tuples(
        st.integers(0, 4),  # visitor
        st.integers(T0, T0 + 9 * 86_400_000),
        st.integers(1, 3),
        st.sampled_from((0, 9_999, 10_000, 10_001, 60_000)),
        st.booleans(),
        st.sampled_from((0.0, 5.0, 100.0)),
    ),
    max_size=30,
)


def columns(rows: list[Row]) -> Visits:
    visitor, started, views, engaged = (
        np.array([row[at] for row in rows], np.int64) for at in range(4)
    )
    converted = np.array([row[4] for row in rows], np.bool_)
    score = np.array([row[5] for row in rows], np.float64)
    return Visits(np.arange(len(rows)), visitor, started, views, engaged, converted, score)


def plainly(rows: list[Row]) -> Totals:
    bounced = sum(
        not (engaged > 10_000 or views >= 2 or converted)
        for _, _, views, engaged, converted, _ in rows
    )
    return Totals(
        sessions=len(rows),
        visitors=len({row[0] for row in rows}),
        page_views=sum(row[2] for row in rows),
        bounced=bounced,
        converted=sum(row[4] for row in rows),
        engagement=statistics.median(row[3] for row in rows) if rows else None,
        frustration=sum(row[5] for row in rows) / len(rows) if rows else None,
    )


@settings(deadline=None, max_examples=1_000)
@given(visit_rows, st.integers(1, 5))
def test_totals_groups_and_parts(rows: list[Row], wide: int) -> None:
    visits = columns(rows)
    assert totals(visits) == plainly(rows)
    found = grouped(visits, visits.visitor, 5)
    assert found == [plainly([row for row in rows if row[0] == one]) for one in range(5)]
    nobody = visits.take(np.zeros(0, np.int64))
    assert grouped(nobody, nobody.visitor, 0) == []
    length = wide * 86_400_000 // 2
    parts = per_part(visits, [T0 + 86_400_000 + at * length for at in range(5)])
    for at, part in enumerate(parts):
        first = T0 + 86_400_000 + at * length
        assert part == plainly([row for row in rows if first <= row[1] < first + length])


@settings(deadline=None, max_examples=1_000)
@given(visit_rows, st.integers(-840, 840))
def test_hours_of_the_week(rows: list[Row], zone: int) -> None:
    grid = by_hour(columns(rows).started, clock_of(str(zone)))
    assert grid.sum() == len(rows)
    expected = np.zeros((7, 24), np.int64)
    for row in rows:
        local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=row[1], minutes=zone)
        expected[local.weekday(), local.hour] += 1
    assert (grid == expected).all()


@settings(deadline=None, max_examples=1_000)
@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_p75_is_the_least_value_that_three_quarters_do_not_exceed(values: list[float]) -> None:
    found = p75(np.array(values))
    if not values:
        assert found is None
        return
    assert found in values
    assert found is not None
    fits = [
        v for v in sorted(values) if sum(w <= v for w in values) >= math.ceil(0.75 * len(values))
    ]
    assert found == fits[0]


@settings(deadline=None, max_examples=1_000)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), max_size=20))
def test_exits(rows: list[tuple[int, int, int]]) -> None:
    page, session, started = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    last: dict[int, tuple[int, int, int]] = {}
    for at, (where, who, when) in enumerate(rows):
        if who not in last or (when, at) > last[who][:2]:
            last[who] = (when, at, where)
    expected = [sum(one[2] == number for one in last.values()) for number in range(4)]
    assert exits(page, session, started, 4).tolist() == expected
