"""Steps: the one small language that says what people did; compiled to masks over columns."""

from footfall.analysis.steps.errors import StepError
from footfall.analysis.steps.language import (
    KINDS,
    MAX_STEPS,
    Condition,
    Filter,
    Sequence,
    Step,
    sequence_from_json,
    sequence_to_json,
)
from footfall.analysis.steps.masks import Columns, Texts, mask
from footfall.analysis.steps.match import Found, find
from footfall.analysis.steps.table import Part, Table, merge
from footfall.analysis.steps.text import parse, write

__all__ = [
    "KINDS",
    "MAX_STEPS",
    "Columns",
    "Condition",
    "Filter",
    "Found",
    "Part",
    "Sequence",
    "Step",
    "StepError",
    "Table",
    "Texts",
    "find",
    "mask",
    "merge",
    "parse",
    "sequence_from_json",
    "sequence_to_json",
    "write",
]
