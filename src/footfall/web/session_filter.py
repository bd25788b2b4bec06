"""From what a list asks for to the index's filter: stars, labels, watched marks and facts looked up. Blocking."""

from dataclasses import replace

from aiohttp import web

from footfall.index import Filter
from footfall.index.deeds import Deeds, sessions_that
from footfall.web.common import account_of, now_ms
from footfall.web.keys import ANNOTATIONS, INDEX, WATCHED
from footfall.web.session_choice import SessionChoice
from footfall.web.template_pages import widened

_NOTHING = Deeds()


def filter_of(request: web.Request, project: str, choice: SessionChoice) -> Filter:
    """Return the filter of the index for a list. Raises StorageError."""
    found = widened(request, project, choice.base.filter(now_ms()))
    only, without = _marked(request, project, choice)
    return replace(
        found,
        sessions=None if only is None else frozenset(only),
        without=frozenset(without),
        numbers=_numbers(request, project, choice.deeds, found),
        browser=choice.browser or None,
        country=choice.country or None,
        shortest=choice.longer * 1000 or None,
        longest=choice.shorter * 1000 or None,
        moment=choice.moment or None,
        moment_at=(choice.where, choice.at) if choice.where else None,
    )


def _numbers(
    request: web.Request, project: str, deeds: Deeds, found: Filter
) -> tuple[int, ...] | None:
    if deeds == _NOTHING:
        return None
    with request.app[INDEX].facts(project) as shot:
        return sessions_that(shot, deeds, found.since, found.until)


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
