"""When something happened in the chunks of a stream, and when visitors were active, by column. Pure."""

from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

import numpy as np

from footfall.index import activity
from footfall.index.packs.columns import Ints, Rows
from footfall.index.packs.kinds import KINDS, POINTS
from footfall.index.packs.stream import Stream
from footfall.wire import schema
from footfall.wire.facts import Console, Gesture, Keys, Network
from footfall.wire.schema import Click, Input, PageView, Pointer, Scroll, State

_SPAN_MS: Final = 2 * schema.SESSION_MAX_MS
_SILENT: Final = frozenset(KINDS[kind].number for kind in (State, Console, Network))
"""What the recorder says of itself, or the page's own doings, is no event of the visit."""
_ACTIVITIES: Final = frozenset(
    KINDS[kind].number for kind in (PageView, Click, Pointer, Scroll, Input, Gesture, Keys)
)
_LONG: Final = frozenset(KINDS[kind].number for kind in (Pointer, Scroll))
_NONE: Final[Ints] = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Events:
    """Events by the visitor's clock, ms since 1970: of each its chunk, its passage, its beginning and its end."""

    chunk: Ints
    passage: Ints
    first: Ints
    last: Ints
    pieces: dict[int, list[activity.Span]] = field(default_factory=dict)
    """By place: the spans of an event whose own points lie too far apart for one."""


def events_of(stream: Stream) -> tuple[Events, Events]:
    """Return all events of a stream, and those among them that are a visitor's activity (TERMS.md)."""
    every, active = [], []
    for number, rows in stream.kinds.items():
        if number in _SILENT:
            continue
        found = _long(stream, rows) if number in _LONG else _short(rows)
        every.append(found)
        if number in _ACTIVITIES:
            active.append(found)
    return _joined(every), _joined(active)


def spans_of(chunks: int, active: Events) -> list[list[activity.Span]]:
    """Return the merged spans of activity of each of so many chunks."""
    first, last = np.full(chunks, np.iinfo(np.int64).max), np.full(chunks, -1)
    np.minimum.at(first, active.chunk, active.first)
    np.maximum.at(last, active.chunk, active.last)
    spans = zip(first.tolist(), last.tolist(), strict=True)
    found = [[span] if span[1] >= 0 else [] for span in spans]
    # Few chunks are longer than what may lie between two activities of one span.
    is_long = (last >= 0) & (last - first > activity.CAP_MS)
    if is_long.any():
        parted: dict[int, list[activity.Span]] = {}
        for place in np.flatnonzero(is_long[active.chunk]).tolist():
            span = (int(active.first[place]), int(active.last[place]))
            parted.setdefault(int(active.chunk[place]), []).extend(active.pieces.get(place, [span]))
        for chunk, pieces in parted.items():
            found[chunk] = activity.merge(pieces)
    return found


def _joined(parts: list[Events]) -> Events:
    pieces: dict[int, list[activity.Span]] = {}
    before = 0
    for part in parts:
        pieces |= {before + place: spans for place, spans in part.pieces.items()}
        before += len(part.chunk)
    chunk, passage, first, last = (
        np.concatenate([_NONE, *(getattr(part, name) for part in parts)])
        for name in ("chunk", "passage", "first", "last")
    )
    return Events(chunk, passage, first, last, pieces)


def _short(rows: Rows) -> Events:
    return Events(rows.chunk, rows.passage, rows.time, rows.time)


def _long(stream: Stream, rows: Rows) -> Events:
    """Return the events of facts that hold several points each."""
    times, points = rows.columns["times"], rows.columns[POINTS]
    begin = np.cumsum(points) - points
    base, latest = stream.base[rows.chunk], stream.latest[rows.chunk]
    is_odd = (np.minimum.reduceat(times, begin) < 0) | (
        np.maximum.reduceat(times, begin) > activity.CAP_MS
    )
    t = rows.t
    ends = (t + times[begin], t + np.add.reduceat(times, begin))
    first, last = (np.minimum(base + np.clip(end, 0, _SPAN_MS), latest) for end in ends)
    pieces: dict[int, list[activity.Span]] = {}
    for at in np.flatnonzero(is_odd).tolist():  # a long rest; or not as recorders send them
        passed = (int(t[at]), *times[begin[at] : begin[at] + points[at]].tolist())
        times_of = list(accumulate(passed))[1:]
        spans = activity.spans(min(max(0, one), _SPAN_MS) for one in times_of)
        start, end = int(base[at]), int(latest[at])
        pieces[at] = [(min(start + a, end), min(start + b, end)) for a, b in spans]
        first[at], last[at] = pieces[at][0][0], pieces[at][-1][1]
    return Events(rows.chunk, rows.passage, first, last, pieces)
