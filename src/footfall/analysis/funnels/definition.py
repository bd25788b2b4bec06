"""What a funnel asks: steps in the language of steps, their order and the time they may take."""

from dataclasses import dataclass
from typing import Any, Final

from footfall.analysis.steps import Filter, Sequence, Step, StepError
from footfall.analysis.steps.language import (
    MAX_WITHIN_MS,
    sequence_from_json,
    step_from_json,
    step_to_json,
)

ORDERS: Final = ("ordered", "strict", "any")
MAX_FUNNEL_STEPS: Final = 10
MAX_EXCLUSIONS: Final = 5
WINDOW_MS: Final = {"session": 30 * 60_000, "user": 14 * 86_400_000}
"""TERMS.md, conversion window."""


@dataclass(frozen=True)
class Exclusion:
    """Events that remove a person: between the events of two steps, numbered from 0."""

    filter: Filter
    after: int
    before: int


@dataclass(frozen=True)
class Funnel:
    """A funnel. One of `window` and `each` is set."""

    steps: tuple[Filter, ...]
    order: str = "ordered"  # one of ORDERS
    per: str = "session"  # one of steps.language.PER
    window: int | None = WINDOW_MS["session"]  # ms from the first step's event to the last one's
    each: int | None = None  # ms from each step's event to the next one's
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The steps' filters, then the exclusions': one row of Table.masks each."""
        return (*self.steps, *(one.filter for one in self.exclusions))

    @property
    def longest(self) -> int:
        """How long an attempt may take, ms."""
        return self.window or (self.each or 0) * (len(self.steps) - 1)


def make_funnel(
    sequence: Sequence,
    order: str = "ordered",
    *,
    window: int | None = None,
    each: int | None = None,
    exclude: tuple[Filter, ...] = (),
) -> Funnel:
    """Make a funnel of steps: “not” between two of them is an exclusion there. Raises StepError."""
    steps: list[Filter] = []
    between: list[tuple[Filter, int]] = []
    for step in sequence.steps:
        _plain(step)
        if step.is_not:
            between.append((step.filter, len(steps) - 1))
        else:
            steps.extend([step.filter] * step.times)
    last = len(steps) - 1
    if sequence.steps[-1].is_not:
        raise StepError("A funnel ends with a step that happens.")
    if not 2 <= len(steps) <= MAX_FUNNEL_STEPS:
        raise StepError(f"A funnel has 2 to {MAX_FUNNEL_STEPS} steps, each repetition counted.")
    if order not in ORDERS:
        raise StepError(f"order is one of {', '.join(ORDERS)}.")
    if order == "any" and between:
        raise StepError("In any order there is no between; exclude for the whole funnel instead.")
    window, each = _windows(sequence, order, window, each)
    exclusions = (
        *(Exclusion(one, at, at + 1) for one, at in between),
        *(Exclusion(one, 0, last) for one in exclude),
    )
    if len(exclusions) > MAX_EXCLUSIONS:
        raise StepError(f"A funnel has at most {MAX_EXCLUSIONS} exclusions.")
    return Funnel(tuple(steps), order, sequence.per, window, each, exclusions)


def funnel_from_json(body: Any) -> Funnel:
    """Read a funnel. Raises StepError."""
    known = {"steps", "order", "per", "window", "each", "exclude"}
    if not isinstance(body, dict) or set(body) - known:
        raise StepError(f"A funnel is a JSON object of {', '.join(sorted(known))}.")
    sequence = sequence_from_json({name: body[name] for name in ("steps", "per") if name in body})
    excluded = body.get("exclude", [])
    if not isinstance(excluded, list):
        raise StepError("exclude is a list of steps.")
    filters = []
    for at, one in enumerate(excluded, 1):
        step = step_from_json(one, f"Exclusion {at}")
        _plain(step)
        filters.append(step.filter)
    return make_funnel(
        sequence,
        body.get("order", "ordered"),
        window=_span(body, "window"),
        each=_span(body, "each"),
        exclude=tuple(filters),
    )


def funnel_to_json(funnel: Funnel) -> dict[str, Any]:
    """Return the JSON of a funnel: `funnel_from_json` of it is the same."""
    last = len(funnel.steps) - 1
    whole = [one for one in funnel.exclusions if (one.after, one.before) == (0, last) and last > 1]
    steps: list[Step] = []
    for at, wanted in enumerate(funnel.steps):
        steps.append(Step(wanted))
        steps.extend(
            Step(one.filter, is_not=True)
            for one in funnel.exclusions
            if one not in whole and one.after == at
        )
    body: dict[str, Any] = {"steps": [step_to_json(step) for step in steps], "order": funnel.order}
    body["per"] = funnel.per
    if funnel.each is None:
        body["window"] = funnel.window
    else:
        body["each"] = funnel.each
    if whole:
        body["exclude"] = [step_to_json(Step(one.filter)) for one in whole]
    return body


def _windows(
    sequence: Sequence, order: str, window: int | None, each: int | None
) -> tuple[int | None, int | None]:
    window = window if window is not None else sequence.within
    if window is not None and each is not None:
        raise StepError("A funnel has a window for the whole or for each step, not both.")
    if each is not None and order == "any":
        raise StepError("A window for each step needs an order; give one for the whole.")
    if each is None and window is None:
        window = WINDOW_MS[sequence.per]
    return window, each


def _plain(step: Step) -> None:
    if step.within is not None:
        raise StepError(
            "A funnel's time is its window, for the whole (window) or each step (each)."
        )


def _span(body: dict[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_WITHIN_MS:
        raise StepError(f"{name} is a time in ms, at most a year.")
    return value
