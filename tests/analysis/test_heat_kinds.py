"""Choosing clicks, moments' clicks, conversion, elements and fields against plain loops."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.analysis.clicks import Which, chosen
from footfall.analysis.conversion import conversions, reached_later
from footfall.analysis.fields import FieldVisits, field_lines
from footfall.analysis.intervals import wilson
from footfall.analysis.moment_points import moment_points
from footfall.analysis.moves import moves_of
from footfall.analysis.sight import Changes, Seen, sight_of
from footfall.analysis.zones import Behaviour, zones_of

click = st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 2), st.booleans())
keyed = st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(-1, 2))


@given(st.lists(click, max_size=12))
def test_clicks_are_chosen_by_button_finger_and_order(
    clicks: list[tuple[int, int, int, bool]],
) -> None:
    row, time, button, touch = np.array(clicks, np.int64).reshape(-1, 4).T
    order = np.arange(len(clicks))[::-1]

    def which(name: Which) -> list[bool]:
        found = chosen(
            name, row=row, time=time, order=order, button=button, touch=touch.astype(bool)
        )
        return [bool(one) for one in found]

    assert all(which("all"))
    assert which("touch") == [one[3] for one in clicks]
    for name, number in (("left", 0), ("middle", 1), ("right", 2)):
        assert which(name) == [one[2] == number and not one[3] for one in clicks]  # type: ignore[arg-type] # a literal
    first: dict[int, tuple[tuple[int, int], int]] = {}
    for at, (view, when, _, _) in enumerate(clicks):
        if view not in first or (when, -at) < first[view][0]:
            first[view] = ((when, -at), at)
    assert [at for at, is_it in enumerate(which("first")) if is_it] == sorted(
        at for _, at in first.values()
    )


pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12)


@given(pairs, pairs)
def test_the_clicks_of_moments(
    clicks: list[tuple[int, int]], wanted: list[tuple[int, int]]
) -> None:
    row, order = np.array(clicks, np.int64).reshape(-1, 2).T
    found = moment_points(row, order, *np.array(wanted, np.int64).reshape(-1, 2).T)
    assert found.tolist() == [at for at, one in enumerate(clicks) if one in wanted]


@given(st.lists(keyed, max_size=12), st.lists(keyed, max_size=5))
def test_conversion_is_what_came_later(
    clicks: list[tuple[int, int, int]], goals: list[tuple[int, int, int]]
) -> None:
    session, time, key = np.array(clicks, np.int64).reshape(-1, 3).T
    reached, when, _ = np.array(goals, np.int64).reshape(-1, 3).T
    later = reached_later(session, time, reached, when)
    assert later.tolist() == [any(g[0] == s and g[1] > t for g in goals) for s, t, _ in clicks]
    result = conversions(key, session, later, 3)
    for number in range(3):
        of = {s for s, _, k in clicks if k == number}
        did = {
            s for s, t, k in clicks if k == number and any(g[0] == s and g[1] > t for g in goals)
        }
        assert (result.sessions[number], result.converted[number]) == (len(of), len(did))


def test_wilson_is_the_published_interval() -> None:
    low, high = wilson(np.array([0, 5, 10, 81, 0]), np.array([10, 10, 10, 263, 0]))
    assert low.tolist() == pytest.approx([0, 0.2366, 0.7225, 0.2553, 0], abs=1e-4)
    assert high.tolist() == pytest.approx([0.2775, 0.7634, 1, 0.3662, 1], abs=1e-4)


def test_an_element_and_what_people_did_with_it() -> None:
    seen = Seen(np.zeros(4, np.int64), np.full(4, 10_000), np.array([100, 100, 100, 100]))
    none = Changes.none()
    # The third view scrolls to the element for a moment too short, the fourth never.
    top = Changes(
        np.array([0, 1, 2, 2]), np.array([500, 500, 600, 740]), np.array([300, 300, 300, 0])
    )
    sight = sight_of(seen, none, top, none, none)
    row = np.array([0, 0, 0, 1, 1])
    time = np.array([0, 1_000, 3_000, 2_000, 2_400])
    x, y = np.array([5, 20, 90, 20, 90]), np.array([5, 20, 90, 20, 90])
    told = Behaviour(
        views=4,
        key_ids=np.array([0, 0, 1, 0, -1]),
        click_rows=np.array([0, 0, 0, 3, 1]),
        click_times=np.array([1_700, 2_500, 9_000, 1, 5]),
        sight=sight,
        moves=moves_of(row, time, x, y, sight),
    )
    boxes = np.array([[10, 310, 40, 40], [math.nan] * 4])
    first, second = zones_of(told, boxes, 10)
    assert (first.key_id, first.clicks, first.views_with_click) == (0, 3, 2)
    assert (first.click_rate, first.recurrence) == (0.5, 1.5)
    assert first.low < 0.5 < first.high
    assert first.exposure == 0.5
    assert first.attractiveness == 0.5
    assert first.float_ms == (2_000 + 400) / 2
    assert first.hesitation_ms == 700
    assert (second.key_id, second.exposure, second.float_ms) == (1, None, None)
    assert [zone.key_id for zone in zones_of(told, boxes, 1)] == [0]


visit = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(0, 9), st.integers(0, 50), st.booleans()
)


@given(
    st.lists(visit, max_size=10, unique_by=lambda one: (one[1], one[2])),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=3),
)
def test_fields_against_a_walk_through_each_view(
    visits: list[tuple[int, int, int, int, bool]], submits: list[tuple[int, int]]
) -> None:
    key, row, time, duration, changed = np.array(visits, np.int64).reshape(-1, 5).T
    sent_row, sent_time = np.array(submits, np.int64).reshape(-1, 2).T
    lines = field_lines(
        FieldVisits(key, row, time, duration, changed.astype(bool)), sent_row, sent_time
    )
    assert [line.key_id for line in lines] == sorted({one[0] for one in visits})
    for line in lines:
        spent, returns, drops = [], 0, 0
        for view in {one[1] for one in visits}:
            walk = sorted((one for one in visits if one[1] == view), key=lambda one: one[2])
            own = [one for one in walk if one[0] == line.key_id]
            if own:
                spent.append(sum(one[3] for one in own))
            returns += sum(any(b[4] for b in own[:at]) for at in range(len(own)))
            is_sent = any(r == view and t >= walk[-1][2] for r, t in submits)
            drops += any(one[4] for one in walk) and not is_sent and walk[-1][0] == line.key_id
        assert (line.visits, line.views) == (sum(o[0] == line.key_id for o in visits), len(spent))
        assert (line.median_ms, line.returns, line.drops) == (median(spent), returns, drops)
