"""Moments where ids are made anew, from chunks to places: against plain loops over what visitors met."""

import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.detect import Verdict, detector, recompute
from footfall.index import Filter
from footfall.index.erase import erase_sessions
from footfall.index.found import MomentFilter
from footfall.wire.facts import Field
from tests.analysis.test_drifting import oracle
from tests.detect.test_detector import NOW, Watch, watching
from tests.wire import chunks

if TYPE_CHECKING:
    from footfall.wire.schema import Fact

RUN_MS = 5_000
PAGES = ("/", "/cart")
Met = Mapping[str, str]
"""The elements that somebody clicked (those at odd places: typed into), by key, with their plain keys."""
Visits = Mapping[tuple[int, str], Met]
"""By visitor and page."""
TENT = "body>div:*@tent>button@buy"
KEYS = st.sampled_from(["#w1", "#w2", "#w3", "#w4", "#amber"])
PLAINS = st.sampled_from([TENT, "body>p>a@more", "body>ul>li:3@>img"])
MET = st.lists(
    st.tuples(KEYS, PLAINS), max_size=4, unique_by=(lambda one: one[0], lambda one: one[1])
).map(dict)
VISITS = st.dictionaries(
    st.tuples(st.integers(0, 6), st.sampled_from(PAGES)), MET, min_size=4, max_size=10
)
VERDICTS = st.frozensets(
    st.builds(Verdict, st.just("rage"), st.sampled_from(PAGES), PLAINS | KEYS), max_size=2
)


def erase(watch: Watch, names: list[str]) -> None:
    watch.stage.indexer.change(partial(erase_sessions, project="p", sessions=names))


def facts_of(page: str, met: Met) -> list["Fact"]:
    facts: list[Fact] = [chunks.page_view(url=f"https://shop.example{page}")]
    for at, (key, plain) in enumerate(met.items(), 1):
        t = RUN_MS * at
        if at % 2:
            facts += [
                chunks.click(t + 200 * n, key=key, plain=plain, nth=1, text="") for n in range(3)
            ]
        else:
            facts.append(Field(t, 7, key, "text", 9, 5, -1, 1, 0, 1, 0, 0, False, "", "", plain))
    return facts


def session(visitor: int, page: str) -> str:
    return chunks.ident(f"session-{visitor}-{PAGES.index(page)}")


def record(watch: Watch, visits: Visits, start: int = chunks.T0, *, wait: bool = True) -> None:
    for (visitor, page), met in sorted(visits.items()):
        body = chunks.chunk(
            facts_of(page, met),
            session=session(visitor, page),
            visitor=chunks.ident(f"visitor-{visitor}"),
            base_time=start,
            sent_at=start + 60_000,
            url=f"https://shop.example{page}",
        )
        watch.stage.add(body, received_at=start + 60_000)
    if wait:
        watch.detector.catch_up()


def drifting_on(page: str, visits: Visits) -> set[str]:
    return oracle(
        [
            (key, plain, visitor)
            for (visitor, other), met in visits.items()
            if other == page
            for key, plain in met.items()
        ]
    )


def raged(met: Met) -> Met:
    return dict(list(met.items())[::2])


def places(watch: Watch, kind: str = "rage") -> dict[tuple[str, str], list[str]]:
    """Return the sessions of each page and element."""
    found = watch.found.places("p", [kind], MomentFilter())
    names = watch.stage.index.session_names("p", found.number.tolist())
    return {
        place[1:]: sorted(names[number] for number in found.number[found.place == at].tolist())
        for at, place in enumerate(found.places)
    }


def meant(visits: Visits, quiet: frozenset[Verdict]) -> frozenset[Verdict]:
    """Add what verdicts on keys mean where ids drift: the one element that has the key, if it is one."""
    found = set(quiet)
    for verdict in quiet:
        drifts = drifting_on(verdict.page, visits)
        plains = {
            met[verdict.element]
            for (_, page), met in visits.items()
            if page == verdict.page and verdict.element in raged(met)
        } & drifts
        if len(plains) == 1:
            found.add(verdict._replace(element=plains.pop()))
    return frozenset(found)


