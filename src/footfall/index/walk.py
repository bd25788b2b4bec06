"""The walk through a chunk's facts: from one chunk to its part. Pure; runs once for every chunk there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from footfall.index import activity
from footfall.index.reduce import (
    MAX_PX,
    NO_KEYFRAME,
    Part,
    Tally,
    View,
    merge_views,
)
from footfall.log import Record, digest
from footfall.wire import codec, schema
from footfall.wire.facts import Console, Gesture, Keys, Network
from footfall.wire.reading import Reading
from footfall.wire.schema import (
    Asset,
    Click,
    Fact,
    Header,
    Input,
    PageHide,
    PageView,
    Pointer,
    Scroll,
    State,
    Viewport,
)

_AHEAD_MS: Final = 60_000
"""How far the events of a chunk may lie after the time at which it says it was sealed."""
_SEALED_MS: Final = 600_000
_SILENT: Final = frozenset((Asset, State, Console, Network))
_ACTIVITIES: Final = frozenset((PageView, Click, Pointer, Scroll, Input, Gesture, Keys))


def read_record(record: Record) -> Reading:
    """Return what a stored chunk says. Raises WireError when it cannot be read."""
    header = codec.decode_chunk(record.chunk)
    facts = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
    return Reading(
        header._replace(frames=b""),
        codec.decode_facts(facts),
        digest(record.chunk),
        len(facts),
        len(record.chunk),
    )


def reduce_reading(record: Record, reading: Reading) -> Part:
    """Return what a stored chunk adds."""
    header, size = reading.header, reading.chunk_bytes
    walk = _Walk(header)
    for fact in reading.facts:
        walk.read(fact)
    base, last = walk.base, walk.last
    return Part(
        header=header,
        digest=reading.digest,
        size=size,
        start=base,
        end=max(last, min(header.sent_at, base + _SEALED_MS)),
        tally=Tally(
            lead=(header.base_time, header.tab, header.sequence),
            visitor=header.visitor,
            agent=record.agent,
            skew=record.received_at - header.sent_at,
            first=base,
            last=last,
            spans=activity.merge(walk.active),
            chunks=1,
            bytes=size,
        ),
        views={number: growing.grown() for number, growing in walk.views.items()},
        assets=frozenset(walk.assets),
    )


@dataclass(slots=True)
class _Growing:
    """A page view while its chunk is read: what the facts may still move, beside what they may not."""

    view: View
    first: int
    last: int
    document_width: int
    document_height: int
    reach: int
    scroll: int
    clicks: int

    def grow(self, width: int, height: int) -> None:
        """Note a size of the document."""
        self.document_width = max(self.document_width, _px(width))
        self.document_height = max(self.document_height, _px(height))

    def grown(self) -> View:
        """Return the view as it stands."""
        return self.view._replace(
            first=self.first,
            last=self.last,
            document_width=self.document_width,
            document_height=self.document_height,
            reach=self.reach,
            scroll=self.scroll,
            clicks=self.clicks,
        )


def _growing(view: View) -> _Growing:
    return _Growing(
        view,
        view.first,
        view.last,
        view.document_width,
        view.document_height,
        view.reach,
        view.scroll,
        view.clicks,
    )


class _Walk:
    """Where the walk stands. Times are by the visitor's clock, none later than the chunk can be."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.base, self._latest = bounds(header)
        self.last = self.base
        self.viewport = 0  # height, 0 while this chunk has not told it
        self.number = header.page_view
        self.view = _growing(_seen(header, self.base))
        self.views = {self.number: self.view}
        self.assets: set[bytes] = set()
        self.active: list[activity.Span] = []

    def read(self, fact: Fact) -> None:
        """Take one fact to the page view that it belongs to."""
        kind = type(fact)
        # What the recorder says of itself, or the page's own doings, is no event of the visit.
        if kind in _SILENT:
            if isinstance(fact, Asset) and fact.sha256:
                self.assets.add(fact.sha256)
            return
        if isinstance(fact, (Pointer, Scroll)):
            spans = self._spans(fact)
            first, last = spans[0][0], spans[-1][1]
        else:
            first = last = min(self.base + fact.t, self._latest)
            spans = ((first, first),)
        self.last = max(self.last, last)
        if kind in _ACTIVITIES:
            self.active += spans
        if isinstance(fact, PageView):
            self._open(fact, first)
            return
        view = self.view
        view.first = min(view.first, first)
        view.last = max(view.last, last)
        take = _TAKES.get(kind)
        if take is not None:
            take(self, fact)

    def _open(self, fact: PageView, time: int) -> None:
        self.number, self.viewport = fact.number, _px(fact.height)
        told, before = _told(self.header, fact, time), self.views.get(fact.number)
        self.view = _growing(merge_views(told, before.grown()) if before else told)
        self.views[fact.number] = self.view

    def _spans(self, fact: Pointer | Scroll) -> Sequence[activity.Span]:
        """Return the spans of a column's events."""
        base, latest, t = self.base, self._latest, fact.t
        times = fact.times
        if min(times) >= 0 and max(times) <= activity.CAP_MS:  # as recorders send them
            first, last = _in_chunk(t + times[0]), _in_chunk(t + sum(times))
            return ((min(base + first, latest), min(base + last, latest)),)
        spans = activity.spans(_in_chunk(t + passed) for passed in accumulate(times))
        return [(min(base + first, latest), min(base + last, latest)) for first, last in spans]


