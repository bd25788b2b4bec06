"""Sessions found by what they did, against the facts that were sent; and the orders and neighbours of lists."""

import sqlite3
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.index import Filter, Order, SessionRow
from footfall.index.deeds import Deeds, sessions_that
from footfall.wire.facts import Event, Failure, Identify, Link
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

DAY = 86_400_000
LABELS = ["Pay now", "PAY later", "100% off_", "100x offs", "Größe", "GRÖSSE", ""]
Sent = list[tuple[int, list[str]]]
"""(day, labels of the clicks), a session each"""


def record(
    stage: Stage, name: str, day: int, facts: list["Fact"], url: str = "https://shop.example/"
) -> None:
    body = chunk(
        [page_view(url=url), *facts],
        session=ident(name),
        url=url,
        base_time=T0 + day * DAY,
        sent_at=T0 + day * DAY + 5_000,
    )
    stage.add(body, received_at=T0 + day * DAY + 5_000)


def found(stage: Stage, deeds: Deeds, chosen: Filter | None = None) -> set[str]:
    chosen = chosen or Filter()
    with stage.index.facts("p") as shot:
        numbers = sessions_that(shot, deeds, chosen.since, chosen.until)
    rows = stage.index.sessions(
        "p", Filter(since=chosen.since, until=chosen.until, numbers=numbers)
    )
    return {row.session for row in rows}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.sampled_from(LABELS), max_size=3)), max_size=6
    ),
    st.sampled_from(["pay", "PAY NOW", "100%", "_", "off", "größe", "nothing"]),
    st.integers(0, 3),
    st.booleans(),
)
def test_labels_are_found_in_any_case_packed_or_not(
    sent: Sent, text: str, since: int, packed: bool
) -> None:
    with staged() as stage:
        for number, (day, labels) in enumerate(sent):
            record(stage, f"s{number}", day, [click(text=label) for label in labels])
        if packed:
            stage.indexer.stop()
        chosen = Filter(since=T0 + since * DAY - 1_000)
        expected = {
            ident(f"s{number}")
            for number, (day, labels) in enumerate(sent)
            if day >= since and any(text.casefold() in label.casefold() for label in labels)
        }
        assert found(stage, Deeds(text=text), chosen) == expected


def test_each_filter_finds_its_sessions_and_all_hold_together() -> None:
    with staged() as stage:
        record(stage, "a", 0, [Event(1, "checkout", "{}"), Identify(2, "ann", '{"plan":"Pro"}')])
        record(stage, "b", 0, [Event(1, "checkout!", "{}"), Identify(2, "ben", '{"plan":3}')])
        error = Failure(1, "error", "TypeError", "x is not a Function", "", 0, 0, "", 1, 0)
        record(stage, "c", 1, [error, click(text="Go"), Identify(2, "", '{"is":"\\"plan\\":3"}')])
        record(stage, "d", 1, [Link(1, 1, "", "download", "", "pdf", ""), Identify(1, "", "no")])
        for deeds, names in (
            (Deeds(event="checkout"), "a"),
            (Deeds(event="check"), ""),
            (Deeds(user="ann"), "a"),
            (Deeds(property="plan"), "ab"),
            (Deeds(property="plan", value="pro"), "a"),
            (Deeds(property="plan", value="3"), "b"),
            (Deeds(error="FUNCTION"), "c"),
            (Deeds(error="typeerror"), "c"),
            (Deeds(error="go"), ""),
            (Deeds(did="click"), "c"),
            (Deeds(did="download"), "d"),
            (Deeds(did="outbound"), ""),
            (Deeds(did="identify", event="checkout!"), "b"),
            (Deeds(text="go", error="function"), "c"),
            (Deeds(text="go", event="checkout"), ""),
        ):
            assert found(stage, deeds) == {ident(name) for name in names}, deeds
        assert sessions_nothing(stage) is None


def sessions_nothing(stage: Stage) -> object:
    with stage.index.facts("p") as shot:
        return sessions_that(shot, Deeds(), None, None)


