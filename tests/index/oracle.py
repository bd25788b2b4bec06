"""The index computed again, the slow and obvious way, from all facts of a session at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from footfall.wire import codec, schema
from footfall.wire.facts import Gesture, Keys
from footfall.wire.schema import Click, Fact, Header, Input, PageView, Pointer, Scroll


@dataclass(frozen=True)
class Expected:
    """What SessionRow and PageViewRow must say."""

    duration: int
    active: int
    clicks: int
    page_views: int
    depths: dict[tuple[str, int], int]
    clicks_by_view: dict[tuple[str, int], int]


def expect(bodies: Iterable[bytes]) -> Expected:
    """Return what the chunks of one session add up to."""
    events: list[int] = []
    activities: list[int] = []
    heights: dict[tuple[str, int], tuple[int, int]] = {}
    tops: dict[tuple[str, int], int] = {}
    clicks: dict[tuple[str, int], int] = {}
    for body in bodies:
        header = codec.decode_chunk(body)
        events.append(header.base_time)
        for number, fact in _with_views(header):
            view = (header.tab, number)
            clicks.setdefault(view, 0)
            times = _times(header, fact)
            events += times
            if isinstance(fact, PageView | Click | Pointer | Scroll | Input | Gesture | Keys):
                activities += times
            if isinstance(fact, PageView):
                heights[view] = (fact.height, fact.document_height)
            if isinstance(fact, Click):
                clicks[view] += 1
            if isinstance(fact, Scroll) and fact.node == 0:
                tops[view] = max(tops.get(view, 0), *accumulate(fact.ys))
    activities.sort()
    return Expected(
        duration=min(max(events), max(activities, default=max(events)) + 1_800_000) - min(events),
        active=sum(min(b - a, 10_000) for a, b in pairwise(activities)),
        clicks=sum(clicks.values()),
        page_views=len(clicks),
        depths={
            view: min(height + tops.get(view, 0), document)
            for view, (height, document) in heights.items()
        },
        clicks_by_view=clicks,
    )


def _with_views(header: Header) -> Iterable[tuple[int, Fact]]:
    part = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
    number = header.page_view
    for fact in codec.decode_facts(part):
        if isinstance(fact, PageView):
            number = fact.number
        yield number, fact


def _times(header: Header, fact: Fact) -> list[int]:
    if isinstance(fact, Pointer | Scroll):
        return [header.base_time + fact.t + passed for passed in accumulate(fact.times)]
    return [header.base_time + fact.t]
