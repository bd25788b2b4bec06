"""From what a list asks for to the index's filter: stars, labels, watched marks and facts looked up. Blocking.

And from a goal's text to what it means: a list may ask for a goal, and a segment, which is a list, may be one.
"""

from dataclasses import replace
from functools import reduce
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import numpy as np

from footfall.analysis.metrics import hours_of_week, is_bounce
from footfall.analysis.steps import StepError, parse
from footfall.analysis.steps.table import Ints
from footfall.analysis.templates import Rules
from footfall.annotations import SavedView
from footfall.detect.events import Scope
from footfall.index import Filter, Index
from footfall.index.deeds import Deeds, sessions_that
from footfall.index.goals import EventGoal, Goal, PageGoal
from footfall.index.packs import Snapshot
from footfall.index.people import session_numbers, session_starts
from footfall.index.segment import Segment
from footfall.index.visits import fitting_sessions
from footfall.web.books import Books
from footfall.web.choice import read_goal, read_span
from footfall.web.common import now_ms
from footfall.web.did import sessions_that_did
from footfall.web.errors import RequestError
from footfall.web.goal_kinds import SegmentGoal, StepsGoal
from footfall.web.overview_data import Span, gather
from footfall.web.session_choice import WEEKDAYS, Came, SessionChoice, read_session_choice
from footfall.web.template_pages import pages_of

_NO_DEEDS: Final = Deeds()


class GoalError(RequestError):
    """A goal that cannot be counted; the message says which, and why."""


def filter_of(
    books: Books, project: str, choice: SessionChoice, within: frozenset[str] = frozenset()
) -> Filter:
    """Return the filter of the index for a list; within: names of the segments that it is a part of.

    Raises RequestError, StorageError.
    """
    found = _timed(choice)
    without_it = choice.met == "no"
    if without_it and found.page is None:
        found = replace(found, page=choice.where)
    if found.page is not None:
        pages = pages_of(books.index, project, _rules(books, project), found.page)
        found = found if pages is None else replace(found, page=None, viewed=frozenset(pages))
    only, without = _marked(books, project, choice)
    numbers = _numbers(books, project, choice, found, within)
    if without_it:
        others = _that_never_met(books.index, project, choice, found)
        numbers = others if numbers is None else np.intersect1d(numbers, others)
    return replace(
        found,
        sessions=None if only is None else frozenset(only),
        without=frozenset(without),
        numbers=numbers,
        entry=choice.came.entry or None,
        browser=choice.browser or None,
        country=choice.country or None,
        shortest=choice.longer * 1000 or None,
        longest=choice.shorter * 1000 or None,
        **({} if without_it else _met(choice)),
    )


def _met(choice: SessionChoice) -> dict[str, Any]:
    """Return the values of the index's filter for sessions that have a list's moment."""
    at = (choice.where, choice.at) if choice.where else None
    return {"moment": choice.moment or None, "moment_at": at}


def _that_never_met(index: Index, project: str, choice: SessionChoice, found: Filter) -> Ints:
    """Return the numbers of the sessions, in the list's time, of visitors who have the moment in none of them."""
    within = Filter(since=found.since, until=found.until, device=found.device)
    everybody = index.session_columns(project, within)
    met = index.session_columns(project, replace(within, **_met(choice))).number
    who = np.unique(everybody.visitor[np.isin(everybody.number, met)])
    return everybody.number[~np.isin(everybody.visitor, who)]


def goal_of(
    books: Books, project: str, text: str, within: frozenset[str] = frozenset()
) -> Goal | None:
    """Return a goal by how addresses have it; None: none is asked for. Blocking. Raises GoalError, StorageError.

    within: as in `filter_of`.
    """
    told = read_goal(text)
    if told is None:
        return None
    if told.kind == "page":
        return _page_goal(books, project, told.name)
    if told.kind == "event":
        return EventGoal(told.name)
    if told.kind == "steps":
        return _steps_goal(books, project, told.name)
    return _segment_goal(books, project, told.name, within)


def asked_by(view: SavedView) -> SessionChoice:
    """Return the list that a segment is, of any time: what time it was kept with is not its own."""
    asked = read_session_choice(dict(parse_qsl(view.query)))
    base = replace(asked.base, period="", since="", until="", offset=0)
    return replace(asked, base=base, began="")


def _page_goal(books: Books, project: str, name: str) -> PageGoal:
    pages = pages_of(books.index, project, _rules(books, project), name)
    if pages is None and "/:" in name and name not in books.index.page_names(project):
        raise GoalError(
            f"The goal “{name}” cannot be counted: there is no such page template any more."
        )
    return PageGoal(tuple(pages or (name,)))


def _steps_goal(books: Books, project: str, steps: str) -> StepsGoal:
    try:
        parse(steps)
    except StepError as error:
        raise GoalError(f"The goal “{steps}” cannot be counted: {error}") from error
    return StepsGoal(steps, _rules(books, project))


