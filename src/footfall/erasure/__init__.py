"""Erasing sessions for good: what goes, a journal that survives crashes, the work itself, and retention."""

from footfall.erasure.choose import Weight, before, last_received, of_user, of_visitor, weigh
from footfall.erasure.eraser import Doors, Eraser, Store
from footfall.erasure.journal import Erasure, Journal
from footfall.erasure.retention import Retention, expired, expires

__all__ = [
    "Doors",
    "Eraser",
    "Erasure",
    "Journal",
    "Retention",
    "Store",
    "Weight",
    "before",
    "expired",
    "expires",
    "last_received",
    "of_user",
    "of_visitor",
    "weigh",
]
