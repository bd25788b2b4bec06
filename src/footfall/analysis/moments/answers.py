"""What each click caused: clicks with their reactions, and whether they are dead, slow or ran into an error."""

from collections.abc import Iterable
from typing import NamedTuple

from footfall.analysis.moments.history import History, Told
from footfall.analysis.moments.rules import ErrorClick, Reacting
from footfall.wire.facts import Failure, Reaction, Request
from footfall.wire.schema import Click


class Answered(NamedTuple):
    """A click and what the recorder told of it."""

    told: Told
    click: Click
    reaction: Told | None  # None: not told, so nothing can be said
    target: str  # as in Reaction; "" when not told
    effect: str
    delay: int
    elsewhere: int

    @property
    def is_judged(self) -> bool:
        """Whether it is known what the click caused, or that it caused nothing."""
        return bool(self.effect)


class Trouble(NamedTuple):
    """An uncaught error or a failed request, when it began."""

    time: int
    told: Told
    name: str  # what tells it from others
    times: int  # how often, since it was told last


def answered(history: History, rules: Reacting) -> list[Answered]:
    """Return the clicks in order, each with its reaction: the first of the same stamp and key that is told after it."""
    waiting: dict[tuple[str, int, str], list[tuple[Told, Reaction]]] = {}
    for told in history.of(Reaction):
        if isinstance(told.fact, Reaction):
            name = (told.tab, told.fact.stamp, told.fact.key)
            waiting.setdefault(name, []).append((told, told.fact))
    begun = [(history.tabs[tab][0].time, tab) for tab in history.windows]
    found = []
    for told in history.of(Click):
        if isinstance(told.fact, Click):
            candidates = waiting.get((told.tab, told.fact.stamp, told.fact.key), [])
            one = _answer(told, told.fact, candidates, rules)
            opened = [
                time - told.time
                for time, tab in begun
                if tab != told.tab and 0 <= time - told.time <= rules.opened_ms
            ]
            # Not every browser tells the tab that another came before it.
            is_opener = opened and one.effect == "nothing"
            found.append(one._replace(effect="visibility", delay=0) if is_opener else one)
    return found


def _answer(
    told: Told, click: Click, candidates: list[tuple[Told, Reaction]], rules: Reacting
) -> Answered:
    for at, (told_of, reaction) in enumerate(candidates):
        if 0 <= told_of.time - told.time <= rules.told_ms:
            del candidates[at]
            effect, delay = reaction.effect, reaction.delay
            return Answered(
                told, click, told_of, reaction.target, effect, delay, reaction.elsewhere
            )
    return Answered(told, click, None, "", "", -1, -1)


def is_dead(one: Answered, rules: Reacting) -> bool:
    """Tell whether something that ought to answer a click did not within a second."""
    unanswered = one.delay < 0 or one.delay > rules.dead_ms
    return one.is_judged and one.target in rules.targets and unanswered


def is_slow(one: Answered, rules: Reacting) -> bool:
    """Tell whether a click was answered only after three seconds."""
    return (
        one.delay > rules.slow_ms
        and one.target in rules.slow_targets
        and one.effect in rules.answers
    )


def troubles(history: History) -> list[Trouble]:
    """Return the errors and failed requests, by when they began."""
    found = []
    for told in history.of(Failure, Request):
        fact = told.fact
        if isinstance(fact, Failure) and fact.cause in ("error", "rejection"):
            name = f"{fact.name} {fact.message} {fact.url} {fact.line}"
            found.append(Trouble(told.time - fact.ago, told, name, fact.times))
        elif isinstance(fact, Request):
            name = f"{fact.method} {fact.url} {fact.status} {fact.cause}"
            found.append(Trouble(told.time - fact.duration, told, name, fact.times))
    return sorted(found, key=lambda one: (one.time, one.told[:4]))


def blamed(
    clicks: Iterable[Answered], found: Iterable[Trouble], rules: ErrorClick
) -> dict[int, list[Trouble]]:
    """Return what each click (by its place in `clicks`) led to: each trouble goes to the last click before it.

    What also came by itself again and again is nothing that a click led to.
    """
    by_tab: dict[str, list[tuple[int, int]]] = {}
    for place, one in enumerate(clicks):
        by_tab.setdefault(one.told.tab, []).append((one.told.time, place))
    result: dict[int, list[Trouble]] = {}
    found = list(found)
    for trouble in found:
        before = [
            (time, place)
            for time, place in by_tab.get(trouble.told.tab, ())
            if -rules.early_ms <= trouble.time - time <= rules.within_ms
        ]
        if before:
            result.setdefault(max(before)[1], []).append(trouble)
    times = alone(result, found)
    kept = {
        place: [one for one in some if times.get(one.name, 0) < rules.alone]
        for place, some in result.items()
    }
    return {place: some for place, some in kept.items() if some}


def alone(by_click: dict[int, list[Trouble]], found: Iterable[Trouble]) -> dict[str, int]:
    """Return how often each trouble, by its name, came without a click that it is blamed on."""
    with_click = {id(one.told) for some in by_click.values() for one in some}
    times: dict[str, int] = {}
    for one in found:
        if id(one.told) not in with_click:
            times[one.name] = times.get(one.name, 0) + one.times
    return times
