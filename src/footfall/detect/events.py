"""Events of the index as analyses take them: read by kind, masked by filters, put in order. Blocking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.distinct import distinct
from footfall.analysis.paths import Seen
from footfall.analysis.people import persons
from footfall.analysis.steps import KINDS, Columns, Condition, Filter, Part, Table, mask, merge
from footfall.analysis.steps.masks import SOURCES, lookup, needed, numbered, test_page
from footfall.analysis.templates import Rules
from footfall.index.packs import KINDS as KINDS_OF_FACTS
from footfall.index.packs import Choice, Snapshot
from footfall.index.people import SessionColumns
from footfall.sorting import ordering
from footfall.wire.facts import Event, Identify
from footfall.wire.schema import Fact, PageView

Ints = NDArray[np.int64]
_FEW_PAGES: Final = 30
"""Up to so many pages are read one by one."""
_UNKNOWN: Final = -1
_LAST_IN_TABLE: Final = 1 << 24
"""Names above are looked at column by column."""
EVENT_NODE: Final = "event:"
"""How the nodes of paths that are events begin; those of pages begin otherwise."""
STEP_NODE: Final = "step:"
"""Likewise of events that are steps (docs/steps.md), as people name them."""
_NOTHING: Final[Mapping[str, Filter]] = {}
_ORDER: Final = ("session", "time", "tab", "sequence", "ordinal", "page")


@dataclass(frozen=True)
class Scope:
    """What is looked at."""

    shot: Snapshot
    rules: Rules
    since: int | None = None  # ms since 1970
    until: int | None = None
    people: SessionColumns | None = None  # these sessions alone; None: all


def read_table(
    scope: Scope,
    filters: Sequence[Filter],
    per: str = "session",
    *,
    whole: frozenset[str] = frozenset(),
    places: bool = False,
) -> Table:
    """Return the events that any filter means, one row of masks for each filter; of the kinds in `whole` all."""
    parts: list[Part] = []
    for kind in dict.fromkeys(one.kind for one in filters):
        source = SOURCES[kind]
        mine = [one for one in filters if one.kind == kind]
        columns = sorted(set(_ORDER).union(*map(needed, mine)))
        arrays = _read(scope, source.fact, columns, mine if kind not in whole else [])
        facts = Columns(arrays, scope.shot.texts, scope.rules.template_of)
        masks = np.zeros((len(filters), len(facts)), np.bool_)
        for row, one in enumerate(filters):
            if one.kind == kind:
                masks[row] = mask(one, facts)
        kept = np.ones(len(facts), np.bool_) if kind in whole else np.logical_or.reduce(masks)
        rows = slice(None) if kept.all() else np.flatnonzero(kept)
        parts.append(_part(arrays, masks, rows, KINDS.index(kind)))
    if per == "user":
        parts = _by_person(scope, parts)
    return merge(parts, len(filters), keep_all=True, places=places)


def read_seen(
    scope: Scope, *, events: bool = False, named: Mapping[str, Filter] = _NOTHING
) -> tuple[Seen, list[str]]:
    """Return the page views as paths take them, and the templates that the nodes stand for.

    events: the site's own events too; they are called EVENT_NODE and their name. named: what fits these, by the names
    of their nodes, too; what is at once a page view and an event is both, in this order.
    """
    names: dict[str, int] = {}

    def nodes(numbers: NDArray[Any], name: Callable[[str], str]) -> Ints:
        known, place = numbered(numbers)
        texts = scope.shot.texts(known.tolist())
        found = [names.setdefault(name(text), len(names)) for text in texts]
        return np.array(found, np.int64).take(place) if found else np.zeros(0, np.int64)

    views = scope.shot.read(PageView, _ORDER, _choice(scope))
    parts = [(views, nodes(views["page"], scope.rules.template_of))]
    if events:
        told = scope.shot.read(Event, (*_ORDER, "name"), _choice(scope))
        parts.append((told, nodes(told["name"], lambda name: EVENT_NODE + name)))
    if named:
        table = read_table(scope, list(named.values()), places=True)
        parts.extend(
            (
                _rows(table, table.masks[at]),
                np.full(table.masks[at].sum(), names.setdefault(name, len(names))),
            )
            for at, name in enumerate(named)
        )
    node = np.concatenate([some for _, some in parts])
    columns = {name: np.concatenate([one[name] for one, _ in parts]) for name in _ORDER}
    session, time = columns["session"].astype(np.int64), columns["time"].astype(np.int64)
    order = ordering(session, time, (columns["tab"], columns["sequence"], columns["ordinal"]))
    if order is not None:
        session, time, node = session[order], time[order], node[order]
    return Seen(session, time, node), list(names)


def _rows(table: Table, kept: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """Return what is kept of a table that has places, as columns."""
    places = np.zeros((0, 3), np.int64) if table.places is None else table.places[kept]
    tied = zip(("tab", "sequence", "ordinal"), places.T, strict=True)
    return {
        "session": table.session[kept],
        "time": table.time[kept],
        "page": table.page[kept],
        **dict(tied),
    }


def _read(
    scope: Scope, fact: type[Fact], columns: Sequence[str], filters: Sequence[Filter]
) -> dict[str, NDArray[Any]]:
    """Read columns of the facts that the filters may mean: of a few pages alone where all of them name pages."""
    choice = _choice(scope)
    named = [
        [one for one in wanted.where if one.field == "page" and not one.is_property]
        for wanted in filters
    ]
    if not named or not all(named):
        return scope.shot.read(fact, columns, choice)
    is_meant = _judge(scope, named)
    if not KINDS_OF_FACTS[fact].by_page:
        return scope.shot.read(fact, columns, replace(choice, meant=_Verdicts(is_meant)))
    numbers = scope.shot.pages(fact)
    pages = scope.shot.texts(np.array(numbers, np.int64)[is_meant(numbers)]) if numbers else []
    if len(pages) > _FEW_PAGES:
        return scope.shot.read(fact, columns, choice)
    # Without any page the columns are still needed, empty.
    return scope.shot.read(fact, columns, replace(choice, pages=tuple(pages) or ("",)))


def _judge(scope: Scope, named: Sequence[Sequence[Condition]]) -> Callable[[list[int]], list[bool]]:
    """Return what tells of names of pages whether any of these lists of conditions holds; each is looked at once."""
    known: dict[int, bool] = {}

    def judge(numbers: list[int]) -> list[bool]:
        new = [one for one in numbers if one not in known]
        for number, text in zip(new, scope.shot.texts(new), strict=True):
            page = scope.rules.template_of(text)
            known[number] = any(all(test_page(one, text, page) for one in some) for some in named)
        return [known[one] for one in numbers]

    return judge


class _Verdicts:
    """Tells of columns of names what a judge says; each name is asked of once, by a table."""

    def __init__(self, judge: Callable[[list[int]], list[bool]]) -> None:
        self._judge = judge
        self._known = np.full(0, _UNKNOWN, np.int8)

    def __call__(self, names: NDArray[Any]) -> NDArray[np.bool_]:
        if not len(names) or int(names.min()) < 0 or int(names.max()) > _LAST_IN_TABLE:
            return lookup(names, self._judge)
        more = int(names.max()) + 1 - len(self._known)
        if more > 0:
            self._known = np.append(self._known, np.full(more, _UNKNOWN, np.int8))
        found = self._known.take(names)
        if int(found.min()) == _UNKNOWN:
            new = distinct(names[found == _UNKNOWN])
            self._known[new] = self._judge(new.tolist())
            found = self._known.take(names)
        told: NDArray[np.bool_] = found.view(np.bool_)
        return told


def _choice(scope: Scope) -> Choice:
    people = scope.people
    return Choice(
        since=scope.since, until=scope.until, sessions=None if people is None else people.number
    )


def _part(
    arrays: dict[str, NDArray[Any]], masks: NDArray[np.bool_], rows: Ints | slice, kind: int
) -> Part:
    session = arrays["session"][rows].astype(np.int64, copy=False)
    return Part(
        session,
        session,
        arrays["time"][rows].astype(np.int64, copy=False),
        arrays["tab"][rows],
        arrays["sequence"][rows],
        arrays["ordinal"][rows],
        arrays["page"][rows],
        masks[:, rows],
        kind,
    )


def _by_person(scope: Scope, parts: list[Part]) -> list[Part]:
    if scope.people is None:
        raise ValueError("Users are known by their sessions: a scope per user names people.")
    told = scope.shot.read(Identify, ("session", "time", "user"))
    order = np.argsort(told["time"], kind="stable")
    person = persons(
        scope.people.number, scope.people.visitor, told["session"][order], told["user"][order]
    )
    found = []
    for part in parts:
        place = np.searchsorted(scope.people.number, part.session)
        fields = {name: getattr(part, name) for name in Part.__dataclass_fields__}
        found.append(Part(**{**fields, "owner": person[place]}))
    return found
