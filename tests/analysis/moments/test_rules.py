"""Every rule against its oracle, over generated sessions whose chunks come late and twice."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.analysis.moments import RULES, Moment, Told, detect, history
from footfall.analysis.moments.moves import reversals
from footfall.wire.facts import Field
from footfall.wire.schema import Visibility
from tests.analysis.moments import made, oracle, oracle_forms

MANY = settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Seen = Callable[[Moment], Any]


def first(one: Moment) -> int:
    return one.evidence[0].ordinal


RULES_OF: dict[str, tuple[list[Any], Callable[[list[Told]], list[Any]], Seen]] = {
    "dead": (
        [made.pressed, made.clicks, made.reactions],
        oracle.dead,
        lambda one: (one.time, one.tab, first(one), one.grade),
    ),
    "slow": (
        [made.pressed, made.clicks, made.reactions],
        oracle.slow,
        lambda one: (one.time, one.tab, first(one)),
    ),
    "error": (
        [made.clicks, made.troubles],
        oracle.error,
        lambda one: (one.time, one.tab, first(one), one.detail["errors"]),
    ),
    "rage": (
        [*[made.angry] * 6, made.pressed, made.troubles, made.inputs, made.excerpts],
        oracle.rage,
        lambda one: (one.time, one.tab, first(one), one.detail["clicks"], one.grade),
    ),
    "quick_back": (
        [made.clicks, made.inputs, made.scrolls],
        oracle.quick_back,
        lambda one: (one.time, one.tab, one.view),
    ),
    "comparing": (
        [made.visibilities],
        oracle.comparing,
        lambda one: (one.time, one.tab),
    ),
    "search_refinement": (
        [made.submits, made.clicks, made.inputs],
        oracle.refinements,
        lambda one: (one.time, one.tab, one.detail["searches"]),
    ),
    "form_abandon": (
        [made.inputs, made.inputs, made.visits, made.submits, made.troubles],
        oracle_forms.abandons,
        lambda one: (one.time, one.tab, one.view, one.element),
    ),
    "hesitation": (
        [made.hovering, made.hovering, made.inputs],
        oracle.hover_hesitations,
        lambda one: (one.time, one.tab, one.element, one.detail["hover_ms"], one.grade),
    ),
    "exit_intent": (
        [made.leaving, made.clicks],
        oracle.exits,
        lambda one: (one.time, one.tab, one.detail["px_per_s"]),
    ),
    "informed_click": (
        [made.exposures, made.exposures, made.calls, made.visibilities],
        oracle.informed,
        lambda one: (one.time, one.tab, first(one), one.detail["attention_ms"]),
    ),
    "correction": (
        [made.fields],
        oracle_forms.corrections,
        lambda one: (one.time, one.tab, one.element),
    ),
    "field_return": (
        [made.fields, made.fields, made.visibilities],
        oracle_forms.returns,
        lambda one: (one.time, one.tab, one.element),
    ),
    "media_replay": (
        [made.medias],
        oracle.replays,
        lambda one: (one.time, one.tab, first_of_last(one)),
    ),
}  # fmt: skip


HOW: dict[str, dict[str, Any]] = {
    "informed_click": {"gaps": (0, 500, 1_000, 6_000), "dice": (0, 8)},
    "rage": {"gaps": (0, 1, 40, 500, 1_000, 1_001), "dice": (0, 8)},
    "quick_back": {"dice": (6, 11)},
    "comparing": {"gaps": (0, 1, 1_000, 300_000, 600_000, 600_001), "dice": (5, 11)},
    "search_refinement": {"gaps": (0, 1, 500, 3_000, 3_001, 60_000, 119_999, 120_000, 120_001)},
    "field_return": {"gaps": (0, 1, 149, 150, 151, 500, 501, 1_000), "dice": (0, 8)},
}
"""So that a rule of several parts is met often enough."""


def first_of_last(one: Moment) -> int:
    return one.evidence[-1].ordinal


@pytest.mark.parametrize("kind", RULES_OF)
def test_a_rule_finds_what_its_oracle_finds(kind: str) -> None:
    facts, expected, seen = RULES_OF[kind]

    @MANY
    @given(
        made.sessions(made.one_of(*facts), **HOW.get(kind, {})), st.randoms(use_true_random=False)
    )
    def check(session: list[Told], chance: random.Random) -> None:
        found = [one for one in detect(history(shuffled(session, chance))) if one.kind == kind]
        assert sorted(map(seen, found)) == sorted(expected(oracle.in_order(session)))

    check()


def shuffled(session: list[Told], chance: random.Random) -> list[Told]:
    """Return the facts as they come of late and repeated chunks."""
    some = session + [one for one in session if chance.random() < 0.3]
    chance.shuffle(some)
    return some


@MANY
@given(made.sessions(made.one_of(made.fields), most=8))
def test_hesitation_in_fields(session: list[Told]) -> None:
    found = [one for one in detect(history(session)) if one.kind == "hesitation"]
    seen = [(one.time, one.tab, one.element) for one in found]
    assert sorted(seen) == sorted(oracle_forms.field_hesitations(session))


@MANY
@given(made.sessions(made.one_of(made.paths), most=5))
def test_a_thrashing_covers_every_window_that_fulfils_the_rule_and_nothing_else(
    session: list[Told],
) -> None:
    found = [one for one in detect(history(session)) if one.kind == "thrash"]
    for tab in ("t1", "t2"):
        windows = oracle.thrash_windows(session, tab)
        stretches = [(one.time, one.time + one.detail["ms"]) for one in found if one.tab == tab]
        for start, end in windows:
            assert any(a <= end and start <= b for a, b in stretches)
        for start, end in stretches:
            assert any(a >= start and b == end for a, b in windows)


@MANY
@given(made.sessions(made.one_of(made.scrolls), most=6))
def test_reversals_are_the_longest_chain_of_turns(session: list[Told]) -> None:
    told = history(session)
    for view in told.views:
        found = len(reversals(told, view, RULES.scrolling))
        assert found == oracle.reversals(oracle.in_order(session), view.tab, view.number)


EVERYTHING = made.one_of(
    made.clicks, made.reactions, made.troubles, made.inputs, made.fields, made.submits,
    made.medias, made.paths, made.scrolls, made.visibilities, made.excerpts, made.hovering,
    made.leaving, made.exposures, made.calls, made.visits,
)  # fmt: skip


@MANY
@given(made.sessions(EVERYTHING), st.integers(-10_000_000, 10_000_000), st.randoms())
def test_a_clock_offset_and_the_order_of_arrival_change_nothing(
    session: list[Told], offset: int, chance: random.Random
) -> None:
    plain = detect(history(session))
    moved = [one._replace(time=one.time + offset) for one in session]
    again = detect(history(shuffled(moved, chance)))
    assert [one._replace(evidence=(), time=one.time + offset) for one in plain] == [
        one._replace(evidence=()) for one in again
    ]


@MANY
@given(made.sessions(EVERYTHING))
def test_every_moment_names_facts_that_are_there(session: list[Told]) -> None:
    there = {(type(one.fact).__name__, *one[:4]) for one in session}
    for one in detect(history(session)):
        assert one.evidence
        assert set(one.evidence) <= there


def test_a_field_is_returned_to_after_something_was_put_into_it() -> None:
    def visit(time: int, **changes: Any) -> Told:
        return made.told(time, made.field(**{"duration": 500, **changes}))

    def found(*facts: Told) -> list[int]:
        moments = detect(history(facts))
        return [one.time - made.T0 for one in moments if one.kind == "field_return"]

    other = made.told(3_000, made.field(key="#mail"))
    assert found(visit(1_000), other, visit(5_000)) == [4_500]
    assert found(visit(1_000, first=-1, after=0), other, visit(5_000)) == []
    left = made.told(1_000, Visibility(0, True, False))
    assert found(visit(1_000), left, visit(5_000)) == []
    assert isinstance(other.fact, Field)
