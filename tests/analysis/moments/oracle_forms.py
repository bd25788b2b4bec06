"""The rules of forms and fields once more, as plainly as they can be written."""

from typing import Any

from footfall.wire.facts import Failure, Field, Request, Submit
from footfall.wire.schema import Click, Input, PageView, Visibility
from tests.analysis.moments.oracle import Facts, Told, of, started, what


def abandons(facts: Facts) -> list[Any]:
    found = []
    for tab, view in sorted({(one.tab, one.view) for one in facts}):
        here = [one for one in facts if (one.tab, one.view) == (tab, view)]
        told = {one.fact.key: one.fact.form for one in of(here, Field) if one.fact.form != "?"}
        only = next(iter(told.values())) if len(set(told.values())) == 1 else "?"
        touched = [
            (told.get(one.fact.key, only), one)
            for one in of(here, Input)
            if one.fact.field != "search" and one.fact.action in ("focus", "input", "change")
        ]
        forms = {form for form, _ in touched}
        for form in forms:
            mine = [one for of_form, one in touched if of_form == form]
            begun = [one for one in mine if one.fact.action != "focus"]
            typed = {one.fact.key for one in begun if one.fact.field == "text"}
            loose = {""} if is_like_a_form(touched) else set()
            others = (forms | set(told.values())) - {form, ""} | (loose - {form})
            if not begun or (form == "" and len(typed) < 2):
                continue
            sent = [
                one
                for one in of(here, Submit)
                if one.time >= begun[0].time and form != ""
                if one.fact.key == form
                or (one.fact.key not in others and "search" not in one.fact.key)
            ]
            if all(fails(facts, one) for one in sent):
                found.append((begun[0].time, tab, view, mine[-1].fact.key))
    return sorted(found)


def is_like_a_form(touched: list[tuple[str, Told]]) -> bool:
    """Tell whether the fields that are in no form are two typed ones at least."""
    return (
        len(
            {
                one.fact.key
                for form, one in touched
                if form == "" and one.fact.action != "focus" and one.fact.field == "text"
            }
        )
        >= 2
    )


def fails(facts: Facts, submit: Told) -> bool:
    mine = [one for one in facts if one.tab == submit.tab]
    after = [one for one in mine if submit.time < one.time <= submit.time + 3_000]
    for one in after:
        if isinstance(one.fact, Click):
            break
        if isinstance(one.fact, PageView):
            if one.page != submit.page:
                return False
            break
    bad = [
        one
        for one in of(mine, Request) + of(mine, Failure)
        if getattr(one.fact, "cause", "") != "resource"
    ]
    for one in bad:
        if not near(submit, one):
            continue
        alone = [
            other
            for other in bad
            if what(other) == what(one) and not any(near(s, other) for s in of(mine, Submit))
        ]
        if sum(other.fact.times for other in alone) < 2:
            return True
    return False


def near(submit: Told, trouble: Told) -> bool:
    return bool(submit.time - 100 <= started(trouble) <= submit.time + 3_000)


def corrections(facts: Facts) -> list[Any]:
    return [
        (one.time, one.tab, one.fact.key)
        for one in of(facts, Field)
        if one.fact.before >= 0 and one.fact.after >= 0 and one.fact.before > one.fact.after
    ]


def returns(facts: Facts) -> list[Any]:
    found = []
    for one in of(facts, Field):
        place = (one.tab, one.view, one.fact.key)
        earlier = [
            other
            for other in of(facts, Field)
            if (other.tab, other.view, other.fact.key) == place
            if (other.time, other.sequence, other.ordinal) < (one.time, one.sequence, one.ordinal)
        ]
        # Whether it held something then: the last visit that tells does.
        told = [
            other.fact.first >= 0 or other.fact.after > 0
            for other in earlier
            if other.fact.first >= 0 or other.fact.after >= 0
        ]
        entered = one.time - one.fact.duration
        if told and told[-1] and not was_away(facts, earlier[-1], entered):
            found.append((entered, one.tab, one.fact.key))
    return sorted(found)


def was_away(facts: Facts, left: Told, entered: int) -> bool:
    """Tell whether it was the tab or the window that was left, close to the end of a visit."""
    return any(
        one.tab == left.tab
        and not (one.fact.visible and one.fact.focused)
        and -150 <= one.time - left.time <= 150
        and one.time <= entered
        for one in of(facts, Visibility)
    )


def field_hesitations(facts: Facts) -> list[Any]:
    return [
        (one.time - one.fact.duration, one.tab, one.fact.key)
        for one in of(facts, Field)
        if one.fact.field == "text" and (one.fact.first >= 3_000 or one.fact.pause >= 5_000)
    ]
