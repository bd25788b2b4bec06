"""From chunks of the log to what each of them adds to the index. Pure.

tests/index/walk.py says the same of one chunk, fact by fact.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from footfall.index.events import events_of, spans_of
from footfall.index.packs.stream import Fresh, Stream
from footfall.index.passages import views_of
from footfall.index.reduce import Part
from footfall.log import Position
from footfall.wire import schema
from footfall.wire.schema import Header

_AHEAD_MS: Final = 60_000
"""How far the events of a chunk may lie after the time at which it says it was sealed."""


class Stored(NamedTuple):
    """A chunk of the log, and what is known of it without its facts."""

    project: str
    received_at: int  # ms since 1970, by the server's clock
    agent: str
    position: Position
    header: Header  # without frames
    digest: bytes
    size: int  # bytes


def fresh_of(stored: Stored) -> Fresh:
    """Return the facts of a chunk as they came."""
    header = stored.header
    base, latest = bounds(header)
    return Fresh(
        stored.project, header.tab, header.sequence, header.page_view, header.url, base, latest,
        stored.received_at, header.facts_encoding, header.facts,
    )  # fmt: skip


def bounds(header: Header) -> tuple[int, int]:
    """Return from where a chunk's times count, and the time that none of its events exceeds.

    That is base_time, or sent_at where the two cannot both be true (a clock that jumped, a forger).
    """
    span = 2 * schema.SESSION_MAX_MS
    in_reach = header.sent_at - span <= header.base_time <= header.sent_at + _AHEAD_MS
    base = header.base_time if in_reach else header.sent_at
    return base, max(base, header.sent_at + _AHEAD_MS)


def parts_of(stream: Stream, stored: Sequence[Stored]) -> list[Part]:
    """Return what each chunk of a stream adds; `stored` are the same chunks in the same order."""
    every, active = events_of(stream)
    last = stream.base.copy()
    np.maximum.at(last, every.chunk, every.last)
    assets: list[set[bytes]] = [set() for _ in stored]
    for chunk, sha in stream.assets:
        assets[chunk].add(sha)
    views = views_of(stream, every, [one.header for one in stored])
    spans = spans_of(len(stored), active)
    bases = stream.base.tolist()
    each = zip(stored, bases, last.tolist(), spans, views, assets, strict=True)
    return [
        # What the site's server tells is after the fact: it moves no time and opens no page view.
        Part._make((*one, base, base, [], {}, ()))
        if one.header.tab.startswith(schema.SERVER_TAB)
        else Part._make((*one, base, *adds))
        for one, base, *adds in each
    ]
