"""The language of steps as values, and as JSON: docs/steps.md explains it."""

import itertools
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from footfall.analysis.steps.errors import StepError

MAX_STEPS: Final = 20
MAX_CONDITIONS: Final = 10
MAX_VALUES: Final = 50
MAX_TEXT: Final = 2_048
"""Characters of a value or a property's name."""
MAX_TIMES: Final = 20
MAX_WITHIN_MS: Final = 366 * 86_400_000

KINDS: Final = (
    "page", "click", "event", "submit", "field", "link", "media", "copy", "error", "request", "vital",
)  # fmt: skip
"""Kinds of events: page view, click, custom event, form submitted, field left, download or outbound link, media
played, text copied, uncaught error, failed request, web vital told."""
FIELDS: Final = ("page", "element", "text", "name")
OPERATORS: Final = ("is", "is not", "contains", "contains not", "pattern", "between")
PER: Final = ("session", "user")


@dataclass(frozen=True)
class Condition:
    """What a field of an event must be. Texts compare without regard to case but for "is" and "is not"."""

    field: str  # one of FIELDS; with `is_property`, the property's name
    operator: str  # one of OPERATORS
    values: tuple[str, ...] = ()  # any of these; for "is not" and "contains not" none of them
    low: float | None = None  # "between": both ends belong to it; None: open
    high: float | None = None
    is_property: bool = False


