"""The page's figures are those of the moments' rules, visit by visit: what they say of a form, the columns say, too."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from footfall.analysis.moments import RULES as USUAL
from footfall.analysis.moments import completed_by, history
from footfall.analysis.moments.groups import groups_of
from footfall.analysis.moments.sending import is_sent
from footfall.detect.load import records
from footfall.index.packs import Choice, Snapshot
from footfall.web.form_reports import Found, Scope, found_forms
from footfall.wire.facts import Event, Failure, Field, Invalid, Reaction, Request, Submit
from footfall.wire.schema import SERVER_TAB, Fact, Input
from tests.index.stage import Stage, staged
from tests.wire.chunks import T0, chunk, click, ident, page_view

RULES = completed_by(USUAL, ["done", "signed_up"])
END = T0 + 120_000
PAGES = ("/", "/pay")
FORM_OF = {
    "#name": "#order",
    "#mail": "#news",
    "#code": "",
    "#note": "",
    "#size": "",
    "#q": "#find",
}
KIND_OF = {"#size": "select-one", "#q": "search"}


class Visit(NamedTuple):
    key: str
    first: int  # ms from the focus to the first change, -1: none
    told: bool  # whether its form is


class Go(NamedTuple):
    page: str


SUBMIT = Submit(0, 9, "#order", 0, "", "Send", "post", "", True)
REFUSED = Request(0, "fetch", "POST", "https://shop.example/order", 500, "status", 40, 1)
BROKEN = Failure(0, "error", "TypeError", "x", "", 1, 1, "", 1, 0)
ANSWERS = (
    REFUSED, REFUSED._replace(duration=0, url="https://shop.example/beat"), BROKEN,
    BROKEN._replace(message="y", times=2, ago=10), BROKEN._replace(cause="resource"),
    Invalid(0, 7, "#name", "text", "valueMissing"), Go("/"), Go("/pay"), click(0),
    Reaction(0, 7, "#more", "button", "mutation", 5, -1), Event(0, "done", "{}"), Event(0, "other", "{}"),
)  # fmt: skip
GAPS = (0, 1, 59, 60, 61, 100, 101, 140, 141, 2_900, 3_000, 3_001)
Steps = list[tuple[int, object]]


def tab_of(dice: Random) -> Steps:
    """Return what one may do: fields, then a few sendings, each with something near it, and at last more fields."""
    found: Steps = []
    for _ in range(dice.choice((0, 1, 1, 2))):
        found += [(dice.choice(GAPS), field(dice)) for _ in range(dice.randint(1, 4))]
        for _ in range(dice.choice((0, 1, 1, 2))):
            near: list[object] = dice.sample(ANSWERS, dice.choice((0, 1, 1, 2, 2, 3)))
            near.insert(dice.randint(0, min(len(near), 1)), sending(dice))
            found += [(dice.choice(GAPS), one) for one in near]
    return found


def by_site(dice: Random) -> list[Steps]:
    """Return what the site's server tells, of few visits something."""
    if dice.random() < 0.8:
        return []
    return [[(dice.randint(0, 9_000), Event(0, dice.choice(("done", "other")), "{}"))]]


def field(dice: Random) -> Visit:
    return Visit(dice.choice(sorted(FORM_OF)), dice.choice((-1, 0, 50)), dice.random() < 0.9)


def sending(dice: Random) -> object:
    if dice.random() < 0.3:
        return Reaction(
            0, 7, "#go", "button", dice.choice(("request", "navigation", "nothing")), 5, -1
        )
    key = dice.choice(("#order", "#order", "#news", "#find", "#other", "#site-search"))
    path = dice.choice(("order", "order", "en/search/all", "research"))
    return SUBMIT._replace(key=key, url=f"https://shop.example/{path}")


def facts_of(tab: Steps) -> list[Fact]:
    time, number = 0, 1
    found: list[Fact] = [page_view()]
    for gap, what in tab:
        time += gap
        if isinstance(what, Visit):
            found += visited(what, time)
            time += 100
        elif isinstance(what, Go):
            number += 1
            url = f"https://shop.example{what.page}"
            found.append(page_view(time, number=number, url=url))
        else:
            found.append(what._replace(t=time))  # type: ignore[attr-defined] # all others are facts
    return found


