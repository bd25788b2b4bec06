"""Hesitation: on an element before its click, and in a field."""

from bisect import bisect_right
from math import hypot

from footfall.analysis.moments.history import History, Told
from footfall.analysis.moments.moment import CONFIRMED, POSSIBLE, Moment, moment
from footfall.analysis.moments.paths import Point, pointer_points, window_scrolls
from footfall.analysis.moments.rules import Hesitation
from footfall.wire.facts import Field
from footfall.wire.schema import Click

_MOUSE = frozenset({"mouse", "pen"})


def find_hesitations(history: History, rules: Hesitation) -> list[Moment]:
    """Return hovers before a click (*possible*: the facts know no boxes), and pauses in fields.

    Leaving an element without a click is not found: the facts do not tell what the pointer was over.
    """
    found = []
    for facts in history.tabs.values():
        points = pointer_points(facts, _MOUSE)
        scrolls = [point.time for point in window_scrolls(facts)]
        before = -1
        for told in facts:
            if isinstance(told.fact, Click):
                found += _hover(
                    history, told, points, max(before, _last(scrolls, told.time)), rules
                )
                before = told.time
    for told in history.of(Field):
        if isinstance(told.fact, Field):
            found += _in_field(told, told.fact, rules)
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
