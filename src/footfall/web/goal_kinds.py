"""Goals that the language of steps tells: steps that a session did, and segments that it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from footfall.analysis.steps.table import Ints
from footfall.analysis.templates import Rules
from footfall.detect.events import Scope
from footfall.index.goals import Reached
from footfall.index.packs import Snapshot
from footfall.index.people import session_ends
from footfall.web.did import ends_of


@dataclass(frozen=True, eq=False)
class StepsGoal:
    """These steps were done: reached with each event that can be the last of them. They can be read."""

    steps: str
    rules: Rules

    def reached(self, shot: Snapshot) -> Reached:
        """Return as Goal says. “per user”: in the session in which they ended."""
        session, time = ends_of(Scope(shot, self.rules), self.steps)
        return {"session": session, "time": time}


@dataclass(frozen=True, eq=False)
class SegmentGoal:
    """The session is in a segment: reached with its steps, and where it has none as the session ends.

    numbers: looks up SessionRow.number of those in it but for its steps. Blocking.
    """

    numbers: Callable[[], Ints]
    steps: StepsGoal | None

    def reached(self, shot: Snapshot) -> Reached:
        """Return as Goal says."""
        if self.steps is None:
            told = dict(
                zip(("session", "time"), session_ends(shot.connection, shot.project), strict=True)
            )
        else:
            told = self.steps.reached(shot)
        inside = np.isin(told["session"], self.numbers())
        return {name: values[inside] for name, values in told.items()}
