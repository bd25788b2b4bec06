"""Rules told by example, where an oracle would be the rule again: norms, zones, edges, scores."""

from typing import Any

import pytest

from footfall.analysis.moments import Moment, Norms, Rules, Told, detect, frustration, history
from footfall.analysis.moments.clicks import expects_repeats
from footfall.analysis.moments.norms import field_order, percentile_95
from footfall.analysis.moments.rules import RULES, Score
from footfall.analysis.moments.watching import is_call
from footfall.wire.facts import Exposure, Gesture, Hover, Media
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
    norms = Norms(forms={("/", "?"): ("#a", "#b", "#c", "#name")})
    typed = made.told(1_000, made.input_())
    assert "last_step" in kinds(begin(), typed, norms=norms)
    first = Norms(forms={("/", "?"): ("#name", "#a", "#b", "#c")})
    assert "last_step" not in kinds(begin(), typed, norms=first)
    other = made.told(1_500, made.field(form="#other", duration=100))
    assert "last_step" not in kinds(begin(), typed, other, norms=norms)
    assert detect(history([begin(), typed], over=False)) == []


def test_a_click_is_informed_after_ten_seconds_on_a_marked_zone() -> None:
    seen = made.told(13_000, Exposure(0, "reviews", 11_000))
    buy = made.told(15_000, chunks.click(0, nth=1, text="Buy now"))
    assert kinds(begin(), seen, buy) == ["informed_click"]
    assert kinds(begin(), buy) == []
    away = made.told(8_000, Visibility(0, False, False))
    assert kinds(begin(), seen, away, buy) == []
    # What was in sight after the click, or on the page before, does not count.
    late = made.told(30_000, Exposure(0, "reviews", 20_000))
    assert kinds(begin(), late, buy) == []
    other = made.told(14_000, chunks.page_view(0, number=2), view=2)
    assert kinds(begin(), seen, other, buy._replace(view=2)) == []


def test_leaving_through_the_top_edge_as_recorders_tell_it() -> None:
    path = made.pointer([(0, 600, 300), (50, 600, 200)])
    gone = made.told(500, path._replace(edge="top", speed=2_000))
    [found] = detect(history([begin(), gone]))
    assert (found.kind, found.grade, found.time) == ("exit_intent", "confirmed", made.T0 + 550)
    up = made.pointer([(0, 600, 300), (50, 600, 200), (50, 600, 100), (50, 600, 20)])
    stays = made.told(500, up._replace(edge=""))
    assert kinds(begin(), stays) == []
    narrow = made.told(0, chunks.page_view(0, width=400))
    assert kinds(narrow, gone) == []


def test_hovering_as_recorders_tell_it() -> None:
    hover = Hover(0, 7, "#buy", "mouse", 4_000, 0, "Buy")
    [found] = detect(history([begin(), made.told(5_000, hover)]))
    assert (found.kind, found.grade, found.time) == ("hesitation", "confirmed", made.T0 + 1_000)
    assert kinds(begin(), made.told(5_000, hover._replace(clicks=1))) == []
    older = Gesture(0, 7, "#buy", "hover", "mouse", 1, 1, 0, 0, 4_000, 100, "Buy")
    assert kinds(begin(), made.told(5_000, older)) == ["hesitation"]
    assert kinds(begin(), made.told(5_000, older._replace(action="press"))) == []
    # A pointer that rests where it clicks, but was over something else until then.
    path = made.told(500, made.pointer([(0, 300, 300), (100, 105, 205), (4_000, 100, 200)]))
    click = made.told(4_650, chunks.click(0, nth=1, hover=200))
    assert kinds(begin(), path, click) == []


@pytest.mark.parametrize(
    ("text", "key", "is_one"),
    [
        ("Buy now", "#a", True),
        ("In den Warenkorb", "#a", True),
        ("", "button[data-testid=add-to-cart]", True),
        ("My notebook", "#a", False),
        ("Reorder the list", "#octagon", False),
    ],
)
def test_calls_to_action_are_known_by_whole_words(text: str, key: str, is_one: bool) -> None:
    assert is_call(chunks.click(0, text=text, key=key), RULES.informed) is is_one


def test_drawing_with_a_button_held_is_no_thrashing() -> None:
    zigzag = made.pointer([(50, 600 + 90 * (n % 2), 300 + 5 * n) for n in range(12)])
    assert kinds(begin(), made.told(500, zigzag)) == ["thrash"]
    assert kinds(begin(), made.told(500, zigzag._replace(held=True))) == []


