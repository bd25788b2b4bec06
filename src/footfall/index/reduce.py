"""From one chunk to what it adds to the index: pure functions.

Everything here is an algebra: a part for each chunk, and a merge that does not care for the order in which
parts come. So chunks may be late, and a session indexed out of order is the same as one indexed in order.
Times are the visitor's own until the index adds the session's clock offset.
"""

from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final, NamedTuple

from footfall.index import activity
from footfall.index.pages import device_of, page_of
from footfall.log import Record, digest
from footfall.wire import codec, schema
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

MAX_PX: Final = 1_000_000
"""Lengths beyond this are not a page's but a forger's."""
SKEW_MS: Final = 2_000
"""Up to this a visitor's clock counts as right."""
_AHEAD_MS: Final = 60_000
"""How far the events of a chunk may lie after the time at which it says it was sealed."""
_SEALED_MS: Final = 600_000
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


@dataclass(frozen=True)
class ClickPart:
    """One click, its place in the chunk's clicks and its page view."""

    number: int
    ordinal: int
    click: Click


@dataclass(frozen=True)
class Tally:
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


@dataclass(frozen=True)
class Part:
    """All that one chunk adds."""

    header: Header
    digest: bytes
    size: int  # of the chunk, bytes
    start: int
    end: int
    tally: Tally
    views: dict[int, View]
    clicks: list[ClickPart]
    assets: frozenset[bytes]


@dataclass
class _State:
    """Where the walk through the facts stands."""

    number: int
    viewport: int = 0  # height, 0 while this chunk has not told it
    views: dict[int, View] = field(default_factory=dict)
    clicks: list[ClickPart] = field(default_factory=list)


def reduce_record(record: Record) -> Part:
    """Return what a stored chunk adds. Raises WireError when it cannot be read."""
    header = codec.decode_chunk(record.chunk)
    facts = codec.decode_facts(
        codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
    )
    base = _base(header)
    latest = max(base, header.sent_at + _AHEAD_MS)
    events = [
        (fact, [(min(base + a, latest), min(base + b, latest)) for a, b in _spans(fact)])
        for fact in facts
    ]
    state = _State(header.page_view)
    state.views[header.page_view] = _seen(header, base)
    for fact, spans in events:
        _walk(state, header, fact, spans)
    active = [span for fact, spans in events if isinstance(fact, _ACTIVITIES) for span in spans]
    last = max((spans[-1][1] for _, spans in events if spans), default=base)
    return Part(
        header=header,
        digest=digest(record.chunk),
        size=len(record.chunk),
        start=base,
        end=max(last, min(header.sent_at, base + _SEALED_MS)),
        tally=Tally(
            lead=(header.base_time, header.tab, header.sequence),
            visitor=header.visitor,
            agent=record.agent,
            skew=record.received_at - header.sent_at,
            first=base,
            last=last,
            spans=activity.merge(active),
            chunks=1,
            bytes=len(record.chunk),
        ),
        views=state.views,
        clicks=state.clicks,
        assets=frozenset(fact.sha256 for fact in facts if isinstance(fact, Asset) and fact.sha256),
    )


def merge_views(a: View, b: View) -> View:
    """Return what two parts know of one page view."""
    teller = min((a, b), key=_telling)
    return teller._replace(
        document=min(a.document, b.document),
        first=min(a.first, b.first),
        last=max(a.last, b.last),
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
    leader = min(a, b, key=lambda tally: tally.lead)
    return replace(
        leader,
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


_ACTIVITIES: Final = (PageView, Click, Pointer, Scroll, Input)


def _base(header: Header) -> int:
    """Return base_time, or sent_at where the two cannot both be true (a clock that jumped, a forger)."""
    span = 2 * schema.SESSION_MAX_MS
    in_reach = header.sent_at - span <= header.base_time <= header.sent_at + _AHEAD_MS
    return header.base_time if in_reach else header.sent_at


def _spans(fact: Fact) -> list[activity.Span]:
    """Return the spans of a fact's events, ms after base_time; what the recorder says of itself is no event."""
    if isinstance(fact, Asset | State):
        return []
    if not isinstance(fact, Pointer | Scroll):
        return [(fact.t, fact.t)]
    if min(fact.times) >= 0 and max(fact.times) <= activity.CAP_MS:  # as recorders send them
        return [(_in_chunk(fact.t + fact.times[0]), _in_chunk(fact.t + sum(fact.times)))]
    return activity.spans(_in_chunk(fact.t + passed) for passed in accumulate(fact.times))


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


def _walk(state: _State, header: Header, fact: Fact, spans: list[activity.Span]) -> None:
    """Add one fact to the page view that it belongs to."""
    if not spans:
        return
    if isinstance(fact, PageView):
        state.number, state.viewport = fact.number, _px(fact.height)
        told = _told(header, fact, spans[0][0])
        before = state.views.get(fact.number)
        state.views[fact.number] = merge_views(told, before) if before else told
        return
    view = state.views[state.number]
    first, last = min(view.first, spans[0][0]), max(view.last, spans[-1][1])
    if isinstance(fact, Viewport):
        state.viewport = _px(fact.height)
        view = _grown(view, fact.document_width, fact.document_height)
    elif isinstance(fact, PageHide):
        view = _grown(view, fact.document_width, fact.document_height)
    elif isinstance(fact, Click):
        state.clicks.append(ClickPart(state.number, len(state.clicks), fact))
        view = _grown(view, fact.document_width, fact.document_height)
        view = view._replace(clicks=view.clicks + 1)
    elif isinstance(fact, Scroll) and fact.node == 0:
        view = _scrolled(_grown(view, fact.content_width, fact.content_height), fact, state)
    state.views[state.number] = view._replace(first=first, last=last)


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


def _scrolled(view: View, fact: Scroll, state: _State) -> View:
    top = _px(max(accumulate(fact.ys)))
    if state.viewport:
        return view._replace(reach=max(view.reach, top + state.viewport))
    return view._replace(scroll=max(view.scroll, top))


def _grown(view: View, width: int, height: int) -> View:
    return view._replace(
        document_width=max(view.document_width, _px(width)),
        document_height=max(view.document_height, _px(height)),
    )


def _px(value: int) -> int:
    return min(max(0, value), MAX_PX)


def page_and_device(view: View) -> tuple[str, str]:
    """Return the page template and the device class of a view."""
    return page_of(view.url), device_of(view.width)