def add_moments(stage: Stage, scores: dict[str, float]) -> None:
    """Add what finds moments, as it stores them."""
    connection = sqlite3.connect(stage.index.path)
    for session, score in scores.items():
        connection.execute(
            "INSERT INTO detections SELECT 'p', session, 1, 0, 0, '', ?, 0, '{}', number"
            " FROM sessions WHERE session = ?",
            (score, session),
        )
    for place, dismissed in enumerate((0, 1)):
        connection.execute(
            "INSERT INTO moments VALUES ('p', ?, ?, ?, 'rage', 't', 1, '/', '#a', '', 1, '{}', '[]', ?, '', ?, 0)",
            (ident(f"s{place}"), place, T0, dismissed, place + 1),
        )
    connection.commit()
    connection.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=6
    )
)
def test_neighbours_are_those_of_the_list_in_every_order(sent: list[tuple[int, int, int]]) -> None:
    with staged() as stage:
        for number, (day, length, _) in enumerate(sent):
            record(stage, f"s{number}", day, [click(t=1 + length * 1_000)])
        add_moments(stage, {ident(f"s{n}"): score for n, (_, _, score) in enumerate(sent)})
        chosen = Filter(since=T0 + DAY - 1_000) if len(sent) > 3 else Filter()
        scores = {ident(f"s{n}"): score for n, (_, _, score) in enumerate(sent)}

        def key(order: Order, row: SessionRow) -> tuple[int, int, str]:
            first = {
                Order.RECENT: 0,
                Order.LENGTH: -row.duration,
                Order.FRUSTRATION: -scores[row.session],
            }
            return first[order], -row.started, row.session

        for order in Order:
            rows = stage.index.sessions("p", chosen, order=order)
            assert rows == sorted(rows, key=partial(key, order))
            names = [None, *(row.session for row in rows), None]
            for at, row in enumerate(rows):
                told = stage.index.neighbours("p", chosen, order, row)
                assert told == (names[at], names[at + 2])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=6),
    st.sampled_from((None, "/a", "/b", "/nobody")),
    st.sampled_from((None, frozenset[str](), frozenset({"/a", "/c"}), frozenset({"/nobody"}))),
    st.sampled_from((None, (), (1, 3, 99), (2, 4, 5, 6))),
    st.sampled_from((None, T0 + DAY - 1_000)),
)
def test_a_list_by_sets_is_the_list_by_sql(
    sent: list[tuple[int, int, bool]],
    page: str | None,
    viewed: frozenset[str] | None,
    numbers: tuple[int, ...] | None,
    since: int | None,
) -> None:
    with staged() as stage:
        for number, (day, seen, is_packed) in enumerate(sent):
            url = f"https://shop.example/{'abc'[seen]}"
            record(stage, f"s{number}", day, [], url)
            if is_packed:
                stage.indexer.compact()
        some = None if numbers is None else np.array(numbers, np.int64)
        chosen = Filter(page=page, viewed=viewed, numbers=some, since=since, device="desktop")
        for order in Order:
            for offset in (0, 2):
                rows = stage.index.sessions("p", chosen, 3, offset, order)
                told = stage.index.listed("p", chosen, 3, offset, order)
                assert told == (rows, stage.index.session_count("p", chosen))


def test_moments_filter_and_order_but_for_those_that_are_no_problem() -> None:
    with staged() as stage:
        for number in range(2):
            record(stage, f"s{number}", 0, [])
        index = stage.index
        assert index.moments("p", ident("s0")) == []
        assert index.frustration("p", [ident("s0")]) == {}
        add_moments(stage, {ident("s0"): 12.5})
        assert [row.kind for row in index.moments("p", ident("s0"))] == ["rage"]
        assert index.moments("p", ident("s1")) == []
        assert index.frustration("p", [ident("s0"), ident("s1")]) == {ident("s0"): 12.5}
        rows = index.sessions("p", Filter(moment="rage"))
        assert [row.session for row in rows] == [ident("s0")]


def test_browsers_and_lengths() -> None:
    with staged() as stage:
        record(stage, "s0", 0, [click(t=9_000)])
        index = stage.index
        assert index.browsers("p") == ["Chrome"]
        for chosen, count in (
            (Filter(browser="Chrome"), 1),
            (Filter(browser="Chrom"), 0),
            (Filter(browser="Chrome 156"), 1),
            (Filter(shortest=9_000), 1),
            (Filter(shortest=9_001), 0),
            (Filter(longest=8_999), 0),
            (Filter(longest=9_000), 1),
            (Filter(without=frozenset({ident("s0")})), 0),
        ):
            assert index.session_count("p", chosen) == count, chosen
