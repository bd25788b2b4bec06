"""What one chunk adds to the index, and how such parts add up: pure functions.

Everything here is an algebra: a part for each chunk, and a merge that does not care for the order in which
parts come. So chunks may be late, and a session indexed out of order is the same as one indexed in order.
Times are the visitor's own until the index adds the session's clock offset.
"""

from typing import Final, NamedTuple

from footfall.index import activity
from footfall.wire.schema import Header

MAX_PX: Final = 1_000_000
"""Lengths beyond this are not a page's but a forger's."""
SKEW_MS: Final = 2_000
"""Up to this a visitor's clock counts as right."""
NO_KEYFRAME: Final = 2**62
"""Later than any time and any sequence."""


class View(NamedTuple):
    """What is known of one page view. `told`: when its PageView fact says it began; 0: that has not come."""

    tab: str
    number: int
    document: int
    told: int
    first: int  # ms by the visitor's clock
    last: int
    url: str
    title: str = ""
    referrer: str = ""
    cause: str = ""
    width: int = 0  # viewport at load, CSS px
    height: int = 0
    document_width: int = 0  # the largest that was seen
    document_height: int = 0
    reach: int = 0  # max(scrollTop + viewport height) where both were known, CSS px
    scroll: int = 0  # max(scrollTop) where the viewport's height was not in the same chunk
    clicks: int = 0
    keyframe: int = (
        NO_KEYFRAME  # lowest sequence of a chunk that begins in this view with a keyframe
    )

    @property
    def started(self) -> int:
        """When it began, by the visitor's clock."""
        return self.told or self.first

    @property
    def depth(self) -> int:
        """Scroll depth in px (TERMS.md); 0 while the viewport is not known."""
        if self.height == 0:
            return 0
        reached = max(self.height, self.reach, self.scroll + self.height if self.scroll else 0)
        return min(reached, self.document_height or reached)


class Tally(NamedTuple):
    """What chunks add to their session."""

    lead: tuple[
        int, str, int
    ]  # (base_time, tab, sequence) of the first chunk: who tells visitor and agent
    visitor: str
    agent: str
    skew: int  # least (received − sent), ms: the visitor's clock is behind by this, and the network's delay
    first: int  # by the visitor's clock, ms
    last: int
    spans: list[activity.Span]
    chunks: int
    bytes: int


class Part(NamedTuple):
    """All that one chunk adds."""

    header: Header
    digest: bytes
    size: int  # of the chunk, bytes
    start: int
    end: int
    tally: Tally
    views: dict[int, View]
    assets: frozenset[bytes]


def merge_views(a: View, b: View) -> View:
    """Return what two parts know of one page view."""
    if a.told and not b.told:
        teller = a
    elif b.told and not a.told:
        teller = b
    else:
        teller = min((a, b), key=_telling)
    return View(
        tab=teller.tab,
        number=teller.number,
        document=min(a.document, b.document),
        told=teller.told,
        first=min(a.first, b.first),
        last=max(a.last, b.last),
        url=teller.url,
        title=teller.title,
        referrer=teller.referrer,
        cause=teller.cause,
        width=teller.width,
        height=teller.height,
        document_width=max(a.document_width, b.document_width),
        document_height=max(a.document_height, b.document_height),
        reach=max(a.reach, b.reach),
        scroll=max(a.scroll, b.scroll),
        clicks=a.clicks + b.clicks,
        keyframe=min(a.keyframe, b.keyframe),
    )


def _telling(view: View) -> tuple[int | str, ...]:
    """Order views by who tells what a view is: the earliest PageView fact; the rest only breaks ties."""
    return (
        view.told or NO_KEYFRAME,
        view.url,
        view.title,
        view.referrer,
        view.cause,
        view.width,
        view.height,
    )


def merge_tallies(a: Tally, b: Tally) -> Tally:
    """Return what two parts add to their session."""
    leader = a if a.lead <= b.lead else b
    return Tally(
        lead=leader.lead,
        visitor=leader.visitor,
        agent=leader.agent,
        skew=min(a.skew, b.skew),
        first=min(a.first, b.first),
        last=max(a.last, b.last),
        spans=activity.merge([*a.spans, *b.spans]),
        chunks=a.chunks + b.chunks,
        bytes=a.bytes + b.bytes,
    )


def clock_offset(skew: int) -> int:
    """Return the ms to add to a visitor's times, whole seconds so that it does not change with every chunk."""
    return 0 if abs(skew) <= SKEW_MS else round(skew / 1000) * 1000