def _take_click(walk: _Walk, fact: Click) -> None:
    walk.view.clicks += 1
    walk.view.grow(fact.document_width, fact.document_height)


def _take_scroll(walk: _Walk, fact: Scroll) -> None:
    if fact.node != 0:
        return
    view, top = walk.view, _px(max(accumulate(fact.ys)))
    view.grow(fact.content_width, fact.content_height)
    if walk.viewport:
        view.reach = max(view.reach, top + walk.viewport)
    else:
        view.scroll = max(view.scroll, top)


def _take_viewport(walk: _Walk, fact: Viewport) -> None:
    walk.viewport = _px(fact.height)
    walk.view.grow(fact.document_width, fact.document_height)


def _take_page_hide(walk: _Walk, fact: PageHide) -> None:
    walk.view.grow(fact.document_width, fact.document_height)


_TAKES: Final[dict[type[Fact], Callable[[_Walk, Any], None]]] = {
    Click: _take_click,
    Scroll: _take_scroll,
    Viewport: _take_viewport,
    PageHide: _take_page_hide,
}


def bounds(header: Header) -> tuple[int, int]:
    """Return from where a chunk's times count, and the time that none of its events exceeds.

    That is base_time, or sent_at where the two cannot both be true (a clock that jumped, a forger).
    """
    span = 2 * schema.SESSION_MAX_MS
    in_reach = header.sent_at - span <= header.base_time <= header.sent_at + _AHEAD_MS
    base = header.base_time if in_reach else header.sent_at
    return base, max(base, header.sent_at + _AHEAD_MS)


def _in_chunk(t: int) -> int:
    return min(max(0, t), 2 * schema.SESSION_MAX_MS)


def _seen(header: Header, time: int) -> View:
    """Return what the header alone tells of the page view that its chunk begins in."""
    is_keyframe = header.flags & schema.FLAG_KEYFRAME
    return View(
        tab=header.tab,
        number=header.page_view,
        document=header.document,
        told=0,
        first=time,
        last=time,
        url=header.url,
        keyframe=header.sequence if is_keyframe else NO_KEYFRAME,
    )


def _told(header: Header, fact: PageView, time: int) -> View:
    return View(
        tab=header.tab,
        number=fact.number,
        document=header.document,
        told=time,
        first=time,
        last=time,
        url=fact.url,
        title=fact.title,
        referrer=fact.referrer,
        cause=fact.cause,
        width=_px(fact.width),
        height=_px(fact.height),
        document_width=_px(fact.document_width),
        document_height=_px(fact.document_height),
    )


def _px(value: int) -> int:
    return min(max(0, value), MAX_PX)
