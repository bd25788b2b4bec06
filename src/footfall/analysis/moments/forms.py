"""Moments of forms and fields: abandon, last step, drop, return, correction.

The facts name a field and its page view, not its form: the fields of one page view count as one form.
"""

from math import ceil

from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.moment import CONFIRMED, Moment, moment
from footfall.analysis.moments.norms import Norms
from footfall.analysis.moments.rules import Forms
from footfall.wire.facts import Event, Failure, Field, Invalid, Request, Submit
from footfall.wire.schema import Input, Visibility


def find_abandons(history: History, rules: Forms, norms: Norms) -> list[Moment]:
    """Return forms that were begun and never sent, each with its dropped field; nothing while the session goes on."""
    if not history.over:
        return []
    found = []
    for view in history.views:
        changes = _changes(history, view, rules)
        if not changes or _is_complete(history, view, changes[0], rules):
            continue
        last = _last_touched(history, view, rules) or changes[-1]
        key = key_of(last)
        facts = (changes[0], last)
        fields = len({key_of(told) for told in changes})
        at = last._replace(view=view.number, page=view.page)
        found.append(
            moment("form_abandon", changes[0], "", CONFIRMED, facts, fields=fields)._replace(
                element=key
            )
        )
        found.append(moment("field_drop", at, key, CONFIRMED, facts, fields=fields))
        found += _last_step(at, key, norms.forms.get(view.page), rules)
    return found


def key_of(told: Told) -> str:
    """Return the key of the field that a fact is about."""
    return told.fact.key if isinstance(told.fact, Input | Field | Invalid) else ""


def _last_step(at: Told, key: str, order: tuple[str, ...] | None, rules: Forms) -> list[Moment]:
    """Return the moment of an abandon in a form's final quarter; none while nobody knows the form's fields."""
    if not order or len(order) < rules.fields or key not in order:
        return []
    place, final = order.index(key), ceil(len(order) * rules.final)
    if place < len(order) - final:
        return []
    return [moment("last_step", at, key, CONFIRMED, (at,), place=place + 1, of=len(order))]


def _is_form_field(key: str, field: str, rules: Forms) -> bool:
    return field != "search" and not any(word in key.lower() for word in rules.searching)


def _changes(history: History, view: View, rules: Forms) -> list[Told]:
    return [
        told
        for told in history.inside[view.tab, view.number]
        if isinstance(told.fact, Input)
        and told.fact.action in ("input", "change", "autofill")
        and _is_form_field(told.fact.key, told.fact.field, rules)
    ]


def _last_touched(history: History, view: View, rules: Forms) -> Told | None:
    touched = [
        told
        for told in history.inside[view.tab, view.number]
        if isinstance(told.fact, Input)
        and told.fact.action in ("focus", "input", "change", "autofill")
        and _is_form_field(told.fact.key, told.fact.field, rules)
    ]
    return touched[-1] if touched else None


def _is_complete(history: History, view: View, begun: Told, rules: Forms) -> bool:
    """Tell whether a form was sent after it was begun, and nothing says that it failed."""
    here = history.tabs[view.tab]
    for told in here:
        if told.time < begun.time:
            continue
        fact = told.fact
        if isinstance(fact, Event) and fact.name in rules.completions:
            return True
        if isinstance(fact, Submit) and told.view == view.number and not _fails(here, told, rules):
            return True
    return False


def _fails(here: list[Told], submit: Told, rules: Forms) -> bool:
    """Tell whether a request that a submit began failed, an error came, or a field was found wrong."""
    until = submit.time + rules.failed_ms
    for told in here:
        fact = told.fact
        if isinstance(fact, Invalid):
            began = told.time
        elif isinstance(fact, Request):
            began = told.time - fact.duration
        elif isinstance(fact, Failure) and fact.cause != "resource":
            began = told.time - fact.ago
        else:
            continue
        if submit.time - 2 <= began <= until:
            return True
    return False


def find_returns(history: History, rules: Forms) -> list[Moment]:
    """Return when a field was entered again after something had been put into it."""
    found = []
    last: dict[tuple[str, int, str], Told] = {}
    for told in history.of(Field):
        fact = told.fact
        if not isinstance(fact, Field):
            continue
        place = (told.tab, told.view, fact.key)
        before = last.get(place)
        if before is not None and not _is_away(history, before, told, rules):
            again = moment("field_return", told, fact.key, CONFIRMED, (before, told))
            found.append(again._replace(time=told.time - fact.duration))
        if fact.first >= 0 or fact.after > 0:
            last[place] = told
        elif fact.after == 0:
            last.pop(place, None)
        elif before is not None:
            last[place] = told
    return found


def _is_away(history: History, before: Told, again: Told, rules: Forms) -> bool:
    """Tell whether a visit to a field ended only because the window or the tab was left."""
    entered = again.time - (again.fact.duration if isinstance(again.fact, Field) else 0)
    return any(
        isinstance(told.fact, Visibility)
        and not (told.fact.visible and told.fact.focused)
        and abs(told.time - before.time) <= rules.away_ms
        and told.time <= entered
        for told in history.tabs[again.tab]
    )


def find_corrections(history: History) -> list[Moment]:
    """Return visits to a field that left it shorter than it was. Of secret fields nobody can tell."""
    found = []
    for told in history.of(Field):
        fact = told.fact
        if isinstance(fact, Field) and 0 <= fact.after < fact.before:
            less = fact.before - fact.after
            found.append(moment("correction", told, fact.key, CONFIRMED, (told,), characters=less))
    return found
