"""The builder: a funnel's steps as rows of a form, and the rows as steps again. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from multidict import MultiMapping

from footfall.analysis.steps import Condition, Filter, Step, StepError, parse, write
from footfall.analysis.steps import Sequence as Steps
from footfall.analysis.steps.language import MAX_TIMES
from footfall.analysis.steps.text import duration, parse_duration, write_range

KIND_NAMES: Final = {
    "page": "saw a page",
    "click": "clicked",
    "event": "event",
    "submit": "submitted a form",
    "field": "left a field",
    "link": "followed a link out",
    "media": "played media",
    "copy": "copied or pasted",
    "error": "met an error",
    "request": "met a failed request",
    "vital": "told a web vital",
}
PROPERTY: Final = "property"
FIELD_NAMES: Final = {
    "page": "page",
    "element": "element",
    "text": "text",
    "name": "name",
    PROPERTY: "property",
}
OPERATOR_NAMES: Final = {
    "is": "is",
    "is not": "is not",
    "contains": "contains",
    "contains not": "contains not",
    "pattern": "fits pattern",
    "between": "is between",
}
_NUMBER: Final = re.compile("[1-9][0-9]{0,2}")
COLUMNS: Final = ("kind", "not", "field", "told_by", "operator", "value", "times", "soon", "row")
"""What each line of the form sends."""
AND: Final = "and"
"""The kind of a line that is one more condition of the row before it."""


@dataclass(frozen=True)
class Compared:
    """A condition as the form has it; without a value it is none."""

    field: str = "page"
    operator: str = "is"
    value: str = ""
    named: str = ""  # the property's name where the field is PROPERTY


@dataclass(frozen=True)
class BuilderOptions:
    """What the rows' lists offer: value to text."""

    kinds: Mapping[str, str] = field(default_factory=lambda: KIND_NAMES)
    fields: Mapping[str, str] = field(default_factory=lambda: FIELD_NAMES)
    operators: Mapping[str, str] = field(default_factory=lambda: OPERATOR_NAMES)
    blank: Compared = Compared()


@dataclass(frozen=True)
class Row:
    """A row of the builder; `text` instead of the others where its fields cannot hold the step."""

    kind: str = ""
    conditions: tuple[Compared, ...] = (Compared(),)
    """All of them must hold; one at least, so that there is one to fill in."""
    text: str = ""
    is_not: bool = False
    times: int = 1
    soon: str = ""
    """Within what time of the step before, as a text; "": whenever."""


def rows_of(steps: str, *, timed: bool = False) -> list[Row]:
    """Return the rows of a text of steps; one with the text itself where it cannot be read.

    timed: the form has a field for a step's own time; without it such a step is a row of text.
    """
    if not steps.strip():
        return []
    try:
        return [_row(step, timed=timed) for step in parse(steps).steps]
    except StepError:
        return [Row(text=steps)]


def steps_of(rows: Sequence[Row]) -> str:
    """Return the text of steps that rows make; empty ones are left out."""
    return " > ".join(_text(row) for row in rows if row.text.strip() or row.kind)


def is_form(query: Mapping[str, str]) -> bool:
    """Tell whether an address has rows, rather than the text of steps that they become."""
    return "kind" in query or "row" in query


def form_rows(query: MultiMapping[str]) -> list[Row]:
    """Return the rows of a form that was sent, changed as its button says."""
    return change(
        read_rows({name: query.getall(name, []) for name in COLUMNS}), query.get("change", "")
    )


def with_blanks(rows: Sequence[Row], least: int) -> tuple[Row, ...]:
    """Add what is to be filled in: up to `least` rows, and one at the end always."""
    return (*rows, *[Row()] * max(1, least - len(rows)))


def read_rows(columns: Mapping[str, Sequence[str]]) -> list[Row]:
    """Return the rows of a form; columns: COLUMNS by name, what is missing in one is empty."""
    count = max((len(one) for one in columns.values()), default=0)
    padded = {name: [*columns.get(name, ()), *[""] * count] for name in COLUMNS}
    rows: list[Row] = []
    for at in range(count):
        told = {name: padded[name][at] for name in COLUMNS}
        if told["kind"] != AND:
            rows.append(_read_row(told))
        elif rows and told["value"].strip():
            rows[-1] = replace(rows[-1], conditions=(*rows[-1].conditions, _compared(told)))
    return rows


