"""What is usual on a page, from the visits of it that came last."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from footfall.analysis.moments import History, Norms, Rules, history
from footfall.analysis.moments.forms import key_of
from footfall.analysis.moments.groups import groups_of
from footfall.analysis.moments.history import View
from footfall.analysis.moments.moves import reversals
from footfall.analysis.moments.norms import field_order, percentile_95
from footfall.detect.keys import drifting_names
from footfall.detect.load import records
from footfall.index.packs.read import Choice, Snapshot
from footfall.wire.facts import Field
from footfall.wire.schema import Input, PageView, Scroll, Viewport

MOST_SESSIONS: Final = 1_000
"""Of a page that are looked at: those that began last."""


def norms_of(
    shot: Snapshot, scrolled: Iterable[str], forms: Iterable[str], rules: Rules, since: int
) -> Norms:
    """Return what is usual on pages: how often they are scrolled back and forth, and the order of their fields.

    since: ms since 1970; older visits are not looked at.
    """
    turns = {page: _reversals(shot, page, rules, since) for page in set(scrolled)}
    orders = [_orders(shot, page, rules, since) for page in set(forms)]
    return Norms(
        {page: count for page, count in turns.items() if count is not None},
        {place: order for one in orders for place, order in one.items()},
    )


def _choice(shot: Snapshot, page: str, since: int) -> Choice:
    sessions = np.unique(
        shot.read(PageView, ["session"], Choice(since=since, page=page))["session"]
    )
    return Choice(since=since, page=page, sessions=sessions[-MOST_SESSIONS:])


def _reversals(shot: Snapshot, page: str, rules: Rules, since: int) -> int | None:
    found = records(shot, _choice(shot, page, since), (PageView, Scroll, Viewport))
    counts = []
    for facts in found.values():
        session = history(facts)
        counts += [len(reversals(session, view, rules.scrolling)) for view in session.views]
    return percentile_95(counts)


def _orders(
    shot: Snapshot, page: str, rules: Rules, since: int
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the order of the fields of each form of a page."""
    visits: dict[tuple[str, str], list[list[str]]] = {}
    choice = _choice(shot, page, since)
    drifting = _drifting(shot, choice)
    for facts in records(shot, choice, (Input, Field)).values():
        session = history(facts)
        for view in session.views:
            for group in groups_of(session, view, rules.forms):
                form, *keys = (
                    _known(session, view, key, drifting)
                    for key in (group.form, *map(key_of, group.touched))
                )
                visits.setdefault((page, form), []).append(keys)
    return {place: field_order(keys) for place, keys in visits.items()}


def _drifting(shot: Snapshot, choice: Choice) -> frozenset[str]:
    """Return the plain keys, of fields and of forms, that take the place of keys."""
    told = shot.read(Field, ("session", "key", "plain", "form", "form_plain"), choice)
    pairs = (("key", "plain"), ("form", "form_plain"))
    names = [drifting_names(shot, told[key], told[plain], told["session"]) for key, plain in pairs]
    return frozenset(shot.texts(np.concatenate(names)))


def _known(session: History, view: View, key: str, drifting: frozenset[str]) -> str:
    plain = session.plains.get((view.tab, view.number, key), key)
    return plain if plain in drifting else key
