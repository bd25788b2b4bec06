"""What is kept in memory says what a fresh reader says, whatever has come or gone; and what is erased does not stay."""

import sqlite3
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.errors import StorageError
from footfall.index import Filter, Index
from footfall.index.erase import erase_sessions
from footfall.index.found import Detection, Found, MomentRow
from footfall.index.found_columns import places_of, scores_of
from footfall.index.packs import Choice, Snapshot
from footfall.index.packs.cut import Cut, cut, joined
from footfall.index.packs.kept import Kept, block_of, whole_blocks
from footfall.index.packs.layout import narrow, widen
from footfall.index.people import session_columns
from footfall.index.viewcolumns import view_columns
from footfall.wire.schema import Click, Fact, PageView
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view

DAY = 86_400_000
SESSIONS = [ident(f"session-{number}") for number in range(5)]
KINDS = ("rage", "dead", "slow")
_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Rows = list[tuple[Any, ...]]
_Draw = Callable[[st.SearchStrategy[Any]], Any]


def rows_in(columns: Mapping[str, Any]) -> Rows:
    return sorted(zip(*(columns[name].tolist() for name in sorted(columns)), strict=True))


def asked(shot: Snapshot, since: int | None, until: int | None) -> dict[str, Any]:
    """Return all that is asked, without the numbers that names have."""
    found: dict[str, Any] = {}
    choices: dict[str, tuple[type[Fact], Choice]] = {
        "views": (PageView, Choice()),
        "views in time": (PageView, Choice(since, until)),
        "views of a page": (PageView, Choice(since, until, page="/a")),
        "views of some": (PageView, Choice(meant=lambda names: names % 2 == 0)),
        "clicks of pages": (Click, Choice(since, until, pages=("/a", "/b", "/a"))),
        "clicks": (Click, Choice(until=until, page="/b", roughly=True)),
    }
    for name, (kind, choice) in choices.items():
        columns = ["session", "time", "sequence", "ordinal", "view", "page"]
        told = shot.read(kind, [*columns, *(["key"] if kind is Click else [])], choice)
        if choice.roughly:
            fits = told["time"] <= (until if until is not None else 2**62)
            told = {one: values[fits] for one, values in told.items()}
        found[name] = rows_in(told)
    for chosen in (Filter(), Filter(since=since, until=until), Filter(page="/a", device="mobile")):
        found[repr(chosen)] = rows_in(view_columns(shot, chosen))
    places = places_of(shot, ("rage", "slow"), None, since, until)
    found["places"] = (
        places.places,
        [places.pages[at] for at in places.page.tolist()],
        sorted(
            zip(*(getattr(places, one).tolist() for one in ("place", "number", "time", "length")), strict=True)
        ),
    )  # fmt: skip
    people = session_columns(shot, Filter())
    found["people"] = list(zip(people.number.tolist(), people.visitor.tolist(), strict=True))
    found["scores"] = rows_in(dict(zip(("number", "score"), scores_of(shot), strict=True)))
    return found


def check(stage: Stage, since: int | None, until: int | None) -> None:
    """Compare what a reader with much in memory says with what one says that keeps nothing."""
    with stage.index.facts("p") as shot:
        warm = asked(shot, since, until)
        again = asked(shot, since, until)
        cold = asked(Snapshot(shot.connection, "p"), since, until)
    assert warm == again == cold
    check_visitors(stage, warm["people"])


def check_visitors(stage: Stage, told: list[tuple[int, int]]) -> None:
    """Compare whose sessions they are with the rows."""
    rows = {row.number: row.visitor for row in stage.index.sessions("p")}
    assert [number for number, _ in told] == sorted(rows)
    assert len({(rows[number], visitor) for number, visitor in told}) == len(set(rows.values()))
    came = list(dict.fromkeys(rows[number] for number, _ in told))
    assert [came[visitor] for _, visitor in told] == [rows[number] for number, _ in told]


