"""Clicks of closed days, kept and merged: whatever came, was late or was erased meanwhile, as if all were counted."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from footfall.analysis.heat import CELL_PX
from footfall.index.by_pack import clicks_in
from footfall.index.erase import erase_sessions
from footfall.index.page_facts import clicks_of
from footfall.index.segment import Segment
from footfall.index.views import places_of
from footfall.render.heatmap import Look
from footfall.web import heat_counts
from footfall.web.heat import PLAIN, Canvas, DrawnClicks, draw_clicks
from footfall.web.heat_counts import draw_page_clicks
from footfall.web.heat_kept import KeptHeat
from footfall.web.heat_keys import by_plain
from footfall.wire.schema import Fact
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view

DAY = 86_400_000
HOUR = 3_600_000
DAYS = 20
NOW = T0 + (DAYS + 1) * DAY
LATE = (0, DAY, 2 * DAY - HOUR)
"""Later than two days no recorder sends: where a chunk says so its times cannot be true (`parts.bounds`)."""
KEYS = ("#a", "#b", "#c", "")
PLAINS = {"#a": "body>a@x", "#b": "body>b@y", "#c": "body>b@y"}
CANVASES = (
    Canvas(1280, 400, {"#a": (10, 20, 100, 50), "#c": (600, 300, 300, 80)}),
    Canvas(1280, 400, {"#a": (10, 20, 100, 50), "#b": (200, 20, 100, 50)}),
    Canvas(390, 400, {}),
    Canvas(
        1280,
        400,
        {"#a": (10, 20, 100, 50), "#b": (900, 20, 90, 30), "body>b@y": (200, 20, 100, 50)},
        drifting=frozenset({"body>b@y", "body>i"}),
    ),
)


@dataclass
class Visit:
    """A session: one view of the page and clicks, in chunks that may come late; the view's even after the clicks'."""

    name: str
    start: int
    width: int
    chunks: int = 1  # but for the first, which tells of the view
    is_told: bool = False


def told(drawn: DrawnClicks) -> dict[str, Any]:
    """Return all that a picture says, but for the numbers by which the snapshot knows names."""
    found = drawn.tally
    return {
        "cells": np.sort(found.cells).tolist(),
        "clicks": found.clicks,
        "by_element": found.by_element,
        "scaled": found.scaled,
        "reasons": asdict(found.reasons),
        "elements": sorted((one.key, one.clicks, one.text) for one in drawn.elements),
        "png": drawn.picture.png,
    }


def whole(stage: Stage, segment: Segment, canvas: Canvas) -> dict[str, Any]:
    with stage.index.facts("p") as shot:
        clicks = clicks_of(shot, segment, places_of(shot, segment))
        drifts = np.array([plain in canvas.drifting for plain in clicks.plains], np.bool_)
        return told(draw_clicks(by_plain(clicks, drifts), canvas))


def merged(
    stage: Stage, kept: KeptHeat, segment: Segment, canvas: Canvas, look: Look = PLAIN
) -> dict[str, Any]:
    with stage.index.facts("p") as shot:
        return told(draw_page_clicks(shot, segment, canvas, (look, CELL_PX), (kept, NOW)))


def visit(
    stage: Stage, who: Visit, keys: tuple[str, ...], *, late: int = 0, at: int | None = None
) -> None:
    """Send a chunk of a visit, received `late` ms after it happened."""
    when = who.start if at is None else at
    facts: list[Fact] = [
        click(
            100 + n, key=key, plain=PLAINS.get(key, ""), text=f"text {n % 2}", page_x=30 + 7 * n, page_y=40 * n,
            document_width=who.width,
        )
        for n, key in enumerate(keys)
    ]  # fmt: skip
    send(stage, who, facts, who.chunks, (when, when + 5_000 + late))
    who.chunks += 1


def tell(stage: Stage, who: Visit, late: int = 0) -> None:
    """Send the chunk that tells of a visit's view."""
    if not who.is_told:
        view = page_view(width=who.width, document_width=who.width)
        send(stage, who, [view], 0, (who.start, who.start + 5_000 + late))
    who.is_told = True


def send(
    stage: Stage, who: Visit, facts: list[Fact], sequence: int, times: tuple[int, int]
) -> None:
    body = chunk(
        facts, session=ident(who.name), visitor=ident(who.name), sequence=sequence,
        base_time=times[0], sent_at=times[1], flags=0,
    )  # fmt: skip
    stage.add(body, received_at=times[1])


def erase(stage: Stage, who: Visit) -> None:
    stage.indexer.change(partial(erase_sessions, project="p", sessions=[ident(who.name)]))


def fill(stage: Stage) -> list[Visit]:
    """Have two visits a day, of a phone and of a desktop, all packed."""
    visits = []
    for day in range(DAYS):
        for number in range(2):
            who = Visit(f"d{day}-{number}", T0 + day * DAY + number * HOUR, (390, 1280)[number])
            tell(stage, who)
            visit(stage, who, ("#a", "#b"))
            visits.append(who)
    for _ in range(DAYS):  # it makes the columns of a few days of page views at a time
        stage.indexer.compact()
    return visits


SEGMENTS = [
    replace(Segment("/"), since=since, until=until, device=device, min_width=least)
    for since, until in (
        (None, None), (T0 + 5 * DAY, None), (T0 - HOUR, T0 + 4 * DAY), (None, T0 + 6 * DAY + HOUR)
    )
    for device, least in ((None, None), ("mobile", None), (None, 400))
]  # fmt: skip


