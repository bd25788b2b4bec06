"""What TERMS.md says where tabs, frames, the site's server or lost chunks have a part in it."""

from typing import Any

from footfall.analysis.moments import RULES, Told, completed_by, detect, history
from footfall.wire.facts import Event
from footfall.wire.schema import SERVER_TAB
from tests.analysis.moments import made
from tests.wire import chunks

SITE = "https://shop.example"
SERVER = f"{SERVER_TAB}1"


def found(kind: str, *facts: Told, rules: Any = RULES) -> list[tuple[int, str]]:
    """Return when moments of a kind were, and in which tab."""
    moments = detect(history(facts), rules)
    return [(one.time - made.T0, one.tab) for one in moments if one.kind == kind]


def view(time: int, number: int, path: str, **place: Any) -> Told:
    fact = chunks.page_view(0, number=number, url=SITE + path, referrer=f"{SITE}/", width=1_280)
    return made.told(time, fact, view=number, page=path, **place)


def told_by_site(time: int, name: str = "bought") -> Told:
    return made.told(time, Event(0, name, "{}"), tab=SERVER)


def dead_click() -> list[Told]:
    click = made.told(1_000, chunks.click(0, key="#buy", stamp=5, nth=1))
    return [view(0, 1, "/"), click, made.told(8_100, made.reaction(stamp=5))]


def test_a_click_is_dead_whatever_a_frame_or_the_sites_server_begins_after_it() -> None:
    assert found("dead", *dead_click()) == [(1_000, "t1")]
    assert found("dead", *dead_click(), view(2_000, 1, "/ad", tab="t1--1")) == [(1_000, "t1")]
    assert found("dead", *dead_click(), told_by_site(2_000)) == [(1_000, "t1")]
    assert found("dead", *dead_click(), view(2_000, 1, "/next", tab="t2")) == []


def test_who_leaves_a_frame_leaves_no_window() -> None:
    gone = made.pointer([(0, 600, 90), (50, 600, 9)])._replace(edge="top", speed=1_600)
    page = view(0, 1, "/")
    assert found("exit_intent", page, made.told(500, gone)) == [(550, "t1")]
    frame = view(100, 1, "/ad", tab="t1--1")
    assert found("exit_intent", page, frame, made.told(500, gone, tab="t1--1")) == []
    # Names of tabs are drawn by lot, and may look so.
    other = [view(100, 1, "/", tab="a--b"), made.told(500, gone, tab="a--b")]
    assert found("exit_intent", page, *other) == [(550, "a--b")]


def test_nobody_is_known_to_be_back_where_a_page_view_is_lost() -> None:
    a, b, again = view(0, 1, "/a"), view(1_000, 2, "/b"), view(2_000, 3, "/a")
    assert found("quick_back", a, b, again) == [(1_000, "t1")]
    # Of page views 1 and 3 only something else is left, which tells no address.
    nameless = [
        made.told(at, made.scroll([0, 9]), view=number) for at, number in ((0, 1), (2_000, 3))
    ]
    assert found("quick_back", nameless[0], b, nameless[1]) == []
    # The page view before B, and the one after it, are not known.
    assert found("quick_back", a, view(1_000, 3, "/b"), view(2_000, 4, "/a")) == []
    assert found("quick_back", a, b, view(2_000, 4, "/a")) == []


def test_clicks_on_a_text_field_are_no_rage_though_their_reactions_are_lost() -> None:
    clicks = [made.told(at, chunks.click(0, key="#name", nth=1)) for at in (1_000, 1_400, 1_800)]
    assert found("rage", view(0, 1, "/"), *clicks) == [(1_000, "t1")]
    typed = made.told(1_100, made.input_("focus"))
    assert found("rage", view(0, 1, "/"), *clicks, typed) == []
    ticked = made.told(1_100, made.input_("change", field="checkbox"))
    assert found("rage", view(0, 1, "/"), *clicks, ticked) == [(1_000, "t1")]


def test_a_result_that_opens_in_a_tab_of_its_own_parts_two_searches() -> None:
    def search(time: int) -> list[Told]:
        sent = made.submit(key="#search-form", url=f"{SITE}/search")
        return [made.told(time - 100, made.input_()), made.told(time, sent)]

    searches = [view(0, 1, "/"), *search(1_000), *search(20_000)]
    assert found("search_refinement", *searches) == [(20_000, "t1")]
    assert found("search_refinement", *searches, view(9_000, 1, "/product/a", tab="t2")) == []
    # Before the searches and after them nothing lies between; a frame, or a page found elsewhere, is no result.
    for time, tab in ((500, "t2"), (21_000, "t2"), (9_000, "t1--1")):
        other = view(time, 1, "/product/a", tab=tab)
        assert found("search_refinement", *searches, other) == [(20_000, "t1")], (time, tab)
    elsewhere = chunks.page_view(
        0, number=1, url=f"{SITE}/product/a", referrer="https://x.example/"
    )
    other = made.told(9_000, elsewhere, tab="t2", page="/product/a")
    assert found("search_refinement", *searches, other) == [(20_000, "t1")]


def test_two_searches_are_a_refinement_within_two_minutes() -> None:
    def searches(gap: int) -> list[Told]:
        sent = made.submit(key="#search-form", url=f"{SITE}/search")
        typed = made.told(1_000 + gap - 1, made.input_())
        return [view(0, 1, "/"), made.told(1_000, sent), typed, made.told(1_000 + gap, sent)]

    assert found("search_refinement", *searches(120_000)) == [(121_000, "t1")]
    assert found("search_refinement", *searches(120_001)) == []


def test_items_are_compared_within_ten_minutes() -> None:
    def looks(gap: int) -> list[Told]:
        a, b = view(0, 1, "/product/a"), view(1_000, 2, "/product/b")
        return [a, b, view(gap, 3, "/product/a")]

    assert found("comparing", *looks(600_000)) == [(600_000, "t1")]
    assert found("comparing", *looks(600_001)) == []


def test_a_form_is_complete_with_the_event_that_the_sites_server_tells() -> None:
    rules = completed_by(RULES, ["bought"])
    begun = [view(0, 1, "/"), made.told(1_000, made.input_())]
    for kind in ("form_abandon", "field_drop"):
        assert found(kind, *begun, rules=rules) == [(1_000, "t1")]
        assert found(kind, *begun, told_by_site(5_000), rules=rules) == []
        assert found(kind, *begun, told_by_site(500), rules=rules) == [(1_000, "t1")]
        assert found(kind, *begun, told_by_site(5_000, "seen"), rules=rules) == [(1_000, "t1")]
