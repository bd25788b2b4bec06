"""What people did on the page views of a segment, as columns for the heatmaps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footfall.index.packs import Choice, Snapshot
from footfall.index.packs.join import joined
from footfall.index.segment import Segment
from footfall.index.views import NO_VIEW, ViewPlaces, finder
from footfall.wire.schema import SESSION_MAX_MS, Click, Fact

Array = NDArray[Any]
_SLACK_MS: Final = 60_000
"""What belongs to a page view may have been told before it, where a clock was set back."""
_PLACE: Final = np.float32(10_000)
CLICK: Final = (
    "key", "text", "place_x", "place_y", "page_x", "page_y", "document_width", "document_height", "fixed", "state",
    "plain", "state_plain",
)  # fmt: skip
"""Columns of clicks that are drawn."""
_DRAWN: Final[dict[str, type[np.generic]]] = {
    **dict.fromkeys(CLICK, np.float32), "key": np.int32, "text": np.int32, "state": np.int32, "plain": np.int32,
    "state_plain": np.int32, "row": np.int32, "fixed": np.bool_,
}  # fmt: skip
_DETAILS: Final = ("time", "sequence", "ordinal", "button", "pointer")
_LISTS: Final = ("keys", "texts", "states", "plains", "plain_states")
_PIECE: Final = 1 << 15
_MAX_TABLE: Final = 1 << 22


@dataclass(frozen=True, eq=False)
class NamedClicks:
    """The elements of clicks as columns of one length n. keys[i], texts[i]: an element key, its commonest label."""

    keys: list[str]
    texts: list[str]
    key_ids: NDArray[np.int32]  # into keys; -1: the element had no key
    plains: list[str]  # keys without ids and attributes; "" where the key has none
    plain_ids: NDArray[np.int32]  # into plains
    row: NDArray[np.int32]  # of the page view, in Views


@dataclass(frozen=True, eq=False)
class ClickColumns(NamedClicks):
    """The clicks of page views as columns of one length."""

    place_x: NDArray[np.float32]  # place in the element's box, 0..1
    place_y: NDArray[np.float32]
    x: NDArray[np.float32]  # in the document, CSS px
    y: NDArray[np.float32]
    document_width: NDArray[np.float32]
    document_height: NDArray[np.float32]
    fixed: NDArray[np.bool_]
    states: list[str]  # what was open, as in Click.state
    state_ids: NDArray[np.int32]  # into states
    plain_states: list[str]  # as in Click.state_plain
    plain_state_ids: NDArray[np.int32]  # into plain_states

    def __len__(self) -> int:
        return len(self.key_ids)

    def take(self, rows: Array) -> "ClickColumns":
        """Return some of the clicks; the keys stay as they are."""
        told = (one.name for one in fields(self) if one.name not in _LISTS)
        return replace(self, **{name: getattr(self, name)[rows] for name in told})


@dataclass(frozen=True, eq=False)
class TimedClicks(NamedClicks):
    """What the element table asks of clicks. time: ms since 1970, or None: not asked for."""

    time: NDArray[np.int64] | None


@dataclass(frozen=True, eq=False)
class ClickDetails:
    """What few heatmaps ask of clicks; rows as in ClickColumns."""

    time: NDArray[np.int64]  # ms since 1970, corrected
    order: NDArray[np.int64]  # of clicks of one view at one time, by sequence and ordinal
    button: Array  # as in PointerEvent.button
    touch: NDArray[np.bool_]


def read_facts(
    shot: Snapshot, kind: type[Fact], columns: Sequence[str], segment: Segment, views: ViewPlaces
) -> dict[str, Array]:
    """Return facts of the page views with, besides `columns`, `row`: that of the view. Not of ragged columns."""
    asked = (*columns, "row")
    parts = list(parts_of(shot, kind, columns, segment, views))
    if not parts:
        return {name: np.empty(0, np.int32) for name in asked}
    return {name: np.concatenate([part[name] for part in parts]) for name in asked}


def parts_of(
    shot: Snapshot, kind: type[Fact], columns: Sequence[str], segment: Segment, views: ViewPlaces
) -> Iterator[dict[str, Array]]:
    """Yield what `read_facts` returns pack by pack: there may be columns that nobody asked for."""
    find = finder(views)
    wanted = list(dict.fromkeys((*columns, "session", "tab", "view")))
    for told in shot.parts(kind, wanted, choice_of(segment)):
        row = find(told["session"], told["tab"], told["view"])
        told["row"] = row
        kept = row != NO_VIEW
        if not kept.all():
            rows = np.flatnonzero(kept)
            told = {name: told[name][rows] for name in (*columns, "row")}
        yield told


def choice_of(segment: Segment) -> Choice:
    """Return a choice of facts that leaves out none of the segment's page views."""
    since = None if segment.since is None else segment.since - _SLACK_MS
    until = None if segment.until is None else segment.until + SESSION_MAX_MS
    page = None if segment.pages else segment.page
    return Choice(since=since, until=until, page=page, pages=segment.pages)


