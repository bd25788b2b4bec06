"""Whether a form was sent: a submit that nothing says has failed, or an event that completes it."""

from collections.abc import Sequence

from footfall.analysis.moments.answers import troubles
from footfall.analysis.moments.failing import fails, undoing
from footfall.analysis.moments.groups import NO_FORM, Group, forms_of, searches
from footfall.analysis.moments.history import History, Told, View
from footfall.analysis.moments.rules import Forms
from footfall.wire.facts import Event, Field, Invalid, Reaction, Submit
from footfall.wire.schema import Click, PageView


def is_sent(
    history: History, view: View, group: Group, groups: Sequence[Group], rules: Forms
) -> bool:
    """Tell whether a form of a page view was sent after it was begun, and nothing says that it failed."""
    others = _others(history, view, groups) - {group.form}
    begun = group.changes[0].time
    for told in (*history.tabs[view.tab], *history.told_by_site):
        fact = told.fact
        if told.time < begun:
            continue
        if isinstance(fact, Event) and fact.name in rules.completions:
            return True
        if (told.tab, told.view) != (view.tab, view.number):
            continue
        is_sending = (
            _is_of(fact, group, others, rules)
            if isinstance(fact, Submit) and group.form != NO_FORM
            else isinstance(fact, Reaction) and group.form == NO_FORM and _presses(fact, rules)
        )
        if is_sending and not _fails(history, told, rules):
            return True
    return False


def _others(history: History, view: View, groups: Sequence[Group]) -> set[str]:
    """Return the forms of a page view that are known, those too that one searches with."""
    inside = history.inside[view.tab, view.number]
    told, _ = forms_of(
        (one.fact.key, one.fact.form) for one in inside if isinstance(one.fact, Field)
    )
    return {*told.values()} - {NO_FORM} | {one.form for one in groups}


def _is_of(fact: Submit, group: Group, others: set[str], rules: Forms) -> bool:
    """Tell whether a submit is a form's own; one that is known to be no other's may be."""
    is_known = fact.key in others or searches(fact.key, fact.url, rules)
    return fact.key == group.form or not is_known


def _presses(fact: Reaction, rules: Forms) -> bool:
    """Tell whether a button was pressed that does what sends a form: of fields in none, nothing else tells."""
    return fact.target == "button" and fact.effect in rules.sends


def _fails(history: History, sending: Told, rules: Forms) -> bool:
    here = history.tabs[sending.tab]
    undone = undoing(
        (told.time for told in here if isinstance(told.fact, Invalid)),
        [
            (one.time, one.name, one.times)
            for one in troubles(history)
            if one.told.tab == sending.tab
        ],
        (told.time for told in here if isinstance(told.fact, Submit | Reaction)),
        rules,
    )
    moves = [
        (told.time, told.page if isinstance(told.fact, PageView) else None)
        for told in here
        if isinstance(told.fact, PageView | Click)
    ]
    return fails(sending.time, sending.page, undone, moves, rules)
