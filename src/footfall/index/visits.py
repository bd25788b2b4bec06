"""What is true of whole sessions: where they came from, whether they converted, who came. From facts and rows."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.renumber import renumbered
from footfall.index.segment import DIRECT, Property, Segment, Visitors
from footfall.sorting import ordering
from footfall.wire.facts import Identify
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
        named = [number for number, name in enumerate(told.names) if name == segment.source]
        found = _and(found, told.session[np.isin(told.source, named)])
    if segment.visitors is not None:
        found = _and(found, _by_visit(shot, segment.visitors, among))
    if segment.user is not None:
        found = _and(found, _with_property(shot, segment.user))
    if segment.moment is not None:
        rows = shot.connection.execute(_WITH_MOMENT, (shot.project, segment.moment))
        found = _and(found, [row[0] for row in rows])
    if segment.converted is not None and segment.goal is not None:
        reached = np.unique(segment.goal.reached(shot)["session"])
        fit = reached if segment.converted else np.setdiff1d(among, reached)
        found = _and(found, fit)
    return found


@dataclass(frozen=True, eq=False)
class Sources:
    """Where sessions came from: the host that led to their first page view, or DIRECT."""

    session: Array  # SessionRow.number, sorted
    source: Array  # into names
    names: tuple[str, ...]

    def of(self, sessions: Array) -> Array:
        """Return the source of each session, into names; −1 where it is not known."""
        if not len(self.session):
            return np.full(len(sessions), -1, np.int64)
        at = np.minimum(np.searchsorted(self.session, sessions), len(self.session) - 1)
        found: Array = np.where(self.session[at] == sessions, self.source[at], -1)
        return found


def sources(shot: Snapshot, since: int | None, until: int | None) -> Sources:
    """Return where sessions with a page view then came from."""
    # A session that a view of the span belongs to may have begun a day before.
    choice = Choice(since=None if since is None else since - SESSION_MAX_MS, until=until)
    told = shot.read(
        PageView, ["session", "time", "tab", "sequence", "ordinal", "referrer", "url"], choice
    )
    first = _first_of_each(told)
    known: dict[str, int] = {DIRECT: 0}
    led, own = (_hosts(shot, told[name][first], known) for name in ("referrer", "url"))
    return Sources(told["session"][first], np.where(led == own, 0, led), tuple(known))


def _first_of_each(told: dict[str, Array]) -> Array:
    """Return the rows that come first of each session, in the order of the sessions."""
    session, ties = told["session"], (told["tab"], told["sequence"], told["ordinal"])
    order = ordering(session, told["time"], ties)
    if order is None:
        return np.flatnonzero(np.diff(session, prepend=-1))
    found: Array = order[np.flatnonzero(np.diff(session[order], prepend=-1))]
    return found


def _hosts(shot: Snapshot, names: Array, known: dict[str, int]) -> Array:
    """Return the number of each address's host in `known`, which grows; 0 for none."""
    distinct, which = renumbered(names)
    hosts = [_host(text) for text in shot.texts(distinct.tolist())]
    numbers = [known.setdefault(host, len(known)) if host else 0 for host in hosts]
    return np.array(numbers, np.int64).take(which)


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
