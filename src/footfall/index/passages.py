"""What each passage of a stream says of its page view, by column. Pure.

A passage is a stretch of a chunk in which one page view goes on.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.events import Events
from footfall.index.packs.columns import Ints, Rows
from footfall.index.packs.kinds import KINDS, POINTS
from footfall.index.packs.rows import absolute
from footfall.index.packs.stream import Stream
from footfall.index.reduce import MAX_PX, NO_KEYFRAME, View, merge_views
from footfall.wire import schema
from footfall.wire.schema import Click, Fact, Header, PageHide, PageView, Scroll, Viewport

_VIEW, _CLICK, _SCROLL = (KINDS[kind].number for kind in (PageView, Click, Scroll))
_VIEWPORTS: Final = (_VIEW, KINDS[Viewport].number)
_NONE: Final[Ints] = np.empty(0, np.int64)
_LATEST: Final = int(np.iinfo(np.int64).max)
_EXACT: Final = 2**40
"""Up to this the points of a whole stream add up within 64 bits; what is beyond is no page's but a forger's."""
_SIZES: Final[dict[type[Fact], tuple[str, str]]] = {
    PageView: ("document_width", "document_height"),
    Click: ("document_width", "document_height"),
    Scroll: ("content_width", "content_height"),
    Viewport: ("document_width", "document_height"),
    PageHide: ("document_width", "document_height"),
}
"""The kinds that tell the document's size (Scroll where it is the window's), and the columns that do."""


def views_of(stream: Stream, events: Events, headers: Sequence[Header]) -> list[dict[int, View]]:
    """Return the page views of each chunk by their numbers; `headers` are the chunks'."""
    found: list[dict[int, View]] = [{} for _ in headers]
    passages = stream.passages
    told = _told(stream)
    seen = (column.tolist() for column in _seen(stream, events))
    each = zip(passages.chunk.tolist(), passages.opened.tolist(), *seen, strict=True)
    for chunk, row, first, last, *sizes in each:
        header = headers[chunk]
        if row < 0:
            is_keyframe = header.flags & schema.FLAG_KEYFRAME
            number, when, texts = header.page_view, 0, [header.url, "", "", "", 0, 0]
            keyframe = header.sequence if is_keyframe else NO_KEYFRAME
        else:
            number, when, *texts = told[row]
            keyframe = NO_KEYFRAME
        view = View._make(
            (header.tab, number, header.document, when, first, last, *texts, *sizes, keyframe)
        )
        known = found[chunk].get(number)
        found[chunk][number] = merge_views(known, view) if known else view
    return found


def _told(stream: Stream) -> list[tuple[Any, ...]]:
    """Return what each PageView fact tells: number, time, url, title, referrer, cause, width and height."""
    rows = stream.kinds.get(_VIEW)
    if rows is None:
        return []
    columns = rows.columns
    texts = (rows.texts[name] for name in ("url", "title", "referrer", "cause"))
    sizes = (_px(columns[name]).tolist() for name in ("width", "height"))
    times = rows.time.tolist()
    return list(zip(columns["number"].tolist(), times, *texts, *sizes, strict=True))


def _seen(stream: Stream, events: Events) -> tuple[Ints, ...]:
    """Return by passage: its first and last event, width and height of the document, reach, scroll and clicks."""
    passages = stream.passages
    count = len(passages.chunk)
    begun = passages.opened < 0  # with the chunk, which then counts as an event
    base = stream.base[passages.chunk]
    first, last = np.where(begun, base, _LATEST), np.where(begun, base, -1)
    np.minimum.at(first, events.passage, events.first)
    np.maximum.at(last, events.passage, events.last)
    passage, widths, heights = _sizes(stream)
    width, height = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.maximum.at(width, passage, widths)
    np.maximum.at(height, passage, heights)
    clicks = stream.kinds.get(_CLICK)
    clicked = _NONE if clicks is None else clicks.passage
    return (
        first,
        last,
        width,
        height,
        *_depths(stream, count),
        np.bincount(clicked, minlength=count),
    )


def _sizes(stream: Stream) -> tuple[Ints, Ints, Ints]:
    """Return the document's sizes, px, as facts tell them: the passage, width and height of each."""
    told = [(_NONE, _NONE, _NONE)]
    for kind, (across, down) in _SIZES.items():
        rows = stream.kinds.get(KINDS[kind].number)
        if rows is not None:
            own = _of_window(rows) if kind is Scroll else slice(None)
            told.append((rows.passage[own], rows.columns[across][own], rows.columns[down][own]))
    passage, width, height = map(np.concatenate, zip(*told, strict=True))
    return passage, _px(width), _px(height)


def _depths(stream: Stream, count: int) -> tuple[Ints, Ints]:
    """Return by passage how far it was scrolled, px: with the viewport, and where its height was not told before."""
    reach, scroll = np.zeros(count, np.int64), np.zeros(count, np.int64)
    rows = stream.kinds.get(_SCROLL)
    if rows is None:
        return reach, scroll
    own = np.flatnonzero(_of_window(rows))
    top = _px(_tops(rows)[own])
    viewport = _viewports(stream, rows)[own]
    is_told = viewport > 0
    passage = rows.passage[own]
    np.maximum.at(reach, passage[is_told], (top + viewport)[is_told])
    np.maximum.at(scroll, passage[~is_told], top[~is_told])
    return reach, scroll


def _of_window(rows: Rows) -> NDArray[np.bool_]:
    is_window: NDArray[np.bool_] = rows.columns["node"] == 0
    return is_window


def _tops(rows: Rows) -> Ints:
    """Return the largest scrollTop of each Scroll fact."""
    ys, points = rows.columns["ys"], rows.columns[POINTS]
    begin = np.cumsum(points) - points
    exact = np.clip(ys, -_EXACT, _EXACT)
    tops: Ints = np.maximum.reduceat(absolute(exact, points), begin)
    if not np.array_equal(exact, ys):
        for at, size in enumerate(points.tolist()):
            column = ys[begin[at] : begin[at] + size].tolist()
            tops[at] = min(max(0, *accumulate(column)), MAX_PX)
    return tops


def _viewports(stream: Stream, rows: Rows) -> Ints:
    """Return the viewport's height at each Scroll fact, as its chunk has told it before; 0: it has not."""
    tellers = [stream.kinds[number] for number in _VIEWPORTS if number in stream.kinds]
    if not tellers:
        return np.zeros(len(rows.at), np.int64)
    at, chunk = (
        np.concatenate([getattr(one, name) for one in tellers]) for name in ("at", "chunk")
    )
    height = np.concatenate([_px(one.columns["height"]) for one in tellers])
    order = np.argsort(at)
    before = np.searchsorted(at[order], rows.at) - 1
    teller = order[before]
    is_told = (before >= 0) & (chunk[teller] == rows.chunk)
    return np.where(is_told, height[teller], 0)


def _px(values: Ints) -> Ints:
    found: Ints = np.minimum(np.maximum(values, 0), MAX_PX)  # half of what np.clip costs
    return found
