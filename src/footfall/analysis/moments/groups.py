"""Which fields of a page view belong to one form."""

import re
from collections.abc import Hashable, Iterable
from typing import Final, NamedTuple, TypeVar

from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.rules import Forms
from footfall.analysis.moments.urls import split_url
from footfall.wire.facts import Field
from footfall.wire.schema import Input

K = TypeVar("K", bound=Hashable)

NO_FORM: Final = ""
"""Field.form of fields that are in none."""
UNTOLD: Final = "?"
"""Field.form of recorders that do not tell, and of fields that were filled without a visit."""


_WORD: Final = re.compile(r"[^\W\d_]+")
_CHANGES: Final = frozenset({"input", "change", "autofill"})
_TOUCHES: Final = _CHANGES | {"focus"}


class Group(NamedTuple):
    """A form of a page view, and what was done with its fields. Facts are Inputs, in order."""

    form: str  # its element key, NO_FORM or UNTOLD
    changes: list[Told]
    touched: list[Told]


def groups_of(history: History, view: View, rules: Forms) -> list[Group]:
    """Return the forms of a page view whose fields were touched; where nobody told, all fields are one form's."""
    inside = history.inside[view.tab, view.number]
    forms, other = forms_of(
        (told.fact.key, told.fact.form) for told in inside if isinstance(told.fact, Field)
    )
    groups: dict[str, Group] = {}
    for told in inside:
        fact = told.fact
        if (
            not isinstance(fact, Input)
            or fact.action not in _TOUCHES
            or is_search(fact.key, fact.field, rules)
        ):
            continue
        form = forms.get(fact.key, other)
        group = groups.setdefault(form, Group(form, [], []))
        group.touched.append(told)
        if fact.action in _CHANGES:
            group.changes.append(told)
    return [one for one in groups.values() if one.form != NO_FORM or _is_form(one, rules)]


def forms_of(told: Iterable[tuple[K, str]]) -> tuple[dict[K, str], str]:
    """Return the form of each field of a page view, and that of the fields of which nobody told it.

    told: fields and their forms, in order; the last holds. A page view's only form has the other fields, too.
    """
    forms = {field: form for field, form in told if form != UNTOLD}
    known = set(forms.values())
    return forms, known.pop() if len(known) == 1 else UNTOLD


def is_search(key: str, field: str, rules: Forms) -> bool:
    """Tell whether a field, by its key and kind, is one that is searched with: no form to fill in."""
    return field == "search" or any(word in key.lower() for word in rules.searching)


def searches(key: str, url: str, rules: Forms) -> bool:
    """Tell whether a form, by its key and where it leads, is one that is searched with."""
    words = set(_WORD.findall(split_url(url).path.lower()))
    return any(word in key.lower() or word in words for word in rules.searching)


def _is_form(group: Group, rules: Forms) -> bool:
    """Tell whether fields without a form are like one: a filter, a sorting or a number of pieces is none."""
    typed = {
        told.fact.key
        for told in group.changes
        if isinstance(told.fact, Input) and told.fact.field not in rules.untyped
    }
    return len(typed) >= rules.formless
