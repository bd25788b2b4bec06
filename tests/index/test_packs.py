"""Packs against a plain list of all facts: late, repeated, out of order, packed at any moment, erased."""

import sqlite3
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall import resources
from footfall.demo import bundle
from footfall.index import fold, page_of
from footfall.index.packs import KINDS, POINTS, Choice, Form, Snapshot, absolute, names_of
from footfall.index.packs.kinds import COMMON
from footfall.index.packs.layout import narrow, pack, unpack, widen
from footfall.index.packs.stored import offsets
from footfall.index.packs.write import Packer
from footfall.index.reduce import clock_offset
from footfall.log import Record
from footfall.wire import codec, schema
from footfall.wire.facts import Event, Keys, Vital
from footfall.wire.schema import Click, Fact, PageView, Pointer
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view, pointer, scroll

Row = tuple[Any, ...]
Sent = tuple[bytes, int]
"""A chunk and when it was received."""
DAY = 86_400_000
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_INT = st.one_of(st.integers(-5, 300), st.integers(-(2**53), 2**53))
_FORMS = {
    int: _INT, str: _TEXT, bool: st.booleans(),
    float: st.one_of(_INT, st.floats(allow_nan=False, allow_infinity=False)),
}  # fmt: skip


@st.composite
def _fact(draw: st.DrawFn) -> Fact:
    kind = draw(st.sampled_from(list(KINDS)))
    length = draw(st.integers(1, 3))
    values: dict[str, Any] = {"t": draw(st.integers(0, 100_000))}
    for column in KINDS[kind].columns:
        name = kind._fields[column.place]
        hint = kind.__annotations__[name]
        ragged = st.tuples(*[_INT] * length)
        values[name] = draw(ragged if column.form is Form.RAGGED else _FORMS[hint])
    values |= {
        name: draw(st.integers(0, 10_000)) for name in ("place_x", "place_y") if name in values
    }
    if kind is PageView:
        values |= {
            "number": draw(st.integers(1, 4)),
            "url": f"https://x/{draw(st.sampled_from('ab'))}",
        }
    return kind(**values)


@st.composite
def _visits(draw: st.DrawFn) -> list[Sent]:
    sent = []
    for session in range(draw(st.integers(1, 3))):
        skew = draw(st.sampled_from([0, 500, -40_000, 90_000, -2 * DAY]))
        for sequence in range(draw(st.integers(1, 4))):
            at = T0 + draw(st.integers(0, 3)) * DAY // 2 + draw(st.integers(0, 100_000))
            body = chunk(
                draw(st.lists(_fact(), max_size=5)),
                session=ident(f"session-{session}"), sequence=sequence, tab=ident(draw(st.sampled_from("ab"))),
                url=f"https://x/{draw(st.sampled_from('ab'))}", base_time=at, sent_at=at + 50_000,
            )  # fmt: skip
            sent.append((body, at + 50_000 + skew + draw(st.sampled_from([0, 3_000, DAY]))))
    return sent


def rows_of(sent: Iterable[Sent]) -> dict[type[Fact], list[Row]]:
    """Return what the packs must say: by kind (session, tab, view, page, time, sequence, fields …) in order."""
    skews: dict[str, int] = {}
    stored: dict[tuple[str, str, int], Sent] = {}
    for body, received in sent:
        header = codec.decode_chunk(body)
        stored.setdefault((header.session, header.tab, header.sequence), (body, received))
    for (session, *_), (body, received) in stored.items():
        skew = received - codec.decode_chunk(body).sent_at
        skews[session] = min(skew, skews.get(session, skew))
    rows: dict[type[Fact], list[Row]] = {kind: [] for kind in KINDS}
    for (session, tab, sequence), (body, _) in sorted(stored.items()):
        header = codec.decode_chunk(body)
        view, url = header.page_view, header.url
        part = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
        for fact in codec.decode_facts(part):
            if isinstance(fact, PageView):
                view, url = fact.number, fact.url
            if type(fact) not in KINDS:
                continue
            time = min(header.base_time + fact.t, max(header.base_time, header.sent_at + 60_000))
            time = max(0, time + clock_offset(skews[session]))
            rows[type(fact)].append((session, tab, view, page_of(url), time, sequence, *fact[1:]))
    return rows


