"""Moments of forms and fields: abandon, last step, drop, return, correction."""

from math import ceil

from footfall.analysis.moments.groups import NO_FORM, Group, groups_of, is_search
from footfall.analysis.moments.history import History, Told
from footfall.analysis.moments.moment import CONFIRMED, POSSIBLE, Moment, moment
from footfall.analysis.moments.norms import Norms
from footfall.analysis.moments.rules import Forms
from footfall.analysis.moments.sending import is_sent
from footfall.wire.facts import Field
from footfall.wire.schema import Input, Visibility


def find_abandons(history: History, rules: Forms, norms: Norms) -> list[Moment]:
    """Return forms that were begun and never sent, each with its dropped field; nothing while the session goes on.

    *possible* where the fields are in no form: what sends them is not known.
    """
    if not history.over:
        return []
    found = []
    for view in history.views:
        groups = groups_of(history, view, rules)
        for group in groups:
            if group.changes and not is_sent(history, view, group, groups, rules):
                form = history.plains.get((view.tab, view.number, group.form), group.form)
                order = norms.forms.get((view.page, group.form)) or norms.forms.get(
                    (view.page, form)
                )
                last = key_of(group.touched[-1])
                plain = history.plains.get((view.tab, view.number, last), last)
                found += _abandon(group, (plain, order or ()), rules)
    return found


def _abandon(group: Group, known: tuple[str, tuple[str, ...]], rules: Forms) -> list[Moment]:
    """Return the moments of a form that was given up; known: the plain key of its last field, and what is usual."""
    begun, last = group.changes[0], group.touched[-1]
    key = key_of(last)
    facts = (begun, last)
    fields = len({key_of(told) for told in group.changes})
    grade = POSSIBLE if group.form == NO_FORM else CONFIRMED
    given_up = moment("form_abandon", begun, key, grade, facts, fields=fields)
    dropped = moment("field_drop", last, key, grade, facts, fields=fields)
    plain, order = known
    in_order = key if key in order else plain
    return [given_up, dropped, *_last_step(last, in_order, order, rules)]


def key_of(told: Told) -> str:
    """Return the key of the field that a fact is about."""
    return told.fact.key if isinstance(told.fact, Input) else ""


def _last_step(at: Told, key: str, order: tuple[str, ...], rules: Forms) -> list[Moment]:
    """Return the moment of an abandon in a form's final quarter; none while nobody knows the form's fields.

    key: of the field, as the order has it.
    """
    if len(order) < rules.fields or key not in order:
        return []
    place, final = order.index(key), ceil(len(order) * rules.final)
    if place < len(order) - final:
        return []
    return [moment("last_step", at, key_of(at), CONFIRMED, (at,), place=place + 1, of=len(order))]


def find_returns(history: History, rules: Forms) -> list[Moment]:
    """Return when a field was entered again after something had been put into it."""
    found = []
    last: dict[tuple[str, int, str], Told] = {}
    for told in history.of(Field):
        fact = told.fact
        if not isinstance(fact, Field) or is_search(fact.key, fact.field, rules):
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


def find_corrections(history: History, rules: Forms) -> list[Moment]:
    """Return visits to a field that left it shorter than it was. Of secret fields nobody can tell."""
    found = []
    for told in history.of(Field):
        fact = told.fact
        if not isinstance(fact, Field) or is_search(fact.key, fact.field, rules):
            continue
        if 0 <= fact.after < fact.before:
            less = fact.before - fact.after
            found.append(moment("correction", told, fact.key, CONFIRMED, (told,), characters=less))
    return found