def change(rows: Sequence[Row], wanted: str) -> list[Row]:
    """Move or remove a row: "up-1", "down-0", "remove-2", numbered from 0; "drop-2-1" removes a row's condition.

    What makes no sense changes nothing.
    """
    found = list(rows)
    what, *numbers = wanted.split("-")
    at, which = (_number(one) for one in (*numbers, "", "")[:2])
    if what == "drop" and at < len(found) and which < len(found[at].conditions):
        left = [one for place, one in enumerate(found[at].conditions) if place != which]
        found[at] = replace(found[at], conditions=tuple(left) or (Compared(),))
        return found
    other = {"up": at - 1, "down": at + 1}.get(what, at)
    if not (0 <= at < len(found) and 0 <= other < len(found)):
        return found
    if what == "remove":
        del found[at]
    elif other != at:
        found[other], found[at] = found[at], found[other]
    return found


def _number(text: str) -> int:
    """Return the number of a row or a condition; beyond all of them where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1_000


def _read_row(told: Mapping[str, str]) -> Row:
    times = told["times"]
    return Row(
        kind=told["kind"] if told["kind"] in KIND_NAMES else "",
        conditions=(_compared(told),),
        text=told["row"],
        is_not=told["not"] == "1",
        times=min(int(times), MAX_TIMES) if _NUMBER.fullmatch(times) else 1,
        soon=told["soon"].strip(),
    )


def _compared(told: Mapping[str, str]) -> Compared:
    return Compared(told["field"], told["operator"], told["value"], told["told_by"].strip())


def _row(step: Step, *, timed: bool) -> Row:
    where = step.filter.where
    is_timed = step.within is not None and not timed
    if is_timed or not all(map(_fits, where)):
        return Row(text=_alone(step))
    return Row(
        step.filter.kind,
        tuple(map(_shown, where)) or (Compared(),),
        is_not=step.is_not,
        times=step.times,
        soon="" if step.within is None else duration(step.within),
    )


def _shown(one: Condition) -> Compared:
    return Compared(
        PROPERTY if one.is_property else one.field,
        one.operator,
        write_range(one) if one.operator == "between" else one.values[0],
        one.field if one.is_property else "",
    )


def _fits(one: Condition) -> bool:
    """Tell whether a row's fields hold a condition: blanks around a text would be lost there."""
    if one.field != one.field.strip():
        return False
    return one.operator == "between" or (
        len(one.values) == 1 and one.values[0] != "" and one.values[0] == one.values[0].strip()
    )


def _alone(step: Step) -> str:
    # By itself a step that has a time or a “not” would make no sequence: its text is cut from one.
    return write(Steps((Step(Filter("page")), step))).removeprefix("page > ")


def _text(row: Row) -> str:
    if row.text.strip():
        return row.text.strip()
    where = ", ".join(filter(None, map(_condition, row.conditions)))
    times = 1 if row.is_not else row.times
    text = _alone(Step(Filter(row.kind), times, _time(row.soon), is_not=row.is_not))
    if row.soon and _time(row.soon) is None:
        text += f" within {row.soon}"
    return text.replace(row.kind, f"{row.kind}({where})", 1) if where else text


def _time(text: str) -> int | None:
    """Return a length of time in ms; None: there is none, or it cannot be read and the page says so."""
    try:
        return parse_duration(text) if text else None
    except StepError:
        return None


def _condition(one: Compared) -> str:
    """Return a condition's text, "" for none; of a range that cannot be read too, for the page to say what is wrong."""
    value, is_property = one.value.strip(), one.field == PROPERTY
    field = one.named if is_property else one.field
    if not (value and field and one.operator in OPERATOR_NAMES and one.field in FIELD_NAMES):
        return ""
    if one.operator == "between":
        text = (
            f"{json.dumps(field, ensure_ascii=False) if is_property else field}:{json.dumps(value)}"
        )
        try:
            return _inner(parse(f"event({text})").steps[0].filter.where[0])
        except StepError:
            return text
    return _inner(Condition(field, one.operator, (value,), is_property=is_property))


def _inner(one: Condition) -> str:
    """Return a condition as it stands between the brackets of a step."""
    return write(Steps((Step(Filter("page", (one,))),))).removeprefix("page(").removesuffix(")")
