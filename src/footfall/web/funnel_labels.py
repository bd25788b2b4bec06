"""What a breakdown calls each person of a funnel: device, source, pages, a property, a segment. Blocking."""

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import numpy as np

from footfall.analysis.funnels.told import NEVER, last_told
from footfall.analysis.steps import Table
from footfall.analysis.steps.masks import numbered
from footfall.analysis.steps.table import Ints, Mask
from footfall.detect.events import Scope
from footfall.index import device_of
from footfall.index.packs import Choice as FactChoice
from footfall.sorting import in_order
from footfall.web.did import sessions_that_did
from footfall.web.funnel_query import FunnelQuery
from footfall.wire.facts import Event, Identify
from footfall.wire.schema import PageView

if TYPE_CHECKING:
    from collections.abc import Callable

INSIDE: Final = "In the segment"
OUTSIDE: Final = "Not in it"
_ORDER: Final = ("session", "time", "tab", "sequence", "ordinal")
_FIRST: Final = {"device": "width", "source": "referrer", "landing": "page"}
"""Columns of a session's first page view."""


def labels(scope: Scope, table: Table, places: Ints, query: FunnelQuery) -> tuple[Ints, list[str]]:
    """Return of each event (places in the table) which label it has, and the labels. Raises StepError."""
    if query.by == "segment":
        inside = in_segment(scope, query.segment, table.session[places])
        return np.where(inside, 0, 1), [INSIDE, OUTSIDE]
    if query.by == "told":
        return _properties(scope, table, places, query.told)
    texts: Callable[[str], str] = _source_of if query.by == "source" else scope.rules.template_of
    column = _FIRST.get(query.by)
    values = (
        table.page[places] if column is None else _of_sessions(scope, table.session[places], column)
    )
    different, place = numbered(values)
    if query.by == "device":
        names = [device_of(int(one)) for one in different]
    else:
        names = [texts(one) for one in scope.shot.texts(different.tolist())]
    return _told(names, place)


def in_segment(scope: Scope, steps: str, sessions: Ints) -> Mask:
    """Tell of each session whether it did all of these steps, within itself. Raises StepError."""
    return np.isin(sessions, sessions_that_did(scope, steps))


def _told(names: list[str], place: Ints) -> tuple[Ints, list[str]]:
    """Put values that are called the same under one label."""
    known: dict[str, int] = {}
    numbers = np.array([known.setdefault(one, len(known)) for one in names], np.int64)
    return numbers[place] if len(place) else np.zeros(0, np.int64), list(known)


def _properties(scope: Scope, table: Table, places: Ints, name: str) -> tuple[Ints, list[str]]:
    """Return the property as an event or identify() last told it in the session, up to the event."""
    wanted = FactChoice(sessions=np.unique(table.session[places]))
    names = (*_ORDER, "properties")
    parts = [scope.shot.read(kind, names, wanted) for kind in (Event, Identify)]
    told = {one: np.concatenate([part[one] for part in parts]).astype(np.int64) for one in names}
    different, place = numbered(told["properties"])
    values = [_value(text, name) for text in scope.shot.texts(different.tolist())]
    tells = np.array([one is not None for one in values], np.bool_)[place] if values else place > 0
    rows = np.flatnonzero(tells)
    session, time, *ties = (told[one][rows] for one in _ORDER)
    found = last_told(session, time, tuple(ties), table.session[places], table.time[places])
    # The value behind all others is that of who never told any.
    which = np.full(len(places), len(values), np.int64)
    known = found != NEVER
    which[known] = place[rows[found[known]]]
    return _told([*(one or "" for one in values), ""], which)


def _value(text: str, name: str) -> str | None:
    try:
        bag = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return None
    if not isinstance(bag, dict) or bag.get(name) is None:
        return None
    value = bag[name]
    return value if isinstance(value, str) else json.dumps(value)


def _of_sessions(scope: Scope, sessions: Ints, column: str) -> Ints:
    """Return a column of each session's first page view; 0 or the empty name for one without any."""
    wanted = np.unique(sessions)
    views = scope.shot.read(PageView, (*_ORDER, column), FactChoice(sessions=wanted))
    ties = (views["tab"], views["sequence"], views["ordinal"])
    order = in_order(views["session"].astype(np.int64), views["time"], ties)
    none = 0 if column == "width" else scope.shot.number("")
    first = np.full(len(wanted), none, np.int64)
    first[np.searchsorted(wanted, views["session"][order[::-1]])] = views[column][order[::-1]]
    return first[np.searchsorted(wanted, sessions)]


def _source_of(referrer: str) -> str:
    """Return where a visit came from: the referring site's host."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return "Unknown"
    return host.removeprefix("www.") or "Direct"