def test_clicks_that_end_a_drag_are_no_rage() -> None:
    def pressed(way: int) -> list[Told]:
        facts = []
        for n in range(3):
            drag = made.pointer([(0, 300, 300), (100, 300 + way, 300)])._replace(held=True)
            free = made.pointer([(0, 300, 320)])._replace(held=False)
            facts += [
                made.told(600 * n + 100, drag),
                made.told(600 * n + 250, chunks.click(0, nth=1, hover=0)),
                made.told(600 * n + 400, free),
            ]
        return facts

    assert kinds(begin(), *pressed(5)) == ["rage"]
    assert kinds(begin(), *pressed(150)) == []


def test_each_touch_is_a_press_of_its_own() -> None:
    swipe = made.pointer([(0, 300, 600), (20, 300, 580)], "touch")._replace(held=True)
    facts = [made.told(100, swipe)]
    for n in range(3):
        tap = made.pointer([(0, 80 + n, 200)], "touch")._replace(held=True)
        facts += [
            made.told(500 + 200 * n, tap),
            made.told(503 + 200 * n, chunks.click(0, nth=1, hover=0)),
        ]
    assert kinds(begin(), *facts) == ["rage"]


def test_a_film_that_loops_is_not_replayed_by_anybody() -> None:
    def played(*facts: Media) -> list[str]:
        return kinds(begin(), *(made.told(1_000 * n, one) for n, one in enumerate(facts, 1)))

    start = made.media("play", duration=9_000)
    assert played(start, made.media("seek", 0, amount=8_900, duration=9_000)) == []
    assert played(start, made.media("seek", 0, amount=7_000, duration=9_000)) == ["media_replay"]


def submitted(time: int, form: str, view: int = 1) -> Told:
    return made.told(time, made.submit(key=form), view=view)


def abandoned(*facts: Told) -> list[str]:
    found = detect(history([begin(), *facts]))
    return [f"{one.element} {one.grade}" for one in found if one.kind == "form_abandon"]


def test_each_form_of_a_page_is_sent_by_its_own_submit() -> None:
    def typed(time: int, key: str, form: str) -> list[Told]:
        visit = made.field(key=key, form=form, duration=500)
        return [made.told(time, made.input_(key=key)), made.told(time + 400, visit)]

    mail, note = typed(1_000, "#mail", "#letter"), typed(3_000, "#note", "#contact")
    assert abandoned(*mail, *note, submitted(5_000, "#contact")) == ["#mail confirmed"]
    assert abandoned(*mail, *note, submitted(2_000, "#letter"), submitted(5_000, "#contact")) == []
    # A key that nobody told of may be either's.
    assert abandoned(*mail, *note, submitted(5_000, "form:2")) == []
    # Fields in no form: one is none, two are, and a button that asks the server sends them.
    loose, more = typed(1_000, "#mail", ""), typed(3_000, "#note", "")
    assert abandoned(*loose) == []
    assert abandoned(*loose, *more) == ["#note possible"]
    sends = made.told(5_000, made.reaction(effect="request", delay=5))
    assert abandoned(*loose, *more, sends) == []
    failed = made.told(5_050, made.request(duration=40))
    assert abandoned(*loose, *more, sends, failed) == ["#note possible"]


def test_a_submit_that_fails_is_no_completion() -> None:
    typed = made.told(1_000, made.input_())
    sent = submitted(2_000, "#form")
    assert abandoned(typed, sent) == []
    late_error = made.told(9_000, made.failure(ago=5_500))
    assert abandoned(typed, sent, late_error) == ["#name confirmed"]
    slow = made.told(12_000, made.request(duration=9_950))
    assert abandoned(typed, sent, slow) == ["#name confirmed"]
    # The next page's own errors, and what comes by itself again and again, say nothing of it.
    thanks = made.told(2_400, chunks.page_view(0, number=2), view=2, page="/thanks")
    error = made.told(2_600, made.failure(), view=2, page="/thanks")
    assert abandoned(typed, sent, thanks, error) == []
    poll = [made.told(n * 1_000 + 300, made.request(duration=20)) for n in range(9)]
    assert abandoned(typed, sent, *poll[:1], *poll[6:], poll[2]) == []


def test_leaving_through_the_top_edge_as_older_recorders_let_guess() -> None:
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


def test_hovering_before_a_click_as_older_recorders_let_guess() -> None:
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
