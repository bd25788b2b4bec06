"""The index against a slow oracle, in any order, once, and again after everything was lost."""

import sqlite3
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.index import Filter, Index, Indexer
from footfall.index.page_facts import ClickColumns, clicks_of
from footfall.index.segment import Segment
from footfall.index.views import views_of
from footfall.log import Log, Record, digest
from footfall.wire.schema import FLAG_KEYFRAME, Asset, Fact, PageHide, State, Viewport
from tests.index.oracle import expect
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view, pointer, scroll

SESSION = ident("session-a")
TAB = ident("tab-a")


@st.composite
def _session(draw: st.DrawFn) -> list[bytes]:
    """Draw the chunks of one session: one or two tabs, several page views, facts at any times."""
    bodies: list[bytes] = []
    for tab in [TAB, ident("tab-b")][: draw(st.integers(1, 2))]:
        time, number = T0 + draw(st.integers(0, 60_000)), 1
        for sequence in range(draw(st.integers(1, 5))):
            facts: list[Fact] = []
            at, begins_in, opens = 0, number, sequence == 0
            for _ in range(draw(st.integers(0, 5))):
                at += draw(st.integers(0, 15_000))
                if opens or draw(st.integers(0, 5)) == 0:
                    number += not opens
                    facts.append(_drawn_view(draw, at, number))
                    opens = False
                else:
                    facts.append(_drawn_fact(draw, at))
            sent = time + at + 1_000
            bodies.append(
                chunk(facts, tab=tab, sequence=sequence, page_view=begins_in, base_time=time, sent_at=sent)
            )  # fmt: skip
            if opens:
                break
            time = sent
    return bodies


def _drawn_view(draw: st.DrawFn, at: int, number: int) -> Fact:
    return page_view(
        at,
        number=number,
        url=f"https://shop.example/{draw(st.sampled_from(['', 'a', 'product/17']))}",
        width=draw(st.sampled_from([390, 800, 1280])),
        height=draw(st.integers(300, 900)),
    )


def _drawn_fact(draw: st.DrawFn, at: int) -> Fact:
    steps = draw(st.lists(st.integers(0, 1_000), min_size=1, max_size=4))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return click(at)
    if kind == 1:
        return pointer(at, (0, *steps))
    if kind == 2:
        return scroll(at, (0, *steps))
    return PageHide(at, False, 1280, 3000)


_SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_SLOW
@given(_session(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_index_equals_the_oracle_whatever_the_order(
    bodies: list[bytes], random: Any, batch: int
) -> None:
    expected = expect(bodies)
    shuffled = [*bodies, *random.choices(bodies, k=3)]
    random.shuffle(shuffled)
    with staged() as straight, staged() as mixed:
        assert straight.add(*bodies) == len(bodies)
        new = sum(mixed.add(*shuffled[at : at + batch]) for at in range(0, len(shuffled), batch))
        assert new == len(bodies)
        assert mixed.dump() == straight.dump()
        mixed.indexer.reindex()
        assert mixed.dump() == straight.dump()
        row = straight.index.session("p", SESSION)
        assert row is not None
        assert (row.duration, row.active) == (expected.duration, expected.active)
        assert (row.clicks, row.chunks) == (expected.clicks, len(bodies))
        views = {(one.tab, one.number): one for one in straight.index.page_views("p", SESSION)}
        assert {key: view.clicks for key, view in views.items() if view.clicks} == {
            key: count for key, count in expected.clicks_by_view.items() if count
        }
        assert {key: views[key].depth for key in expected.depths} == expected.depths


def test_lists_and_filters(stage: Stage) -> None:
    for number, (width, path) in enumerate([(390, "a"), (1280, "a"), (1280, "b"), (900, "b")]):
        url = f"https://shop.example/{path}"
        facts: list[Fact] = [page_view(url=url, width=width), click(t=50 * number)]
        stage.add(
            chunk(facts, session=ident(f"session-{number}"), url=url, base_time=T0 + number * 1_000)
        )
    index = stage.index
    newest_first = [ident(f"session-{number}") for number in (3, 2, 1, 0)]
    assert [row.session for row in index.sessions("p")] == newest_first
    assert [row.session for row in index.sessions("p", limit=2, offset=1)] == newest_first[1:3]
    assert [row.device for row in index.sessions("p")] == ["tablet", "desktop", "desktop", "mobile"]
    for chosen, count in (
        (Filter(), 4),
        (Filter(page="/a"), 2),
        (Filter(page="/a", device="mobile"), 1),
        (Filter(device="desktop"), 2),
        (Filter(since=T0 + 1_000), 3),
        (Filter(until=T0 + 1_000), 2),
        (Filter(page="/' OR 1=1 --"), 0),
    ):
        assert index.session_count("p", chosen) == count
        assert len(index.sessions("p", chosen)) == count
        assert sum(row.sessions for row in index.pages("p", chosen)) == count
    assert index.session_count("other") == 0
    assert index.session("other", newest_first[0]) is None
    assert [(row.page, row.views, row.clicks, row.devices) for row in index.pages("p")] == [
        ("/a", 2, 2, {"desktop": 1, "mobile": 1}),
        ("/b", 2, 2, {"desktop": 1, "tablet": 1}),
    ]
    summary = index.summary("p")
    assert (summary.sessions, summary.clicks, summary.chunks) == (4, 4, 4)
    assert summary.first_chunk_at == summary.last_chunk_at == T0 + 5_000
    assert index.summary("other").first_chunk_at is None


def clicks(stage: Stage, segment: Segment) -> ClickColumns:
    with stage.index.facts("p") as shot:
        return clicks_of(shot, segment, views_of(shot, segment))


def depths(stage: Stage) -> list[int]:
    with stage.index.facts("p") as shot:
        views = views_of(shot, Segment("/"))
        return [int(depth) for depth in views.depth[views.height > 0]]


def test_clicks_are_columns(stage: Stage) -> None:
    facts: list[Fact] = [
        page_view(),
        click(place_x=2_500, text="Buy"),
        click(key="", page_x=5, fixed=True),
        click(text="Buy now"),
        click(text="Buy now", document_height=4_000),
        page_view(200, number=2, url="https://shop.example/else"),
        click(300),
    ]
    stage.add(chunk(facts))
    columns = clicks(stage, Segment("/"))
    assert (columns.keys, columns.texts) == (["#buy"], ["Buy now"])
    assert columns.key_ids.tolist() == [0, -1, 0, 0]
    assert columns.place_x.tolist() == [0.25, 0.5, 0.5, 0.5]
    assert columns.x.tolist() == [100, 5, 100, 100]
    assert columns.fixed.tolist() == [False, True, False, False]
    assert columns.document_height.tolist() == [3_000, 3_000, 3_000, 4_000]
    assert len(clicks(stage, Segment("/else"))) == 1
    assert len(clicks(stage, Segment("/", device="mobile"))) == 0


def test_a_view_without_scroll_is_one_viewport_deep(stage: Stage) -> None:
    stage.add(
        chunk([page_view(height=700)]),
        chunk([page_view(height=700), scroll(10, (100, 400, -300))], session=ident("b")),
        chunk([page_view(height=700, document_height=900), scroll(10, (5_000,))], session=ident("c")),
        chunk([page_view(height=900, document_height=600)], session=ident("d")),
        chunk([scroll(10, (5,))], session=ident("e")),
    )  # fmt: skip
    assert sorted(depths(stage)) == [600, 700, 1_200, 3_000]


def test_a_resize_counts_from_there_on(stage: Stage) -> None:
    stage.add(
        chunk(
            [page_view(height=800), Viewport(5, 1280, 400, 1.0, 1280, 3000), scroll(10, (1_000,))]
        )
    )
    assert depths(stage) == [1_400]


def test_scroll_before_the_page_view_fact_arrives(stage: Stage) -> None:
    stage.add(chunk([scroll(10, (1_000,))], sequence=1, base_time=T0 + 5_000))
    assert depths(stage) == []
    stage.add(chunk([page_view(height=800)]))
    assert depths(stage) == [1_800]


def test_backdrops_are_of_the_commonest_width_first(stage: Stage) -> None:
    widths = [1_400, 1_280, 1_280, 1_900]
    for number, width in enumerate(widths):
        stage.add(
            chunk(
                [page_view(width=width, title=str(number))],
                session=ident(f"session-{number}"), base_time=T0 + number * 1_000,
                flags=FLAG_KEYFRAME, sequence=number,
            )
        )  # fmt: skip
    stage.add(chunk([page_view()], session=ident("without-keyframe")))
    found = stage.index.backdrops("p", Filter(page="/"), 10)
    assert [(row.title, row.sequence, row.width) for row in found] == [
        ("2", 2, 1_280), ("1", 1, 1_280), ("0", 0, 1_400), ("3", 3, 1_900),
    ]  # fmt: skip
    assert len(stage.index.backdrops("p", Filter(page="/"), 1)) == 1


def test_gaps_are_what_the_numbers_lack(stage: Stage) -> None:
    for sequence in (1, 2, 5):
        at = T0 + sequence * 5_000
        body = chunk([click(0)], sequence=sequence, base_time=at, sent_at=at + 4_000)
        stage.add(body, received_at=at + 4_000)
    stage.add(chunk([click(0)], tab=ident("tab-b")))
    found = [
        (gap.tab, gap.after, gap.before, gap.start - T0, gap.end - T0)
        for gap in stage.index.gaps("p", SESSION)
    ]
    assert found == [(TAB, -1, 1, 5_000, 5_000), (TAB, 2, 5, 14_000, 25_000)]


def test_chunks_lead_to_their_bytes(stage: Stage) -> None:
    bodies = [chunk([click(number)], sequence=number) for number in range(3)]
    stage.add(*reversed(bodies))
    rows = stage.index.chunks("p", SESSION)
    assert [row.sequence for row in rows] == [0, 1, 2]
    assert [stage.log.read(row.position).chunk for row in rows] == bodies
    assert stage.index.receipts("p", SESSION) == {
        (TAB, number): digest(body) for number, body in enumerate(bodies)
    }
    assert stage.index.receipts("other", SESSION) == {}


@pytest.mark.parametrize("years", [-20, 20])
def test_a_clock_far_off_sorts_by_the_time_received(stage: Stage, years: int) -> None:
    off = T0 + years * 365 * 86_400_000
    stage.add(
        chunk([page_view(), click(4_000)], base_time=off, sent_at=off + 5_000),
        chunk([click(0)], sequence=1, base_time=off + 5_000, sent_at=off + 5_000),
    )
    row = stage.index.sessions("p")[0]
    assert row.started == T0
    assert row.duration == 5_000
    assert row.clock_offset == -years * 365 * 86_400_000
    assert stage.index.page_views("p", SESSION)[0].started == T0
    assert stage.index.chunks("p", SESSION)[0].start == T0


def test_a_clock_a_little_off_is_left(stage: Stage) -> None:
    stage.add(chunk([page_view()], base_time=T0 - 1_500, sent_at=T0 + 3_500))
    assert stage.index.sessions("p")[0].started == T0 - 1_500


def test_times_that_cannot_be_are_bounded(stage: Stage) -> None:
    stage.add(
        chunk([page_view(), click(80_000_000)], base_time=2**53, sent_at=T0 + 5_000),
        chunk([pointer(0, (2**53, -(2**53), 2**53))], sequence=1, base_time=0, sent_at=2**53),
    )
    row = stage.index.sessions("p")[0]
    assert 0 <= row.started <= row.ended <= T0 + 5_000 + 120_000


def test_what_the_recorder_says_of_itself_is_no_event(stage: Stage) -> None:
    sha = bytes(range(32))
    facts: list[Fact] = [
        page_view(),
        State(4_000, "idle", "", 0),
        Asset(4_500, "r", sha, "image/png", 9),
    ]
    stage.add(chunk(facts))
    assert stage.index.sessions("p")[0].duration == 0
    assert stage.index.has_asset("p", sha.hex())
    assert not stage.index.has_asset("other", sha.hex())
    assert not stage.index.has_asset("p", "not hex")


def test_what_a_page_tells_half_an_hour_after_the_last_activity_is_after_the_session() -> None:
    """In whichever order it comes: the page is closed hours later, or something was done meanwhile after all."""
    minute = 60_000
    hidden = PageHide(180 * minute, False, 0, 0)
    told: list[list[Fact]] = [
        [page_view(), click(minute)],
        [page_view(2 * minute, number=2), hidden],
        [click(170 * minute)],
    ]
    chunks = [
        chunk(facts, sequence=sequence, sent_at=T0 + 180 * minute)
        for sequence, facts in enumerate(told)
    ]
    for some, ended in ((chunks[:1], 1), (chunks[:2], 32), (chunks, 180)):
        for order in permutations(some):
            with staged() as stage:
                for body in order:
                    stage.add(body, received_at=T0 + 180 * minute)
                [row] = stage.index.sessions("p")
                views = {one.number: one.ended for one in stage.index.page_views("p", row.session)}
            assert (row.ended - T0) // minute == ended, order
            assert row.ended == max(views.values()), order


def test_the_thread_follows_the_log(stage: Stage) -> None:
    stage.indexer.start()
    stage.log.append_and_wait(Record("p", T0, "", chunk([page_view()])))
    stage.indexer.wake()
    stage.indexer.stop()
    assert stage.index.session_count("p") == 1
    assert stage.indexer.position == stage.log.end
    stage.indexer = Indexer(stage.log, stage.index)
    assert stage.indexer.position == stage.log.end


def test_a_stored_chunk_that_cannot_be_read_stops_nothing(stage: Stage) -> None:
    assert stage.add(b"junk", chunk([page_view()])) == 1
    assert stage.indexer.unreadable == 1
    assert stage.indexer.position == stage.log.end


def test_a_failing_transaction_leaves_nothing_half_done(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(stage.indexer, "_move", fail)
        with pytest.raises(sqlite3.OperationalError):
            stage.add(chunk([page_view()]))
    assert stage.index.session_count("p") == 0
    assert stage.indexer.catch_up() == 1


def test_an_index_of_another_log_is_made_anew(stage: Stage, tmp_path: Path) -> None:
    stage.add(*(chunk([click()], sequence=number) for number in range(20)))
    stage.indexer.stop()
    other = Log(tmp_path / "other")
    other.append_and_wait(Record("q", T0, "", chunk([page_view()])))
    indexer = Indexer(other, stage.index)
    assert indexer.catch_up() == 1
    assert (stage.index.session_count("p"), stage.index.session_count("q")) == (0, 1)
    indexer.stop()
    other.close()
    stage.indexer = Indexer(stage.log, stage.index)


def test_a_deleted_index_and_one_of_another_version_are_made_anew(stage: Stage) -> None:
    stage.add(chunk([page_view()]))
    before = stage.dump()
    stage.indexer.stop()
    stage.index.close()
    path = stage.folder / "index.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for _ in range(2):
        stage.index = Index(path)
        stage.indexer = Indexer(stage.log, stage.index)
        assert stage.indexer.catch_up() == 1
        assert stage.dump() == before
        stage.indexer.stop()
        stage.index.close()
        path.unlink()
    stage.index = Index(path)
    stage.indexer = Indexer(stage.log, stage.index)
