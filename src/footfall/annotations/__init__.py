"""What people add: stars, labels and notes of sessions, links, views, watched marks; templates, goals, events."""

from footfall.annotations.event_names import EventName, EventNames
from footfall.annotations.form_events import FormEvents
from footfall.annotations.goals import Goals, SavedGoal
from footfall.annotations.notes import Annotations, Note
from footfall.annotations.page_rules import PageRules
from footfall.annotations.releases import Release, Releases
from footfall.annotations.shares import Share, Shares
from footfall.annotations.views import SavedView, Views
from footfall.annotations.watched import Watched

__all__ = [
    "Annotations",
    "EventName",
    "EventNames",
    "FormEvents",
    "Goals",
    "Note",
    "PageRules",
    "Release",
    "Releases",
    "SavedGoal",
    "SavedView",
    "Share",
    "Shares",
    "Views",
    "Watched",
]
