"""What people saw next, beside a loop over all that they saw."""

import numpy as np
from hypothesis import given, settings

from footfall.analysis.funnels.instead import has_ties, next_view
from footfall.analysis.steps import KINDS, merge
from footfall.analysis.steps.table import Table
from tests.analysis.histories import Happened, histories, parts

PAGE, CLICK = KINDS.index("page"), KINDS.index("click")


def table_of(events: list[Happened], kinds: list[int], *, places: bool) -> Table:
    letters = ["abcd"] * len(kinds)
    chosen = [one for one in events if one.kind in kinds]
    return merge(parts(chosen, letters, kinds), len(kinds), places=places)


@settings(deadline=None, max_examples=1_000)
@given(histories(kinds=2))
def test_the_next_page_view_is_that_which_comes_next(happened: list[Happened]) -> None:
    """By (time, tab, sequence, ordinal); where no two tie, without asking for places."""
    assert (PAGE, CLICK) == (0, 1)
    events = sorted(happened)
    views = [one for one in events if one.kind == PAGE]
    expected = [
        next(
            (at for at, one in enumerate(views) if one.owner == event.owner and one > event),
            len(views),
        )
        for event in events
    ]
    rows = np.arange(len(events))
    told, seen = (table_of(happened, kinds, places=True) for kinds in ([PAGE, CLICK], [PAGE]))
    assert next_view(told, seen, rows).tolist() == expected
    plain, plain_seen = (
        table_of(happened, kinds, places=False) for kinds in ([PAGE, CLICK], [PAGE])
    )
    found = next_view(plain, plain_seen, rows).tolist()
    for row, (one, right) in enumerate(zip(found, expected, strict=True)):
        others = [
            view for view in views
            if (view.owner, view.time) == (events[row].owner, events[row].time) and view != events[row]
        ]  # fmt: skip
        tied = has_ties(plain, plain_seen, rows[row : row + 1])
        assert tied == bool(others)
        assert tied or one == right