def found_in(session: str, draw: _Draw) -> tuple[Detection, list[MomentRow]]:
    moments = [
        MomentRow(
            session, T0 + draw(st.integers(0, 5)) * DAY, draw(st.sampled_from(KINDS)), "t", 1,
            draw(st.sampled_from(["/a", "/b"])), draw(st.sampled_from(["#x", "#y"])), "sure", 1, "{}", "[]",
            draw(st.integers(0, 1)),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    return Detection(session, 1, 0, 0, "", float(draw(st.integers(0, 9))), 0, "{}"), moments


def step(stage: Stage, draw: _Draw, sequence: int) -> None:
    """Do what a server does in some time, in any order."""
    what = draw(st.sampled_from(["chunk", "chunk", "late", "compact", "found", "erase", "reindex"]))
    session = draw(st.sampled_from(SESSIONS))
    if what in ("chunk", "late"):
        at = T0 + draw(st.integers(0, 70)) * DAY // 2
        facts: list[Fact] = [
            page_view(
                number=sequence + 1, url=f"https://x/{draw(st.sampled_from('ab'))}",
                width=draw(st.sampled_from([390, 1280])),
            ),
            *[click(key=f"#{draw(st.sampled_from('xy'))}")] * draw(st.integers(0, 2)),
        ]  # fmt: skip
        if draw(st.booleans()):
            facts = facts[1:]  # where the chunk with the page view was lost
        visitor = ident(f"visitor-{draw(st.sampled_from('ab'))}")
        body = chunk(
            facts, session=session, sequence=sequence, base_time=at, sent_at=at, visitor=visitor
        )
        # A clock that is wrong, too: its session's times move.
        stage.add(body, received_at=at + (0 if what == "chunk" else 3 * DAY))
    elif what == "compact":
        stage.indexer.compact()
    elif what == "found":
        Found(stage.index.path).store("p", [found_in(session, draw)])
    elif what == "erase":
        stage.indexer.change(
            lambda connection, fold: erase_sessions(connection, fold, "p", [session])
        )
        stage.index.forget()
        assert (len(stage.index.kept), stage.index.kept.size) == (0, 0)
    else:
        stage.indexer.reindex()


@_SLOW
@given(st.data(), st.sampled_from([2**26, 4_000, 0]))
def test_what_is_kept_is_what_is_there(data: st.DataObject, limit: int) -> None:
    with staged() as stage:
        stage.index.kept = Kept(limit)
        for sequence in range(data.draw(st.integers(1, 8))):
            step(stage, data.draw, sequence)
            since, until = (
                data.draw(st.one_of(st.none(), st.integers(T0 - DAY, T0 + 40 * DAY))) for _ in "ab"
            )
            check(stage, since, until)
            assert stage.index.kept.size <= limit
            blocks = stage.index.kept._blocks.values()
            assert stage.index.kept.size == sum(one.size for one in blocks)


@given(st.integers(0, 30_000), st.integers(0, 200))
def test_days_lie_in_one_block_each_and_the_newest_is_alone(last: int, back: int) -> None:
    day = max(0, last - back)
    k, at = block_of(day, last)
    days = range(at << k, (at + 1) << k)
    assert day in days
    assert all(block_of(one, last) == (k, at) for one in days if one <= last)
    assert (day == last) == (last in days)
    first, end = whole_blocks(day, day)
    assert first <= days[0]
    assert days[-1] <= end or k == 0


def test_few_blocks_hold_many_days() -> None:
    for last in range(10_000, 10_100):
        assert len({block_of(day, last) for day in range(last - 89, last + 1)}) <= 9


def _warm(stage: Stage) -> None:
    for number in range(4):
        at = T0 + number * DAY
        stage.add(
            chunk([page_view(), click()], session=SESSIONS[number], base_time=at, sent_at=at),
            received_at=at,
        )
    stage.indexer.compact()
    with stage.index.facts("p") as shot:
        asked(shot, None, None)


def test_who_has_read_before_an_erasure_keeps_nothing_after_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _warm(stage)
    monkeypatch.setattr("footfall.index.tables._CHECKPOINT_TRIES", 1)
    with stage.index.facts("p") as before:
        with pytest.raises(StorageError, match="WAL"):  # as it is being read
            stage.indexer.change(
                lambda connection, fold: erase_sessions(connection, fold, "p", SESSIONS[:1])
            )
        stage.index.forget()
        # As its snapshot says; what was erased meanwhile must not be kept.
        assert len(before.read(PageView, ["session"])["session"]) == 4
        assert len(view_columns(before, Filter())["session"]) == 4
        places_of(before, KINDS)
    assert (len(stage.index.kept), stage.index.kept.size) == (0, 0)
    with stage.index.facts("p") as after:
        assert len(after.read(PageView, ["session"])["session"]) == 3
    assert len(stage.index.kept) > 0


def test_places_of_an_erased_session_leave_the_memory(stage: Stage) -> None:
    _warm(stage)
    moments = [
        (
            Detection(name, 1, 0, 0, "", 1.0, 0, "{}"),
            [MomentRow(name, T0, "rage", "t", 1, "/", f"#{at}", "sure", 1, "{}", "[]", 0)],
        )
        for at, name in enumerate(SESSIONS[:2])
    ]
    Found(stage.index.path).store("p", moments)
    with stage.index.facts("p") as shot:
        assert places_of(shot, KINDS).places == [("rage", "/", "#0"), ("rage", "/", "#1")]
    stage.indexer.change(
        lambda connection, fold: erase_sessions(connection, fold, "p", SESSIONS[:1])
    )
    stage.index.forget()
    with stage.index.facts("p") as shot:
        assert places_of(shot, KINDS).places == [("rage", "/", "#1")]
    assert "#0" not in repr(stage.index.kept._shared["p", "places"]._numbers)


def test_places_that_are_no_more_are_forgotten(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footfall.index.found_columns._SPARE", 0)
    _warm(stage)
    for number in range(20):
        row = MomentRow(
            SESSIONS[0], T0, "rage", "t", 1, "/", f"#{number}", "sure", 1, "{}", "[]", 0
        )
        Found(stage.index.path).store(
            "p", [(Detection(SESSIONS[0], 1, 0, 0, "", 1.0, 0, "{}"), [row])]
        )
        with stage.index.facts("p") as shot:
            assert places_of(shot, KINDS).places == [("rage", "/", f"#{number}")]
        assert len(stage.index.kept._shared.get(("p", "places"), ())) <= 2


def test_a_number_of_a_pack_is_not_given_again(stage: Stage) -> None:
    _warm(stage)
    connection = sqlite3.connect(stage.index.path)
    last = connection.execute("SELECT MAX(id) FROM packs").fetchone()[0]
    connection.close()

    def rewrite(connection: sqlite3.Connection, fold: Any) -> list[int]:
        packer = fold.packer
        from footfall.index.packs.stored import load

        one = load(connection, last)
        numbers = []
        number = last
        for _ in range(20):
            packer._delete(number)
            packer._insert(one.key, {n: widen(c) for n, c in one.columns.items()}, one.first)
            number = connection.execute("SELECT MAX(id) FROM packs").fetchone()[0]
            numbers.append(number)
        return numbers

    numbers = stage.indexer.change(rewrite)
    assert len({last, *numbers}) == 21


def test_only_the_part_that_changes_gets_a_new_mark(stage: Stage) -> None:
    """By whatever statement moments or scores change."""
    connection = sqlite3.connect(stage.index.path, isolation_level=None)
    moment = "INSERT INTO moments VALUES ('p', ?, 0, 1, 'rage', 't', 1, '/', '#a', '', 1, '{}', '[]', 0, '', ?, 5)"
    score = "INSERT INTO detections VALUES ('p', ?, 1, 0, 0, '', 1.0, 0, '{}', ?)"
    for at, number in enumerate((1, 5_000)):
        connection.execute(moment, (SESSIONS[at], number))
        connection.execute(score, (SESSIONS[at], number))

    def marks() -> dict[int, int]:
        return dict(connection.execute("SELECT part, mark FROM found_parts").fetchall())

    before = marks()
    assert sorted(before) == [0, 1]
    changes = (
        "UPDATE moments SET dismissed = 1 WHERE number = 1",
        "DELETE FROM moments WHERE number = 1",
        "UPDATE detections SET frustration = 2 WHERE number = 1",
        "DELETE FROM detections WHERE number = 1",
    )
    for change in changes:
        connection.execute(change)
        after = marks()
        assert (after[0] != before[0], after[1] == before[1]) == (True, True), change
        before = after
    connection.execute("UPDATE moments SET number = 9000 WHERE number = 5000")
    after = marks()
    assert after[1] != before[1]
    assert 2 in after
    connection.close()


_COLUMN = st.lists(st.integers(-(2**40), 2**40), max_size=30)


@given(st.lists(st.tuples(_COLUMN, st.booleans(), st.booleans()), max_size=4), st.integers(1, 40))
def test_cuts_are_joined_as_their_rows_one_after_the_other(
    parts: list[tuple[list[int], bool, bool]], shift: int
) -> None:
    cuts: list[Cut] = []
    expected: list[int] = []
    for values, is_stored, is_chosen in parts:
        column = np.array(values, np.int64) >> shift
        rows = np.flatnonzero(column % 3 == 0) if is_chosen else None
        cuts.append(cut({"a": narrow(column) if is_stored else column}, rows))
        expected += column.tolist() if rows is None else column[rows].tolist()
    found = joined(cuts, ("a",))["a"]
    assert found.tolist() == expected
    assert found.dtype in (np.int32, np.int64)


def test_the_least_used_goes_first(tmp_path: Any) -> None:
    kept = Kept(20_000)

    class Hundred:
        rows = 500

        def read(self, names: Any) -> dict[str, Any]:
            return {name: np.arange(500) * 70_000 for name in names}

    for number in range(6):
        got = kept.asker().columns(number, [number], ("a",), ("a", "b"), Hundred)
        assert got is not None
        assert kept.asker().columns(0, [0], ("a",), ("a", "b"), Hundred) is not None
    assert 0 in kept._blocks
    assert 1 not in kept._blocks
    # One who asks for more than there is room for does not push out what they have just read.
    asker = kept.asker()
    told = [
        asker.columns(("many", at), [at], ("a",), ("a", "b"), Hundred) is None for at in range(9)
    ]
    assert told == sorted(told)
    assert any(told)
    assert not all(told)


@pytest.mark.parametrize(("names", "packs"), list(product((("a",), ("a", "b")), ([1], [2]))))
def test_other_packs_take_the_place(names: tuple[str, ...], packs: list[int]) -> None:
    kept = Kept()

    class One:
        rows = 1

        def __init__(self, value: int) -> None:
            self.value = value

        def read(self, names: Any) -> dict[str, Any]:
            return {name: np.array([self.value]) for name in names}

    kept.asker().columns("k", [1], ("a",), ("a", "c"), lambda: One(1))
    found = kept.asker().columns("k", packs, names, ("a", "c"), lambda: One(packs[0]))
    assert found is not None
    assert [widen(found[name]).tolist() for name in names] == [packs] * len(names)
    assert len(kept) == 1


def test_an_index_starts_with_nothing_in_memory(stage: Stage) -> None:
    _warm(stage)
    assert len(stage.index.kept) > 0
    assert len(Index(stage.index.path).kept) == 0
