"""The catalogue's figures against counting one by one."""

import json
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.analysis.catalogue import MAX_PROPERTIES, TOP_VALUES, TREND, property_lines, volume

EVENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3_000)), max_size=40)
VALUES = st.one_of(st.sampled_from(["a", "b", "1"]), st.integers(0, 2), st.booleans(), st.none())
BAGS = st.lists(
    st.tuples(
        st.one_of(
            st.dictionaries(st.sampled_from("xyz"), VALUES).map(json.dumps),
            st.sampled_from(["", "[]", "{", "7"]),
        ),
        st.integers(1, 9),
    ),
    max_size=12,
)


@given(EVENTS, st.integers(0, 1_500), st.integers(0, 1_500))
@settings(deadline=None)
def test_a_volume_is_what_counting_gives(
    events: list[tuple[int, int]], since: int, length: int
) -> None:
    session, time = (np.array([one[at] for one in events], np.int64) for at in (0, 1))
    found = volume(session, time, (since, since + length))
    trend = [0] * TREND
    for _, at in events:
        trend[min(max((at - since) * TREND // max(length, 1), 0), TREND - 1)] += 1
    assert found.trend == tuple(trend)
    assert (found.events, found.sessions) == (len(events), len({one for one, _ in events}))
    assert found.last == max((at for _, at in events), default=None)


@given(BAGS)
@settings(deadline=None)
def test_properties_are_what_counting_gives(bags: list[tuple[str, int]]) -> None:
    counts: dict[str, Counter[str]] = {}
    for text, events in bags:
        for _ in range(events):
            bag = json.loads(text) if text.startswith("{") and text.endswith("}") else {}
            for name, value in bag.items():
                written = value if isinstance(value, str) else json.dumps(value)
                counts.setdefault(name, Counter())[written] += 1
    found = property_lines(bags)
    assert {one.name: one.events for one in found} == {
        name: sum(values.values()) for name, values in counts.items()
    }
    assert [(one.events, one.name) for one in found] == sorted(
        ((one.events, one.name) for one in found), key=lambda one: (-one[0], one[1])
    )
    for one in found:
        ranked = sorted(counts[one.name].items(), key=lambda pair: (-pair[1], pair[0]))
        assert one.top == tuple(ranked[:TOP_VALUES])


def test_an_event_with_many_properties_lists_some() -> None:
    assert len(property_lines([(json.dumps(dict.fromkeys(map(str, range(99)), 1)), 1)])) == (
        MAX_PROPERTIES
    )
