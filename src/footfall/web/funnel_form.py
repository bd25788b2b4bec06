"""The builder: a funnel's steps as rows of a form, and the rows as steps again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from footfall.analysis.steps import Condition, Filter, Step, StepError, parse, write
from footfall.analysis.steps import Sequence as Steps

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
}
FIELD_NAMES: Final = {"page": "page", "element": "element", "text": "text", "name": "name"}
OPERATOR_NAMES: Final = {
    "is": "is",
    "is not": "is not",
    "contains": "contains",
    "contains not": "contains not",
    "pattern": "fits pattern",
}


@dataclass(frozen=True)
class Row:
    """A row of the builder; `text` instead of the others where a step has more than one condition."""

    kind: str = ""
    field: str = "page"
    operator: str = "is"
    value: str = ""
    text: str = ""


def rows_of(steps: str) -> list[Row]:
    """Return the rows of a text of steps; one with the text itself where it cannot be read."""
    if not steps.strip():
        return []
    try:
        return [_row(step) for step in parse(steps).steps]
    except StepError:
        return [Row(text=steps)]


def steps_of(rows: Sequence[Row]) -> str:
    """Return the text of steps that rows make; empty ones are left out."""
    return " > ".join(_text(row) for row in rows if row.text.strip() or row.kind)


def _row(step: Step) -> Row:
    where = step.filter.where
    plain = step.times == 1 and step.within is None and not step.is_not and len(where) <= 1
    if plain and not where:
        return Row(step.filter.kind)
    one = where[0] if where else None
    if (
        one is None
        or not plain
        or one.is_property
        or one.operator == "between"
        or len(one.values) != 1
    ):
        # Alone, a step that has a time or a “not” would make no sequence: its text is cut from one.
        text = write(Steps((Step(Filter("page")), step)))
        return Row(text=text.removeprefix("page > "))
    return Row(step.filter.kind, one.field, one.operator, one.values[0])


def _text(row: Row) -> str:
    if row.text.strip():
        return row.text.strip()
    where: tuple[Condition, ...] = ()
    if row.value.strip() and row.operator in OPERATOR_NAMES and row.field in FIELD_NAMES:
        where = (Condition(row.field, row.operator, (row.value.strip(),)),)
    return write(Steps((Step(Filter(row.kind, where)),)))
