"""Funnels beside an oracle that tries every chain of events there is."""

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.funnels import (
    Exclusion,
    Funnel,
    Outcome,
    attempts,
    breakdown,
    choose,
    compare,
    funnel_from_json,
    funnel_to_json,
    make_funnel,
    summarise,
    trend,
)
from footfall.analysis.steps import KINDS, Filter, StepError, merge, parse
from footfall.clocks import clock_of
from tests.analysis.histories import LETTERS, Happened, histories, parts

NOW = 1_016


class Case:
    """A funnel over letters; `kinds[i]`: of the filter i."""

    def __init__(self, funnel: Funnel, letters: list[str], kinds: list[int]) -> None:
        self.funnel, self.letters, self.kinds = funnel, letters, kinds

    def fits(self, number: int, event: Happened) -> bool:
        return event.letter in self.letters[number] and event.kind == self.kinds[number]

    def __repr__(self) -> str:
        return f"{self.funnel} {self.letters} {self.kinds}"


@st.composite
def cases(
    draw: Any, orders: tuple[str, ...] = ("ordered", "strict", "any"), kinds: int = 1
) -> Case:
    order = draw(st.sampled_from(orders))
    steps = draw(st.integers(2, 4))
    by_step = order != "any" and draw(st.booleans())
    window = draw(st.integers(1, 8))
    exclusions = []
    for _ in range(draw(st.integers(0, 1))):
        after = 0 if order == "any" else draw(st.integers(0, steps - 2))
        before = steps - 1 if order == "any" else draw(st.integers(after + 1, steps - 1))
        exclusions.append((after, before))
    count = steps + len(exclusions)
    letters = [
        "".join(sorted(draw(st.sets(st.sampled_from(LETTERS), min_size=1, max_size=2))))
        for _ in range(count)
    ]
    numbers = [draw(st.integers(0, kinds - 1)) for _ in range(count)]
    funnel = Funnel(
        tuple(Filter(KINDS[number]) for number in numbers[:steps]),
        order,
        "session",
        None if by_step else window,
        window if by_step else None,
        tuple(
            Exclusion(Filter(KINDS[number]), *span)
            for number, span in zip(numbers[steps:], exclusions, strict=True)
        ),
    )
    return Case(funnel, letters, numbers)


def chains(case: Case, events: list[Happened], start: int) -> list[tuple[int, ...]]:
    """Every chain of places that begins at `start`, of any length, tried one by one."""
    funnel, steps = case.funnel, len(case.funnel.steps)
    if not case.fits(0, events[start]):
        return []
    scope = {KINDS.index(one.kind) for one in funnel.steps}
    found: list[tuple[int, ...]] = []

    def go(chain: tuple[int, ...]) -> None:
        found.append(chain)
        if len(chain) == steps:
            return
        for place in range(chain[-1] + 1, len(events)):
            event = events[place]
            since = events[chain[0]].time if funnel.window is not None else events[chain[-1]].time
            if event.time - since > (funnel.window or funnel.each or 0):
                continue
            between = [events[at].kind in scope for at in range(chain[-1] + 1, place)]
            if funnel.order == "strict" and (any(between) or event.kind not in scope):
                continue
            if case.fits(len(chain), event):
                go((*chain, place))

    go((start,))
    return found


def unordered(case: Case, events: list[Happened], start: int) -> tuple[int, ...]:
    """Where each number of steps is served for the first time, by trying every assignment."""
    steps = len(case.funnel.steps)
    inside = [
        at
        for at in range(start, len(events))
        if events[at].time - events[start].time <= (case.funnel.window or 0)
    ]
    places: list[int] = []
    for depth in range(1, steps + 1):
        for end in inside:
            chosen = [at for at in inside if at <= end]
            if any(
                all(case.fits(number, events[at]) for number, at in zip(some, group, strict=True))
                for group in combinations(chosen, depth)
                for some in permutations(range(steps), depth)
            ):
                places.append(end)
                break
    return tuple(places) if places and places[0] == start else ()


def is_excluded(case: Case, events: list[Happened], chain: tuple[int, ...]) -> bool:
    for number, one in enumerate(case.funnel.exclusions, len(case.funnel.steps)):
        last = min(len(chain) - 1, one.before)
        if last > one.after and any(
            case.fits(number, events[at]) for at in range(chain[one.after] + 1, chain[last])
        ):
            return True
    return False


def oracle(
    case: Case, happened: list[Happened], until: int | None
) -> tuple[dict[int, tuple[Any, ...]], int]:
    """The chosen chain of each owner, as the events' own numbers, with its outcome; and how many are removed."""
    funnel = case.funnel
    found: dict[int, tuple[Any, ...]] = {}
    removed = 0
    for owner in sorted({one.owner for one in happened}):
        events = sorted(one for one in happened if one.owner == owner)
        best: list[tuple[int, ...]] = []
        for start, event in enumerate(events):
            if until is not None and event.time > until:
                continue
            own = (
                [unordered(case, events, start)]
                if funnel.order == "any"
                else chains(case, events, start)
            )
            own = [chain for chain in own if chain]
            if own:
                best.append(min(own, key=lambda chain: (-len(chain), chain)))
        if any(is_excluded(case, events, chain) for chain in best):
            removed += 1
            continue
        if not best:
            continue
        chain = min(best, key=lambda chain: (-len(chain), chain))
        since = events[chain[0] if funnel.window is not None else chain[-1]].time
        if len(chain) == len(funnel.steps):
            outcome = Outcome.CONVERTED
        elif since + (funnel.window or funnel.each or 0) >= NOW:
            outcome = Outcome.PENDING
        else:
            outcome = Outcome.DROPPED
        found[owner] = (tuple(events[at].time for at in chain), chain, outcome)
    return found, removed


