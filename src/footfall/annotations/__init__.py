"""What people add: stars, labels and notes of sessions, links that share one; page templates of a project."""

from footfall.annotations.notes import Annotations, Note
from footfall.annotations.page_rules import PageRules
from footfall.annotations.shares import Share, Shares

__all__ = ["Annotations", "Note", "PageRules", "Share", "Shares"]
