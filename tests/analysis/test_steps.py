"""The language of steps: what is written is what is read, and who did it is what trying everything finds."""

import json
import re
from contextlib import suppress
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.steps import (
    KINDS,
    Columns,
    Condition,
    Filter,
    Sequence,
    Step,
    StepError,
    find,
    mask,
    merge,
    parse,
    sequence_from_json,
    sequence_to_json,
    write,
)
from footfall.analysis.steps.language import FIELDS
from footfall.analysis.steps.match import expand
from footfall.analysis.steps.pattern import matches
from tests.analysis.histories import LETTERS, Happened, histories, parts

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@st.composite
def conditions(draw: Any) -> Condition:
    is_property = draw(st.booleans())
    field = draw(texts.filter(bool) if is_property else st.sampled_from(FIELDS))
    if draw(st.booleans()):
        ends = sorted(
            draw(st.tuples(*[st.floats(-1e9, 1e9) | st.integers(-99, 99).map(float)] * 2))
        )
        gone = draw(st.sampled_from([(), (0,), (1,)]))
        low, high = (None if at in gone else one for at, one in enumerate(ends))
        return Condition(field, "between", (), low, high, is_property)
    operator = draw(st.sampled_from(["is", "is not", "contains", "contains not", "pattern"]))
    return Condition(
        field,
        operator,
        tuple(draw(st.lists(texts, min_size=1, max_size=3))),
        is_property=is_property,
    )


@st.composite
def sequences(draw: Any) -> Sequence:
    steps: list[Step] = []
    for at in range(draw(st.integers(1, 5))):
        wanted = Filter(
            draw(st.sampled_from(KINDS)), tuple(draw(st.lists(conditions(), max_size=3)))
        )
        is_not = at > 0 and not steps[-1].is_not and draw(st.booleans())
        times = 1 if is_not else draw(st.integers(1, 3))
        may_wait = not is_not and (at > 0 or times > 1)
        within = draw(st.none() | st.integers(1, 10**9)) if may_wait else None
        steps.append(Step(wanted, times, within, is_not))
    return Sequence(
        tuple(steps),
        draw(st.none() | st.integers(1, 10**9)),
        draw(st.sampled_from(["session", "user"])),
    )


@settings(deadline=None, max_examples=1_000)
@given(sequences())
def test_text_and_json_say_the_same(sequence: Sequence) -> None:
    assert parse(write(sequence)) == sequence
    assert sequence_from_json(json.loads(json.dumps(sequence_to_json(sequence)))) == sequence


@settings(deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "page",
                "(",
                ")",
                "=",
                "!*=",
                " ",
                ">",
                "not",
                '"',
                "x2",
                "within",
                "5m",
                "..",
                ":",
                "a",
            ]
        )
    ).map("".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    sequence = None
    with suppress(StepError):
        sequence = parse(text)
    if sequence is not None:
        assert parse(write(sequence)) == sequence


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "end where a kind of event was expected"),
        ("pages", "“pages” is no kind of event"),
        ("not page > click", "first step is something that happens"),
        ("page > not error > not submit", "may not follow each other"),
        ("page within 5s", "no event before it"),
        ("page > click within soon", "is no time"),
        ("page(page=/a", "“)” is missing"),
        ("page(page>/a)", "comes one of"),
        ("event(price:5)", "is no range"),
        ("event(price:9..1)", "smaller number to a larger"),
        ("click x99", "1 to 20 times"),
        ("page > not click x2", "is not repeated"),
        ("page click", "“>” or the end"),
        ("page per planet", "per is"),
        ('page(page="/a', "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, says: str) -> None:
    with pytest.raises(StepError, match=re.escape(says)):
        parse(text)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], "JSON object"),
        ({"steps": []}, "1 to 20 steps"),
        ({"steps": [{"kind": "page", "wher": []}]}, "has no “wher”"),
        ({"steps": [{"kind": "page", "where": [{"field": "page"}]}]}, "has one of is,"),
        (
            {"steps": [{"kind": "page", "where": [{"field": "age", "is": "1"}]}]},
            "a field is one of",
        ),
        (
            {"steps": [{"kind": "page", "where": [{"field": "page", "is": []}]}]},
            "a list of 1 to 50",
        ),
        ({"steps": [{"kind": "page", "where": [{"field": "page", "between": [2, 1]}]}]}, "smaller"),
        ({"steps": [{"kind": "page", "times": True}]}, "times is a whole number"),
        ({"steps": [{"kind": "page", "times": 2, "within": 0}]}, "is a time in ms"),
    ],
)
def test_what_is_no_sequence_is_said(value: Any, says: str) -> None:
    with pytest.raises(StepError, match=re.escape(says)):
        sequence_from_json(value)


@given(st.text("aB*?", max_size=8), st.text("ab", max_size=10))
def test_a_pattern_is_what_the_regular_expression_says(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern)
    assert matches(pattern, text) == bool(re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL))


def test_a_pattern_of_many_stars_costs_little() -> None:
    assert not matches("*a" * 200 + "b", "a" * 500)


