"""The builder: a funnel's steps as rows of a form, and the rows as steps again. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
"""What each row of the form sends."""


@dataclass(frozen=True)
class BuilderOptions:
    """What the rows' lists offer: value to text."""

    kinds: Mapping[str, str] = field(default_factory=lambda: KIND_NAMES)
    fields: Mapping[str, str] = field(default_factory=lambda: FIELD_NAMES)
    operators: Mapping[str, str] = field(default_factory=lambda: OPERATOR_NAMES)


@dataclass(frozen=True)
class Row:
    """A row of the builder; `text` instead of the others where a step has more than one condition."""

    kind: str = ""
    field: str = "page"
    operator: str = "is"
    value: str = ""
    text: str = ""
    is_not: bool = False
    named: str = ""  # the property's name where the field is PROPERTY
    times: int = 1
    soon: str = ""  # within what time of the step before, as a text; "": whenever


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
    return [_read_row({name: padded[name][at] for name in COLUMNS}) for at in range(count)]


def change(rows: Sequence[Row], wanted: str) -> list[Row]:
    """Move or remove a row: "up-1", "down-0", "remove-2", numbered from 0. What makes no sense changes nothing."""
    found = list(rows)
    what, _, number = wanted.partition("-")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else len(found)
    other = {"up": at - 1, "down": at + 1}.get(what, at)
    if not (0 <= at < len(found) and 0 <= other < len(found)):
        return found
    if what == "remove":
        del found[at]
    elif other != at:
        found[other], found[at] = found[at], found[other]
    return found


def _read_row(told: Mapping[str, str]) -> Row:
    times = told["times"]
    return Row(
        told["kind"] if told["kind"] in KIND_NAMES else "",
        told["field"],
        told["operator"],
        told["value"],
        told["row"],
        told["not"] == "1",
        told["told_by"].strip(),
        min(int(times), MAX_TIMES) if _NUMBER.fullmatch(times) else 1,
        told["soon"].strip(),
    )


def _row(step: Step, *, timed: bool) -> Row:
    where = step.filter.where
    one = where[0] if where else None
    is_timed = step.within is not None and not timed
    if len(where) > 1 or is_timed or (one is not None and not _fits(one)):
        return Row(text=_alone(step))
    soon = "" if step.within is None else duration(step.within)
    if one is None:
        return Row(step.filter.kind, is_not=step.is_not, times=step.times, soon=soon)
    return Row(
        step.filter.kind,
        PROPERTY if one.is_property else one.field,
        one.operator,
        write_range(one) if one.operator == "between" else one.values[0],
        is_not=step.is_not,
        named=one.field if one.is_property else "",
        times=step.times,
        soon=soon,
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
    where, rest = _condition(row)
    times = 1 if row.is_not else row.times
    text = _alone(Step(Filter(row.kind, where), times, _time(row.soon), is_not=row.is_not))
    if row.soon and _time(row.soon) is None:
        text += f" within {row.soon}"
    return text.replace(row.kind, row.kind + rest, 1) if rest else text


def _time(text: str) -> int | None:
    """Return a length of time in ms; None: there is none, or it cannot be read and the page says so."""
    try:
        return parse_duration(text) if text else None
    except StepError:
        return None


def _condition(row: Row) -> tuple[tuple[Condition, ...], str]:
    """Return the row's condition; or, of a range that cannot be read, its text, for the page to say what is wrong."""
    value, is_property = row.value.strip(), row.field == PROPERTY
    field = row.named if is_property else row.field
    if not (value and field and row.operator in OPERATOR_NAMES and row.field in FIELD_NAMES):
        return (), ""
    if row.operator != "between":
        return (Condition(field, row.operator, (value,), is_property=is_property),), ""
    text = (
        f"({json.dumps(field, ensure_ascii=False) if is_property else field}:{json.dumps(value)})"
    )
    try:
        return parse(f"event{text}").steps[0].filter.where, ""
    except StepError:
        return (), text
