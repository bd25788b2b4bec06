"""Facts of generated sessions: small ranges, so that rules apply often and times tie within a millisecond."""

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from footfall.analysis.moments import Told
from footfall.wire.facts import (
    Excerpt,
    Exposure,
    Failure,
    Field,
    Hover,
    Media,
    Reaction,
    Request,
    Submit,
)
from footfall.wire.schema import Click, Fact, Input, Pointer, Scroll, Visibility
from tests.wire import chunks

T0 = 1_700_000_000_000
GAPS = (0, 0, 1, 40, 150, 499, 500, 999, 1_000, 1_001, 2_999, 3_000, 3_001, 6_999, 7_000, 7_001)
PAGES = ("/", "/product/a", "/product/b", "/search")


class Pressed(NamedTuple):
    """A click and its reaction, told so many ms after it."""

    click: Click
    reaction: Reaction
    after: int


def told(time: int, fact: Fact, **place: Any) -> Told:
    """Return a fact with a place, each with a plain default."""
    plain = Told(T0 + time, "t1", 0, time, 1, "/", fact)
    return plain._replace(**place)


def reaction(**changes: Any) -> Reaction:
    plain = Reaction(0, 0, "#buy", "button", "nothing", -1, -1)
    return plain._replace(**changes)


def field(**changes: Any) -> Field:
    plain = Field(0, 7, "#name", "text", 2_000, 300, 200, 5, 0, 5, 0, 0, False, "")
    return plain._replace(**changes)


def input_(action: str = "input", **changes: Any) -> Input:
    return Input(0, 7, "#name", "text", action, 3)._replace(**changes)


def media(action: str, position: int = 0, **changes: Any) -> Media:
    return Media(0, 7, "video", "video", action, position, 60_000, 0)._replace(**changes)


def submit(**changes: Any) -> Submit:
    plain = Submit(0, 7, "#form", 8, "#send", "Send", "post", "https://shop.example/", False)
    return plain._replace(**changes)


def failure(**changes: Any) -> Failure:
    plain = Failure(0, "error", "TypeError", "x", "https://shop.example/a.js", 1, 1, "", 1, 0)
    return plain._replace(**changes)


def request(**changes: Any) -> Request:
    plain = Request(0, "fetch", "POST", "https://shop.example/api", 500, "status", 40, 1)
    return plain._replace(**changes)


def pointer(points: list[tuple[int, int, int]], kind: str = "mouse") -> Pointer:
    """Return a path of (ms after the one before, x, y), as on the wire."""
    xs = [x for _, x, _ in points]
    ys = [y for _, _, y in points]
    times = (0, *(gap for gap, _, _ in points[1:]))
    return Pointer(0, kind, times, _differences(xs), _differences(ys))


def scroll(ys: list[int]) -> Scroll:
    return chunks.scroll(0, _differences(ys))


def _differences(values: list[int]) -> tuple[int, ...]:
    return tuple(b - a for a, b in zip([0, *values], values, strict=False))


Steps = list[tuple[int, int, Fact | Pressed]]


def sessions(
    facts: st.SearchStrategy[Fact | Pressed],
    most: int = 14,
    gaps: tuple[int, ...] = GAPS,
    dice: tuple[int, int] = (0, 11),
) -> st.SearchStrategy[list[Told]]:
    """Return sessions of two tabs and some page views each; a dice of 8 and more goes to a page.

    The second tab may begin later than the first, and may have been opened from a page of the site.
    """
    step = st.tuples(st.sampled_from(gaps), st.integers(*dice), facts)
    tab = st.lists(step, max_size=most)
    opened = st.tuples(st.sampled_from((0, 0, 500, 3_000)), st.sampled_from(("", "/search")))
    return st.tuples(tab, tab, opened).map(
        lambda tabs: _tab("t1", tabs[0]) + _tab("t2", tabs[1], *tabs[2])
    )


