"""Moments are found in what was recorded, kept, found anew when more comes, and unlearnt where a person says so."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from footfall.analysis.moments import RULES, completed_by
from footfall.detect import Detector, Finder, Verdict, Verdicts, detector, preview, recompute
from footfall.detect.command import run_moments
from footfall.errors import StorageError
from footfall.index.found import Found, MomentFilter
from footfall.index.touched import MAX_NOTED, Touched
from footfall.projects import Projects
from footfall.wire.facts import Event, Reaction
from footfall.wire.schema import SERVER_TAB, Fact, Input
from tests.index.stage import Stage
from tests.wire import chunks

NOW = chunks.T0 + 86_400_000
SESSION = chunks.ident("session-a")


class Watch:
    """A stage with a detector."""

    def __init__(self, folder: Path) -> None:
        Projects(folder / "settings.db")
        self.stage = Stage(folder)
        self.verdicts = Verdicts(folder / "settings.db")
        self.found = Found(self.stage.index.path)
        self.finder = Finder(self.stage.index, self.verdicts)
        self.detector = Detector(self.finder, self.found, self.stage.indexer.touched)

    def kinds(self, *, dismissed: bool = False) -> list[str]:
        rows = self.found.moments("p", MomentFilter(session=SESSION, dismissed=dismissed))
        return [row.kind for row in rows]

    def score(self) -> float:
        return self.found.detections("p", [SESSION])[SESSION].frustration


@contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    watch = Watch(folder)
    try:
        yield watch
    finally:
        watch.stage.close()


def presses(count: int, first: int = 100) -> list[Fact]:
    """Return clicks on a button that does nothing, and what the recorder tells of each."""
    times = [first + 200 * n for n in range(count)]
    clicks: list[Fact] = [chunks.click(t, stamp=t, nth=1) for t in times]
    return clicks + [Reaction(t + 7_000, t, "#buy", "button", "nothing", -1, -1) for t in times]


def letter(t: int, action: str = "input", key: str = "#mail") -> Input:
    return Input(t, 7, key, "text", action, 3)


def test_moments_are_kept_with_their_evidence_and_a_score(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(3)]))
        assert watch.detector.catch_up() == 1
        assert watch.kinds() == ["dead", "rage", "dead", "dead"]
        assert watch.score() == pytest.approx(7.0, abs=0.05)  # rage 5 and dead 2, once
        rage = watch.found.moments("p", MomentFilter(kind="rage"))[0]
        assert rage.page == "/"
        assert rage.element == "#buy"
        assert rage.grade == "confirmed"
        assert watch.found.counts("p", MomentFilter()) == {"dead": 3, "rage": 1}
        assert watch.found.counts("q", MomentFilter()) == {}
        assert watch.detector.catch_up() == 0


@pytest.mark.parametrize("packed", [False, True])
def test_what_comes_late_and_twice_is_found_once(tmp_path: Path, packed: bool) -> None:
    facts = presses(3)
    parts = [[chunks.page_view(), *facts[:1]], facts[1:2], facts[2:]]
    bodies = [chunks.chunk(part, sequence=at) for at, part in enumerate(parts)]
    with watching(tmp_path) as watch:
        for body in (bodies[2], bodies[0], bodies[2], bodies[1]):
            watch.stage.add(body)
            if packed:
                watch.stage.indexer.compact()
            watch.detector.catch_up()
        assert sorted(watch.kinds()) == ["dead", "dead", "dead", "rage"]


def test_a_form_is_abandoned_only_when_the_session_has_ended(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), letter(500)]))
        going_on = watch.finder.find("p", [SESSION], chunks.T0 + 60_000)
        watch.found.store("p", going_on)
        assert watch.kinds() == []
        due = going_on[0][0].due
        assert watch.found.due(due - 1) == []
        assert watch.found.due(due) == [("p", SESSION)]
        watch.detector.catch_up()
        assert sorted(watch.kinds()) == ["field_drop", "form_abandon"]
        assert watch.found.due(NOW * 2) == []


@pytest.mark.parametrize(("minutes", "is_complete"), [(1, True), (29, True), (31, False)])
def test_a_form_is_complete_with_what_the_sites_server_tells_before_the_session_is_over(
    tmp_path: Path, minutes: int, is_complete: bool
) -> None:
    # As the server makes it: in a chunk that begins where the visit stood.
    bought, at = Event(minutes * 60_000, "bought", "{}"), chunks.T0 + minutes * 60_000
    told = chunks.chunk([bought], tab=chunks.ident(SERVER_TAB), sent_at=at)
    with watching(tmp_path) as watch:
        watch.finder.rules = completed_by(RULES, ["bought"])
        watch.stage.add(chunks.chunk([chunks.page_view(), letter(500)]))
        watch.stage.add(told, received_at=at)
        watch.detector.catch_up()
        assert watch.kinds() == ([] if is_complete else ["field_drop", "form_abandon"])


def test_what_is_no_problem_is_dismissed_and_comes_back(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(1)]))
        watch.detector.catch_up()
        verdict = Verdict("dead", "/", "#buy")
        watch.verdicts.set("p", verdict, holds=True)
        watch.detector.look_again([("p", SESSION)])
        assert watch.kinds() == []
        assert watch.score() == 0
        assert watch.kinds(dismissed=True) == ["dead"]
        watch.verdicts.set("p", verdict, holds=False)
        watch.detector.look_again([("p", SESSION)])
        assert watch.kinds() == ["dead"]


def test_a_form_given_up_is_no_problem_by_whichever_of_its_names(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), letter(500)]))
        watch.detector.catch_up()
        watch.verdicts.set("p", Verdict("field_drop", "/", "#mail"), holds=True)
        watch.detector.look_again([("p", SESSION)])
        assert watch.kinds() == []
        assert watch.score() == 0
        assert watch.verdicts.all("p") == {Verdict("field_drop", "/", "#mail")}
        watch.verdicts.set("p", Verdict("form_abandon", "/", "#mail"), holds=False)
        watch.detector.look_again([("p", SESSION)])
        assert sorted(watch.kinds()) == ["field_drop", "form_abandon"]


def test_a_preview_tells_what_recomputing_then_changes(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(3)]))
        watch.detector.catch_up()
        with sqlite3.connect(watch.stage.index.path) as connection:
            connection.execute("DELETE FROM moments WHERE kind = 'rage'")
        connection.close()
        told: list[tuple[int, int]] = []
        changes = preview(watch.finder, watch.found, NOW, lambda n, of: told.append((n, of)))
        assert (changes["rage"].new, changes["rage"].examples) == (1, [SESSION])
        assert (changes["dead"].new, changes["dead"].gone) == (0, 0)
        assert "rage" not in watch.kinds()
        assert told == [(1, 1)]
        assert recompute(watch.finder, watch.found, NOW, lambda _n, _of: None) == 1
        assert "rage" in watch.kinds()


def test_the_command_finds_all_anew_beside_a_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(1)]))
        run_moments(tmp_path, store=False, tell=lambda _text: None)
        assert "dead" in capsys.readouterr().out
        assert watch.kinds() == []
        run_moments(tmp_path, store=True, tell=lambda _text: None)
        assert watch.kinds() == ["dead"]


def test_a_reindexed_session_is_looked_at_again(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(1)]))
        watch.detector.catch_up()
        watch.stage.indexer.reindex()
        assert watch.kinds() == []
        assert watch.detector.catch_up() == 1
        assert watch.kinds() == ["dead"]


def test_a_session_is_looked_at_by_itself_when_nothing_comes_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector, "QUIET_S", 0.1)
    monkeypatch.setattr(detector, "_LOOK_S", 0.05)
    with watching(tmp_path) as watch:
        watch.detector.start()
        try:
            watch.stage.add(chunks.chunk([chunks.page_view(), *presses(1)]))
            end = time.monotonic() + 120
            while not watch.kinds() and time.monotonic() < end:
                time.sleep(0.05)
            assert watch.kinds() == ["dead"]
        finally:
            watch.detector.stop()


def test_too_many_changes_are_all_of_them() -> None:
    touched = Touched()
    assert touched.take() is None  # at first, any may have changed
    touched.note([("p", "a"), ("p", "b"), ("p", "a")])
    assert touched.take() == {("p", "a"), ("p", "b")}
    touched.note(("p", str(n)) for n in range(MAX_NOTED))
    touched.note([("p", "a")])
    assert touched.take() is None
    assert touched.take() == set()


def test_who_asks_is_told_how_many_sessions_nothing_was_looked_for_in(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        detector = watch.detector
        assert detector.waiting("p") is None  # just started: any may have changed
        assert detector.is_waiting("p", SESSION)
        detector.catch_up()
        assert detector.waiting("p") == 0
        assert not detector.is_waiting("p", SESSION)
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(3)]))
        assert detector.waiting("p") == 1
        assert detector.waiting("q") == 0
        assert detector.is_waiting("p", SESSION)
        detector._gather()  # noted by the detector's thread, and left to rest
        watch.stage.add(chunks.chunk([], sequence=1))  # in both places now
        assert detector.waiting("p") == 1
        detector.catch_up()
        assert detector.waiting("p") == 0


def test_what_waits_is_not_known_until_all_sessions_could_be_compared(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.stage.add(chunks.chunk([chunks.page_view(), *presses(3)]))
        watch.detector.catch_up()
        watch.stage.indexer.touched.note_all()
        assert watch.detector.waiting("p") is None
        healthy = watch.detector._found
        watch.detector._found = Found(tmp_path / "missing" / "index.db")
        for _ in range(2):  # the second pass has nothing that is noted
            with pytest.raises(StorageError):
                watch.detector.catch_up()
            watch.detector._swept = 0.0
            assert watch.detector.waiting("p") is None
        watch.detector._found = healthy
        watch.detector.catch_up()
        assert watch.detector.waiting("p") == 0
