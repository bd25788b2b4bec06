"""Which sessions did a sequence of steps. Blocking."""

from dataclasses import replace

import numpy as np

from footfall.analysis.distinct import distinct
from footfall.analysis.steps import parse
from footfall.analysis.steps.match import expand, find
from footfall.analysis.steps.table import Ints
from footfall.detect.events import Scope, read_table
from footfall.index import Filter
from footfall.index.people import session_columns


def sessions_that_did(scope: Scope, steps: str) -> Ints:
    """Return the numbers of the sessions that did all of these steps, in order. Raises StepError.

    “per user”: a user's sessions are looked at together, and it is the sessions in which the steps ended.
    """
    return distinct(ends_of(scope, steps)[0])


def done_in(scope: Scope, steps: str) -> dict[int, int]:
    """Return the same, each with when it did them last, ms since 1970. Raises StepError."""
    session, time = ends_of(scope, steps)
    order = np.argsort(time, kind="stable")
    return dict(zip(session[order].tolist(), time[order].tolist(), strict=True))


def ends_of(scope: Scope, steps: str) -> tuple[Ints, Ints]:
    """Return the session and the time (ms since 1970) of each event that ends these steps. Raises StepError."""
    sequence = parse(steps)
    written = expand(sequence)
    # What a session did before and after the scope's time counts too.
    whole = replace(scope, since=None, until=None)
    if sequence.per == "user":
        shot = scope.shot
        whole = replace(whole, people=session_columns(shot.connection, shot.project, Filter()))
    table = read_table(whole, [one.filter for one in written], sequence.per)
    last = find(sequence, written, table).last
    return table.session[last], table.time[last]