@dataclass(frozen=True)
class Filter:
    """Which events are meant: those of a kind for which every condition holds."""

    kind: str  # one of KINDS
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a sequence."""

    filter: Filter
    times: int = 1  # repeated so often: each an event of its own
    within: int | None = (
        None  # ms after the event before; with `is_not` at the end: how long it must not come
    )
    is_not: bool = False  # no such event comes between its neighbours


@dataclass(frozen=True)
class Sequence:
    """Steps in their order."""

    steps: tuple[Step, ...]
    within: int | None = None  # ms from the first event to the last
    per: str = "session"  # one of PER: whose events are looked at together


def sequence_from_json(value: Any) -> Sequence:
    """Read a sequence. Raises StepError."""
    body = _object(value, "A sequence", {"steps", "within", "per"})
    steps = body.get("steps")
    if not isinstance(steps, list):
        raise StepError("A sequence has a list of steps.")
    return checked(
        Sequence(
            tuple(step_from_json(one, f"Step {at}") for at, one in enumerate(steps, 1)),
            _span(body.get("within"), "within"),
            body.get("per", "session"),
        )
    )


def sequence_to_json(sequence: Sequence) -> dict[str, Any]:
    """Return the JSON of a sequence: `sequence_from_json` of it is the same."""
    body: dict[str, Any] = {"steps": [step_to_json(step) for step in sequence.steps]}
    if sequence.within is not None:
        body["within"] = sequence.within
    if sequence.per != "session":
        body["per"] = sequence.per
    return body


def checked(sequence: Sequence) -> Sequence:
    """Return a sequence that makes sense as a whole. Raises StepError."""
    steps = sequence.steps
    if not 1 <= sum(step.times for step in steps) <= MAX_STEPS:
        raise StepError(f"There are 1 to {MAX_STEPS} steps, each repetition counted.")
    if steps[0].is_not:
        raise StepError("The first step is something that happens; “not” comes after it.")
    if any(a.is_not and b.is_not for a, b in itertools.pairwise(steps)):
        raise StepError("Two “not” steps may not follow each other.")
    if any(step.is_not and step.within is not None for step in steps[:-1]):
        raise StepError("“not” has a time only at the end; else give it to the step after it.")
    if steps[0].within is not None and steps[0].times == 1:
        raise StepError("The first step has no event before it to be within a time of.")
    if sequence.per not in PER:
        raise StepError("per is “session” or “user”.")
    return sequence


def step_from_json(value: Any, name: str) -> Step:
    """Read a step; `name` is what errors call it. Raises StepError."""
    body = _object(value, name, {"kind", "where", "times", "within", "not"})
    times = body.get("times", 1)
    if not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MAX_TIMES:
        raise StepError(f"{name}: times is a whole number from 1 to {MAX_TIMES}.")
    is_not = body.get("not", False)
    if not isinstance(is_not, bool):
        raise StepError(f"{name}: not is true or false.")
    if is_not and times != 1:
        raise StepError(f"{name}: what must not happen is not repeated.")
    found = _filter(body, name)
    return Step(found, times, _span(body.get("within"), f"{name}: within"), is_not)


def step_to_json(step: Step) -> dict[str, Any]:
    """Return the JSON of a step."""
    body: dict[str, Any] = {"kind": step.filter.kind}
    if step.filter.where:
        body["where"] = [_condition_to_json(one) for one in step.filter.where]
    if step.times != 1:
        body["times"] = step.times
    if step.within is not None:
        body["within"] = step.within
    if step.is_not:
        body["not"] = True
    return body


def _filter(body: dict[str, Any], name: str) -> Filter:
    kind, where = body.get("kind"), body.get("where", [])
    if kind not in KINDS:
        raise StepError(f"{name}: kind is one of {', '.join(KINDS)}.")
    if not isinstance(where, list) or len(where) > MAX_CONDITIONS:
        raise StepError(f"{name}: where is a list of at most {MAX_CONDITIONS} conditions.")
    return Filter(kind, tuple(_condition(one, name) for one in where))


def _condition(value: Any, name: str) -> Condition:
    body = _object(value, f"{name}: a condition", {"field", "property", "is", *OPERATORS})
    field = body.get("property", body.get("field"))
    is_property = "property" in body
    if not _is_text(field) or not field or (is_property and "field" in body):
        raise StepError(f"{name}: a condition has a field or a property.")
    if not is_property and field not in FIELDS:
        raise StepError(f"{name}: a field is one of {', '.join(FIELDS)}.")
    operators = [one for one in OPERATORS if one in body]
    if len(operators) != 1:
        raise StepError(f"{name}: a condition has one of {', '.join(OPERATORS)}.")
    operator = operators[0]
    if operator == "between":
        low, high = _range(body[operator], name)
        return Condition(field, operator, (), low, high, is_property)
    values = body[operator]
    values = [values] if isinstance(values, str) else values
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_VALUES:
        raise StepError(f"{name}: {operator} takes a text or a list of 1 to {MAX_VALUES}.")
    if not all(map(_is_text, values)):
        raise StepError(f"{name}: a value is a text of at most {MAX_TEXT} characters.")
    return Condition(field, operator, tuple(values), None, None, is_property)


def _condition_to_json(one: Condition) -> dict[str, Any]:
    value = [one.low, one.high] if one.operator == "between" else list(one.values)
    return {"property" if one.is_property else "field": one.field, one.operator: value}


def _range(value: Any, name: str) -> tuple[float | None, float | None]:
    if not isinstance(value, list) or len(value) != 2:
        raise StepError(f"{name}: between takes two numbers, either of which may be null.")
    for one in value:
        if one is not None and not is_number(one):
            raise StepError(f"{name}: between takes two numbers, either of which may be null.")
    low, high = (None if one is None else float(one) for one in value)
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        raise StepError(f"{name}: between goes from a smaller number to a larger.")
    return low, high


def _span(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_WITHIN_MS:
        raise StepError(f"{name} is a time in ms, at most a year.")
    return value


def _object(value: Any, name: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StepError(f"{name} is a JSON object.")
    unknown = sorted(set(map(str, value)) - known)
    if unknown:
        raise StepError(f"{name} has no “{unknown[0][:40]}”; it has {', '.join(sorted(known))}.")
    return value


def is_number(value: Any) -> TypeGuard[float]:
    """Tell whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= MAX_TEXT and "\0" not in value