class Keeping(RuleBasedStateMachine):
    """Any order of visits, late chunks, packing, erasing, a new index and questions."""

    def __init__(self) -> None:
        super().__init__()
        self.staged = staged()
        self.stage = self.staged.__enter__()
        self.kept = KeptHeat()
        self.visits = fill(self.stage)
        self.came = 0

    def teardown(self) -> None:
        self.staged.__exit__(None, None, None)

    @rule(
        hour=st.integers(0, DAYS * 24), width=st.sampled_from([390, 1280]), is_told=st.booleans(),
        keys=st.lists(st.sampled_from(KEYS), max_size=4), late=st.sampled_from(LATE),
    )  # fmt: skip
    def begin(self, hour: int, width: int, keys: list[str], late: int, *, is_told: bool) -> None:
        self.came += 1
        who = Visit(f"s{self.came}", T0 + hour * HOUR, width)
        if is_told:
            tell(self.stage, who, late)
        visit(self.stage, who, tuple(keys), late=late)
        self.visits.append(who)

    @rule(
        which=st.integers(0, 60), keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4),
        after=st.integers(0, 20), late=st.sampled_from(LATE),
    )  # fmt: skip
    def go_on(self, which: int, keys: list[str], after: int, late: int) -> None:
        who = self.visits[which % len(self.visits)]
        visit(self.stage, who, tuple(keys), late=late, at=who.start + after * HOUR)

    @rule(late=st.sampled_from(LATE))
    def tell_of_views(self, late: int) -> None:
        for who in self.visits:
            tell(self.stage, who, late)

    @rule(times=st.integers(1, 3))
    def pack(self, times: int) -> None:
        for _ in range(times):
            self.stage.indexer.compact()

    @rule(which=st.integers(0, 60))
    def erase_one(self, which: int) -> None:
        erase(self.stage, self.visits.pop(which % len(self.visits)))

    @rule()
    def make_index_anew(self) -> None:
        self.stage.indexer.reindex()  # the test's log still has who was erased

    @rule(segment=st.sampled_from(SEGMENTS), canvas=st.sampled_from(CANVASES))
    def ask(self, segment: Segment, canvas: Canvas) -> None:
        assert merged(self.stage, self.kept, segment, canvas) == whole(self.stage, segment, canvas)

    @rule()
    def ask_all(self) -> None:
        for segment in SEGMENTS[:4]:
            self.ask(segment, CANVASES[0])


TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    fill(stage)
    yield stage
    stage.close()


def reads(stage: Stage, kept: KeptHeat, segment: Segment, look: Look = PLAIN) -> int:
    """Ask, and return how many packs were read for it."""
    with patch("footfall.web.heat_counts.clicks_in", wraps=clicks_in) as read:
        found = merged(stage, kept, segment, CANVASES[0], look)
    expected = whole(stage, segment, CANVASES[0])
    assert found["cells"] == expected["cells"]
    return read.call_count


def test_what_was_counted_once_is_read_no_more(filled: Stage) -> None:
    kept, everything = KeptHeat(), Segment("/")
    at_first = reads(filled, kept, everything)
    again = reads(filled, kept, everything, Look(radius_px=50, intensity=3, colours="blue-yellow"))
    assert at_first == DAYS
    # The newest day's page views are not settled, so the days that it is kept with are counted anew.
    assert again <= heat_counts._DAYS_TOGETHER
    # A period cuts the days at its ends alone.
    part = replace(everything, since=T0 + 5 * DAY)
    assert reads(filled, kept, part) <= 2 * heat_counts._DAYS_TOGETHER


def test_days_apart_from_a_period_are_left_out(filled: Stage) -> None:
    kept = KeptHeat()
    merged(filled, kept, Segment("/"), CANVASES[0])
    nobody = Segment("/", until=T0 - 40 * DAY)
    assert merged(filled, kept, nobody, CANVASES[0])["clicks"] == 0


def test_a_late_chunk_is_counted(filled: Stage) -> None:
    kept, everything = KeptHeat(), Segment("/")
    before = merged(filled, kept, everything, CANVASES[0])["clicks"]
    late = Visit("late", T0 + 2 * DAY, 1280)
    tell(filled, late)
    visit(filled, late, ("#a",), late=4 * DAY)
    filled.indexer.compact()
    assert merged(filled, kept, everything, CANVASES[0])["clicks"] == before + 1


def test_what_is_erased_is_counted_no_more(filled: Stage) -> None:
    kept, everything = KeptHeat(), Segment("/")
    before = merged(filled, kept, everything, CANVASES[0])["clicks"]
    erase(filled, Visit("d3-0", 0, 0))
    assert merged(filled, kept, everything, CANVASES[0])["clicks"] == before - 2


def test_memory_is_bounded(filled: Stage) -> None:
    kept = KeptHeat(limit=20_000)
    for height in range(400, 440):
        merged(filled, kept, Segment("/"), replace(CANVASES[0], height=height))
    assert 0 < len(kept) <= 10


def test_a_view_that_is_told_late_changes_whom_its_clicks_are_of(filled: Stage) -> None:
    who = Visit("late", T0 + 2 * DAY, 390)
    visit(filled, who, ("#a",))
    for _ in range(DAYS):
        filled.indexer.compact()
    kept, phones = KeptHeat(), Segment("/", device="mobile")
    before = merged(filled, kept, phones, CANVASES[0])["clicks"]
    tell(filled, who, late=5 * DAY)
    assert merged(filled, kept, phones, CANVASES[0])["clicks"] == before + 1


def test_elements_may_lie_elsewhere_on_another_page_of_that_size(filled: Stage) -> None:
    kept, everything = KeptHeat(), Segment("/")
    for canvas in (*CANVASES, *CANVASES):
        assert merged(filled, kept, everything, canvas) == whole(filled, everything, canvas)