def check(case: Case, happened: list[Happened], until: int | None) -> None:
    keep_all = case.funnel.order == "strict"
    table = merge(parts(happened, case.letters, case.kinds), len(case.letters), keep_all=keep_all)
    found = choose(case.funnel, attempts(case.funnel, table), table, NOW, until)
    expected, removed = oracle(case, happened, until)
    assert found.removed == removed
    times = found.times(table)
    told = {
        int(owner): (tuple(times[row, : found.depth[row]].tolist()), Outcome(found.outcome[row]))
        for row, owner in enumerate(found.owner)
    }
    assert told == {owner: (one[0], one[2]) for owner, one in expected.items()}
    for row, owner in enumerate(found.owner.tolist()):
        # Not only the times: the very events.
        events = sorted(one for one in happened if one.owner == owner)
        letters = [chr(int(table.page[at])) for at in found.places[row, : found.depth[row]]]
        assert letters == [events[at].letter for at in expected[owner][1]]
    whole = summarise(found, table)
    steps = len(case.funnel.steps)
    depths = [len(one[0]) for one in expected.values()]
    assert whole.reached == tuple(sum(depth > at for depth in depths) for at in range(steps))
    taken = [one[0][-1] - one[0][0] for one in expected.values() if len(one[0]) == steps]
    assert whole.median == (float(np.median(taken)) if taken else None)
    assert sum(whole.histogram) == len(taken)
    assert whole.reached[0] == sum(whole.dropped) + sum(whole.pending) + whole.converted
    points = trend(found, table, days=1, clock=clock_of("Asia/Kathmandu"))
    assert sum(one.entered for one in points) == whole.entered
    assert sum(one.converted for one in points) == whole.converted


@settings(deadline=None, max_examples=1_000)
@given(cases(("ordered",)), histories(), st.none() | st.integers(1_000, 1_012))
def test_an_ordered_funnel_is_what_trying_every_chain_finds(
    case: Case, happened: list[Happened], until: int | None
) -> None:
    check(case, happened, until)


@settings(deadline=None, max_examples=1_000)
@given(cases(("strict",), kinds=2), histories(kinds=3), st.none() | st.integers(1_000, 1_012))
def test_a_strict_funnel_takes_the_next_event_in_scope(
    case: Case, happened: list[Happened], until: int | None
) -> None:
    check(case, happened, until)


@settings(deadline=None, max_examples=1_000)
@given(cases(("any",)), histories(owners=2, most=8), st.none() | st.integers(1_000, 1_012))
def test_steps_in_any_order_are_what_trying_every_assignment_finds(
    case: Case, happened: list[Happened], until: int | None
) -> None:
    check(case, happened, until)


@settings(deadline=None, max_examples=1_000)
@given(cases(kinds=2), histories(owners=2, most=8, kinds=2))
def test_steps_of_several_kinds(case: Case, happened: list[Happened]) -> None:
    check(case, happened, None)


def test_a_breakdown_adds_up() -> None:
    events = [
        Happened(owner, 1_000 + at, 0, at, 0, "ab"[at])
        for owner in range(30)
        for at in range(1 + owner % 2)
    ]
    funnel = Funnel((Filter("page"), Filter("page")), window=5)
    table = merge(parts(events, ["a", "b"], [0, 0]), 2)
    found = choose(funnel, attempts(funnel, table), table, 2_000)
    names = [f"group {number:02}" for number in range(15)]
    groups = breakdown(found, found.owner % 15, names)
    assert [one.name for one in groups] == [*names[:10], "Other"]
    assert sum(one.reached[0] for one in groups) == 30
    assert sum(one.reached[1] for one in groups) == 15


def test_comparing_two_shares() -> None:
    # By hand: z = 0.03 / sqrt(0.105 × 0.895 × 0.002) = 2.1883, whose two tails are 0.02865.
    found = compare(120, 1_000, 90, 1_000)
    assert found.p == pytest.approx(0.02865, abs=1e-5)
    assert found.is_significant
    assert found.low < found.difference < found.high
    assert compare(3, 4, 1, 4).p is None
    assert compare(0, 0, 1, 4).p is None


def test_a_funnel_is_the_same_after_json() -> None:
    text = (
        'page(page=/a) > not error > click(text*="Buy now") x2 > event(name=purchase, price:10..)'
    )
    for funnel in (
        make_funnel(parse(text)),
        make_funnel(parse(text), "strict", each=5_000),
        make_funnel(parse("page > click > event per user"), "any", exclude=(Filter("error"),)),
        make_funnel(parse("page > click > event in 5m"), exclude=(Filter("error"),)),
    ):
        assert funnel_from_json(funnel_to_json(funnel)) == funnel


@pytest.mark.parametrize(
    ("text", "settings", "says"),
    [
        ("page", {}, "2 to 10 steps"),
        ("page > click within 5s", {}, "its window"),
        ("page > click > not error", {}, "ends with a step that happens"),
        ("page > click", {"order": "some"}, "order is one of"),
        ("page > not error > click", {"order": "any"}, "there is no between"),
        ("page > click", {"order": "any", "each": 5}, "needs an order"),
        ("page > click", {"window": 5, "each": 5}, "not both"),
        ("page x11", {}, "2 to 10 steps"),
    ],
)
def test_what_makes_no_funnel_is_said(text: str, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(StepError, match=says):
        make_funnel(parse(text), **settings)