def _tab(name: str, steps: Steps, start: int = 0, before: str = "") -> list[Told]:
    time, view, page = T0 + start, 1, 0
    found = [_begin(name, time, view, PAGES[0], before, 0)]
    for ordinal, (gap, dice, fact) in enumerate(steps, 1):
        time += gap
        if dice >= 8:  # a new page view
            view, left, page = view + 1, page, dice - 8
            found.append(_begin(name, time, view, PAGES[page], PAGES[left], 2 * ordinal))
        place = (view, PAGES[page])
        if not isinstance(fact, Pressed):
            found.append(Told(time, name, 0, 2 * ordinal + 1, *place, fact))
            continue
        click = fact.click._replace(stamp=ordinal)
        answer = fact.reaction._replace(stamp=ordinal)
        found.append(Told(time, name, 0, 2 * ordinal + 1, *place, click))
        found.append(Told(time + fact.after, name, 1, 2 * ordinal + 1, *place, answer))
    return found


def _begin(tab: str, time: int, view: int, page: str, before: str, ordinal: int) -> Told:
    origin = "https://shop.example"
    fact = chunks.page_view(
        0, number=view, url=origin + page, referrer=before and origin + before, height=800
    )
    return Told(time, tab, 0, ordinal, view, page, fact)


def one_of(*kinds: Callable[[], st.SearchStrategy[Any]]) -> st.SearchStrategy[Fact | Pressed]:
    return st.one_of(*(kind() for kind in kinds))


KEYS = st.sampled_from(("#buy", "#buy", "#buy", "#name", "#qty-plus"))


def clicks() -> st.SearchStrategy[Any]:
    return st.builds(
        lambda x, key, stamp, mods: chunks.click(
            0, page_x=x, key=key, stamp=stamp, nth=1, modifiers=mods
        ),
        st.sampled_from((100, 100, 110, 130, 131, 160)),
        KEYS,
        st.integers(1, 3),
        st.sampled_from((0, 0, 0, 0, 1)),
    )


def hovering() -> st.SearchStrategy[Any]:
    """Return clicks and stays of the pointer, as newer recorders tell them."""
    ms = st.sampled_from((0, 300, 2_999, 3_000, 3_500, 60_000, 60_001))
    return st.one_of(
        st.builds(lambda key, ms: chunks.click(0, key=key, nth=1, hover=ms), KEYS, ms),
        st.builds(
            lambda key, ms, clicks: Hover(0, 7, key, "mouse", ms, clicks, ""),
            KEYS, ms, st.integers(0, 1),
        ),
    )  # fmt: skip


def leaving() -> st.SearchStrategy[Any]:
    return st.builds(
        lambda times, edge, speed, kind: pointer([(ms, 5, 5) for ms in times], kind)._replace(
            edge=edge, speed=speed
        ),
        st.lists(st.sampled_from((0, 50)), min_size=1, max_size=3),
        st.sampled_from(("top", "top", "left", "")),
        st.sampled_from((0, 499, 500, 900)),
        st.sampled_from(("mouse", "mouse", "pen")),
    )


def exposures() -> st.SearchStrategy[Any]:
    return st.builds(
        Exposure,
        st.just(0),
        st.sampled_from(("reviews", "reviews", "terms")),
        st.sampled_from((500, 4_000, 9_500, 10_000, 20_000)),
    )


def calls() -> st.SearchStrategy[Any]:
    return st.just(chunks.click(0, key="#buy", nth=1, hover=0))


def pressed() -> st.SearchStrategy[Any]:
    return st.builds(
        lambda click, answer, after: Pressed(click, answer._replace(key=click.key), after),
        clicks(),
        reactions(),
        st.sampled_from((0, 1, 1_000, 7_000, 9_000, 9_001)),
    )


def angry() -> st.SearchStrategy[Any]:
    """Return clicks of which most could be of one rage."""
    return st.builds(
        lambda x, effect: Pressed(
            chunks.click(0, page_x=x, nth=1), reaction(effect=effect, delay=10), 1_000
        ),
        st.sampled_from((100, 110, 130, 131)),
        st.sampled_from(("mutation", "mutation", "mutation", "nothing", "selection")),
    )


