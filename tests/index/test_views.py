"""Segments of page views and the facts in them, against plain loops."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.index.goals import EventGoal, PageGoal
from footfall.index.page_facts import clicks_of, details_of, renumbered
from footfall.index.segment import Property, Segment
from footfall.index.views import NO_VIEW, Views, rows_of, views_of
from footfall.wire.facts import Event, Identify
from footfall.wire.schema import FLAG_KEYFRAME, Fact
from tests.index.stage import Stage
from tests.wire.chunks import T0, chunk, click, ident, page_view

URL = "https://shop.example/item/{}"
DAY = 86_400_000
place = st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 30))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    for number in range(8):
        width = [390, 800, 1280, 1600][number % 4]
        url, referrer = (
            URL.format(number % 3),
            ["", "https://www.find.example/q", "https://shop.example/"][number % 3],
        )
        facts: list[Fact] = [
            page_view(url=url, referrer=referrer, width=width),
            click(100, page_x=number),
            page_view(200, number=2, url="https://shop.example/end", width=width),
            click(300, page_x=100 + number),
            page_view(400, number=3, url=url, width=1280),
            click(500, page_x=200 + number, button=2, pointer="touch"),
        ]
        properties = json.dumps({"plan": "pro", "paid": True, "n": number})
        bought = [Event(600, "bought", "{}")] if number % 2 else []
        known = [Identify(700, "u", properties)] if number > 4 else []
        at = T0 + number // 4 * DAY
        who = {
            "flags": FLAG_KEYFRAME,
            "session": ident(f"session-{number}"),
            "visitor": ident(f"v-{number // 2}"),
        }
        body = chunk(
            [*facts, *bought, *known], base_time=at + number, sent_at=at + 5_000, url=url, **who
        )
        stage.add(body, received_at=at + 5_000)
    return stage


def found(stage: Stage, **asked: object) -> list[int]:
    """Return the page_x of the clicks in a segment."""
    with stage.index.facts("p") as shot:
        segment = Segment("/item/:id", **asked)  # type: ignore[arg-type] # each test names real fields
        views = views_of(shot, segment)
        clicks, details = clicks_of(shot, segment, views), details_of(shot, segment, views)
        assert (views.session[clicks.row] > 0).all()
        assert len(details.time) == len(clicks)
        return sorted(int(x) for x in clicks.x)


def expected(first: list[int], third: list[int]) -> list[int]:
    return sorted([*first, *(200 + number for number in third)])


ALL = list(range(8))


def test_a_view_is_chosen_by_what_is_true_of_it(stage: Stage) -> None:
    assert found(stage) == expected(ALL, ALL)
    assert found(stage, device="mobile") == [0, 4]
    assert found(stage, device="desktop") == expected([2, 3, 6, 7], ALL)
    assert found(stage, min_width=700, max_width=1000) == [1, 5]
    assert found(stage, since=T0 + DAY) == expected([4, 5, 6, 7], [4, 5, 6, 7])
    assert found(stage, until=T0 + 1) == [0, 1]
    assert found(stage, path="/item/1") == expected([1, 4, 7], [1, 4, 7])
    assert found(stage, path="/item") == []


def test_a_view_is_chosen_by_its_session(stage: Stage) -> None:
    assert found(stage, source="find.example") == expected([1, 4, 7], [1, 4, 7])
    assert found(stage, source="direct") == expected([0, 2, 3, 5, 6], [0, 2, 3, 5, 6])
    assert found(stage, visitors="new") == expected([0, 2, 4, 6], [0, 2, 4, 6])
    assert found(stage, visitors="returning") == expected([1, 3, 5, 7], [1, 3, 5, 7])
    bought, seen = EventGoal("bought"), PageGoal(("/end",))
    assert found(stage, goal=bought, converted=True) == expected([1, 3, 5, 7], [1, 3, 5, 7])
    assert found(stage, goal=bought, converted=False) == expected([0, 2, 4, 6], [0, 2, 4, 6])
    assert found(stage, goal=seen, converted=True) == expected(ALL, ALL)
    assert found(stage, goal=EventGoal("never"), converted=True) == []
    assert found(stage, user=Property("plan", "pro")) == expected([5, 6, 7], [5, 6, 7])
    assert found(stage, user=Property("paid", "true")) == expected([5, 6, 7], [5, 6, 7])
    assert found(stage, user=Property("n", "6"), visitors="new") == expected([6], [6])


def test_views_packed_by_day_are_the_same(stage: Stage) -> None:
    before = found(stage, device="desktop")
    stage.indexer._fold.make_view_days(10)
    assert found(stage, device="desktop") == before
    with stage.index.facts("p") as shot:
        assert shot.connection.execute("SELECT COUNT(*) FROM view_days").fetchone()[0] == 1


@given(st.sets(place), st.lists(place, max_size=40))
def test_facts_find_their_view(
    there: set[tuple[int, int, int]], asked: list[tuple[int, int, int]]
) -> None:
    rows = np.array(sorted(there, key=lambda one: (one[0], one[2] % 7)), np.int64).reshape(-1, 3)
    nothing = np.zeros(len(rows))
    views = Views(rows[:, 0], rows[:, 1], rows[:, 2], *[nothing] * 8)
    facts = np.array(asked, np.int64).reshape(-1, 3)
    places = [tuple(row) for row in rows.tolist()]
    oracle = [places.index(one) if one in places else NO_VIEW for one in asked]
    assert rows_of(views, *facts.T).tolist() == oracle


@given(st.lists(st.one_of(st.integers(-5, 50), st.integers(-(2**60), 2**60)), max_size=30))
def test_numbers_are_renumbered_in_order(numbers: list[int]) -> None:
    distinct, places = renumbered(np.array(numbers, np.int64))
    assert distinct.tolist() == sorted(set(numbers))
    assert [distinct[at] for at in places] == numbers
