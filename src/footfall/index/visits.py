"""What is true of whole sessions: where they came from, whether they converted, who came. From facts and rows."""

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.segment import DIRECT, Goal, Property, Segment, Visitors
from footfall.wire.facts import Event, Identify
from footfall.wire.schema import SESSION_MAX_MS, PageView

Array = NDArray[Any]
_FIRST_SESSIONS: Final = (
    "SELECT number FROM"
    " (SELECT number, MIN(started) FROM sessions WHERE project = ? GROUP BY visitor)"
)

_WITH_MOMENT: Final = (
    "SELECT DISTINCT s.number FROM moments m JOIN sessions s USING (project, session)"
    " WHERE m.project = ? AND m.kind = ? AND m.dismissed = 0"
)


def fitting_sessions(shot: Snapshot, segment: Segment, among: Array) -> Array | None:
    """Return the numbers of the sessions among these that fit a segment; None: nothing is asked of them."""
    found: Array | None = None
    if segment.source is not None:
        told = sources(shot, segment.since, segment.until)
        found = _and(found, [number for number, one in told.items() if one == segment.source])
    if segment.visitors is not None:
        found = _and(found, _by_visit(shot, segment.visitors, among))
    if segment.user is not None:
        found = _and(found, _with_property(shot, segment.user))
    if segment.moment is not None:
        rows = shot.connection.execute(_WITH_MOMENT, (shot.project, segment.moment))
        found = _and(found, [row[0] for row in rows])
    if segment.converted is not None and segment.goal is not None:
        reached = np.unique(reached_goal(shot, segment.goal)["session"])
        fit = reached if segment.converted else np.setdiff1d(among, reached)
        found = _and(found, fit)
    return found


def sources(shot: Snapshot, since: int | None, until: int | None) -> dict[int, str]:
    """Return by session the host that led to its first page view, or DIRECT, of sessions with a view then."""
    # A session that a view of the span belongs to may have begun a day before.
    choice = Choice(since=None if since is None else since - SESSION_MAX_MS, until=until)
    told = shot.read(
        PageView, ["session", "time", "sequence", "ordinal", "referrer", "url"], choice
    )
    order = np.lexsort((told["ordinal"], told["sequence"], told["time"], told["session"]))
    session = told["session"][order]
    first = order[np.flatnonzero(np.diff(session, prepend=-1))]
    pairs = np.stack([told["referrer"][first], told["url"][first]])
    distinct, which = np.unique(pairs, axis=1, return_inverse=True)
    referrers, urls = shot.texts(distinct[0]), shot.texts(distinct[1])
    names = [_source(*pair) for pair in zip(referrers, urls, strict=True)]
    numbers = told["session"][first].tolist()
    return {one: names[at] for one, at in zip(numbers, which.reshape(-1).tolist(), strict=True)}


def reached_goal(shot: Snapshot, goal: Goal) -> dict[str, Array]:
    """Return session and time (ms since 1970, corrected) of each time that a goal was reached."""
    if goal.kind == "page":
        return shot.read(PageView, ["session", "time"], Choice(page=goal.name))
    told = shot.read(Event, ["session", "time", "name"])
    is_it = told["name"] == shot.number(goal.name)
    return {name: told[name][is_it] for name in ("session", "time")}


def exact_views(shot: Snapshot, segment: Segment) -> dict[str, Array]:
    """Return session, tab and view of the page views whose address has exactly the segment's path."""
    within = segment.filter
    choice = Choice(page=within.page, pages=within.pages)
    told = shot.read(PageView, ["session", "tab", "view", "url"], choice)
    urls = np.unique(told["url"])
    wanted = [
        number
        for number, text in zip(urls.tolist(), shot.texts(urls), strict=True)
        if _path(text) == segment.path
    ]
    fits = np.isin(told["url"], wanted)
    return {name: told[name][fits] for name in ("session", "tab", "view")}


def _and(found: Array | None, also: Iterable[int] | Array) -> Array:
    fit = np.unique(np.asarray(also if isinstance(also, np.ndarray) else list(also), np.int64))
    return fit if found is None else np.intersect1d(found, fit)


def _by_visit(shot: Snapshot, visitors: Visitors, among: Array) -> Array:
    first = [row[0] for row in shot.connection.execute(_FIRST_SESSIONS, (shot.project,))]
    fit: Array = np.array(first, np.int64)
    return fit if visitors == "new" else np.setdiff1d(among, fit)


def _with_property(shot: Snapshot, wanted: Property) -> Array:
    told = shot.read(Identify, ["session", "properties"])
    texts = np.unique(told["properties"])
    fit = [
        number
        for number, text in zip(texts.tolist(), shot.texts(texts), strict=True)
        if _property(text, wanted.name) == wanted.value
    ]
    found: Array = np.unique(told["session"][np.isin(told["properties"], fit)])
    return found


def _property(properties: str, name: str) -> str | None:
    try:
        value = json.loads(properties).get(name)
    except (ValueError, AttributeError, RecursionError):
        return None
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _source(referrer: str, url: str) -> str:
    host = _host(referrer)
    return DIRECT if not host or host == _host(url) else host


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return ""
