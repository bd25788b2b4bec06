"""What the index answers. All times are ms since 1970, corrected by the session's clock offset."""

from dataclasses import dataclass, field, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from footfall.log import Position


@dataclass(frozen=True, eq=False)
class Filter:
    """Which sessions or page views are asked for; None: any."""

    page: str | None = None
    device: str | None = None
    since: int | None = None  # ms since 1970, started at or after
    until: int | None = None  # ms since 1970, started at or before
    sessions: frozenset[str] | None = None
    """These alone; this and what follows: for lists of sessions."""
    without: frozenset[str] = frozenset()  # and not these
    numbers: NDArray[np.int64] | None = None  # SessionRow.number: these alone
    entry: str | None = None  # the page that it began on
    browser: str | None = None  # the first word of the agent: "Chrome"
    country: str | None = None  # its last, where it has three parts: "DE"
    shortest: int | None = None  # ms of visit duration, at least
    longest: int | None = None  # at most
    moment: str | None = None  # kind of a moment that it has
    moment_at: tuple[str, str] | None = None  # page and element of that moment
    pages: tuple[str, ...] = ()  # any of these pages; for page views
    viewed: frozenset[str] | None = None  # any of these was viewed

    @property
    def is_any(self) -> bool:
        """Whether nothing is asked for."""
        return all(getattr(self, one.name) is one.default for one in fields(self))


class Order(StrEnum):
    """How a list of sessions is ordered; what is equal comes newest first."""

    RECENT = "recent"
    LENGTH = "length"  # visit duration, the longest first
    FRUSTRATION = "frustration"  # frustration score (TERMS.md), the highest first


@dataclass(frozen=True)
class SessionRow:
    """One session of the list."""

    session: str
    visitor: str
    started: int
    ended: int
    active: int  # active time (TERMS.md), ms
    page_views: int
    clicks: int
    tabs: int
    device: str
    width: int  # of the first page view's viewport, CSS px
    height: int
    entry_page: str
    exit_page: str
    agent: str
    chunks: int
    bytes: int
    clock_offset: int  # ms that were added to the visitor's own times
    number: int  # what stands for it in the packs' columns

    @property
    def duration(self) -> int:
        """Visit duration (TERMS.md), ms."""
        return self.ended - self.started


@dataclass(frozen=True)
class PageViewRow:
    """One page view of a session."""

    tab: str
    number: int
    document: int
    url: str
    page: str
    title: str
    referrer: str
    cause: str
    started: int
    ended: int
    width: int  # viewport at load, CSS px; 0: not known
    height: int
    device: str
    clicks: int
    depth: int  # scroll depth, CSS px
    document_width: int
    document_height: int


@dataclass(frozen=True)
class ChunkRow:
    """One stored chunk and where its bytes are: Log.read(position).chunk."""

    tab: str
    sequence: int
    document: int
    page_view: int
    start: int
    end: int
    flags: int
    bytes: int
    url: str
    position: Position


@dataclass(frozen=True)
class GapRow:
    """Chunks that are missing between two that are there."""

    tab: str
    after: int  # sequence of the chunk before the gap; -1: the gap is at the beginning
    before: int  # sequence of the chunk after it
    start: int
    end: int


@dataclass(frozen=True)
class PageRow:
    """One page of a project."""

    page: str
    views: int
    sessions: int
    clicks: int
    median_depth_share: float | None  # of scroll depth ÷ document height; None: no view tells
    last_seen: int
    devices: dict[str, int] = field(default_factory=dict)  # views by device class


@dataclass(frozen=True)
class BackdropRow:
    """A page view with a keyframe, fit to lie under a heatmap."""

    session: str
    tab: str
    document: int
    page_view: int
    sequence: int  # of the chunk that begins the keyframe
    width: int
    height: int
    document_height: int
    started: int
    title: str


@dataclass(frozen=True)
class Summary:
    """A project in numbers. first_chunk_at, last_chunk_at: by the server's clock; None: nothing has come."""

    first_chunk_at: int | None
    last_chunk_at: int | None
    sessions: int
    page_views: int
    clicks: int
    chunks: int
    bytes: int