def reactions() -> st.SearchStrategy[Any]:
    return st.builds(
        lambda key, stamp, target, effect, delay, elsewhere: reaction(
            key=key,
            stamp=stamp,
            target=target,
            effect=effect,
            delay=-1 if effect in ("nothing", "") else delay,
            elsewhere=elsewhere,
        ),
        KEYS,
        st.integers(1, 3),
        st.sampled_from(
            ("button", "button", "button", "pointer", "link", "field", "editable", "canvas", "")
        ),
        st.sampled_from(("nothing", "mutation", "selection", "visibility", "navigation", "")),
        st.sampled_from((0, 999, 1_000, 1_001, 3_000, 3_001, 6_999)),
        st.sampled_from((-1, 500, 1_500)),
    )


def troubles() -> st.SearchStrategy[Any]:
    ago = st.sampled_from((0, 1, 400, 1_000))
    causes = st.sampled_from(("error", "rejection", "resource"))
    return st.one_of(
        st.builds(
            lambda ago, cause, line: failure(ago=ago, cause=cause, line=line),
            ago, causes, st.integers(1, 2),
        ),
        st.builds(lambda ago: request(duration=ago), ago),
    )  # fmt: skip


def inputs() -> st.SearchStrategy[Any]:
    return st.builds(
        lambda key, action, kind: input_(action, key=key, field=kind),
        KEYS,
        st.sampled_from(("focus", "input", "change", "blur", "submit")),
        st.sampled_from(("text", "checkbox", "search")),
    )


def excerpts() -> st.SearchStrategy[Any]:
    return st.sampled_from(("select", "copy")).map(lambda a: Excerpt(0, 7, "p", a, 5))


def visibilities() -> st.SearchStrategy[Any]:
    return st.builds(Visibility, st.just(0), st.booleans(), st.booleans())


def fields() -> st.SearchStrategy[Any]:
    lengths = st.integers(0, 4)
    return st.builds(
        lambda key, first, pause, before, after, kind: field(
            key=key, first=first, pause=pause, before=before, after=after, field=kind,
            duration=500,
        ),
        KEYS,
        st.sampled_from((-1, 0, 2_999, 3_000)),
        st.sampled_from((-1, 4_999, 5_000)),
        st.one_of(lengths, st.just(-1)),
        st.one_of(lengths, st.just(-1)),
        st.sampled_from(("text", "select")),
    )  # fmt: skip


def visits() -> st.SearchStrategy[Any]:
    """Return visits that tell the form of their field, or not."""
    forms = st.sampled_from(("#form", "#search-form", "", "?"))
    return st.builds(lambda key, form: field(key=key, form=form, duration=1), KEYS, forms)


def submits() -> st.SearchStrategy[Any]:
    return st.sampled_from(("#form", "#search-form")).map(lambda key: submit(key=key))


def medias() -> st.SearchStrategy[Any]:
    positions = st.integers(0, 5).map(lambda n: n * 1_500)
    return st.builds(
        lambda action, position, amount: media(
            action, position, amount=amount if action == "seek" else 0
        ),
        st.sampled_from(("play", "pause", "seek", "seek", "ended")),
        positions,
        positions,
    )


def paths() -> st.SearchStrategy[Any]:
    steps = st.sampled_from((25, 50, 100, 600))
    xs = st.sampled_from((0, 100, 190, 201, 500))
    ys = st.sampled_from((0, 10, 90, 300))
    return st.lists(st.tuples(steps, xs, ys), min_size=1, max_size=12).map(pointer)


def scrolls() -> st.SearchStrategy[Any]:
    heights = st.sampled_from((0, 100, 399, 400, 401, 900))
    return st.lists(heights, min_size=1, max_size=8).map(scroll)
