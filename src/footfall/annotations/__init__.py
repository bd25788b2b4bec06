"""What people add: stars, labels and notes of sessions, links that share one, views, watched marks; page templates."""

from footfall.annotations.notes import Annotations, Note
from footfall.annotations.page_rules import PageRules
from footfall.annotations.shares import Share, Shares
from footfall.annotations.views import SavedView, Views
from footfall.annotations.watched import Watched

__all__ = [
    "Annotations",
    "Note",
    "PageRules",
    "SavedView",
    "Share",
    "Shares",
    "Views",
    "Watched",
]
