"""The clicks of a page by keys that hold: where ids drift (`analysis/drifting.py`), by plain keys."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from footfall.analysis.drifting import is_told, shape_of
from footfall.detect.keys import which_drift
from footfall.index.packs import Snapshot
from footfall.index.page_facts import (
    ClickColumns,
    NamedClicks,
    TimedClicks,
    clicks_of,
    timed_clicks_of,
)
from footfall.index.segment import Segment
from footfall.index.views import ViewPlaces

Clicks = TypeVar("Clicks", bound=NamedClicks)


@dataclass(frozen=True, eq=False)
class Learned:
    """The clicks in some views, each by the key that its element is known by, and what was learned of ids."""

    clicks: ClickColumns
    drifting: frozenset[str] = frozenset()  # plain keys that took the place of keys
    distrusted: frozenset[str] = frozenset()  # how keys begin that gave way, as `shape_of` tells
    lost: frozenset[str] = (
        frozenset()
    )  # keys of clicks that begin so, and nothing else says which element it was

    def to_find(self, others: Iterable[str]) -> list[str]:
        """Return the keys to be looked for on a page: of clicks, and others."""
        keys = [key for key in self.clicks.keys if key not in self.lost]
        more = (key for key in others if shape_of(key) not in self.distrusted)
        return list(dict.fromkeys([*keys, *more]))


def known_clicks(shot: Snapshot, segment: Segment, views: ViewPlaces) -> ClickColumns:
    """Return the clicks in these views, each by the key that its element is known by."""
    return learned(shot, segment, views).clicks


def known_timed_clicks(
    shot: Snapshot, segment: Segment, views: ViewPlaces, *, timed: bool
) -> TimedClicks:
    """Return what the element table asks of these clicks, each by the key that its element is known by."""
    clicks = timed_clicks_of(shot, segment, views, timed=timed)
    drifts = _drifts(shot, views, clicks)
    return by_plain(clicks, drifts) if drifts.any() else clicks


def learned(shot: Snapshot, segment: Segment, views: ViewPlaces) -> Learned:
    """Return the clicks in these views with what they tell of ids."""
    clicks = clicks_of(shot, segment, views)
    drifts = _drifts(shot, views, clicks)
    if not drifts.any():
        return Learned(clicks)
    plains = frozenset(clicks.plains[at] for at in np.flatnonzero(drifts).tolist())
    gave_way = np.unique(clicks.key_ids[drifts[clicks.plain_ids]]).tolist()
    shapes = frozenset(shape_of(clicks.keys[at]) for at in gave_way)
    is_unclear = np.array([not is_told(plain) for plain in clicks.plains], np.bool_)
    unclear = np.unique(clicks.key_ids[is_unclear[clicks.plain_ids]]).tolist()
    lost = frozenset(clicks.keys[at] for at in unclear if shape_of(clicks.keys[at]) in shapes)
    return Learned(by_plain(clicks, drifts), plains, shapes, lost)


def _drifts(shot: Snapshot, views: ViewPlaces, clicks: NamedClicks) -> NDArray[np.bool_]:
    """Tell of each of `plains` whether the ids of its element drift."""
    names, met = (clicks.keys, clicks.plains), (clicks.key_ids, clicks.plain_ids)
    return which_drift(shot, names, met, lambda rows: views.session[clicks.row[rows]])


def known_states(
    shot: Snapshot, views: ViewPlaces, clicks: ClickColumns
) -> tuple[list[str], NDArray[np.int32]]:
    """Return what was open when these clicks were made, by keys or where ids drift by plain keys, and of each which."""
    is_open = np.array([state != "" for state in clicks.states], np.bool_)
    ids = np.where(is_open[clicks.state_ids], clicks.state_ids, -1)
    names, met = (clicks.states, clicks.plain_states), (ids, clicks.plain_state_ids)
    drifts = which_drift(shot, names, met, lambda rows: views.session[clicks.row[rows]])
    if not drifts.any():
        return clicks.states, clicks.state_ids
    known = [*clicks.states, *clicks.plain_states]
    at = np.where(
        drifts[clicks.plain_state_ids],
        clicks.plain_state_ids + len(clicks.states),
        clicks.state_ids,
    )
    place = {state: one for one, state in enumerate(known)}  # some may have had no id all the while
    return known, np.array([place[state] for state in known], np.int32)[at]


def by_plain(clicks: Clicks, drifts: NDArray[np.bool_]) -> Clicks:
    """Give clicks whose ids drift their plain keys, and let go of the keys that no click has any more."""
    rows = np.flatnonzero(drifts[clicks.plain_ids])
    labels: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for plain, key in zip(
        clicks.plain_ids[rows].tolist(), clicks.key_ids[rows].tolist(), strict=True
    ):
        labels[plain][clicks.texts[key]] += 1
    place = {key: at for at, key in enumerate(clicks.keys)}
    keys, texts = [*clicks.keys], [*clicks.texts]
    own = np.full(len(drifts), -1, np.int64)
    for plain, told in labels.items():
        at = place.get(clicks.plains[plain], len(keys))
        if at == len(keys):
            keys.append(clicks.plains[plain])
            texts.append(min(told, key=lambda text: (-told[text], text)))
        own[plain] = at
    ids = clicks.key_ids.astype(np.int64)
    ids[rows] = own[clicks.plain_ids[rows]]
    used = np.unique(ids[ids >= 0])
    new = np.full(len(keys) + 1, -1, np.int32)  # the last stands for none
    new[used] = np.arange(len(used))
    return replace(
        clicks,
        keys=[keys[at] for at in used.tolist()],
        texts=[texts[at] for at in used.tolist()],
        key_ids=new[ids],
    )
