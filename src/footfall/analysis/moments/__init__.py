"""Moments (TERMS.md): found in the facts of one session, each with its grade and the facts that made it."""

from footfall.analysis.moments.detect import detect
from footfall.analysis.moments.frustration import Frustration, frustration
from footfall.analysis.moments.history import History, Told, history
from footfall.analysis.moments.moment import (
    CONFIRMED,
    GIVEN_UP,
    KINDS,
    POSSIBLE,
    VERSIONS,
    Moment,
    of_one_event,
)
from footfall.analysis.moments.norms import NO_NORMS, Norms
from footfall.analysis.moments.rules import RULES, Rules, completed_by

__all__ = [
    "CONFIRMED",
    "GIVEN_UP",
    "KINDS",
    "NO_NORMS",
    "POSSIBLE",
    "RULES",
    "VERSIONS",
    "Frustration",
    "History",
    "Moment",
    "Norms",
    "Rules",
    "Told",
    "completed_by",
    "detect",
    "frustration",
    "history",
    "of_one_event",
]
