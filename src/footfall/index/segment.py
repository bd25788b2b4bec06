"""Which page views a heatmap is of: a page, and what is true of the view, its session and its visitor."""

from dataclasses import dataclass
from typing import Final, Literal

from footfall.index.goals import Goal
from footfall.index.rows import Filter

DIRECT: Final = "direct"
"""The source of a session that no other site led to."""

Visitors = Literal["new", "returning"]


@dataclass(frozen=True)
class Property:
    """A property that `identify()` gave the user; compared as text, true and false in lower case."""

    name: str
    value: str


@dataclass(frozen=True)
class Segment:
    """Page views of one page; None: any. A view belongs to the time in which it began."""

    page: str
    path: str | None = None  # the exact path of the address, where `page` is a template
    since: int | None = None  # ms since 1970
    until: int | None = None
    device: str | None = None
    min_width: int | None = None  # of the viewport at load, CSS px; views without one do not fit
    max_width: int | None = None
    source: str | None = None  # DIRECT, or the host that led to the session's first view
    visitors: Visitors | None = None  # new: the session is the visitor's first
    goal: Goal | None = None  # asked for by `converted` alone
    converted: bool | None = None
    user: Property | None = None  # of whom `identify()` told this
    moment: str | None = None  # kind of a moment that the session has
    pages: tuple[str, ...] = ()  # where `page` is a template of the project: what it takes together

    @property
    def filter(self) -> Filter:
        """Return what the lists of the index can tell apart."""
        page = None if self.pages else self.page
        return Filter(page, self.device, self.since, self.until, pages=self.pages)
