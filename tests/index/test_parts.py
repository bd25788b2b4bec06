"""What chunks add, by column, against the walk from fact to fact: any facts, many chunks at once, bad ones between."""

from typing import Any

import msgpack
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from footfall import resources
from footfall.demo import bundle
from footfall.errors import WireError
from footfall.index.arrivals import read_batch
from footfall.index.packs import KINDS, Form
from footfall.index.reduce import Part
from footfall.log import Entry, Position, Record
from footfall.wire import codec, schema
from footfall.wire.schema import (
    FLAG_KEYFRAME,
    Asset,
    Click,
    Fact,
    Input,
    PageHide,
    PageView,
    Pointer,
    Scroll,
    State,
    Viewport,
)
from tests.index.walk import walk
from tests.wire.chunks import T0, chunk, click, ident, page_view, pointer, scroll

_WILD = st.integers(-(2**53), 2**53)
_INT = st.one_of(st.integers(-5, 3_000), _WILD)
_VALUES: dict[Form, st.SearchStrategy[Any]] = {
    Form.INT: _INT,
    Form.FLOAT: st.one_of(_INT, st.floats(allow_nan=False, allow_infinity=False)),
    Form.BOOL: st.booleans(),
    Form.TEXT: st.sampled_from(["", "a", "https://x/a", "é"]),
}
_OFTEN: list[type[Fact]] = [PageView, Scroll, Pointer, Viewport, Click, PageHide]


@st.composite
def _fact(draw: st.DrawFn) -> Fact:
    t = draw(st.one_of(st.integers(0, 40_000), st.integers(0, 2 * schema.SESSION_MAX_MS - 1)))
    if draw(st.integers(0, 9)) == 0:
        sha = draw(st.sampled_from([b"", bytes(32), bytes(range(32))]))
        return Asset(t, "ref", sha, "image/png", 9)
    kind = draw(st.sampled_from([*_OFTEN, *KINDS]))
    length = draw(st.integers(1, 4))
    step = draw(st.sampled_from([st.integers(0, 900), st.integers(0, 12_000), _INT]))
    values: dict[str, Any] = {"t": t}
    for column in KINDS[kind].columns:
        is_ragged = column.form is Form.RAGGED
        what = st.tuples(*[step] * length) if is_ragged else _VALUES[column.form]
        values[kind._fields[column.place]] = draw(what)
    values |= {name: 5_000 for name in ("place_x", "place_y") if name in values}
    if kind is PageView:
        values |= {"number": draw(st.integers(1, 3))}
    if kind is Scroll:
        values |= {"node": draw(st.integers(0, 1))}
    return kind(**values)


@st.composite
def _chunk(draw: st.DrawFn) -> bytes:
    base = draw(st.sampled_from([0, T0, T0 + 70_000, T0 + 10**12, 2**53]))
    body = chunk(
        draw(st.lists(_fact(), max_size=8)),
        tab=ident(draw(st.sampled_from(["tab-a", "tab-b", schema.SERVER_TAB]))),
        page_view=draw(st.integers(1, 3)),
        sequence=draw(st.integers(0, 9)),
        flags=draw(st.sampled_from([0, FLAG_KEYFRAME])),
        base_time=base,
        sent_at=draw(st.sampled_from([base, min(base + 5_000, 2**53), T0])),
    )
    return draw(st.sampled_from([body, body, body, body, body[:-20] + bytes(20), b"junk"]))


def read(bodies: list[tuple[str, bytes]]) -> tuple[list[Part], int]:
    """Return the parts of chunks, each with its project, as they lie in the log."""
    entries = [
        Entry(Position(1, number, 1), Record(project, T0, "Chrome", body), None)
        for number, (project, body) in enumerate(bodies)
    ]
    parts = []
    for arrivals in read_batch(entries):
        parts += arrivals.parts
        assert [part.header.tab for part in arrivals.parts] == [
            one.tab for one in arrivals.stream.chunks
        ]
    parts.sort(key=lambda part: (part.project, part.position))  # a bad chunk parts those around it
    return parts, len(bodies) - len(parts)


