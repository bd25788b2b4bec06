"""What one chunk adds to the index, and how such parts add up: pure functions.

Everything here is an algebra: a part for each chunk, and a merge that does not care for the order in which
parts come. So chunks may be late, and a session indexed out of order is the same as one indexed in order.
Times are the visitor's own until the index adds the session's clock offset.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Final, NamedTuple

from footfall.index import activity
from footfall.log import Position
from footfall.wire.schema import SESSION_IDLE_MS, Header

MAX_PX: Final = 1_000_000
"""Lengths beyond this are not a page's but a forger's."""
SKEW_MS: Final = 2_000
"""Up to this a visitor's clock counts as right."""
_SEALED_MS: Final = 600_000
"""A chunk that says it was sealed later than this after its first event does not last so long."""
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


class Part(NamedTuple):
    """All that one chunk adds. Times are by the visitor's clock, ms."""

    project: str
    received_at: int  # by the server's clock
    agent: str
    position: Position
    header: Header  # without frames
    digest: bytes
    size: int  # of the chunk, bytes
    start: int  # its facts' t count from here
    last: int  # its last event
    spans: list[activity.Span]
    views: dict[int, View]
    assets: Collection[bytes]  # SHA-256 of each

    @property
    def end(self) -> int:
        """When it was sealed, or its last event was."""
        return max(self.last, min(self.header.sent_at, self.start + _SEALED_MS))


class Tally(NamedTuple):
    """What is known of a session but for its page views."""

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

    @property
    def end(self) -> int:
        """When the session ended: what is told half an hour after the last activity (TERMS.md) is no part."""
        return min(self.last, self.spans[-1][1] + SESSION_IDLE_MS) if self.spans else self.last


def merge_views(a: View, b: View) -> View:
    """Return what two parts know of one page view."""
    if a.told and not b.told:
        teller = a
    elif b.told and not a.told:
        teller = b
    else:
        teller = min((a, b), key=_telling)
    return View(  # by place: names would cost more than all the rest
        teller.tab,
        teller.number,
        min(a.document, b.document),
        teller.told,
        min(a.first, b.first),
        max(a.last, b.last),
        teller.url,
        teller.title,
        teller.referrer,
        teller.cause,
        teller.width,
        teller.height,
        max(a.document_width, b.document_width),
        max(a.document_height, b.document_height),
        max(a.reach, b.reach),
        max(a.scroll, b.scroll),
        a.clicks + b.clicks,
        min(a.keyframe, b.keyframe),
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


def add_up(before: Tally | None, parts: Sequence[Part]) -> Tally:
    """Return what parts, one at least, add to their session, of which `before` is known."""
    one = parts[0]
    start = Tally(
        _lead(one), one.header.visitor, one.agent, _skew(one), one.start, one.last, [], 0, 0
    )
    lead, visitor, agent, skew, first, last, spans, chunks, size = before or start
    for part in parts:
        led = _lead(part)
        if led < lead:
            lead, visitor, agent = led, part.header.visitor, part.agent
        skew, first, last = min(skew, _skew(part)), min(first, part.start), max(last, part.last)
        size += part.size
    spans = activity.merge(chain(spans, *(part.spans for part in parts)))
    return Tally(lead, visitor, agent, skew, first, last, spans, chunks + len(parts), size)


def _lead(part: Part) -> tuple[int, str, int]:
    return part.header.base_time, part.header.tab, part.header.sequence


def _skew(part: Part) -> int:
    return part.received_at - part.header.sent_at


def clock_offset(skew: int) -> int:
    """Return the ms to add to a visitor's times, whole seconds so that it does not change with every chunk."""
    return 0 if abs(skew) <= SKEW_MS else round(skew / 1000) * 1000
