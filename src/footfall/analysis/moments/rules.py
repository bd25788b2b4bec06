"""The thresholds of every rule, with TERMS.md's defaults. ms, CSS px, px/s where nothing else is said."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

UNTYPED: Final = frozenset(
    {"checkbox", "radio", "range", "file", "select", "color", "button", "submit"}
)
"""Kinds of fields whose value is not typed."""


@dataclass(frozen=True)
class Rage:
    """PostHog's numbers; Datadog's rule about selections."""

    clicks: int = 3
    gap_ms: int = 1_000  # from one click to the next, at most
    reach_px: int = 30  # Euclid, from one click to the next, at most
    selection_ms: int = 1_500  # a selection is told when it has stood for half a second


@dataclass(frozen=True)
class Reacting:
    """Dead and slow clicks. Datadog and Splunk: 1 s; Sentry: 3 s and 7 s."""

    dead_ms: int = 1_000
    slow_ms: int = 3_000
    opened_ms: int = 3_000  # another tab of the session begins so soon after a click that opened it
    targets: frozenset[str] = frozenset({"button", "pointer"})  # that ought to answer
    slow_targets: frozenset[str] = frozenset({"button", "pointer", "link"})
    answers: frozenset[str] = frozenset(
        {"mutation", "dialog", "request", "navigation", "media", "download", "input", "focus"}
    )
    """Late effects that are the page's; scrolling or a hidden tab after 3 s are the visitor's."""
    told_ms: int = (
        9_000  # the Reaction is told so long after its click, at most: 7 s and a slow page
    )


@dataclass(frozen=True)
class ErrorClick:
    """Splunk, Datadog."""

    within_ms: int = 1_000
    early_ms: int = 2  # both times are rounded
    alone: int = 2  # what came so often without any click comes by itself: a page that polls


@dataclass(frozen=True)
class QuickBack:
    """Clarity, whose own limit adapts."""

    within_ms: int = 7_000


@dataclass(frozen=True)
class Thrash:
    """Splunk."""

    window_ms: int = 2_000
    turns: int = 4
    turn_degrees: int = 45
    path_px: int = 300
    box_px: int = 200  # the longer side
    slowest: int = 300  # px/s, mean of the window
    fastest: int = 5_000


@dataclass(frozen=True)
class Scrolling:
    """Clarity, made explicit."""

    reversals: int = 3
    swing: float = 0.5  # of the viewport's height
    height_px: int = 800  # where the viewport is not known


@dataclass(frozen=True)
class Hesitation:
    """Contentsquare, OpenReplay."""

    hover_ms: int = 3_000
    parked_ms: int = 60_000  # a pointer that rests longer may have been put aside: possible
    reach_px: int = 24  # of older recorders, which tell no hovers: the pointer stays so near
    press_ms: int = 500  # and the press of a click came so long before it, at most
    first_ms: int = 3_000  # in a field: from the focus to the first key
    pause_ms: int = 5_000
    untyped: frozenset[str] = UNTYPED


@dataclass(frozen=True)
class Forms:
    """Zuko."""

    fields: int = 3  # a form of fewer has no last step
    final: float = 0.25  # the share of a form's fields that is its last step
    failed_ms: int = (
        3_000  # a request that fails or a field found wrong so soon after a submit undoes it
    )
    begun_ms: int = 100  # or so shortly before: the page's own listener may begin it before the submit is told of
    completions: frozenset[str] = frozenset()  # names of events that complete a form
    searching: tuple[str, ...] = ("search", "suche", "query")  # in keys: no form to abandon
    alone: int = 2  # what came so often without a submit comes by itself
    sends: frozenset[str] = frozenset({"request", "navigation"})
    """What a button does, in answer to a click, that sends fields which are in no form."""
    formless: int = 2  # typed fields outside of any form, from which on they count as one
    untyped: frozenset[str] = UNTYPED
    away_ms: int = 150  # a field is left and entered with its window, so close to each other


@dataclass(frozen=True)
class Comparing:
    """The user's brief."""

    within_ms: int = 600_000
    items: tuple[str, ...] = (
        "/product/", "/products/", "/item/", "/items/", "/p/", "/dp/", "/produkt/", "/artikel/",
    )  # fmt: skip
    """What the path of an item's page begins with; besides, every page with a placeholder is one."""


@dataclass(frozen=True)
class MediaReplay:
    """Ours."""

    back_ms: int = 3_000
    again_ms: int = 2_000  # what is shorter is a sound of the page, played again with its button
    loop_ms: int = 500  # a film that loops goes from so near its end to so near its beginning
    echo_ms: int = 1_000  # a second play seeks to the beginning by itself


@dataclass(frozen=True)
class Informed:
    """Ours. Pages mark the zones that count (data-footfall-zone); without one nothing is found."""

    attention_ms: int = 10_000
    calls: tuple[str, ...] = (
        "add to cart", "add to basket", "add to bag", "buy", "order", "checkout", "subscribe", "sign up", "book",
        "warenkorb", "kaufen", "bestellen",
    )  # fmt: skip
    keys: tuple[str, ...] = ("buy", "add-to-cart", "add_to_cart", "checkout", "cta")


@dataclass(frozen=True)
class ExitIntent:
    """Common."""

    speed: float = 0.5  # px/ms upwards
    desktop_px: int = 1_024  # wider windows are desktops
    # The rest is for older recorders, which do not tell that the pointer left.
    span_ms: int = 250  # in which the last samples tell the speed
    near_px: int = 150  # where it is seen next: it had stopped there, unseen between two samples
    press_ms: int = 300  # a click so soon after it is seen again: it rested there
    gone_ms: int = 500  # the pointer is not seen for so long


@dataclass(frozen=True)
class Refinement:
    """Common."""

    searches: int = 2
    within_ms: int = 120_000
    same_ms: int = 3_000  # a submit and the page of its results are one search
    words: tuple[str, ...] = ("search", "suche", "find")


@dataclass(frozen=True)
class Score:
    """Mouseflow's weights."""

    half_life_ms: int = 60_000
    most: int = 100
    weights: dict[str, int] = field(
        default_factory=lambda: {
            "rage": 5, "error": 4, "form_abandon": 4, "dead": 2, "quick_back": 2, "thrash": 1,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The settings of all rules."""

    rage: Rage = Rage()
    reacting: Reacting = Reacting()
    error: ErrorClick = ErrorClick()
    quick_back: QuickBack = QuickBack()
    thrash: Thrash = Thrash()
    scrolling: Scrolling = Scrolling()
    hesitation: Hesitation = Hesitation()
    forms: Forms = Forms()
    comparing: Comparing = Comparing()
    media: MediaReplay = MediaReplay()
    informed: Informed = Informed()
    exit: ExitIntent = ExitIntent()
    refinement: Refinement = Refinement()
    score: Score = field(default_factory=Score)


RULES: Final = Rules()


def completed_by(rules: Rules, events: Iterable[str]) -> Rules:
    """Return the rules of a site on which events of these names complete a form, too."""
    return replace(rules, forms=replace(rules.forms, completions=frozenset(events)))