def plainly(visits: Visits, quiet: frozenset[Verdict]) -> dict[tuple[str, str], list[str]]:
    told: dict[tuple[str, str], list[str]] = {}
    drifts = {page: drifting_on(page, visits) for page in PAGES}
    for (visitor, page), met in sorted(visits.items()):
        for key, plain in raged(met).items():
            if not {Verdict("rage", page, name) for name in (key, plain)} & quiet:
                known = plain if plain in drifts[page] else key
                told.setdefault((page, known), []).append(session(visitor, page))
    return told


@settings(deadline=None, max_examples=60)
@given(VISITS, VERDICTS)
def test_moments_lie_where_plain_loops_say(visits: Visits, quiet: frozenset[Verdict]) -> None:
    with TemporaryDirectory() as folder, watching(Path(folder)) as watch:
        for verdict in quiet:
            watch.verdicts.set("p", verdict, holds=True)
        record(watch, visits)
        quiet = meant(visits, quiet)
        told = plainly(visits, quiet)
        assert places(watch) == told
        assert list(watch.found.places("p", ["rage"], MomentFilter()).places) == sorted(
            ("rage", *place) for place in told
        )
        for page in PAGES:
            for name in ("#w1", "#amber", TENT, "body>p>a@more"):
                at = Filter(moment="rage", moment_at=(page, name))
                assert sorted(row.session for row in watch.stage.index.sessions("p", at)) == sorted(
                    session(visitor, page)
                    for (visitor, other), met in visits.items()
                    if other == page
                    for key, plain in raged(met).items()
                    if name in (key, plain)
                    and not {Verdict("rage", page, one) for one in (key, plain)} & quiet
                )


ANEW: Visits = {(visitor, "/"): {f"#w{visitor + 5}": TENT} for visitor in range(5)}
FIRM: Visits = {(visitor, "/"): {"#buy": TENT} for visitor in range(5)}


def test_what_was_learned_stays_until_visitors_contradict_it(tmp_path: Path) -> None:
    month = 31 * 86_400_000
    with watching(tmp_path) as watch:
        record(watch, ANEW)
        assert list(places(watch)) == [("/", TENT)]
        # Elsewhere on the page, a month later: nobody met the old place any more.
        record(watch, {(6, "/"): {"#other": "body>p>a@more"}}, chunks.T0 + month)
        assert {element for _, element in places(watch)} == {TENT, "#other"}
        # The page has got ids of its own.
        others = {(visitor + 10, page): met for (visitor, page), met in FIRM.items()}
        record(watch, others, chunks.T0 + 2 * month)
        assert len([element for _, element in places(watch) if element.startswith("#w")]) == 5


def test_the_thread_learns_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("QUIET_S", 0.1), ("_LOOK_S", 0.05), ("_LEARN_S", 0.2)):
        monkeypatch.setattr(detector, name, seconds)

    def comes(elements: set[str]) -> None:
        end = time.monotonic() + 120
        while {element for _, element in places(watch)} != elements and time.monotonic() < end:
            time.sleep(0.05)
        assert {element for _, element in places(watch)} == elements

    with watching(tmp_path) as watch:
        watch.detector.start()
        try:
            few = dict(list(ANEW.items())[:2])
            record(watch, few, wait=False)
            comes({"#w5", "#w6"})
            record(watch, ANEW, chunks.T0 + 1, wait=False)
            comes({TENT})
        finally:
            watch.detector.stop()


def test_looking_anew_learns_anew(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        record(watch, ANEW)
        watch.stage.indexer.reindex()
        assert watch.found.drifting("p", "/") == frozenset()
        recompute(watch.finder, watch.found, NOW, lambda _done, _of: None)
        assert list(places(watch)) == [("/", TENT)]


def test_of_who_is_erased_nothing_that_was_learned_stays(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        record(watch, ANEW)
        names = [session(*one) for one in ANEW]
        erase(watch, names[:4])
        assert watch.found.drifting("p", "/") == {TENT}
        erase(watch, names[4:])
        assert watch.found.drifting("p", "/") == frozenset()


@pytest.mark.parametrize("visits", [FIRM, {}])
def test_where_ids_hold_nothing_is_learned(tmp_path: Path, visits: Visits) -> None:
    with watching(tmp_path) as watch:
        record(watch, visits)
        assert watch.found.drifting("p", "/") == frozenset()
        assert list(places(watch)) == [("/", "#buy")] * bool(visits)
