"""Funnels: who goes how far through a list of steps (TERMS.md, Funnels)."""

from footfall.analysis.funnels.attempts import Attempts, attempts
from footfall.analysis.funnels.choose import Outcome, Outcomes, choose
from footfall.analysis.funnels.compare import Comparison, compare
from footfall.analysis.funnels.definition import (
    ORDERS,
    Exclusion,
    Funnel,
    funnel_from_json,
    funnel_to_json,
    make_funnel,
)
from footfall.analysis.funnels.summary import (
    Group,
    Summary,
    TrendPoint,
    breakdown,
    summarise,
    trend,
)

__all__ = [
    "ORDERS",
    "Attempts",
    "Comparison",
    "Exclusion",
    "Funnel",
    "Group",
    "Outcome",
    "Outcomes",
    "Summary",
    "TrendPoint",
    "attempts",
    "breakdown",
    "choose",
    "compare",
    "funnel_from_json",
    "funnel_to_json",
    "make_funnel",
    "summarise",
    "trend",
]
