"""Rage, dead, slow and error clicks."""

import re
from bisect import bisect_right
from math import hypot
from typing import Final

from footfall.analysis.moments.answers import (
    Answered,
    alone,
    answered,
    blamed,
    is_dead,
    is_slow,
    troubles,
)
from footfall.analysis.moments.history import History
from footfall.analysis.moments.moment import CONFIRMED, POSSIBLE, Moment, moment
from footfall.analysis.moments.paths import drags
from footfall.analysis.moments.rules import UNTYPED, ErrorClick, Rage, Reacting
from footfall.wire.facts import Excerpt
from footfall.wire.schema import Input

_SIGNS: Final = re.compile(r"[+\-−–±<>‹›«»←→↑↓▲▼◀▶⏮⏭⏯⏪⏩❮❯\d]{1,3}")
_REPEATED: Final = re.compile(
    r"(?<![a-z])(plus|minus|incr|decr|increment|decrement|increase|decrease|step|stepper|spinner|qty|quantity|"
    r"prev|previous|next|newer|older|carousel|slide|slider|pager|pagination|arrow|calendar|datepicker|"
    r"day|month|year|volume|seek|player|play|pause|mute|skip|zoom|canvas|video|audio|"
    r"weiter|zurück|mehr|weniger)(?![a-z])"
)


def find_rage(
    history: History, rules: Rage, reacting: Reacting, errors: ErrorClick
) -> list[Moment]:
    """Return runs of clicks at one place, each once, with its count."""
    clicks = answered(history, reacting)
    erred = blamed(clicks, troubles(history), errors)
    failed = {place for place, one in enumerate(clicks) if is_dead(one, reacting)} | set(erred)
    typed = _typed_fields(history)
    dragged = _dragged(history, clicks, rules)
    by_tab: dict[str, list[int]] = {}
    for place, one in enumerate(clicks):
        by_tab.setdefault(one.told.tab, []).append(place)
    found = []
    for places in by_tab.values():
        found += [
            _rage(clicks, run, failed)
            for run in _runs(clicks, [one for one in places if one not in dragged], rules, typed)
            if len(run) >= rules.clicks and not _selects(history, clicks, run, rules)
        ]
    return found


def _dragged(history: History, clicks: list[Answered], rules: Rage) -> set[int]:
    """Return the places of clicks that ended a drag: the browser tells them of what holds both of its ends."""
    found = set()
    ways = {tab: drags(facts) for tab, facts in history.tabs.items()}
    starts = {tab: [start.time for start, _ in some] for tab, some in ways.items()}
    for place, one in enumerate(clicks):
        last = bisect_right(starts[one.told.tab], one.told.time) - 1
        if last < 0:
            continue
        start, way = ways[one.told.tab][last]
        # What came after the click was another's.
        mine = [point for point in way if point.time <= one.told.time]
        if any(hypot(p.x - start.x, p.y - start.y) > rules.reach_px for p in mine):
            found.add(place)
    return found


def _runs(
    clicks: list[Answered], places: list[int], rules: Rage, typed: frozenset[tuple[str, str]]
) -> list[list[int]]:
    runs: list[list[int]] = []
    before: int | None = None
    for place in places:
        if not _may_rage(clicks[place], typed):
            before = None
            continue
        if before is not None and _follows(clicks[before], clicks[place], rules):
            runs[-1].append(place)
        else:
            runs.append([place])
        before = place
    return runs


def _follows(a: Answered, b: Answered, rules: Rage) -> bool:
    distance = hypot(b.click.page_x - a.click.page_x, b.click.page_y - a.click.page_y)
    return (
        a.told.view == b.told.view
        and b.told.time - a.told.time <= rules.gap_ms
        and distance <= rules.reach_px
    )


def _may_rage(one: Answered, typed: frozenset[tuple[str, str]]) -> bool:
    """Tell whether a click could be one of a rage: by a pointer, without a modifier, where nobody clicks repeatedly."""
    click = one.click
    if click.nth == 0 and not click.pointer:
        return False  # by a key
    if click.modifiers or click.button or one.target in ("editable", "media", "canvas"):
        return False
    # Of a click whose reaction was lost nobody told on what it was.
    is_field = one.target in ("field", "") and (one.told.tab, click.key) in typed
    if is_field or one.effect in ("selection", "media"):
        return False
    return not expects_repeats(click.key, click.text)


def expects_repeats(key: str, text: str) -> bool:
    """Tell whether an element is one that people click repeatedly, by its key and its label."""
    label = text.strip().lower()
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", key.rpartition(">>>")[2]).lower()
    return bool(
        _SIGNS.fullmatch(label)
        or (len(label) <= 30 and _REPEATED.search(label))
        or _REPEATED.search(words)
    )


def _typed_fields(history: History) -> frozenset[tuple[str, str]]:
    """Return the fields that text is typed into, as the facts name them."""
    return frozenset(
        (told.tab, told.fact.key)
        for told in history.of(Input)
        if isinstance(told.fact, Input) and told.fact.field not in UNTYPED
    )


def _selects(history: History, clicks: list[Answered], run: list[int], rules: Rage) -> bool:
    first, last = clicks[run[0]].told, clicks[run[-1]].told
    return any(
        first.time <= told.time <= last.time + rules.selection_ms
        for told in history.tabs[first.tab]
        if isinstance(told.fact, Excerpt) and told.fact.action == "select"
    )


def _rage(clicks: list[Answered], run: list[int], failed: set[int]) -> Moment:
    told = [clicks[place].told for place in run]
    bad = sum(place in failed for place in run)
    return moment(
        "rage",
        told[0],
        clicks[run[0]].click.key,
        CONFIRMED if bad else POSSIBLE,
        tuple(told),
        clicks=len(run),
        ms=told[-1].time - told[0].time,
        failed=bad,
    )


def find_dead(history: History, rules: Reacting) -> list[Moment]:
    """Return clicks that nothing answered; *possible* where something came later, or changed elsewhere in time."""
    found = []
    for one in answered(history, rules):
        if is_dead(one, rules) and one.reaction is not None:
            is_sure = one.delay < 0 and not 0 <= one.elsewhere <= rules.dead_ms
            found.append(
                moment(
                    "dead",
                    one.told,
                    one.click.key,
                    CONFIRMED if is_sure else POSSIBLE,
                    (one.told, one.reaction),
                    delay_ms=one.delay,
                )
            )
    return found


def find_slow(history: History, rules: Reacting) -> list[Moment]:
    """Return clicks that were answered late; *possible* where it was a navigation, which may be somebody's own."""
    found = []
    for one in answered(history, rules):
        if is_slow(one, rules) and one.reaction is not None:
            grade = POSSIBLE if one.effect == "navigation" else CONFIRMED
            facts = (one.told, one.reaction)
            found.append(moment("slow", one.told, one.click.key, grade, facts, delay_ms=one.delay))
    return found


def find_errors(history: History, rules: ErrorClick, reacting: Reacting) -> list[Moment]:
    """Return clicks that an error followed; *possible* where the same error also came once without any click."""
    clicks = answered(history, reacting)
    all_found = troubles(history)
    by_click = blamed(clicks, all_found, rules)
    by_itself = alone(by_click, all_found)
    found = []
    for place, some in sorted(by_click.items()):
        one = clicks[place]
        grade = POSSIBLE if all(trouble.name in by_itself for trouble in some) else CONFIRMED
        facts = (one.told, *(trouble.told for trouble in some))
        after = some[0].time - one.told.time
        found.append(
            moment("error", one.told, one.click.key, grade, facts, errors=len(some), after_ms=after)
        )
    return found