WORDS = [
    "/cart",
    "/Cart",
    "",
    '{"price": 12, "size": "L", "new": true}',
    '{"price": "9"}',
    "[1]",
    "{",
]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("event(page=/cart)", [0]),
        ("event(page!=/cart)", [1, 2, 3, 4, 5, 6]),
        ("event(page*=CART)", [0, 1]),
        ("event(page~/c?rt)", [0, 1]),
        ("event(name=/cart|/Cart)", [0, 1]),
        ("event(price:10..)", [3]),
        ("event(price:..10)", [4]),
        ("event(size=L)", [3]),
        ("event(new=true)", [3]),
        ("event(size!=L)", []),  # what is not there is not something else
        ("event(element=a)", []),
    ],
)
def test_masks(text: str, rows: list[int]) -> None:
    numbers = np.arange(len(WORDS)) - 2  # fresh names stand below zero
    arrays = {"page": numbers, "name": numbers, "properties": numbers}
    columns = Columns(arrays, lambda some: [WORDS[one + 2] for one in some], lambda page: page)
    assert np.flatnonzero(mask(parse(text).steps[0].filter, columns)).tolist() == rows


@pytest.mark.parametrize(
    ("condition", "rows"),
    [("=#w1", [0]), ("=main>a", [0, 1]), ("!=main>a", [2]), ("!=#w1", [1, 2]), ("~#w*", [0, 1])],
)
def test_an_element_goes_by_its_plain_key_too(condition: str, rows: list[int]) -> None:
    words = ["#w1", "#w2", "#buy", "main>a", ""]
    arrays = {"key": np.array([0, 1, 2]), "plain": np.array([3, 3, 4])}
    columns = Columns(arrays, lambda some: [words[one] for one in some], lambda page: page)
    wanted = parse(
        f'click(element{condition[: -len(condition.lstrip("=!~"))]}"{condition.lstrip("=!~")}")'
    )
    assert np.flatnonzero(mask(wanted.steps[0].filter, columns)).tolist() == rows


@st.composite
def searches(draw: Any) -> tuple[Sequence, list[str]]:
    steps: list[Step] = []
    count = draw(st.integers(1, 4))
    for at in range(count):
        is_not = at > 0 and not steps[-1].is_not and draw(st.booleans())
        times = 1 if is_not else draw(st.integers(1, 2))
        may_wait = at == count - 1 if is_not else at > 0 or times > 1
        within = draw(st.none() | st.integers(1, 6)) if may_wait else None
        steps.append(Step(Filter("page"), times, within, is_not))
    sequence = Sequence(tuple(steps), draw(st.none() | st.integers(1, 9)))
    letters = [
        "".join(sorted(draw(st.sets(st.sampled_from(LETTERS), min_size=1, max_size=2))))
        for _ in steps
    ]
    return sequence, [
        letter for letter, step in zip(letters, steps, strict=True) for _ in range(step.times)
    ]


def ends(sequence: Sequence, letters: list[str], events: list[Happened]) -> dict[int, int]:
    """The ends of the sequence in one owner's events, each with its latest beginning, by trying every choice."""
    steps = expand(sequence)
    happens = [number for number, step in enumerate(steps) if not step.is_not]
    found: dict[int, int] = {}
    for chain in combinations(range(len(events)), len(happens)):
        if all(
            events[at].letter in letters[number] for number, at in zip(happens, chain, strict=True)
        ) and (
            is_in_time(sequence, happens, chain, events)
            and nothing_barred(steps, letters, happens, chain, events)
        ):
            found[chain[-1]] = max(found.get(chain[-1], -1), chain[0])
    return found


def is_in_time(
    sequence: Sequence, happens: list[int], chain: tuple[int, ...], events: list[Happened]
) -> bool:
    steps = expand(sequence)
    whole = events[chain[-1]].time - events[chain[0]].time
    if sequence.within is not None and whole > sequence.within:
        return False
    gaps = [events[b].time - events[a].time for a, b in pairwise(chain)]
    limits = [steps[number].within for number in happens[1:]]
    return all(limit is None or gap <= limit for gap, limit in zip(gaps, limits, strict=True))


def nothing_barred(
    steps: tuple[Step, ...],
    letters: list[str],
    happens: list[int],
    chain: tuple[int, ...],
    events: list[Happened],
) -> bool:
    for number, step in enumerate(steps):
        if not step.is_not:
            continue
        before = chain[happens.index(number - 1)]
        if number == len(steps) - 1:
            limit = events[before].time + (10**9 if step.within is None else step.within)
            between = [one for one in events[before + 1 :] if one.time <= limit]
        else:
            between = events[before + 1 : chain[happens.index(number + 1)]]
        if any(one.letter in letters[number] for one in between):
            return False
    return True


@settings(deadline=None, max_examples=1_000)
@given(searches(), histories(owners=2, most=10))
def test_a_sequence_is_found_where_trying_every_chain_finds_it(
    search: tuple[Sequence, list[str]], happened: list[Happened]
) -> None:
    sequence, letters = search
    table = merge(parts(happened, letters, [0] * len(letters)), len(letters), keep_all=True)
    found = find(sequence, expand(sequence), table)
    expected: dict[int, int] = {}
    start = 0
    for owner in sorted({one.owner for one in happened}):
        events = sorted(one for one in happened if one.owner == owner)
        some = ends(sequence, letters, events)
        expected.update({last + start: first + start for last, first in some.items()})
        start += len(events)
    assert dict(zip(found.last.tolist(), found.first.tolist(), strict=True)) == expected
