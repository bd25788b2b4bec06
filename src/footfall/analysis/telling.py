"""Where a replay begins: the ten seconds of a session that tell most, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from footfall.analysis.moments.rules import RULES

SPAN_MS: Final = 10_000
LEAD_MS: Final = 2_000
"""Of the ten seconds, what is shown before the first moment, so that one sees what led to it."""
_SCORE: Final = RULES.score.weights
WEIGHTS: Final = {
    **_SCORE,
    "last_step": _SCORE["form_abandon"],
    "failure": _SCORE["error"],
}
"""The weights of the frustration score (TERMS.md); an error that no click caused weighs what an error click does, a
form abandoned at its last step what any does. Other moments tell no trouble and weigh nothing."""
_UNSAID: Final = frozenset({"form_abandon", "last_step", "quick_back", "thrash"})
"""Kinds whose label is told after a colon."""
_NUMBERS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Sign:
    """Something that may be worth opening at."""

    kind: str  # kind of a moment, or "failure": an error
    time: int  # ms from the session's start
    label: str = ""  # of the element, as the page has it; "" where it is about none
    count: int = 0  # clicks of a rage click; 0: not known


@dataclass(frozen=True)
class Opening:
    """Where to begin."""

    time: int  # ms from the session's start
    reason: str  # what is seen there, to follow "Opened at 1:12: "
    label: str  # what it is about, to follow the reason; "" where it is about none


def most_telling(signs: Sequence[Sign]) -> Opening | None:
    """Return the ten seconds with the highest weight, the earliest of equals; None where nothing weighs.

    A moment counts once of each kind and time; the reason is the heaviest in these seconds, the earliest of equals.
    """
    known = sorted({one for one in signs if WEIGHTS.get(one.kind)}, key=lambda one: one.time)
    best: tuple[int, list[Sign]] = (0, [])
    weight, last = 0, 0
    for first, one in enumerate(known):
        while last < len(known) and known[last].time < one.time + SPAN_MS - LEAD_MS:
            weight += WEIGHTS[known[last].kind]
            last += 1
        if weight > best[0]:
            best = (weight, known[first:last])
        weight -= WEIGHTS[one.kind]
    if not best[1]:
        return None
    reason = max(
        best[1], key=lambda one: WEIGHTS[one.kind]
    )  # of equals the first, which is the earliest
    told = _told(reason)
    return Opening(max(0, best[1][0].time - LEAD_MS), told, reason.label)


def _told(sign: Sign) -> str:
    on = " on" if sign.label else ""
    many = _NUMBERS[sign.count] if sign.count < len(_NUMBERS) else str(sign.count)
    return {
        "rage": f"{many or 'many'} quick clicks{on}",
        "error": f"an error after a click{on}",
        "form_abandon": "a form was left unfinished",
        "last_step": "a form was left at its last step",
        "failure": "an error:" if sign.label else "an error",
        "dead": f"nothing happened after a click{on}",
        "quick_back": "back at once from a page",
        "thrash": "the pointer went to and fro",
    }[sign.kind] + (":" if sign.label and sign.kind in _UNSAID else "")