def _segment_goal(books: Books, project: str, name: str, within: frozenset[str]) -> Goal:
    view = next((one for one in books.views.all(project) if one.name == name), None)
    if view is None:
        raise GoalError(
            f"The goal “Segment {name}” cannot be counted: there is no segment of this name any more."
        )
    if name in within:
        raise GoalError(f"The goal “Segment {name}” cannot be counted: it asks for itself.")
    asked = asked_by(view)
    rest, inside = replace(asked, steps=""), within | {name}
    try:
        steps = _steps_goal(books, project, asked.steps) if asked.steps else None
        goal_of(books, project, asked.came.goal, inside)
    except GoalError as error:
        raise GoalError(f"The goal “Segment {name}” cannot be counted. {error}") from error
    if steps is not None and not rest.is_narrow:
        return steps

    def numbers() -> Ints:
        fits = filter_of(books, project, rest, inside)
        return books.index.session_columns(project, fits).number

    return SegmentGoal(numbers, steps)


def _rules(books: Books, project: str) -> Rules:
    return Rules(books.page_rules.templates(project))


def _timed(choice: SessionChoice) -> Filter:
    """Return the filter of a list's page, device and time: of both times that it names, what they have in common."""
    found, span = choice.base.filter(now_ms()), read_span(choice.began)
    if span is None:
        return found
    first, last = span
    return replace(
        found,
        since=first if found.since is None else max(first, found.since),
        until=last if found.until is None else min(last, found.until),
    )


def _numbers(
    books: Books, project: str, choice: SessionChoice, found: Filter, within: frozenset[str]
) -> Ints | None:
    deeds, came = choice.deeds, replace(choice.came, entry="")
    is_timed = bool(choice.weekday or choice.hour)
    bounced = _that_bounced(books.index, project, choice.bounced, found)
    if (
        bounced is None
        and deeds == _NO_DEEDS
        and came == Came()
        and not choice.steps
        and not is_timed
    ):
        return None
    goal = goal_of(books, project, came.goal, within)
    with books.index.facts(project) as shot:
        asked = [
            sessions_that(shot, deeds, found.since, found.until),
            _that_came(shot, came, goal, found),
            _that_did(books, shot, choice.steps),
            _that_began(shot, choice, found) if is_timed else None,
            bounced,
        ]
    some = [one for one in asked if one is not None]
    return reduce(np.intersect1d, some) if some else None


def _that_did(books: Books, shot: Snapshot, steps: str) -> Ints | None:
    if not steps:
        return None
    try:
        return sessions_that_did(Scope(shot, _rules(books, shot.project)), steps)
    except StepError as error:
        raise RequestError(f"The steps cannot be read: {error}") from error


def _that_bounced(index: Index, project: str, bounced: str, found: Filter) -> Ints | None:
    """Return the numbers of the sessions that bounced, or ("no") that did not; None where it is not asked."""
    if not bounced:
        return None
    last = now_ms() if found.until is None else found.until
    visits = gather(index, project, Span(found.since or 0, last, None), None, found.device).now
    numbers: Ints = visits.number[is_bounce(visits) == (bounced == "yes")]
    return numbers


def _that_began(shot: Snapshot, choice: SessionChoice, found: Filter) -> Ints:
    """Return the numbers of the sessions that began on that day of the week, in that hour."""
    within = Filter(since=found.since, until=found.until)
    number, started = session_starts(shot.connection, shot.project, within)
    day, hour = hours_of_week(started, choice.base.clock)
    fits = np.ones(len(number), np.bool_)
    if choice.weekday:
        fits &= day == list(WEEKDAYS).index(choice.weekday)
    if choice.hour:
        fits &= hour == int(choice.hour)
    return number[fits]


def _that_came(shot: Snapshot, came: Came, goal: Goal | None, found: Filter) -> Ints | None:
    """Return the numbers of the sessions that came so, of any time; None where nothing is asked."""
    if came == Came():
        return None
    segment = Segment(
        page="",
        since=found.since,
        until=found.until,
        source=came.source or None,
        visitors=cast("Any", came.visitors or None),
        goal=goal,
        converted={"yes": True, "no": False}.get(came.converted),
    )
    return fitting_sessions(shot, segment, session_numbers(shot.connection, shot.project, Filter()))


def _marked(books: Books, project: str, choice: SessionChoice) -> tuple[set[str] | None, set[str]]:
    """Return which sessions alone may be in the list (None: any), and which may not, by what people marked."""
    book, marks = books.annotations, []
    if choice.base.starred:
        marks.append(book.starred(project))
    if choice.base.label:
        marks.append(book.labelled(project, choice.base.label))
    watched = books.watched.by(project, books.account) if choice.watched else set()
    if choice.watched == "yes":
        marks.append(watched)
    without = watched if choice.watched == "no" else set()
    return (set.intersection(*marks) if marks else None), without