def read(shot: Snapshot, kind: type[Fact], sessions: dict[int, str], choice: Choice) -> list[Row]:
    """Return the same from the packs."""
    what = KINDS[kind]
    columns = shot.read(kind, names_of(what), choice)
    texts = {column.name for column in what.columns if column.form is Form.TEXT} | {"tab", "page"}
    ragged = {column.name for column in what.columns if column.form is Form.RAGGED}
    lists: dict[str, list[Any]] = {
        name: shot.texts(values.tolist()) if name in texts else values.tolist()
        for name, values in columns.items()
    }
    lists["session"] = [sessions[number] for number in lists["session"]]
    for name in ragged:
        ends = list(accumulate(lists["points"]))
        starts = [end - points for end, points in zip(ends, lists["points"], strict=True)]
        lists[name] = [tuple(lists[name][a:b]) for a, b in zip(starts, ends, strict=True)]
    common = ("session", "tab", "sequence", "ordinal", "view", "page", "time")
    own = [lists[column.name] for column in what.columns]
    found = zip(*(lists[name] for name in common), *own, strict=True)
    return [
        (session, tab, view, page, time, sequence, *fields)
        for session, tab, sequence, _, view, page, time, *fields in sorted(found, key=_order)
    ]


def _order(row: Row) -> Row:
    return row[:4]


def everything(stage: Stage, choice: Choice = Choice()) -> dict[type[Fact], list[Row]]:  # noqa: B008 # frozen
    numbers = {row.number: row.session for row in stage.index.sessions("p", limit=1_000)}
    with stage.index.facts("p") as shot:
        return {kind: read(shot, kind, numbers, choice) for kind in KINDS}


_SLOW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@_SLOW
@given(_visits(), st.randoms(use_true_random=False), st.sampled_from([1, 2, 400]))
def test_packs_hold_what_a_plain_list_holds(sent: list[Sent], random: Any, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "PACK_CHUNKS", at_once)
        _check_packs(sent, random)


def _check_packs(sent: list[Sent], random: Any) -> None:
    arrived = [*sent, *random.choices(sent, k=2)]
    random.shuffle(arrived)
    expected = rows_of(arrived)
    with staged() as stage:
        for body, received in arrived:
            stage.log.append_and_wait(Record("p", received, "", body))
            if random.random() < 0.6:
                stage.indexer.catch_up()
            if random.random() < 0.3:
                stage.indexer.compact()
            if random.random() < 0.2:
                assert len(everything(stage)[Click]) <= len(expected[Click])
        stage.indexer.catch_up()
        assert everything(stage) == expected
        stage.indexer.compact()
        assert everything(stage) == expected
        since, until = sorted(
            random.choices([T0 + hours * 3_600_000 for hours in range(-50, 60)], k=2)
        )
        chosen = everything(stage, Choice(since=since, until=until, page="/a"))
        for kind, rows in expected.items():
            assert chosen[kind] == [r for r in rows if since <= r[4] <= until and r[3] == "/a"]
        stage.indexer.reindex()
        assert everything(stage) == rows_of(stage.stored())


def test_many_chunks_are_packed_as_they_come_and_few_wait() -> None:
    records = list(bundle.read(resources.recordings()))
    few = fold.PACK_CHUNKS // 2
    sent = [(one.chunk, one.received_at) for one in records]
    with staged() as stage:
        for some in (records[:few], records[few:]):
            for one in some:
                stage.log.append_and_wait(one._replace(project="p"))
            stage.indexer.catch_up()
            assert stage.indexer._fold.fresh == few
        assert everything(stage) == rows_of(sent)
        before = stage.dump()
        stage.indexer.reindex()
        assert everything(stage) == rows_of(sent)
        assert stage.dump() == before


@_SLOW
@given(_visits(), st.booleans())
def test_what_is_erased_is_gone(sent: list[Sent], is_packed: bool) -> None:
    gone = ident("session-0")
    with staged() as stage:
        for body, received in sent:
            stage.add(body, received_at=received)
        if is_packed:
            stage.indexer.compact()
        row = stage.index.session("p", gone)
        assert row is not None
        with stage.indexer._transaction():
            Packer(stage.indexer._connection).erase("p", np.array([row.number]))
        expected = {
            kind: [one for one in rows if one[0] != gone] for kind, rows in rows_of(sent).items()
        }
        assert everything(stage) == expected
        left = {text for (text,) in stage.indexer._connection.execute("SELECT text FROM names")}
        used = {ident(tab) for tab in "ab"} | {"/a", "/b"}
        used |= {v for rows in expected.values() for one in rows for v in one if type(v) is str}
        assert left <= used


def test_columns_as_bytes() -> None:
    for values in (
        [5], [5, 5, 5], [0, 255], [-1, 255], [10**12, 10**12 + 60_000], [-(2**53), 2**53], [2**31, 2**31 + 1], [],
    ):  # fmt: skip
        array = np.array(values, np.int64)
        assert widen(narrow(array)).tolist() == values
        directory, data = pack({"a": narrow(array), "b": narrow(array)})
        entry = unpack(directory)["b"]
        assert data[entry.place : entry.place + entry.size] == narrow(array).data
    assert narrow(np.array([7] * 1_000)).data == b""
    assert len(narrow(np.arange(200) + 10**12).data) == 200
    assert widen(narrow(np.array([0.5, -1e300]))).tolist() == [0.5, -1e300]


