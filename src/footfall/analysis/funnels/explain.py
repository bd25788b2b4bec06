"""Why a person counts in a funnel as it does: its events, what each could be, and the attempt that counts. Pure."""

from dataclasses import dataclass

import numpy as np

from footfall.analysis.funnels.choose import Outcome, Outcomes
from footfall.analysis.funnels.definition import Funnel
from footfall.analysis.steps.table import Table


@dataclass(frozen=True)
class Line:
    """An event of the person that the funnel looks at."""

    session: int
    time: int  # ms since 1970
    page: int  # a name
    kind: int  # place in steps.language.KINDS
    steps: tuple[int, ...]  # that it fits, from 1
    is_excluded: bool  # it fits an exclusion
    taken: int  # the step as which the attempt that counts has it, from 1; 0: none


@dataclass(frozen=True)
class Explanation:
    """What became of a person."""

    lines: tuple[Line, ...]  # in order
    outcome: Outcome | None  # None: not counted at all
    depth: int  # steps reached by the attempt that counts; 0: not counted


def explain(funnel: Funnel, table: Table, found: Outcomes, owner: int) -> Explanation:
    """Explain one person; owner: as in the table."""
    rows = np.flatnonzero(table.owner == owner)
    steps = len(funnel.steps)
    who = np.flatnonzero(found.owner == owner)
    taken: dict[int, int] = {}
    outcome, depth = None, 0
    if len(who):
        outcome, depth = Outcome(int(found.outcome[who[0]])), int(found.depth[who[0]])
        taken = {int(one): at for at, one in enumerate(found.places[who[0], :depth], 1)}
    lines = tuple(
        Line(
            int(table.session[row]),
            int(table.time[row]),
            int(table.page[row]),
            int(table.kind[row]),
            tuple((np.flatnonzero(table.masks[:steps, row]) + 1).tolist()),
            bool(table.masks[steps:, row].any()),
            taken.get(int(row), 0),
        )
        for row in rows
    )
    return Explanation(lines, outcome, depth)


def why(funnel: Funnel, told: Explanation) -> str:
    """Say in one sentence what became of a person."""
    if told.outcome is Outcome.CONVERTED:
        return "Converted: every step was reached in time."
    fits = {step for line in told.lines for step in line.steps}
    if told.outcome is None:
        return f"Not counted: {_why_not(funnel, told, fits)}."
    begun = f"Reached step {told.depth} of {len(funnel.steps)}"
    if told.outcome is Outcome.PENDING:
        return f"{begun}; the window for the next step is still open."
    if funnel.order == "any" or told.depth + 1 not in fits:
        return f"{begun}; nothing that fits the next step came before the window closed."
    return f"{begun}; what fits step {told.depth + 1} came before its turn, too late, or not next."


def _why_not(funnel: Funnel, told: Explanation, fits: set[int]) -> str:
    if funnel.order != "any" and 1 not in fits:
        return "nothing fits the first step"
    if fits and any(line.is_excluded for line in told.lines):
        return "something that is excluded came between two steps"
    return "no attempt began in this time"
