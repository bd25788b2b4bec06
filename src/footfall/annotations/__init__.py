"""What people add to sessions: stars, labels, notes at a time, links that share one session, views, watched marks."""

from footfall.annotations.notes import Annotations, Note
from footfall.annotations.shares import Share, Shares
from footfall.annotations.views import SavedView, Views
from footfall.annotations.watched import Watched

__all__ = ["Annotations", "Note", "SavedView", "Share", "Shares", "Views", "Watched"]
