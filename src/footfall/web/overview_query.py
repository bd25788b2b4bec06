"""What the overview is asked for: from a query string and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from footfall.web.choice import MAX_GOAL, Choice, read_choice, read_goal
from footfall.web.overview_data import GROUPS

USUAL_PERIOD: Final = "7d"
ANY_PERIOD: Final = "all"


@dataclass(frozen=True)
class OverviewQuery:
    """What the page is asked for."""

    choice: Choice
    goal: str = ""
    by: str = "page"

    def query(self, **changes: str) -> str:
        """Return the query string, "" or with its `?`, with `changes`."""
        by = "" if self.by == "page" else self.by
        values = {"goal": self.goal, "by": by, **changes}
        period = self.choice.period
        written = "" if period == USUAL_PERIOD else period or ANY_PERIOD
        before = replace(self.choice, period=period if period == "custom" else "").query()
        if written and written != "custom":
            values["time"] = written
        text = urlencode({name: value for name, value in values.items() if value})
        if not text:
            return before
        return f"{before}&{text}" if before else f"?{text}"


def read_overview_query(query: Mapping[str, str]) -> OverviewQuery:
    """Read what an address asks for; what makes no sense is left out."""
    choice = replace(read_choice(query), page="", offset=0, starred=False, label="")
    if not choice.period and query.get("time", USUAL_PERIOD) != ANY_PERIOD:
        choice = replace(choice, period=USUAL_PERIOD)
    goal, by = query.get("goal", "")[:MAX_GOAL], query.get("by", "page")
    return OverviewQuery(
        choice, goal if read_goal(goal) is not None else "", by if by in GROUPS else "page"
    )
