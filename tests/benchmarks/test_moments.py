"""The labelled set in short: some scenes and look-alikes in real Chromium; and the table's arithmetic."""

import asyncio
from pathlib import Path

import benchmarks.moments.lookalikes  # noqa: F401 # notes its scenes
from benchmarks.moments.__main__ import Figure, figures, table
from benchmarks.moments.recording import Seen, record
from benchmarks.moments.scenes import SCENES, Scene

SHORT = (
    "rage_on_what_answers_each_time",
    "button_that_throws",
    "back_at_once",
    "letter_never_sent",
    "one_and_the_other_and_the_one",
    "stepper",
    "carousel",
    "menu_that_opens_on_pointerdown",
    "audio_button",
    "going_back_after_a_click",
)


async def _nothing(_hands: object) -> None:
    await asyncio.sleep(0)


def test_precision_and_recall_are_by_visit() -> None:
    rage, none = Scene("angry", frozenset({"rage"}), _nothing), Scene("calm", frozenset(), _nothing)
    seen = [
        Seen(rage, frozenset({"rage"})),
        Seen(rage, frozenset()),
        Seen(none, frozenset({"rage"})),
        Seen(none, frozenset(), "it did not open"),
    ]
    figure = next(one for one in figures(seen) if one.kind == "rage")
    assert figure == Figure("rage", visits=2, right=1, wrong=1)
    assert (figure.precision, figure.recall) == (0.5, 0.5)
    shown = table(seen)
    assert "angry: missed ['rage'], wrong []" in shown
    assert "not played: calm: it did not open" in shown


def test_every_kind_has_a_scene() -> None:
    kinds = set().union(*(scene.kinds for scene in SCENES))
    assert {one.kind for one in figures([])} == kinds
    assert sum(not scene.kinds for scene in SCENES) >= 20
    assert {scene.name for scene in SCENES} >= set(SHORT)


async def test_moments_are_found_and_look_alikes_are_not(tmp_path: Path) -> None:
    scenes = [scene for scene in SCENES if scene.name in SHORT]
    seen = await record(tmp_path, scenes, seed=1)
    assert [one.problem for one in seen if one.problem] == []
    wrong = {one.scene.name: one.told for one in seen if one.found != one.scene.kinds}
    assert wrong == {}