def visited(what: Visit, time: int) -> list[Fact]:
    """Return a visit of 100 ms, as the recorder tells it: as inputs, and as a field when it ends."""
    kind, form = KIND_OF.get(what.key, "text"), FORM_OF[what.key] if what.told else "?"
    inputs: list[Fact] = [Input(time, 7, what.key, kind, "focus", 0)]
    if what.first >= 0:
        inputs.append(Input(time + what.first, 7, what.key, kind, "input", 3))
    edits = int(what.first >= 0)
    told = Field(
        time + 100, 7, what.key, kind, 100, what.first, -1, edits, 0, 3 * edits, 0, 0, False, "", form
    )  # fmt: skip
    return [*inputs, told]


def forms_in(shot: Snapshot) -> list[Found]:
    return found_forms(shot, Scope(PAGES, Choice(), None, RULES.forms))


def expected(shot: Snapshot) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return (page views, begun, sent) of each form of each page, as the rules of moments tell it."""
    rules = RULES.forms
    views: Counter[tuple[str, str]] = Counter()
    begun: Counter[tuple[str, str]] = Counter()
    sent: Counter[tuple[str, str]] = Counter()
    for told in records(shot, Choice()).values():
        session = history(told)
        for view in session.views:
            groups = groups_of(session, view, rules)
            for group in groups:
                name = (view.page, group.form)
                views[name] += 1
                begun[name] += bool(group.changes)
                sent[name] += bool(group.changes) and is_sent(session, view, group, groups, rules)
    return {name: (views[name], begun[name], sent[name]) for name in views}


def put(stage: Stage, visits: Sequence[tuple[Steps, ...]]) -> None:
    """Put in visits, each of two tabs, and of what the site's server tells where there is a third."""
    stage.add(
        *(
            chunk(
                facts_of(tab) if name in "ab" else facts_of(tab)[1:],
                session=ident(f"session-{number}"),
                visitor=ident(f"visitor-{number}"),
                tab=ident(f"tab-{name}") if name in "ab" else ident(SERVER_TAB),
                sent_at=END,
            )
            for number, some in enumerate(visits)
            for name, tab in zip("abs", some, strict=False)
        ),
        received_at=END,
    )


@settings(deadline=None, max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 1 << 32))
def test_forms_are_begun_and_sent_as_the_rules_of_moments_say(seed: int) -> None:
    """Many sessions each time: which one differs is easily told from them, so nothing is made smaller."""
    dice = Random(seed)
    with staged() as stage:
        put(stage, [(tab_of(dice), tab_of(dice), *by_site(dice)) for _ in range(80)])
        with stage.index.facts("p") as shot:
            told = {
                (one.page, one.form): (
                    one.report.views,
                    one.report.starts,
                    one.report.completions,
                )
                for one in forms_in(shot)
            }
            assert told == expected(shot)


def test_a_search_sends_no_other_form() -> None:
    """Neither one that was typed into, nor one that its key or address tells; an own submit does, whatever it is."""
    order, query = (0, Visit("#name", 0, True)), (0, Visit("#q", 0, True))
    visits: list[tuple[Steps, bool]] = [
        ([order, query, (10, SUBMIT._replace(key="#find"))], False),
        ([order, (10, SUBMIT._replace(key="#find"))], True),  # nothing says that it is a search
        ([order, (10, SUBMIT._replace(key="#site-search"))], False),
        ([order, (10, SUBMIT._replace(key="form", url="https://shop.example/suche"))], False),
        ([order, (10, SUBMIT._replace(key="form", url="https://shop.example/research"))], True),
        ([order, (10, SUBMIT._replace(url="https://shop.example/search"))], True),
    ]
    for visit, is_sent_then in visits:
        with staged() as stage:
            put(stage, [(visit, [])])
            with stage.index.facts("p") as shot:
                found = {one.form: one.report for one in forms_in(shot)}
                assert expected(shot)["/", "#order"] == (1, 1, int(is_sent_then)), visit
                assert found["#order"].completions == int(is_sent_then), visit