def expect(bodies: list[tuple[str, bytes]]) -> list[Any]:
    found = []
    for number, (project, body) in enumerate(bodies):
        try:
            one = walk(body)
        except WireError:
            continue
        views = {view.number: view for view in one.views.values()}
        found.append((project, number, one.last, one.spans, views, one.assets))
    return sorted(found, key=lambda row: row[:2])


def check(bodies: list[tuple[str, bytes]]) -> None:
    parts, unreadable = read(bodies)
    expected = expect(bodies)
    assert unreadable == len(bodies) - len(expected)
    assert [
        (part.project, part.position.offset, part.last, part.spans, part.views, set(part.assets))
        for part in parts
    ] == expected  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["p", "q"]), _chunk()), max_size=5))
@example([("p", chunk([pointer(0, (2**53, -(2**53), 2**53)), scroll(1, (2**53, 2**53))]))])
@example([("p", chunk([scroll(0, (5,)), page_view(1, height=2**53), scroll(2, (7,))]))])
@example([("p", chunk([pointer(0, (0, 10_001)), pointer(9, (0, 9_999, 10_000, 10_001))]))])
def test_columns_say_what_the_walk_says(bodies: list[tuple[str, bytes]]) -> None:
    check(bodies)


def test_the_demos_visitors_add_the_same_by_column() -> None:
    records = bundle.read(resources.recordings())
    check([("p" if at % 3 else "q", record.chunk) for at, record in enumerate(records)])


def with_facts(facts: bytes) -> tuple[str, bytes]:
    return "p", chunk([], facts_encoding=schema.PLAIN, facts=facts)


def test_chunks_that_cannot_be_read_cost_no_others() -> None:
    good = codec.encode_facts([page_view(), click(), Input(5, 1, "#a", "text", "input", 3)])
    state = codec.encode_facts([State(1, "idle", "", 0)])
    bad = [
        good[:-1],  # cut short
        good + b"\xc0\x01\x00",  # a fact without a kind, as those that part chunks
        b"\x02",
        b"\x02\x00",
        b"\x02\xff",
        state.replace(b"\xa4idle", b"\xc4\x04idle"),  # bytes for a text
        state.replace(b"\x09\x04\x01", b"\x09\x04\xff"),  # before its chunk
        state.replace(b"\x09\x04\x01", b"\x09\x04\xcb" + bytes(8)),  # a float for a time
        codec.encode_facts([pointer(0, ())]),
        codec.encode_facts([pointer(0, (1, 2))._replace(xs=(1,))]),
        codec.encode_facts([Asset(0, "r", b"short", "image/png", 9)]),
        codec.encode_facts([click(page_x=2**60)]),
        b"\x93" * 2_000,
    ]  # fmt: skip
    bodies = [with_facts(facts) for one in bad for facts in (good, one)]
    parts, unreadable = read([*bodies, with_facts(good)])
    assert unreadable == len(bad)
    assert [part.position.offset for part in parts] == [*range(0, len(bodies) + 1, 2)]
    assert all(part.views[1].clicks == 1 for part in parts)


def test_an_older_recorders_facts_have_defaults() -> None:
    packed = codec.encode_facts([click(nth=3, state="#menu")])
    required = click()[: len(Click._fields) - len(Click._field_defaults)]
    old = bytes([packed[0], len(required)]) + b"".join(map(msgpack.packb, required))
    ((part,), unreadable) = read([with_facts(packed + old)])
    assert (unreadable, part.views[1].clicks) == (0, 2)


def test_facts_of_kinds_that_are_not_known_are_passed_by() -> None:
    (part,), unreadable = read([with_facts(b"\x7f\x02\x05\xa1x" + codec.encode_facts([click()]))])
    assert (unreadable, part.views[1].clicks) == (0, 1)
