"""Whether the sending of a form failed, from the times in its tab: for the moments and for the page of forms. Pure."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from footfall.analysis.moments.rules import Forms


def undoing(
    wrong: Iterable[int],
    troubles: Sequence[tuple[int, Hashable, int]],
    sendings: Iterable[int],
    rules: Forms,
) -> list[int]:
    """Return when something came in a tab that undoes a sending close to it, in order of time, ms since 1970.

    wrong: when a field was found wrong. troubles: errors and failed requests: when each began, what tells it from
    others, and how often it came. sendings: submits and reactions to clicks; what comes again and again without one
    before it undoes nothing.
    """
    sent = sorted(sendings)
    alone: Counter[Hashable] = Counter()
    for began, name, times in troubles:
        first = bisect_left(sent, began - rules.failed_ms)
        if bisect_right(sent, began + rules.begun_ms) == first:
            alone[name] += times
    return sorted([*wrong, *(began for began, name, _ in troubles if alone[name] < rules.alone)])


def fails(
    time: int,
    page: Hashable,
    undone: Sequence[int],
    moves: Sequence[tuple[int, Hashable]],
    rules: Forms,
) -> bool:
    """Tell whether a sending failed: a request that it began, an error, or a field was found wrong.

    Not when the visitor was led to another page meanwhile. undone: as `undoing` returns it. moves: the tab's page
    views, each with its page, and clicks (None), in order.
    """
    until = time + rules.failed_ms
    after = bisect_right(moves, time, key=lambda one: one[0])
    if after < len(moves):
        at, to = moves[after]
        if at <= until and to is not None and to != page:
            return False
    return bisect_left(undone, time - rules.begun_ms) < bisect_right(undone, until)
