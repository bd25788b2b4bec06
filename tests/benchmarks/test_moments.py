"""The labelled set in short: some scenes and look-alikes in real Chromium; and the table's arithmetic."""

import asyncio
from collections import Counter
from pathlib import Path

from benchmarks.moments.__main__ import Figure, figures, table
from benchmarks.moments.every import SCENES, Scene
from benchmarks.moments.recording import Seen, record

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
    "leaving_a_button_without_a_click",
    "staying_after_the_click",
    "out_at_the_top",
    "out_at_the_side",
    "one_form_sent_and_the_other_not",
    "fields_of_no_form_sent_by_a_button",
    "reading_before_buying",
    "a_glance_at_the_reviews",
    "drawing_with_a_button_held",
    "polling_that_fails_by_itself",
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


def test_every_kind_has_three_scenes_and_look_alikes_abound() -> None:
    counts = Counter(kind for scene in SCENES for kind in scene.kinds)
    assert {one.kind for one in figures([])} == set(counts)
    assert min(counts.values()) >= 3
    assert sum(not scene.kinds for scene in SCENES) >= 60
    assert len({scene.name for scene in SCENES}) == len(SCENES)
    assert {scene.name for scene in SCENES} >= set(SHORT)


async def test_moments_are_found_and_look_alikes_are_not(tmp_path: Path) -> None:
    scenes = [scene for scene in SCENES if scene.name in SHORT]
    seen = await record(tmp_path, scenes, seed=1)
    assert [one.problem for one in seen if one.problem] == []
    wrong = {one.scene.name: one.told for one in seen if one.found != one.scene.kinds}
    assert wrong == {}