def test_pointers_are_ragged(stage: Stage) -> None:
    stage.add(
        chunk([page_view(), pointer(10, (0, 50, 50)), pointer(20, (0, 7)), scroll(30, (5, 6))])
    )
    with stage.index.facts("p") as shot:
        found = shot.read(Pointer, ["times", "points", "pointer"])
        assert found["points"].tolist() == [3, 2]
        assert absolute(found["times"], found["points"]).tolist() == [0, 50, 100, 0, 7]
        assert shot.texts(found["pointer"]) == ["mouse", "mouse"]
        assert shot.read(Vital, ["value"])["value"].dtype == np.float64
        assert shot.read(Click, ["fixed", "text"], Choice(page="/none"))["fixed"].dtype == np.bool_
        with pytest.raises(KeyError, match="no column colour; it has session"):
            shot.read(Keys, ["colour"])
        with pytest.raises(KeyError, match="number 77"):
            shot.texts([77])


def test_few_packs_hold_much(stage: Stage) -> None:
    for sequence in range(60):
        stage.add(chunk([page_view(), *[click()] * 50], sequence=sequence))
        stage.indexer.compact()
    connection = sqlite3.connect(stage.folder / "index.db")
    sizes = [rows for (rows,) in connection.execute("SELECT rows FROM packs WHERE kind = 2")]
    connection.close()
    assert sum(sizes) == 3_000
    assert len(sizes) <= 7
    with stage.index.facts("p") as shot:
        wanted = np.array([1, 99])
        assert len(shot.read(Click, ["key"], Choice(sessions=wanted))["key"]) == 3_000
        assert len(shot.read(Click, ["key"], Choice(sessions=wanted[1:]))["key"]) == 0


def test_large_packs_are_read_by_column(stage: Stage) -> None:
    bodies = [chunk([click(t, page_x=t * n) for t in range(500)], sequence=n) for n in range(20)]
    stage.add(*bodies)
    stage.indexer.compact()
    with stage.index.facts("p") as shot:
        found = shot.read(Click, ["page_x", "time"])
    assert sorted(found["page_x"].tolist()) == sorted(t * n for t in range(500) for n in range(20))
    assert set(found["time"].tolist()) == set(range(T0, T0 + 500))


@pytest.mark.parametrize("kind", [Click, PageView, Pointer])
def test_pages_that_are_meant_are_read_as_from_all(stage: Stage, kind: type[Fact]) -> None:
    def visit(number: int) -> bytes:
        url = f"https://x/{number % 3}"
        facts: list[Fact] = [
            page_view(number=number, url=url),
            click(t=number),
            pointer(number, (1, 2)),
        ]
        return chunk(facts, sequence=number, url=url)

    stage.add(*(visit(number) for number in range(9)))
    stage.indexer.compact()
    stage.add(*(visit(number) for number in range(9, 12)))
    names = [name for name in names_of(KINDS[kind]) if name not in ("times", "xs", "ys")]
    with stage.index.facts("p") as shot:
        every = shot.read(kind, names)
        meant = every["page"][0]
        found = shot.read(kind, names, Choice(meant=lambda pages: pages == meant))
    for name in names:
        assert found[name].tolist() == every[name][every["page"] == meant].tolist()


def test_facts_that_have_just_come_bring_new_names(stage: Stage) -> None:
    stage.add(chunk([Event(5, "buy", "{}")]))
    stage.indexer.compact()
    stage.add(chunk([Event(6, "leave", "{}"), Event(7, "buy", "{}")], sequence=1))
    with stage.index.facts("p") as shot:
        names = shot.read(Event, ["name"])["name"]
        assert sorted(shot.texts(names)) == ["buy", "buy", "leave"]
        assert (names == shot.number("buy")).sum() == 2
        assert (names == shot.number("leave")).sum() == 1
        assert (names == shot.number("never")).sum() == 0


def test_no_question_walks_through_a_whole_table(stage: Stage) -> None:
    stage.add(chunk([page_view(), click()]))
    stage.indexer.compact()
    asked: list[str] = []
    with stage.index.facts("p") as shot:
        shot.connection.set_trace_callback(asked.append)
        offsets(shot.connection, "p")
        for choice in (Choice(), Choice(page="/"), Choice(since=T0), Choice(until=T0, page="/")):
            shot.texts(shot.read(Click, ["key", "time"], choice)["key"])
        shot.connection.set_trace_callback(None)
        assert len(asked) >= 6
        for sql in asked:
            plan = [row[3] for row in shot.connection.execute("EXPLAIN QUERY PLAN " + sql)]
            walks = [step for step in plan if step.startswith("SCAN") and "json_each" not in step]
            assert not walks, (sql, plan)


def test_the_document_names_every_common_column() -> None:
    text = (Path(__file__).parents[2] / "docs/packs.md").read_text("utf-8")
    assert [
        name for name in (*COMMON, POINTS, *Choice.__dataclass_fields__) if f"`{name}`" not in text
    ] == []
