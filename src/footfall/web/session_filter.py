"""From what a list asks for to the index's filter: stars, labels, watched marks and facts looked up. Blocking."""

from dataclasses import replace
from functools import reduce
from typing import Any, Final, cast

import numpy as np
from aiohttp import web

from footfall.analysis.metrics import hours_of_week, is_bounce
from footfall.analysis.steps import StepError
from footfall.detect.events import Scope
from footfall.index import Filter, Index
from footfall.index.deeds import Deeds, sessions_that
from footfall.index.packs import Snapshot
from footfall.index.people import session_numbers, session_starts
from footfall.index.segment import Segment
from footfall.index.visits import fitting_sessions
from footfall.web.choice import read_goal, read_span
from footfall.web.common import account_of, now_ms
from footfall.web.did import sessions_that_did
from footfall.web.errors import RequestError
from footfall.web.keys import ANNOTATIONS, INDEX, WATCHED
from footfall.web.overview_data import Span, gather
from footfall.web.session_choice import WEEKDAYS, Came, SessionChoice
from footfall.web.template_pages import rules_of, widened

_NO_DEEDS: Final = Deeds()


def filter_of(request: web.Request, project: str, choice: SessionChoice) -> Filter:
    """Return the filter of the index for a list. Raises StorageError."""
    found = widened(request, project, _timed(choice))
    only, without = _marked(request, project, choice)
    return replace(
        found,
        sessions=None if only is None else frozenset(only),
        without=frozenset(without),
        numbers=_numbers(request, project, choice, found),
        entry=choice.came.entry or None,
        browser=choice.browser or None,
        country=choice.country or None,
        shortest=choice.longer * 1000 or None,
        longest=choice.shorter * 1000 or None,
        moment=choice.moment or None,
        moment_at=(choice.where, choice.at) if choice.where else None,
    )


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
    request: web.Request, project: str, choice: SessionChoice, found: Filter
) -> tuple[int, ...] | None:
    deeds, came = choice.deeds, replace(choice.came, entry="")
    is_timed = bool(choice.weekday or choice.hour)
    bounced = _that_bounced(request.app[INDEX], project, choice.bounced, found)
    if (
        bounced is None
        and deeds == _NO_DEEDS
        and came == Came()
        and not choice.steps
        and not is_timed
    ):
        return None
    with request.app[INDEX].facts(project) as shot:
        asked = [
            sessions_that(shot, deeds, found.since, found.until),
            _that_came(shot, came, found),
            _that_did(request, shot, choice.steps),
            _that_began(shot, choice, found) if is_timed else None,
            bounced,
        ]
    some = [np.array(one, np.int64) for one in asked if one is not None]
    return tuple(reduce(np.intersect1d, some).tolist()) if some else None


def _that_did(request: web.Request, shot: Snapshot, steps: str) -> tuple[int, ...] | None:
    if not steps:
        return None
    try:
        did = sessions_that_did(Scope(shot, rules_of(request, shot.project)), steps)
    except StepError as error:
        raise RequestError(f"The steps cannot be read: {error}") from error
    return tuple(did.tolist())


def _that_bounced(
    index: Index, project: str, bounced: str, found: Filter
) -> tuple[int, ...] | None:
    """Return the numbers of the sessions that bounced, or ("no") that did not; None where it is not asked."""
    if not bounced:
        return None
    last = now_ms() if found.until is None else found.until
    visits = gather(index, project, Span(found.since or 0, last, None), None, found.device).now
    return tuple(visits.number[is_bounce(visits) == (bounced == "yes")].tolist())


def _that_began(shot: Snapshot, choice: SessionChoice, found: Filter) -> tuple[int, ...]:
    """Return the numbers of the sessions that began on that day of the week, in that hour."""
    within = Filter(since=found.since, until=found.until)
    number, started = session_starts(shot.connection, shot.project, within)
    day, hour = hours_of_week(started, choice.base.clock)
    fits = np.ones(len(number), np.bool_)
    if choice.weekday:
        fits &= day == list(WEEKDAYS).index(choice.weekday)
    if choice.hour:
        fits &= hour == int(choice.hour)
    return tuple(number[fits].tolist())


def _that_came(shot: Snapshot, came: Came, found: Filter) -> tuple[int, ...] | None:
    """Return the numbers of the sessions that came so, of any time; None where nothing is asked."""
    if came == Came():
        return None
    segment = Segment(
        page="",
        since=found.since,
        until=found.until,
        source=came.source or None,
        visitors=cast("Any", came.visitors or None),
        goal=read_goal(came.goal),
        converted={"yes": True, "no": False}.get(came.converted),
    )
    fit = fitting_sessions(shot, segment, session_numbers(shot.connection, shot.project, Filter()))
    return None if fit is None else tuple(fit.tolist())


def _marked(
    request: web.Request, project: str, choice: SessionChoice
) -> tuple[set[str] | None, set[str]]:
    """Return which sessions alone may be in the list (None: any), and which may not, by what people marked."""
    book, marks = request.app[ANNOTATIONS], []
    if choice.base.starred:
        marks.append(book.starred(project))
    if choice.base.label:
        marks.append(book.labelled(project, choice.base.label))
    watched = request.app[WATCHED].by(project, account_of(request)) if choice.watched else set()
    if choice.watched == "yes":
        marks.append(watched)
    without = watched if choice.watched == "no" else set()
    return (set.intersection(*marks) if marks else None), without
