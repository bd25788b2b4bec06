"""What a chunk adds to the index, fact by fact: the slow and obvious way to what `parts.py` does by column."""

from dataclasses import dataclass, field
from itertools import accumulate

from footfall.index import activity
from footfall.index.parts import bounds
from footfall.index.reduce import MAX_PX, NO_KEYFRAME, View, merge_views
from footfall.wire import codec, schema
from footfall.wire.facts import Console, Gesture, Keys, Network
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

_LONGEST = 2 * schema.SESSION_MAX_MS


@dataclass
class Walk:
    """Where the walk stands, and at its end what the chunk adds."""

    header: Header
    views: dict[int, View]
    number: int  # of the page view that goes on
    last: int
    viewport: int = 0  # height, 0 while this chunk has not told it
    times: list[int] = field(default_factory=list)  # of activities
    assets: set[bytes] = field(default_factory=set)

    @property
    def spans(self) -> list[activity.Span]:
        return activity.spans(self.times)


def walk(body: bytes) -> Walk:
    """Return what a chunk adds. Raises WireError."""
    header = codec.decode_chunk(body)
    facts = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
    base, _ = bounds(header)
    decoded = codec.decode_facts(facts)
    if header.tab.startswith(schema.SERVER_TAB):
        return Walk(header, {}, header.page_view, base)
    keyframe = header.sequence if header.flags & schema.FLAG_KEYFRAME else NO_KEYFRAME
    first = View(
        tab=header.tab, number=header.page_view, document=header.document, told=0, first=base, last=base,
        url=header.url, keyframe=keyframe,
    )  # fmt: skip
    found = Walk(header, {header.page_view: first}, header.page_view, base)
    for fact in decoded:
        _read(found, fact)
    return found


def _read(at: Walk, fact: Fact) -> None:
    if isinstance(fact, Asset) and fact.sha256:
        at.assets.add(fact.sha256)
    if isinstance(fact, Asset | State | Console | Network):
        return
    times = _times(at.header, fact)
    at.last = max(at.last, *times)
    if isinstance(fact, PageView | Click | Pointer | Scroll | Input | Gesture | Keys):
        at.times += times
    if isinstance(fact, PageView):
        told = _told(at.header, fact, times[0])
        known = at.views.get(fact.number)
        at.views[fact.number] = merge_views(told, known) if known else told
        at.number, at.viewport = fact.number, _px(fact.height)
        return
    view = at.views[at.number]
    at.views[at.number] = view._replace(
        first=min(view.first, *times),
        last=max(view.last, *times),
        clicks=view.clicks + isinstance(fact, Click),
    )
    if isinstance(fact, Viewport):
        at.viewport = _px(fact.height)
    if isinstance(fact, Click | Viewport | PageHide):
        _grow(at, fact.document_width, fact.document_height)
    elif isinstance(fact, Scroll) and fact.node == 0:
        _grow(at, fact.content_width, fact.content_height)
        _scroll(at, _px(max(accumulate(fact.ys))))


def _times(header: Header, fact: Fact) -> list[int]:
    base, latest = bounds(header)
    passed = accumulate(fact.times) if isinstance(fact, Pointer | Scroll) else [0]
    return [min(base + min(max(0, fact.t + one), _LONGEST), latest) for one in passed]


def _told(header: Header, fact: PageView, time: int) -> View:
    return View(
        tab=header.tab, number=fact.number, document=header.document, told=time, first=time, last=time,
        url=fact.url, title=fact.title, referrer=fact.referrer, cause=fact.cause,
        width=_px(fact.width), height=_px(fact.height),
        document_width=_px(fact.document_width), document_height=_px(fact.document_height),
    )  # fmt: skip


def _grow(at: Walk, width: int, height: int) -> None:
    view = at.views[at.number]
    at.views[at.number] = view._replace(
        document_width=max(view.document_width, _px(width)),
        document_height=max(view.document_height, _px(height)),
    )


def _scroll(at: Walk, top: int) -> None:
    view = at.views[at.number]
    if at.viewport:
        view = view._replace(reach=max(view.reach, top + at.viewport))
    else:
        view = view._replace(scroll=max(view.scroll, top))
    at.views[at.number] = view


def _px(value: int) -> int:
    return min(max(0, value), MAX_PX)
