"""What people add to recorded sessions: stars, labels, notes at a time, and links that share one session."""

from footfall.annotations.notes import Annotations, Note
from footfall.annotations.shares import Share, Shares

__all__ = ["Annotations", "Note", "Share", "Shares"]
