"""What is usual on a page, from the visits of it that came last."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from footfall.analysis.moments import Norms, Rules, Told, history
from footfall.analysis.moments.moves import reversals
from footfall.analysis.moments.norms import field_order, percentile_95
from footfall.detect.load import records
from footfall.index.packs.read import Choice, Snapshot
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
    orders = {page: _order(shot, page, rules, since) for page in set(forms)}
    return Norms(
        {page: count for page, count in turns.items() if count is not None},
        {page: order for page, order in orders.items() if order},
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


def _order(shot: Snapshot, page: str, rules: Rules, since: int) -> tuple[str, ...]:
    visits: dict[tuple[int, str, int], list[Told]] = {}
    for session, facts in records(shot, _choice(shot, page, since), (Input,)).items():
        for told in history(facts).facts:
            visits.setdefault((session, told.tab, told.view), []).append(told)
    keys = [
        [
            told.fact.key
            for told in visit
            if isinstance(told.fact, Input) and _counts(told.fact, rules)
        ]
        for visit in visits.values()
    ]
    return field_order(keys)


def _counts(fact: Input, rules: Rules) -> bool:
    is_searching = any(word in fact.key.lower() for word in rules.forms.searching)
    return fact.field != "search" and not is_searching
