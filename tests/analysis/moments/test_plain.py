"""Rules told by example, where an oracle would be the rule again: norms, zones, edges, scores."""

from typing import Any

import pytest

from footfall.analysis.moments import Moment, Norms, Rules, Told, detect, frustration, history
from footfall.analysis.moments.clicks import expects_repeats
from footfall.analysis.moments.norms import field_order, percentile_95
from footfall.analysis.moments.rules import Informed, Score, Zone
from footfall.wire.schema import Visibility
from tests.analysis.moments import made
from tests.wire import chunks


def begin(page: str = "/", **changes: Any) -> Told:
    fact = chunks.page_view(0, height=800, width=1_280, **changes)
    return made.told(0, fact, page=page)


def kinds(*facts: Told, rules: Rules | None = None, norms: Norms | None = None) -> list[str]:
    found = detect(history(facts), rules or Rules(), norms or Norms())
    return [one.kind for one in found]


@pytest.mark.parametrize(
    ("key", "text", "repeats"),
    [
        ("#qty", "+", True),
        ("#carousel-next", "", True),
        ("#carouselNext", "", True),
        ("button", "Next", True),
        ("#a", "14", True),
        ("#buy", "Buy now", False),
        ("#text", "Continue reading", False),
        ("#nextdoor", "Neighbours", False),
        ("#today-offer", "Offer", False),
    ],
)
def test_elements_that_people_click_repeatedly(key: str, text: str, repeats: bool) -> None:
    assert expects_repeats(key, text) is repeats


def test_scrolling_is_excessive_above_what_is_usual_on_its_page() -> None:
    scrolled = made.told(1_000, made.scroll([0, 900, 0, 900, 0, 900]))
    assert kinds(begin(), scrolled) == ["scrolling"]
    assert kinds(begin(), scrolled, norms=Norms({"/": 3})) == ["scrolling"]
    assert kinds(begin(), scrolled, norms=Norms({"/": 4})) == []


def test_a_percentile_needs_twenty_views() -> None:
    assert percentile_95([9] * 19) is None
    assert percentile_95([*range(1, 21)]) == 19


def test_the_order_of_fields_is_that_of_most_visits() -> None:
    assert field_order([["a", "b", "b", "c"], ["a", "c"], ["b"]]) == ("a", "b", "c")


def test_an_abandon_is_at_the_last_step_in_the_final_quarter() -> None:
    norms = Norms(forms={"/": ("#a", "#b", "#c", "#name")})
    typed = made.told(1_000, made.input_())
    assert "last_step" in kinds(begin(), typed, norms=norms)
    first = Norms(forms={"/": ("#name", "#a", "#b", "#c")})
    assert "last_step" not in kinds(begin(), typed, norms=first)
    assert detect(history([begin(), typed], over=False)) == []


def test_a_click_is_informed_after_ten_seconds_on_the_marked_zone() -> None:
    rules = Rules(informed=Informed(zones=(Zone("/", 0.5, 0.8),)))
    down = made.told(1_000, made.scroll([0, 1_500]))
    up = made.told(14_000, made.scroll([1_500, 0]))
    buy = made.told(15_000, chunks.click(0, nth=1, text="Buy now"))
    assert kinds(begin(), down, up, buy, rules=rules) == ["informed_click"]
    assert kinds(begin(), buy, rules=rules) == []
    away = made.told(3_000, Visibility(0, False, False))
    assert kinds(begin(), down, away, up, buy, rules=rules) == []
    other = Rules(informed=Informed(zones=(Zone("/else", 0.5, 0.8),)))
    assert kinds(begin(), down, up, buy, rules=other) == []


def test_leaving_through_the_top_edge() -> None:
    up = [(0, 600, 300), (50, 600, 200), (50, 600, 100), (50, 600, 20)]
    assert kinds(begin(), made.told(500, made.pointer(up))) == ["exit_intent"]
    slow = [(0, 600, 60), (100, 600, 40), (100, 600, 20)]
    assert kinds(begin(), made.told(500, made.pointer(slow))) == []
    rests = [*up, (900, 610, 40)]
    assert kinds(begin(), made.told(500, made.pointer(rests))) == []
    back = [*up, (900, 900, 300)]
    assert kinds(begin(), made.told(500, made.pointer(back))) == ["exit_intent"]
    pressed = made.told(1_600, chunks.click(0))
    assert kinds(begin(), made.told(500, made.pointer(back)), pressed) == []
    narrow = made.told(0, chunks.page_view(0, width=400))
    assert kinds(narrow, made.told(500, made.pointer(up))) == []


def test_hovering_before_a_click() -> None:
    path = made.told(500, made.pointer([(0, 300, 300), (100, 105, 205), (4_000, 100, 200)]))
    click = made.told(4_650, chunks.click(0, nth=1))
    assert kinds(begin(), path, click) == ["hesitation"]
    before = made.told(2_500, chunks.click(0, nth=1))
    assert kinds(begin(), path, before, click) == []
    scrolled = made.told(3_000, made.scroll([0, 50]))
    assert kinds(begin(), path, scrolled, click) == []


def moment(kind: str, seconds: float, element: str = "#buy") -> Moment:
    time = made.T0 + round(seconds * 1_000)
    return Moment(kind, time, "t1", 1, "/", element, "confirmed", {}, ())


def test_frustration_fades_by_half_in_a_minute_and_is_capped() -> None:
    rules = Score()
    assert frustration([], rules).score == 0
    one = frustration([moment("rage", 0), moment("rage", 1), moment("hesitation", 2)], rules)
    assert (one.score, one.parts) == (5, {"rage": 5})
    two = frustration([moment("rage", 0), moment("error", 60)], rules)
    assert two.score == pytest.approx(6.5)
    assert two.parts == {"rage": pytest.approx(2.5), "error": 4}
    apart = frustration([moment("rage", 0), moment("dead", 600)], rules)
    assert (apart.score, apart.time) == (5, made.T0)
    many = frustration([moment("rage", 0, f"#{n}") for n in range(30)], rules)
    assert many.score == 100
