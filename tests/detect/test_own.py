"""Moments of a project's own: what is stored equals a plain reading of the steps, however the chunks came."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.analysis.moments import VERSIONS
from footfall.analysis.steps import StepError
from footfall.annotations import PageRules
from footfall.detect import Detector, Finder, OwnMoment, OwnMoments, Verdicts, recompute
from footfall.detect.own import MAX_NAME, MAX_OWN, MOST
from footfall.errors import ConfigError, NotFoundError
from footfall.index.found import Found, MomentFilter
from footfall.projects import Projects
from footfall.wire.facts import Event
from tests.index.stage import Stage
from tests.wire.chunks import T0, chunk, ident, page_view

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

NOW = T0 + 86_400_000
PAIRS = {
    "then": ("event(name=a) > event(name=b)", False, None),
    "clean": ("event(name=a) > not event(name=c) > event(name=b)", True, None),
    "soon": ("event(name=a) > event(name=b) within 1s", False, 1_000),
}


def plain(
    events: list[tuple[int, str]], *, not_c: bool, within: int | None
) -> list[tuple[int, int]]:
    """Return (begin, end) of each b with the latest a before it; what overlaps one before is left out."""
    found, free = [], 0
    for end, (time, name) in enumerate(events):
        befores = [at for at in range(end) if events[at][1] == "a"]
        if name != "b" or not befores:
            continue
        begin = befores[-1]
        between = [one for _, one in events[begin + 1 : end]]
        is_late = within is not None and time - events[begin][0] > within
        if begin < free or (not_c and "c" in between) or is_late:
            continue
        found.append((events[begin][0], time))
        free = end + 1
    return found


class Watch:
    """A stage whose own moments are looked for."""

    def __init__(self, folder: Path) -> None:
        settings_db = folder / "settings.db"
        Projects(settings_db)
        self.stage = Stage(folder)
        self.own = OwnMoments(settings_db)
        self.found = Found(self.stage.index.path)
        self.finder = Finder(
            self.stage.index, Verdicts(settings_db), own=self.own, pages=PageRules(settings_db)
        )
        self.detector = Detector(self.finder, self.found, self.stage.indexer.touched)

    def of(self, session: str, kind: str) -> list[tuple[int, int]]:
        rows = self.found.moments("p", MomentFilter(session=session, kind=kind), 500)
        return [(fact[0][1], fact[-1][1]) for fact in (json.loads(row.evidence) for row in rows)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 900), st.sampled_from("abcd")), max_size=12), max_size=3
    ),
    st.randoms(use_true_random=False),
)
def test_what_is_found_is_what_the_steps_say(
    visits: list[list[tuple[int, str]]], random: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        watch = Watch(Path(name))
        for kind, (steps, _, _) in PAIRS.items():
            watch.own.define("p", kind, steps)
        bodies, told = [], {}
        for number, gaps in enumerate(visits):
            session, time, events = ident(f"s{number}"), 0, []
            for sequence, (gap, what) in enumerate(gaps):
                time += gap
                events.append((T0 + time, what))
                facts: list[Fact] = [Event(time, what, "{}")]
                bodies.append(chunk(facts, session=session, sequence=sequence + 1))
            bodies.append(chunk([page_view()], session=session))
            told[session] = events
        random.shuffle(bodies)  # type: ignore[attr-defined] # hypothesis types it as drawn data
        watch.stage.add(*bodies)
        watch.detector.catch_up()
        for session, events in told.items():
            for kind, (_, not_c, within) in PAIRS.items():
                expected = plain(events, not_c=not_c, within=within)
                assert watch.of(session, kind) == expected, (session, kind)
        watch.stage.close()


def test_what_comes_late_is_found_and_what_is_forgotten_goes(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    session = ident("session-a")
    watch.stage.add(chunk([page_view(), Event(100, "a", "{}")]))
    watch.detector.catch_up()
    watch.own.define("p", "done", "event(name=a) > event(name=b)")
    assert watch.of(session, "done") == []
    watch.stage.add(chunk([Event(200, "b", "{}")], sequence=1))
    watch.detector.catch_up()
    assert watch.of(session, "done") == [(T0 + 100, T0 + 200)]
    [row] = watch.found.moments("p", MomentFilter(kind="done"))
    assert (row.page, row.grade, json.loads(row.detail)) == ("/", "confirmed", {"ms": 100})
    assert [fact[0] for fact in json.loads(row.evidence)] == ["Event", "Event"]
    assert watch.found.detections("p", [session])[session].frustration == 0
    watch.own.remove("p", "done")
    recompute(watch.finder, watch.found, NOW, lambda _done, _of: None, "p")
    assert watch.found.counts("p", MomentFilter()).get("done") is None
    watch.stage.close()


def test_one_kind_of_a_session_is_bounded(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.own.define("p", "each", "event")
    watch.own.define("p", "other", "event(name=e7)")
    events: list[Fact] = [Event(at, f"e{at}", "{}") for at in range(MOST + 20)]
    watch.stage.add(chunk([page_view(), *events]))
    watch.detector.catch_up()
    counts = watch.found.counts("p", MomentFilter())
    assert (counts["each"], counts["other"]) == (MOST, 1)
    watch.stage.close()


def test_what_cannot_be_looked_for_is_refused(tmp_path: Path) -> None:
    project = Projects(tmp_path / "settings.db").create("Shop")
    book = OwnMoments(tmp_path / "settings.db")
    taken = next(iter(VERSIONS))
    for name in ("", "a\x00", "x" * (MAX_NAME + 1), taken):
        with pytest.raises(ConfigError):
            book.define(project.id, name, "page")
    for steps in ("", "page(", "not page", "page > click per user"):
        with pytest.raises(StepError):
            book.define(project.id, "x", steps)
    assert book.define(project.id, " a  b ", " page ") == OwnMoment("a b", "page")
    for number in range(MAX_OWN - 1):
        book.define(project.id, f"m{number}", "click")
    with pytest.raises(ConfigError, match="at most"):
        book.define(project.id, "one more", "click")
    book.define(project.id, "a b", "click")
    assert len(book.all(project.id)) == MAX_OWN
    with pytest.raises(NotFoundError):
        book.remove(project.id, "one more")
