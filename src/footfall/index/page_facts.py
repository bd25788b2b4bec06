"""What people did on the page views of a segment, as columns for the heatmaps."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.segment import Segment
from footfall.index.views import NO_VIEW, Views, rows_of
from footfall.wire.schema import SESSION_MAX_MS, Click, Fact

Array = NDArray[Any]
_SLACK_MS: Final = 60_000
"""What belongs to a page view may have been told before it, where a clock was set back."""
_PLACE: Final = np.float32(10_000)
_CLICK: Final = (
    "key", "text", "place_x", "place_y", "page_x", "page_y", "document_width", "document_height", "fixed", "state",
)  # fmt: skip
_DETAILS: Final = ("time", "sequence", "ordinal", "button", "pointer")
_MAX_TABLE: Final = 1 << 22


@dataclass(frozen=True, eq=False)
class ClickColumns:
    """The clicks of page views as columns of one length n. keys[i], texts[i]: an element key, its commonest label."""

    keys: list[str]
    texts: list[str]
    key_ids: NDArray[np.int32]  # into keys; -1: the element had no key
    place_x: NDArray[np.float32]  # place in the element's box, 0..1
    place_y: NDArray[np.float32]
    x: NDArray[np.float32]  # in the document, CSS px
    y: NDArray[np.float32]
    document_width: NDArray[np.float32]
    document_height: NDArray[np.float32]
    fixed: NDArray[np.bool_]
    row: NDArray[np.int32]  # of the page view, in Views
    states: list[str]  # what was open, as in Click.state
    state_ids: NDArray[np.int32]  # into states

    def __len__(self) -> int:
        return len(self.key_ids)

    def take(self, rows: Array) -> "ClickColumns":
        """Return some of the clicks; the keys stay as they are."""
        told = (one.name for one in fields(self) if one.name not in ("keys", "texts", "states"))
        return replace(self, **{name: getattr(self, name)[rows] for name in told})


@dataclass(frozen=True, eq=False)
class ClickDetails:
    """What few heatmaps ask of clicks; rows as in ClickColumns."""

    time: NDArray[np.int64]  # ms since 1970, corrected
    order: NDArray[np.int64]  # of clicks of one view at one time, by sequence and ordinal
    button: Array  # as in PointerEvent.button
    touch: NDArray[np.bool_]


def read_facts(
    shot: Snapshot, kind: type[Fact], columns: Sequence[str], segment: Segment, views: Views
) -> dict[str, Array]:
    """Return facts of the page views with, besides `columns`, `row`: that of the view. Not of ragged columns."""
    wanted = dict.fromkeys((*columns, "session", "tab", "view"))
    told = shot.read(kind, list(wanted), choice_of(segment))
    row = rows_of(views, told["session"], told["tab"], told["view"])
    told = {name: told[name] for name in columns} | {"row": row}
    kept = np.flatnonzero(row != NO_VIEW)
    return told if len(kept) == len(row) else {name: one[kept] for name, one in told.items()}


def choice_of(segment: Segment) -> Choice:
    """Return a choice of facts that leaves out none of the segment's page views."""
    since = None if segment.since is None else segment.since - _SLACK_MS
    until = None if segment.until is None else segment.until + SESSION_MAX_MS
    page = None if segment.pages else segment.page
    return Choice(since=since, until=until, page=page, pages=segment.pages)


def clicks_of(shot: Snapshot, segment: Segment, views: Views) -> ClickColumns:
    """Return the clicks in these views."""
    told = read_facts(shot, Click, _CLICK, segment, views)
    keys, key_ids, texts = _named(shot, told["key"], told["text"])
    states, state_ids = renumbered(told["state"])
    return ClickColumns(
        keys=keys,
        texts=texts,
        key_ids=key_ids,
        place_x=told["place_x"].astype(np.float32) / _PLACE,
        place_y=told["place_y"].astype(np.float32) / _PLACE,
        x=told["page_x"].astype(np.float32),
        y=told["page_y"].astype(np.float32),
        document_width=told["document_width"].astype(np.float32),
        document_height=told["document_height"].astype(np.float32),
        fixed=told["fixed"],
        row=told["row"],
        states=shot.texts(states),
        state_ids=state_ids,
    )


def details_of(shot: Snapshot, segment: Segment, views: Views) -> ClickDetails:
    """Return the rest of the clicks in these views, in the order of `clicks_of`."""
    told = read_facts(shot, Click, _DETAILS, segment, views)
    return ClickDetails(
        time=told["time"],
        order=(told["sequence"].astype(np.int64) << 32) + told["ordinal"],
        button=told["button"],
        touch=told["pointer"] == shot.number("touch"),
    )


def renumbered(numbers: Array) -> tuple[Array, NDArray[np.int32]]:
    """Return the distinct numbers in order, and the place of each among them; without sorting all."""
    if not len(numbers):
        return np.empty(0, np.int64), np.empty(0, np.int32)
    low = int(numbers.min())
    span = int(numbers.max()) - low + 1
    if span > _MAX_TABLE:  # names lie close together; whatever does not is sorted
        distinct, places = np.unique(numbers, return_inverse=True)
        return distinct, places.astype(np.int32)
    shifted = numbers - low
    is_there = np.zeros(span, np.bool_)
    is_there[shifted] = True
    found = np.cumsum(is_there, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(is_there) + low, found[shifted]


def _named(
    shot: Snapshot, key: Array, text: Array
) -> tuple[list[str], NDArray[np.int32], list[str]]:
    """Return the distinct keys but the empty one, each row's place among them, and their commonest labels."""
    numbers, ids = renumbered(key)
    keys = shot.texts(numbers)
    texts = shot.texts(_commonest(ids, len(keys), text))
    if "" not in keys:
        return keys, ids, texts
    empty = keys.index("")
    del keys[empty], texts[empty]
    shifted = np.arange(len(numbers), dtype=np.int32)
    shifted[empty:] -= 1
    shifted[empty] = -1
    return keys, shifted[ids], texts


def _commonest(ids: NDArray[np.int32], count: int, values: Array) -> Array:
    """Return for each id below `count` the value that most of its rows have; of several the lowest."""
    distinct, which = renumbered(values)
    wide = len(distinct)
    if count * wide <= _MAX_TABLE:
        table = np.bincount(ids * np.int32(wide) + which, minlength=count * wide)
        return distinct[table.reshape(count, wide).argmax(axis=1)] if wide else distinct
    pairs, counts = np.unique(ids.astype(np.int64) * wide + which, return_counts=True)
    order = np.lexsort((-pairs, counts))
    best = np.zeros(count, np.int64)
    best[pairs[order] // wide] = pairs[order] % wide  # the last written is the most frequent
    return distinct[best]