def clicks_of(shot: Snapshot, segment: Segment, views: ViewPlaces) -> ClickColumns:
    """Return the clicks in these views."""
    told = drawn_together(parts_of(shot, Click, CLICK, segment, views))
    states, state_ids = renumbered(told["state"])
    plain_states, plain_state_ids = renumbered(told["state_plain"])
    return ClickColumns(
        **vars(_named_clicks(shot, told)),
        place_x=told["place_x"],
        place_y=told["place_y"],
        x=told["page_x"],
        y=told["page_y"],
        document_width=told["document_width"],
        document_height=told["document_height"],
        fixed=told["fixed"],
        states=shot.texts(states),
        state_ids=state_ids,
        plain_states=shot.texts(plain_states),
        plain_state_ids=plain_state_ids,
    )


def timed_clicks_of(
    shot: Snapshot, segment: Segment, views: ViewPlaces, *, timed: bool
) -> TimedClicks:
    """Return what elements the clicks in these views were on: in half the time that `clicks_of` takes."""
    asked = ("key", "text", "plain", *(("time",) if timed else ()))
    told = read_facts(shot, Click, asked, segment, views)
    return TimedClicks(**vars(_named_clicks(shot, told)), time=told.get("time"))


def _named_clicks(shot: Snapshot, told: dict[str, Array]) -> NamedClicks:
    keys, key_ids, texts = _named(shot, told["key"], told["text"])
    plains, plain_ids = renumbered(told["plain"])
    return NamedClicks(keys, texts, key_ids, shot.texts(plains), plain_ids, told["row"])


def drawn_together(parts: Iterable[dict[str, Array]]) -> dict[str, Array]:
    """Return CLICK and `row` of all parts in the dtypes of ClickColumns, places in boxes as shares of them."""
    return joined([_as_drawn(part) for part in parts], _DRAWN)


def _as_drawn(part: dict[str, Array]) -> dict[str, Array]:
    """Return the columns of clicks in the dtypes of ClickColumns: while they are in the processor's cache."""
    drawn = {name: part[name].astype(kind, copy=False) for name, kind in _DRAWN.items()}
    drawn["place_x"] /= _PLACE
    drawn["place_y"] /= _PLACE
    return drawn


def details_of(shot: Snapshot, segment: Segment, views: ViewPlaces) -> ClickDetails:
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
    if span == 1:
        return numbers[:1].astype(np.int64), np.zeros(len(numbers), np.int32)
    # Names lie close together; whatever does not is sorted, and so are few rows.
    if span > min(_MAX_TABLE, max(2 * _PIECE, 16 * len(numbers))):
        distinct, which = np.unique(numbers, return_inverse=True)
        return distinct, which.astype(np.int32)
    is_there = np.zeros(span, np.bool_)
    for taken in _pieces(len(numbers)):
        is_there[numbers[taken] - low] = True
    found: Array = np.cumsum(is_there, dtype=np.int32) - np.int32(1)
    places: NDArray[np.int32] = np.empty(len(numbers), np.int32)
    for taken in _pieces(len(numbers)):
        places[taken] = found[numbers[taken] - low]
    distinct = np.flatnonzero(is_there) + low
    return distinct, places


def _pieces(size: int) -> Iterator[slice]:
    """Yield the parts of a long column: what is made of each stays in the processor's cache."""
    for start in range(0, size, _PIECE):
        yield slice(start, start + _PIECE)


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
        table = np.zeros(count * wide, np.int64)
        # A piece's own table must not be larger than the piece.
        pieces = _pieces(len(ids)) if count * wide <= _PIECE else [slice(None)]
        for taken in pieces:
            pairs = ids[taken] * np.int32(wide) + which[taken]
            table += np.bincount(pairs, minlength=count * wide)
        return distinct[table.reshape(count, wide).argmax(axis=1)] if wide else distinct
    pairs, counts = np.unique(ids.astype(np.int64) * wide + which, return_counts=True)
    order = np.lexsort((-pairs, counts))
    best = np.zeros(count, np.int64)
    best[pairs[order] // wide] = pairs[order] % wide  # the last written is the most frequent
    return distinct[best]