def test_an_event_completes_what_was_begun_in_its_tab() -> None:
    """On whichever page it comes, and though the submit before it failed; not what was begun later, or elsewhere."""
    order, done = (0, Visit("#name", 0, True)), (5_000, Event(0, "signed_up", "{}"))
    begun_later = (10, Visit("#mail", 0, True))
    refused: Steps = [order, (10, SUBMIT), (60, REFUSED)]
    visits: list[
        tuple[Steps, Steps, tuple[int, int]]
    ] = [  # of two tabs; and which of "#order", "#news" are sent
        ([order, done], [], (1, 0)),
        ([order, (10, Go("/pay")), done], [], (1, 0)),
        ([*refused, done], [], (1, 0)),
        ([order, done, begun_later], [], (1, 0)),
        ([done, (10, order[1])], [], (0, 0)),
        ([order], [done], (0, 0)),
        ([order, begun_later, done], [], (1, 1)),
        ([order, (0, Event(0, "other", "{}"))], [], (0, 0)),
    ]
    for first, second, sent in visits:
        with staged() as stage:
            put(stage, [(first, second)])
            with stage.index.facts("p") as shot:
                found = {one.form: one.report for one in forms_in(shot)}
                told = expected(shot)
            for form, count in zip(("#order", "#news"), sent, strict=True):
                completions = found[form].completions if form in found else 0
                assert completions == count == told.get(("/", form), (0, 0, 0))[2], (first, form)
                assert form not in found or found[form].blank == 0


def test_an_event_of_the_sites_server_completes_what_was_begun_in_any_tab() -> None:
    order, news = (0, Visit("#name", 0, True)), (10, Visit("#mail", 0, True))
    done = (5_000, Event(0, "done", "{}"))
    visits: list[tuple[tuple[Steps, ...], tuple[int, int]]] = [
        (([order], [news], [done]), (1, 1)),
        (([order], [news], [(5_000, Event(0, "other", "{}"))]), (0, 0)),
        (([order], [(6_000, news[1])], [done]), (1, 0)),
        (([(6_000, order[1])], [], [done]), (0, 0)),
    ]
    for tabs, sent in visits:
        with staged() as stage:
            put(stage, [tabs, ([order], [news])])
            with stage.index.facts("p") as shot:
                found = {one.form: one.report for one in forms_in(shot)}
                told = expected(shot)
        for form, count in zip(("#order", "#news"), sent, strict=True):
            assert found[form].completions == count == told["/", form][2], (tabs, form)
            assert found[form].blank == 0


def test_every_case_is_told_apart() -> None:
    """One visit each: the other form sent, refused, led on to the next page, and what fails again and again."""
    order = [(0, Visit("#name", 0, True)), (0, Visit("#mail", 0, True))]
    send, refused = SUBMIT, REFUSED
    pressed = Reaction(0, 7, "#go", "button", "request", 5, -1)
    visits: list[Steps] = [
        [*order, (10, send._replace(key="#news"))],
        [*order, (10, send), (60, refused)],
        [*order, (10, send), (60, refused), (100, Go("/pay"))],
        [*order, (3_200, refused), (3_200, refused), (3_200, send), (60, refused)],
        [*order, (10, send), (60, refused), (60, click(0)), (60, Go("/pay"))],
        [(0, Visit("#code", 0, True)), (0, Visit("#note", 0, True)), (10, pressed)],
        [(0, Visit("#code", 0, True)), (10, pressed)],
    ]
    with staged() as stage:
        put(stage, [(one, []) for one in visits])
        with stage.index.facts("p") as shot:
            found = {one.form: one.report for one in forms_in(shot)}
            reports = {
                form: (one.views, one.starts, one.completions, one.failed)
                for form, one in found.items()
            }
            assert reports == {"#order": (5, 5, 2, 2), "#news": (5, 5, 1, 0), "": (1, 1, 1, 0)}
            assert {form: one[:3] for (_, form), one in expected(shot).items()} == {
                form: one[:3] for form, one in reports.items()
            }
