"""Hesitation: on an element before its click or without one, and in a field."""

from bisect import bisect_right
from math import hypot

from footfall.analysis.moments.history import History, Told
from footfall.analysis.moments.moment import CONFIRMED, POSSIBLE, Moment, moment
from footfall.analysis.moments.paths import Point, pointer_points, window_scrolls
from footfall.analysis.moments.rules import Hesitation
from footfall.wire.facts import Field, Gesture, Hover
from footfall.wire.schema import Click, Input

_MOUSE = frozenset({"mouse", "pen"})


def find_hesitations(history: History, rules: Hesitation) -> list[Moment]:
    """Return hovers before a click or without one, and pauses in fields.

    Older recorders do not tell how long the pointer had been over what was clicked: there it is guessed, *possible*.
    """
    found = []
    for facts in history.tabs.values():
        for told in facts:
            if isinstance(told.fact, Hover | Gesture):
                found += _without_click(facts, told, rules)
            elif isinstance(told.fact, Click) and told.fact.hover >= rules.hover_ms:
                found.append(_hovered(told, told.fact.key, told.fact.hover, rules))
            elif isinstance(told.fact, Field):
                found += _in_field(told, told.fact, rules)
        if any(isinstance(told.fact, Click) and told.fact.hover < 0 for told in facts):
            found += _guessed(history, facts, rules)
    return found


def _without_click(facts: list[Told], told: Told, rules: Hesitation) -> list[Moment]:
    """Return the moment of a stay that went on without a click, unless something was typed meanwhile."""
    fact = told.fact
    if (
        not isinstance(fact, Hover | Gesture)
        or not _is_left(fact)
        or fact.duration < rules.hover_ms
    ):
        return []
    began = told.time - fact.duration
    is_typing = any(
        isinstance(one.fact, Input) and one.fact.action == "input" and began < one.time <= told.time
        for one in facts
    )
    return [] if is_typing else [_hovered(told, fact.key, fact.duration, rules)]


def _is_left(fact: Hover | Gesture) -> bool:
    return not fact.clicks if isinstance(fact, Hover) else fact.action == "hover"


def _hovered(told: Told, key: str, waited: int, rules: Hesitation) -> Moment:
    grade = CONFIRMED if waited <= rules.parked_ms else POSSIBLE
    found = moment("hesitation", told, key, grade, (told,), hover_ms=waited)
    return found._replace(time=told.time - waited)


def _guessed(history: History, facts: list[Told], rules: Hesitation) -> list[Moment]:
    found = []
    points = pointer_points(facts, _MOUSE)
    scrolls = [point.time for point in window_scrolls(facts)]
    before = -1
    for told in facts:
        if isinstance(told.fact, Click):
            since = max(before, _last(scrolls, told.time))
            if told.fact.hover < 0:
                found += _hover(history, told, points, since, rules)
            before = told.time
    return found


def _last(times: list[int], until: int) -> int:
    at = bisect_right(times, until)
    return times[at - 1] if at else -1


def _hover(
    history: History, told: Told, points: list[Point], since: int, rules: Hesitation
) -> list[Moment]:
    """Return the moment of a click that the pointer waited for, where it is clicked, for so long."""
    view = history.by_place[told.tab, told.view]
    since = max(since, view.started)
    at = bisect_right(points, told.time, key=lambda point: point.time) - 1
    fact = told.fact
    if not isinstance(fact, Click) or fact.nth == 0 or fact.pointer == "touch" or at < 0:
        return []
    press = points[at]
    if told.time - press.time > rules.press_ms:
        return []
    while (
        at > 0 and hypot(points[at - 1].x - press.x, points[at - 1].y - press.y) <= rules.reach_px
    ):
        at -= 1
    came = max(points[at].time, since)
    waited = told.time - came
    if waited < rules.hover_ms:
        return []
    facts = (press.told, told)
    found = moment("hesitation", told, fact.key, POSSIBLE, facts, hover_ms=waited)
    return [found._replace(time=came)]


def _in_field(told: Told, fact: Field, rules: Hesitation) -> list[Moment]:
    if fact.field in rules.untyped or fact.autofilled:
        return []
    is_late, is_paused = fact.first >= rules.first_ms, fact.pause >= rules.pause_ms
    if not (is_late or is_paused):
        return []
    found = moment(
        "hesitation", told, fact.key, CONFIRMED, (told,), first_ms=fact.first, pause_ms=fact.pause
    )
    return [found._replace(time=told.time - fact.duration)]
